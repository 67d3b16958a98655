import { checkoutAbi } from '@feiqian/contracts/abi/checkout';
import type { RefundRequest, RefundWire } from '@feiqian/domain/api/payments';
import { type CheckoutSigned, checkoutRefundNonce } from '@feiqian/domain/authorizations';
import { AppError } from '@feiqian/domain/errors';
import { type Amount, decodeAmount, encodeAmount, toAmount } from '@feiqian/domain/money';
import { encodeFunctionData } from 'viem';
import { type CarryPart, givenBefore } from '../chain/carrier.ts';
import {
  type AttemptStore,
  type CheckDelays,
  followJob,
  insertAttempt,
  planCheck,
  toOrderNumber,
} from '../gateways/attempts.ts';
import type { GatewayRegistry } from '../gateways/registry.ts';
import type { Idempotency } from '../http/idempotency.ts';
import { gatewayReceivable, userCash } from '../ledger/accounts.ts';
import type { Command, RowChange } from '../ledger/command.ts';
import { businessId, historyId } from '../ledger/ids.ts';
import { type Answer, answerOf } from '../ledger/outcome.ts';
import type { Watched } from '../ledger/watched.ts';
import { type Deps, getOwn, getOwnPayment, untilWritten } from './deps.ts';
import { checkCarried, getTerms } from './pay-token.ts';
import type { RefundRow } from './refund-store.ts';
import { changeSums } from './rows.ts';
import type { PaymentRow, Requested } from './store.ts';

/** What refunds stand on beside requests. */
export type RefundDeps = Deps & {
  readonly attempts: AttemptStore;
  readonly registry: GatewayRegistry;
  readonly delays: CheckDelays;
};

type Asking = { readonly payeeId: string; readonly wire: RefundRequest; readonly idempotency: Idempotency };

/** A refund that is about to begin. */
type Begin = Requested & {
  readonly id: string;
  readonly payment: PaymentRow;
  readonly amount: Amount;
  readonly wire: RefundRequest;
  readonly now: Date;
};

/** Gives payments back the way they came. */
export function createRefunds(deps: RefundDeps) {
  return {
    /**
     * Begins a refund of (a part of) a payment.
     *
     * @throws {AppError} NOT_FOUND, REFUND_NOT_POSSIBLE, REFUND_NOT_COVERED, REFUND_NEEDS_SIGNATURE, INSUFFICIENT_FUNDS, AUTHORIZATION_INVALID,
     *   AUTHORIZATION_EXPIRED, SIGNATURE_INVALID, and what {@link Carrier.prepare} throws.
     */
    async refund(asking: Asking): Promise<Answer> {
      const { payment, requested } = await getOwnPayment(deps, asking.payeeId, asking.wire.paymentId);
      const { request } = requested;
      const begin = () => untilWritten(() => refundOnce(deps, asking));
      if (payment.rail !== 'token' || !request.token) return begin();
      return deps.carrier.inTurn(request.token.chainId, request.token.address, begin);
    },

    /** @throws {AppError} NOT_FOUND, also for somebody else's. */
    async listRefunds(payeeId: string, requestId: string): Promise<RefundWire[]> {
      await getOwn(deps, payeeId, requestId);
      return (await deps.refunds.list(requestId)).map(describeRefund);
    },
  };
}

