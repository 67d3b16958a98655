import type { FeeSpeed } from '@feiqian/domain/fees';
import { parseUnsignedTransaction } from '@feiqian/domain/raw-transaction';
import { useQuery } from '@tanstack/react-query';
import { hexToBytes } from 'viem';
import { changeFees } from '../../keyring/change-fees.ts';
import { useCallGas } from '../../lib/call-gas.ts';
import { feeQuoteQuery } from '../../lib/fee-quote.ts';
import { SpeedChoice } from '../../lib/speed-choice.tsx';
import type { RevokeDraft } from './revoke.ts';

type RevokeSpeedProps = {
  readonly draft: RevokeDraft;
  /** Given a new draft, to be looked at anew. */
  readonly onDraft: (draft: RevokeDraft) => void;
};

/** How urgent the change of an allowance is, at prices that the chain named before it was drafted. */
export function RevokeSpeed({ draft, onDraft }: RevokeSpeedProps) {
  const { chainId, owner } = draft.approval;
  const { data: quote } = useQuery(feeQuoteQuery(chainId));
  const { to, value, data } = parseUnsignedTransaction(hexToBytes(draft.signing.bytes));
  const gas = useCallGas(chainId, to === null ? undefined : { from: owner, to, value, data });
  if (!quote) return null;
  const choose = (speed: FeeSpeed) =>
    onDraft(Object.freeze({ ...draft, speed, signing: changeFees(draft.signing, quote[speed]) }));
  return (
    <SpeedChoice chainId={chainId} quote={quote} speed={draft.speed} onChange={choose} gas={gas} canHurry={false} />
  );
}
