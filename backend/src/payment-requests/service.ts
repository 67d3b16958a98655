import type { Deps } from './deps.ts';
import { createGatewaySales } from './gateway-sales.ts';
import { createCashPayments } from './pay-cash.ts';
import { createTokenPayments } from './pay-token.ts';
import { createGatewayRefunds } from './refund-at-gateway.ts';
import { createRefunds, type RefundDeps } from './refunds.ts';
import { createRequests } from './requests.ts';
import { createReturns } from './returns.ts';
import { createTokenEnds } from './token-ends.ts';

/** Requests for money: made by anybody, seen by whoever has the link, and paid from cash, tokens or through a gateway. */
export type PaymentRequestService = ReturnType<typeof createPaymentRequestService>;

export function createPaymentRequestService(deps: Deps) {
  return Object.assign(
    createRequests(deps),
    createCashPayments(deps),
    createTokenPayments(deps),
    createTokenEnds(deps),
    createGatewaySales(deps),
    createReturns(deps),
  );
}

/** What was paid, given back the way it came. */
export type RefundService = ReturnType<typeof createRefundService>;

export function createRefundService(deps: RefundDeps) {
  return Object.assign(createRefunds(deps), createGatewayRefunds(deps));
}