async function refundOnce(deps: RefundDeps, { payeeId, wire, idempotency }: Asking): Promise<Answer | undefined> {
  const { payment, requested } = await getOwnPayment(deps, payeeId, wire.paymentId);
  const id = businessId('movement', payeeId, 'refunds', idempotency.key);
  const begin: Begin = { ...requested, id, payment, wire, amount: readAmount(payment, wire), now: deps.clock() };
  const parts = await prepareOn(payment.rail, deps, begin);
  const body = describeRefund({ ...toRefundRow(begin), state: parts.state });
  const isDone = parts.state === 'posted';
  const sums = {
    refunded: isDone ? toAmount(payment.refunded + begin.amount) : payment.refunded,
    refunding: isDone ? payment.refunding : toAmount(payment.refunding + begin.amount),
  };
  const watched: Watched = {
    movementId: id,
    userId: payeeId,
    kind: 'refund',
    money: { asset: payment.asset, amount: begin.amount },
    party: payment.payerId,
    // What was signed is good for a short time only.
    held: payment.rail === 'token' ? undefined : { route: 'refund', request: wire, idempotency },
  };
  const result = await deps.postWatched(watched, {
    transfers: parts.command.transfers,
    changes: [
      toMovement(begin, payeeId, parts),
      ...(parts.command.changes ?? []),
      ...changeSums(requested, payment.id, sums, begin.now),
    ],
    answer: { ...idempotency, status: 201, body },
    jobs: parts.command.jobs ?? [],
    history: [id],
  });
  if (result.status !== 'version_conflict') return answerOf(result, { status: 201, body });
  if (result.id === parts.call?.transactionId) throw givenBefore();
  return undefined;
}

/** @throws {AppError} REFUND_NOT_POSSIBLE while it is not final, REFUND_NOT_COVERED for more than is left of it. */
function readAmount(payment: PaymentRow, wire: RefundRequest): Amount {
  if (payment.state !== 'final')
    throw new AppError('REFUND_NOT_POSSIBLE', 'Not before it is final.', { details: { state: payment.state } });
  const left = payment.amount - payment.refunded - payment.refunding;
  const amount = wire.amount === undefined ? toAmount(left) : decodeAmount(wire.amount);
  if (amount === 0n || amount > left)
    throw new AppError('REFUND_NOT_COVERED', 'More than what is left of the payment.', {
      details: { left: `${left}` },
    });
  return amount;
}

/** What giving back on one rail adds to the command. */
type Parts = {
  readonly state: 'posted' | 'reserved' | 'submitted';
  readonly columns: RowChange['set'];
  readonly command: Pick<Command, 'transfers' | 'changes' | 'jobs'>;
  readonly call?: CarryPart;
};

function prepareOn(rail: PaymentRow['rail'], deps: RefundDeps, begin: Begin): Promise<Parts> | Parts {
  switch (rail) {
    case 'cash':
      return prepareCash(begin);
    case 'gateway':
      return prepareGateway(deps, begin);
    case 'token':
      return prepareToken(deps, begin);
    default:
      return rail satisfies never;
  }
}

function prepareCash({ id, request, payment, amount }: Begin): Parts {
  if (payment.payerId === undefined) throw new Error('Cash comes from somebody.');
  const transfer = {
    id: businessId('transfer', id, 'refund'),
    phase: 'posted',
    debit: userCash(request.payeeId, payment.asset),
    credit: userCash(payment.payerId, payment.asset),
    amount,
    kind: 'refund',
    movementId: id,
  } as const;
  return { state: 'posted', columns: {}, command: { transfers: [transfer] } };
}

/** Sets the cash aside and plans the refund at the gateway, in one moment. */
async function prepareGateway(deps: RefundDeps, begin: Begin): Promise<Parts> {
  const { id, request, payment, amount, now } = begin;
  const order = payment.movementId && (await deps.refunds.findPaidOrder(payment.movementId));
  if (!order) throw new AppError('REFUND_NOT_POSSIBLE', 'The gateway has no such payment.');
  const gateway = deps.registry.get(order.gateway);
  const asset = gateway.assets.find((one) => one === payment.asset);
  if (!asset) throw new AppError('REFUND_NOT_POSSIBLE', 'The gateway does not move this currency any more.');
  const attempt = {
    id: businessId('attempt', id),
    movementId: id,
    gateway: order.gateway,
    direction: 'refund',
    money: { asset, amount },
    expiresAt: undefined,
    createdAt: now,
    nextCheckAt: planCheck({ createdAt: now, expiresAt: undefined }, now, deps.delays),
  } as const;
  const reserve = {
    id: reserveId(id),
    phase: 'pending',
    debit: userCash(request.payeeId, payment.asset),
    credit: gatewayReceivable(order.gateway, payment.asset),
    amount,
    kind: 'refund_reserve',
    movementId: id,
  } as const;
  return {
    state: 'reserved',
    columns: { gateway: order.gateway, details: { paidOrder: order.orderNumber } },
    command: {
      transfers: [reserve],
      changes: [insertAttempt(attempt)],
      jobs: [followJob({ gateway: order.gateway, orderNumber: toOrderNumber(attempt.id) })],
    },
  };
}

