import type { Address } from 'viem';
import type { Safety } from './use-safety.ts';
import { ReviewWarnings } from './warnings.tsx';
import { WhatWillHappen } from './what-will-happen.tsx';

type SafetyNotesProps = {
  /** Undefined where nothing is signed. */
  readonly safety: Safety | undefined;
  /** The address that signs. */
  readonly from: Address;
};

/** What a signature would do and what is risky about it, above the button that makes it. */
export function SafetyNotes({ safety, from }: SafetyNotesProps) {
  if (!safety) return null;
  const { review, simulation, verdict, canSimulate } = safety;
  return (
    <>
      {canSimulate ? <WhatWillHappen simulation={simulation} verdict={verdict} from={from} /> : null}
      <ReviewWarnings warnings={review.warnings} />
    </>
  );
}
