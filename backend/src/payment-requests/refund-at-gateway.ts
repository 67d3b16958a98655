/** Follows refunds at gateways to their end. */
import { AppError, assert, isAppError } from '@feiqian/domain/errors';
import { toAmount } from '@feiqian/domain/money';
import { failpoint } from '../database/failpoint.ts';
import { changeAttempt, followJob, type GatewayAttempt, planCheck, planCheckAt } from '../gateways/attempts.ts';
import { isUnanswered } from '../gateways/follow.ts';
import { findMismatch, type RefundAnswer } from '../gateways/gateway.ts';
import { gatewayReceivable, userCash } from '../ledger/accounts.ts';
import type { Command, NewTransfer, RowChange } from '../ledger/command.ts';
import { businessId } from '../ledger/ids.ts';
import { getRequested, untilWritten } from './deps.ts';
import type { RefundRow } from './refund-store.ts';
import { type RefundDeps, reserveId } from './refunds.ts';
import { changeSums } from './rows.ts';

/** What a gateway said of a refund; `refused` is its definitive no. */
type Heard = RefundAnswer | { readonly state: 'refused'; readonly reason: string };

/** Follows refunds at gateways. */
export function createGatewayRefunds(deps: RefundDeps) {
  const followRefund = (attempt: GatewayAttempt): Promise<boolean> => follow(deps, attempt);
  return {
    /** Sends a refund, or asks what has become of it, and books what follows. Answers whether the gateway could say. */
    followRefund,

    /** A gateway says that something happened to a refund of this payment: those that are under way are asked for. */
    async followRefundsOf(gateway: string, orderNumber: string): Promise<boolean> {
      const open = await deps.attempts.listOpenRefunds(gateway, orderNumber);
      for (const attempt of open) await followRefund(attempt);
      return open.length > 0;
    },
  };
}

async function follow(deps: RefundDeps, attempt: GatewayAttempt): Promise<boolean> {
  if (isOver(attempt)) return true;
  let heard: Heard;
  try {
    heard = await ask(deps, attempt);
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    await deps.ledger.post(planCheckAt(attempt, nextCheck(deps, attempt)));
    return false;
  }
  failpoint('after_gateway_refund_answer_before_books');
  await untilWritten(async () => {
    const now = await deps.attempts.find(attempt.id);
    assert(now, 'an attempt never goes away');
    if (isOver(now)) return true;
    const command = await decide(deps, now, heard);
    if (command === undefined) return undefined;
    const result = await deps.ledger.post(command);
    if (result.status === 'refused')
      throw new Error(`The ledger refused what a gateway said: ${result.transfers.join(', ')}`);
    return result.status !== 'version_conflict' || undefined;
  });
  return true;
}

/** The same refund may be sent any number of times and is one refund: asking for it is sending it again. */
async function ask({ registry, refunds }: RefundDeps, attempt: GatewayAttempt): Promise<Heard> {
  const refund = await refunds.find(attempt.movementId);
  assert(refund, 'an attempt to refund belongs to a refund');
  const orderNumber = await paidOrderOf(refund, { refunds });
  failpoint('after_refund_reserved_before_gateway_asked');
  try {
    const answer = await registry
      .get(attempt.gateway)
      .refund({ orderNumber, refundNumber: attempt.orderNumber, money: attempt.money });
    failpoint('after_gateway_refund_sent_before_books');
    return answer;
  } catch (error) {
    if (!isAppError(error) || error.code !== 'GATEWAY_REFUSED') throw error;
    return { state: 'refused', reason: error.details.reason ?? 'UNKNOWN' };
  }
}

async function paidOrderOf(refund: RefundRow, { refunds }: Pick<RefundDeps, 'refunds'>): Promise<string> {
  const order = await refunds.findRefundedOrder(refund.id);
  if (order === undefined) throw new AppError('INTERNAL', 'A refund at a gateway names what it gives back.');
  return order;
}