/** The reserve of a refund through a gateway. */
export const reserveId = (refundId: string): string => businessId('transfer', refundId, 'refund_reserve');

async function prepareToken(deps: RefundDeps, { id, request, payment, amount, wire }: Begin): Promise<Parts> {
  const { token, contract, terms } = getTerms(deps, request);
  if (payment.asset !== token.id || payment.payerAddress === undefined)
    throw new AppError('REFUND_NOT_POSSIBLE', 'It did not come through the checkout: send it back.', {
      details: { way: 'send' },
    });
  if (!wire.authorization)
    throw new AppError('REFUND_NEEDS_SIGNATURE', 'Tokens go back by a signature of their holder.');
  const { signature, ...given } = wire.authorization;
  const signed: CheckoutSigned = {
    payer: payment.payerAddress,
    amount,
    fee: decodeAmount(given.fee),
    feeReceiver: given.feeReceiver,
    validAfter: BigInt(given.validAfter),
    validBefore: BigInt(given.validBefore),
    salt: given.salt,
  };
  await checkCarried(deps, { kind: 'refund', signer: terms.merchant, signed, signature, token, contract, terms });
  const call = await deps.carrier.prepare({
    ...{ chainId: token.chainId, from: terms.merchant, token: token.address, asset: token.id },
    nonce: checkoutRefundNonce({ chainId: token.chainId, checkout: contract }, request.reference, signed),
    to: contract,
    data: encodeFunctionData({
      abi: checkoutAbi,
      functionName: 'refundWithAuthorization',
      args: [terms, signed, signature],
    }),
    movementId: id,
  });
  const columns = {
    ...(signed.fee === 0n ? {} : { fee_asset: token.id, fee_amount: encodeAmount(decodeAmount(given.fee)) }),
    chain_id: token.chainId,
    address: terms.merchant,
    to_address: payment.payerAddress,
    reference: request.reference,
  };
  return { state: 'submitted', columns, command: { transfers: [], changes: [call.change] }, call };
}

function toMovement(
  { id, request, payment, amount, wire }: Begin,
  payeeId: string,
  { state, columns }: Parts,
): RowChange {
  return {
    table: 'movements',
    id,
    expectVersion: 0,
    set: {
      kind: 'refund',
      user_id: payeeId,
      counterparty_id: payment.payerId ?? null,
      state,
      asset: payment.asset,
      amount: encodeAmount(amount),
      payment_request_id: request.id,
      payment_id: payment.id,
      note: wire.note ?? request.description,
      ...columns,
    },
  };
}

const toRefundRow = ({ id, request, payment, amount, now }: Begin): RefundRow => ({
  id,
  version: 1,
  payeeId: request.payeeId,
  paymentId: payment.id,
  requestId: request.id,
  state: 'reserved',
  asset: payment.asset,
  amount,
  gateway: payment.gateway,
  reason: undefined,
  createdAt: now,
});

/** A refund as the payee sees it. */
export function describeRefund(row: RefundRow): RefundWire {
  return {
    id: row.id,
    historyId: historyId(row.payeeId, row.id),
    paymentId: row.paymentId,
    requestId: row.requestId,
    state: row.state,
    money: { asset: row.asset, amount: encodeAmount(row.amount) },
    reason: row.reason ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}
