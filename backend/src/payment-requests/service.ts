import type { Deps } from './deps.ts';
import { createCashPayments } from './pay-cash.ts';
import { createTokenPayments } from './pay-token.ts';
import { createRequests } from './requests.ts';

/** Requests for money: made by anybody, seen by whoever has the link, paid from cash, tokens or through a gateway, and given back. */
export type PaymentRequestService = ReturnType<typeof createPaymentRequestService>;

export function createPaymentRequestService(deps: Deps) {
  return Object.assign(createRequests(deps), createCashPayments(deps), createTokenPayments(deps));
}