/** What follows from what a gateway said; undefined when another one has changed what that is about, so that all is read anew. */
async function decide(deps: RefundDeps, attempt: GatewayAttempt, heard: Heard): Promise<Command | undefined> {
  const refund = await deps.refunds.find(attempt.movementId);
  assert(refund, 'an attempt to refund belongs to a refund');
  // A refusal of what it has had already says nothing about that.
  if (heard.state === 'refused')
    return attempt.state === 'created'
      ? endRefund(deps, { refund, attempt, phase: 'void', reason: heard.reason })
      : planCheckAt(attempt, nextCheck(deps, attempt));
  const orderNumber = await paidOrderOf(refund, deps);
  const { merchant } = deps.registry.get(attempt.gateway);
  const mismatch = findMismatch({ merchant, orderNumber, money: attempt.money }, heard);
  const isOther = mismatch ?? (heard.refundNumber === attempt.orderNumber ? undefined : 'ORDER_MISMATCH');
  // The answer is not about our refund: a person looks, the reserve stays, and we ask again.
  if (isOther !== undefined) return keepAsking(deps, { refund, attempt, set: { reason: isOther } });
  switch (heard.state) {
    case 'processing':
      return keepAsking(deps, { refund, attempt, set: { state: 'open', reason: null } });
    case 'succeeded':
      return endRefund(deps, { refund, attempt, phase: 'post', reason: null });
    case 'failed':
      return endRefund(deps, { refund, attempt, phase: 'void', reason: heard.reason });
    default:
      return heard satisfies never;
  }
}

type Following = { readonly refund: RefundRow; readonly attempt: GatewayAttempt };

function keepAsking(
  deps: RefundDeps,
  { refund, attempt, set }: Following & { readonly set: RowChange['set'] },
): Command {
  const nextCheckAt = nextCheck(deps, attempt);
  const isSent = set.state === 'open' && refund.state === 'reserved';
  return {
    transfers: [],
    changes: [
      changeAttempt(attempt, { ...set, next_check_at: nextCheckAt.toISOString() }),
      ...(isSent ? [changeRefund(refund, { state: 'sent' })] : []),
    ],
    jobs: [followJob(attempt, nextCheckAt)],
    history: [refund.id],
  };
}

/** The money has gone back, or never will and is the payee's again; undefined when another one has booked that since. */
async function endRefund(
  deps: RefundDeps,
  { refund, attempt, phase, reason }: Following & { readonly phase: 'post' | 'void'; readonly reason: string | null },
): Promise<Command | undefined> {
  const requested = await getRequested(deps, refund.requestId);
  const payment = requested.payments.find(({ id }) => id === refund.paymentId);
  assert(payment, 'a refund is of a payment');
  // The attempt was read before the payment was.
  if (payment.refunding < refund.amount) return undefined;
  const sums = {
    refunding: toAmount(payment.refunding - refund.amount),
    refunded: phase === 'post' ? toAmount(payment.refunded + refund.amount) : payment.refunded,
  };
  return {
    transfers: [endReserve(refund, attempt, phase)],
    changes: [
      changeAttempt(attempt, { state: phase === 'post' ? 'succeeded' : 'failed', reason, next_check_at: null }),
      changeRefund(refund, { state: phase === 'post' ? 'settled' : 'failed', reason }),
      ...changeSums(requested, refund.paymentId, sums, deps.clock()),
    ],
    history: [refund.id],
  };
}

const changeRefund = ({ id, version }: RefundRow, set: RowChange['set']): RowChange => ({
  table: 'movements',
  id,
  expectVersion: version,
  set,
});

function endReserve(refund: RefundRow, { gateway }: GatewayAttempt, phase: 'post' | 'void'): NewTransfer {
  const kind = phase === 'post' ? 'refund' : 'refund_return';
  return {
    id: businessId('transfer', refund.id, kind),
    phase,
    pendingId: reserveId(refund.id),
    debit: userCash(refund.payeeId, refund.asset),
    credit: gatewayReceivable(gateway, refund.asset),
    amount: refund.amount,
    kind,
    movementId: refund.id,
  };
}

function nextCheck({ clock, delays }: RefundDeps, { createdAt }: GatewayAttempt): Date {
  const at = planCheck({ createdAt, expiresAt: undefined }, clock(), delays);
  assert(at, 'without an expiry there is always a next time');
  return at;
}

const isOver = ({ state }: GatewayAttempt): boolean => state !== 'created' && state !== 'open';
