import { type ErrorCode, isAppError } from '@feiqian/domain/errors';
import { type ReactNode, Suspense } from 'react';
import { useLanguage, useMessages } from '../i18n/language-context.tsx';
import { ErrorState } from '../ui/states.tsx';
import { codeOf } from './error-code.ts';
import { errorMessages, toErrorLine } from './error-text.ts';

type FailureProps = {
  readonly error: unknown;
  /** Whether money is affected, in the words of the screen: "Nothing was sent." */
  readonly effect?: string | undefined;
  readonly action?: ReactNode | undefined;
};

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

function FailureSentences({ error, effect, action }: FailureProps) {
  const words = useMessages(errorMessages)[codeOf(error)];
  const reference = isAppError(error) ? error.details.requestId : undefined;
  return (
    <ErrorState title={words.title} effect={effect} action={action} reference={reference}>
      <p>{words.advice}</p>
    </ErrorState>
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

function ErrorLineSentences({ code }: { readonly code: ErrorCode }) {
  return toErrorLine(useMessages(errorMessages)[code], useLanguage());
}
