import type { ErrorCode } from '@feiqian/domain/errors';
import { lazy, Suspense } from 'react';
import type { FailureProps } from './failure-sentences.tsx';

// A log-in that goes well has no use for any of it.
const load = () => import('./failure-sentences.tsx');
const FailureSentences = lazy(async () => ({ default: (await load()).FailureSentences }));
const ErrorLineSentences = lazy(async () => ({ default: (await load()).ErrorLineSentences }));

/**
 * An error in the person's language: what happened, whether money is affected, what to do. Its sentences may still be on
 * their way; what is around it stays on the screen meanwhile.
 */
export function Failure(props: FailureProps) {
  return (
    <Suspense>
      <FailureSentences {...props} />
    </Suspense>
  );
}

/** An error in one line, for the place below a field of a form that does not wait for the sentences of all errors. */
export function ErrorLine({ code }: { readonly code: ErrorCode }) {
  return (
    <Suspense>
      <ErrorLineSentences code={code} />
    </Suspense>
  );
}
