import type { ErrorCode } from '@feiqian/domain/errors';
import { codeOf } from '../lib/error-code.ts';
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

export type PaymentFailure = (typeof told)[number] | WalletProblem | 'OTHER';

/** A failure in words: what happened, and what to do. */
export type FailureWords = { readonly title: string; readonly advice: string };

/** What a failure is told as. */
export function toFailure(error: unknown): PaymentFailure {
  if (error instanceof WalletError) return error.problem;
  const code = codeOf(error);
  return told.find((one) => one === code) ?? 'OTHER';
}
