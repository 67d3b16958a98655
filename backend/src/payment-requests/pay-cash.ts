import type { MovementWire } from '@feiqian/domain/api/chain';
import { AppError } from '@feiqian/domain/errors';
import { type Amount, encodeAmount, zeroAmount } from '@feiqian/domain/money';
import type { Idempotency } from '../http/idempotency.ts';
import { userCash } from '../ledger/accounts.ts';
import type { RowChange } from '../ledger/command.ts';
import { businessId, historyId } from '../ledger/ids.ts';
import { type Answer, answerOf } from '../ledger/outcome.ts';
import type { Watched } from '../ledger/watched.ts';
import { assertPayable, type Deps, getOwn, getRequested, untilWritten } from './deps.ts';
import { missingCash } from './describe.ts';
import { followPayments, insertPayment, type NewPayment } from './rows.ts';

/** Pays from cash, at once: all that is missing. */
export function createCashPayments(deps: Deps) {
  return {
    /**
     * @param count - What else must be true of it, written by the same command; it may throw. Asked anew for each try.
     * @throws {AppError} NOT_FOUND, PAYMENT_REQUEST_CLOSED, RECIPIENT_IS_SELF, INSUFFICIENT_FUNDS, MOVEMENT_BLOCKED, MOVEMENT_NOT_PASSED, STATE_CONFLICT.
     */
    payByCash: (
      payerId: string,
      id: string,
      idempotency: Idempotency,
      count?: (amount: Amount) => Promise<RowChange>,
    ): Promise<Answer> => untilWritten(() => payOnce(deps, { payerId, id, idempotency, count })),

    /** A request of the payee's own that can be paid now. @throws {AppError} NOT_FOUND, PAYMENT_REQUEST_CLOSED. */
    async getPayable(payeeId: string, id: string): Promise<{ readonly asset: string }> {
      const { request } = await getOwn(deps, payeeId, id);
      assertPayable(request, deps.clock());
      return { asset: request.asset };
    },
  };
}

type Paying = {
  readonly payerId: string;
  readonly id: string;
  readonly idempotency: Idempotency;
  readonly count: ((amount: Amount) => Promise<RowChange>) | undefined;
};

async function payOnce(
  { postWatched, store, clock }: Deps,
  { payerId, id, idempotency, count }: Paying,
): Promise<Answer | undefined> {
  const { request, payments } = await getRequested({ store }, id);
  if (request.payeeId === payerId) throw new AppError('RECIPIENT_IS_SELF', 'This is your own request.');
  const movementId = businessId('movement', payerId, 'payments', id, idempotency.key);
  const earlier = payments.find((payment) => payment.movementId === movementId);
  const amount = earlier?.amount ?? missingCash(request);
  const money = { asset: request.asset, amount: encodeAmount(amount) };
  const body: MovementWire = {
    id: movementId,
    historyId: historyId(payerId, movementId),
    kind: 'payment',
    state: 'posted',
    money,
    txHash: null,
  };
  // Clicked twice: the other request with this key was quicker, and its answer is this one.
  if (earlier) return { status: 201, body };
  const now = clock();
  assertPayable(request, now);
  const payment: NewPayment = {
    id: businessId('payment', movementId),
    requestId: id,
    rail: 'cash',
    state: 'final',
    asset: request.asset,
    amount,
    payerId,
    payerAddress: undefined,
    movementId,
    gateway: undefined,
    chainId: undefined,
    epoch: undefined,
    chainTransactionId: undefined,
    txHash: undefined,
    paidAt: now,
  };
  const watched: Watched = {
    movementId,
    userId: payerId,
    kind: 'payment',
    money: { asset: request.asset, amount },
    party: request.payeeId,
    // What was to be paid without asking is asked for instead.
    held: count ? undefined : { route: 'payment', request: { id }, idempotency },
  };
  const result = await postWatched(watched, {
    transfers: [
      {
        id: businessId('transfer', movementId, 'payment'),
        phase: 'posted',
        debit: userCash(payerId, request.asset),
        credit: userCash(request.payeeId, request.asset),
        amount,
        kind: 'payment',
        movementId,
      },
    ],
    changes: [
      {
        table: 'movements',
        id: movementId,
        expectVersion: 0,
        set: {
          kind: 'payment',
          user_id: payerId,
          counterparty_id: request.payeeId,
          state: 'posted',
          ...money,
          payment_request_id: id,
          note: request.description,
        },
      },
      insertPayment(payment),
      followPayments(request, [...payments, { ...payment, refunded: zeroAmount }], now),
      ...(count ? [await count(amount)] : []),
    ],
    answer: { ...idempotency, status: 201, body },
    history: [movementId],
  });
  return result.status === 'version_conflict' ? undefined : answerOf(result, { status: 201, body });
}
