import { type ErrorCode, isAppError } from '@feiqian/domain/errors';
import type { ReactNode } from 'react';
import { useLanguage, useMessages } from '../i18n/language-context.tsx';
import { ErrorState } from '../ui/states.tsx';
import { codeOf } from './error-code.ts';
import { errorMessages, toErrorLine } from './error-text.ts';

export type FailureProps = {
  readonly error: unknown;
  /** Whether money is affected, in the words of the screen: "Nothing was sent." */
  readonly effect?: string | undefined;
  readonly action?: ReactNode | undefined;
};

/** What `Failure` shows once its sentences are here. */
export function FailureSentences({ error, effect, action }: FailureProps) {
  const words = useMessages(errorMessages)[codeOf(error)];
  const reference = isAppError(error) ? error.details.requestId : undefined;
  return (
    <ErrorState title={words.title} effect={effect} action={action} reference={reference}>
      <p>{words.advice}</p>
    </ErrorState>
  );
}

/** What `ErrorLine` shows once its sentences are here. */
export function ErrorLineSentences({ code }: { readonly code: ErrorCode }) {
  return toErrorLine(useMessages(errorMessages)[code], useLanguage());
}
