import { isAppError } from '@feiqian/domain/errors';
import type { ReactNode } from 'react';
import { useMessages } from '../i18n/language-context.tsx';
import { ErrorState } from '../ui/states.tsx';
import { codeOf } from './error-code.ts';
import { errorMessages } from './error-text.ts';

type FailureProps = {
  readonly error: unknown;
  /** Whether money is affected, in the words of the screen: "Nothing was sent." */
  readonly effect?: string | undefined;
  readonly action?: ReactNode | undefined;
};

/** An error in the person's language: what happened, whether money is affected, what to do. */
export function Failure({ error, effect, action }: FailureProps) {
  const words = useMessages(errorMessages)[codeOf(error)];
  const reference = isAppError(error) ? error.details.requestId : undefined;
  return (
    <ErrorState title={words.title} effect={effect} action={action} reference={reference}>
      <p>{words.advice}</p>
    </ErrorState>
  );
}
