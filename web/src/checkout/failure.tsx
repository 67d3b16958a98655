import type { ErrorCode } from '@feiqian/domain/errors';
import { Suspense } from 'react';
import { defineCatalog } from '../i18n/catalog.ts';
import { useMessages } from '../i18n/language-context.tsx';
import { codeOf } from '../lib/error-code.ts';
import { ErrorState } from '../ui/states.tsx';
import { WalletError, type WalletProblem } from './wallet-error.ts';

/** What can stand in the way of a payment and is told apart here; anything else is OTHER. */
const told = [
  'ACCOUNT_FROZEN',
  'AUTHORIZATION_EXPIRED',
  'CHAIN_HALTED',
  'CHAIN_UNAVAILABLE',
  'EMAIL_MALFORMED',
  'GATEWAY_REFUSED',
  'GATEWAY_UNAVAILABLE',
  'INSUFFICIENT_FUNDS',
  'PAYMENT_REQUEST_CLOSED',
  'RATE_LIMITED',
  'RECIPIENT_IS_SELF',
  'SERVICE_UNAVAILABLE',
  'SESSION_EXPIRED',
  'SIGNATURE_INVALID',
] as const satisfies readonly ErrorCode[];

export type CheckoutFailure = (typeof told)[number] | WalletProblem | 'OTHER';

/** A failure in words: what happened, and what to do. */
export type FailureWords = { readonly title: string; readonly advice: string };

function toFailure(error: unknown): CheckoutFailure {
  if (error instanceof WalletError) return error.problem;
  const code = codeOf(error);
  return told.find((one) => one === code) ?? 'OTHER';
}

/** Sentences for all of them. They are fetched behind the first screen: without a network there would be none. */
export const failureMessages = defineCatalog({
  zh: () => import('./failures.zh.ts'),
  en: () => import('./failures.en.ts'),
});

/** What stood in the way, and what to do. */
export function Failure({ error }: { readonly error: unknown }) {
  return (
    <Suspense>
      <Sentences error={error} />
    </Suspense>
  );
}

function Sentences({ error }: { readonly error: unknown }) {
  const { title, advice } = useMessages(failureMessages)[toFailure(error)];
  return (
    <ErrorState title={title}>
      <p>{advice}</p>
    </ErrorState>
  );
}
