/** The commands of a top-up: what is written together at each of its steps. */
import type { SuspenseReason } from '@feiqian/domain/api/staff';
import type { CashAssetId } from '@feiqian/domain/assets';
import { encodeAmount, type Money } from '@feiqian/domain/money';
import { changeAttempt, followJob, type GatewayAttempt, insertAttempt } from '../gateways/attempts.ts';
import { gatewayReceivable, suspense, userCash } from '../ledger/accounts.ts';
import type { Command, Job, NewTransfer, RowChange, StoredAnswer } from '../ledger/command.ts';
import { businessId } from '../ledger/ids.ts';
import { noteSuspense } from '../ledger/suspense-items.ts';
import type { TopUp } from './store.ts';

/** Part of a command. */
type Part = { readonly transfers: readonly NewTransfer[]; readonly changes: readonly RowChange[] };

/** Part of a command by which cash goes on as tokens. */
export type Issue = Part;

/** An attempt with the top-up that it is for. */
export type Paying = { readonly topUp: TopUp; readonly attempt: GatewayAttempt };

/**
 * The id of the one transfer that money paid under an order number ever makes, wherever it goes: it can be booked as cash or
 * put into suspense, once.
 */
export const paidTransferId = (gateway: string, orderNumber: string): string =>
  businessId('transfer', 'gateway', gateway, orderNumber, 'paid');

const changeTopUp = ({ id, version }: TopUp, set: RowChange['set']): RowChange => ({
  table: 'movements',
  id,
  expectVersion: version,
  set,
});

const noCheck = { next_check_at: null };

/** Begins a top-up, or (when it exists) another attempt at it. */
export function beginAttempt(topUp: RowChange, attempt: Parameters<typeof insertAttempt>[0]): Command {
  return {
    transfers: [],
    changes: [topUp, insertAttempt(attempt)],
    jobs: [followJob({ gateway: attempt.gateway, orderNumber: attempt.id.replaceAll('-', '') }, attempt.nextCheckAt)],
    history: [attempt.movementId],
  };
}

/** The payer can pay. */
export function openAttempt(
  { topUp, attempt }: Paying,
  {
    reference,
    redirectUrl,
    nextCheckAt,
    answer,
  }: {
    readonly reference: string;
    readonly redirectUrl: string;
    readonly nextCheckAt: Date | undefined;
    readonly answer: StoredAnswer | undefined;
  },
): Command {
  const set = {
    state: 'open',
    gateway_reference: reference,
    redirect_url: redirectUrl,
    next_check_at: nextCheckAt?.toISOString() ?? null,
  };
  return {
    transfers: [],
    changes: [
      changeAttempt(attempt, set),
      ...(topUp.state === 'created' ? [changeTopUp(topUp, { state: 'paying' })] : []),
    ],
    ...(answer ? { answer } : {}),
    jobs: nextCheckAt ? [followJob(attempt, nextCheckAt)] : [],
    history: [topUp.id],
  };
}

/** The attempt came to nothing. The top-up ends with it unless money came by another attempt. */
export function endAttempt(
  { topUp, attempt }: Paying,
  {
    state,
    reason,
    nextCheckAt,
    endsTopUp,
  }: {
    readonly state: 'failed' | 'expired';
    readonly reason: string | null;
    readonly nextCheckAt: Date | undefined;
    readonly endsTopUp: boolean;
  },
): Command {
  return {
    transfers: [],
    changes: [
      changeAttempt(attempt, { state, reason, next_check_at: nextCheckAt?.toISOString() ?? null }),
      ...(endsTopUp ? [changeTopUp(topUp, { state, reason })] : []),
    ],
    jobs: nextCheckAt ? [followJob(attempt, nextCheckAt)] : [],
    history: [topUp.id],
  };
}

/** The gateway's answer is not about our order: a person looks, and we ask again. */
export function flagAttempt(
  { topUp, attempt }: Paying,
  {
    reason,
    nextCheckAt,
    endsTopUp,
  }: { readonly reason: string; readonly nextCheckAt: Date | undefined; readonly endsTopUp: boolean },
): Command {
  return {
    transfers: [],
    changes: [
      changeAttempt(attempt, { reason, next_check_at: nextCheckAt?.toISOString() ?? null }),
      ...(endsTopUp ? [changeTopUp(topUp, { state: 'review', reason })] : []),
    ],
    jobs: nextCheckAt ? [followJob(attempt, nextCheckAt)] : [],
    history: [topUp.id],
  };
}

/**
 * What was ordered has been paid: the cash is the person's, and in the same moment reserved for tokens when they are wanted.
 *
 * @param reason - Why the cash stays cash although tokens were wanted.
 */
export function creditTopUp(
  { topUp, attempt }: Paying,
  {
    reference,
    issue,
    reason,
    sale = [],
    jobs = [],
  }: {
    readonly reference: string;
    readonly issue?: Issue | undefined;
    /** What the payment request makes of it. */
    readonly sale?: readonly RowChange[];
    readonly reason?: string | undefined;
    readonly jobs?: readonly Job[];
  },
): Command {
  return {
    transfers: [creditTransfer(topUp, attempt, topUp.id), ...(issue?.transfers ?? [])],
    changes: [
      changeAttempt(attempt, { state: 'succeeded', reason: null, gateway_reference: reference, ...noCheck }),
      changeTopUp(topUp, { state: issue ? 'issuing' : 'credited', reason: reason ?? null }),
      ...(issue?.changes ?? []),
      ...sale,
    ],
    jobs,
    history: [topUp.id],
  };
}

/** A top-up was paid twice, through two attempts: the second payment is a credit of its own, with an entry of its own. */
export function creditSecondPayment(
  { topUp, attempt }: Paying,
  { reference, sale = [] }: { readonly reference: string; readonly sale?: readonly RowChange[] },
): Command {
  const id = secondTopUpId(attempt);
  return {
    transfers: [creditTransfer(topUp, attempt, id)],
    changes: [
      changeAttempt(attempt, {
        state: 'succeeded',
        reason: null,
        gateway_reference: reference,
        movement_id: id,
        ...noCheck,
      }),
      insertSecondTopUp(id, topUp, attempt.money, { state: 'credited', reason: null }),
      ...sale,
    ],
    history: [topUp.id, id],
  };
}

/** Something was paid that was not ordered: it is kept apart until a person finds out what it is. */
export function suspendPayment(
  { topUp, attempt }: Paying,
  {
    reference,
    money,
    reason,
    isSecond,
  }: {
    readonly reference: string;
    readonly money: Money<CashAssetId>;
    readonly reason: SuspenseReason;
    readonly isSecond: boolean;
  },
): Command {
  const id = isSecond ? secondTopUpId(attempt) : topUp.id;
  const suspended = intoSuspense({ ...attempt, money, reason, movementId: id });
  return {
    transfers: suspended.transfers,
    changes: [
      ...suspended.changes,
      changeAttempt(attempt, {
        state: 'mismatched',
        reason,
        gateway_reference: reference,
        movement_id: id,
        ...noCheck,
      }),
      isSecond
        ? insertSecondTopUp(id, topUp, money, { state: 'review', reason })
        : changeTopUp(topUp, { state: 'review', reason }),
    ],
    history: isSecond ? [topUp.id, id] : [id],
  };
}

/** Cash that was credited earlier goes on as tokens now, or (with a reason) stays cash. */
export function issueCredited(topUp: TopUp, outcome: Issue | { readonly reason: string }): Command {
  if ('reason' in outcome)
    return { transfers: [], changes: [changeTopUp(topUp, { reason: outcome.reason })], history: [topUp.id] };
  return {
    transfers: outcome.transfers,
    changes: [changeTopUp(topUp, { state: 'issuing' }), ...outcome.changes],
    history: [topUp.id],
  };
}

/** Part of a command: money paid under an order number is put into suspense, with the reason why. */
export function intoSuspense({
  gateway,
  orderNumber,
  money,
  reason,
  movementId,
}: {
  readonly gateway: string;
  readonly orderNumber: string;
  readonly money: Money<CashAssetId>;
  readonly reason: SuspenseReason;
  readonly movementId?: string;
}): Part {
  const transfer: NewTransfer = {
    id: paidTransferId(gateway, orderNumber),
    phase: 'posted',
    debit: gatewayReceivable(gateway, money.asset),
    credit: suspense(money.asset),
    amount: money.amount,
    kind: 'top_up_suspense',
    ...(movementId === undefined ? {} : { movementId }),
  };
  return { transfers: [transfer], changes: [noteSuspense(transfer, { reason, source: { gateway, orderNumber } })] };
}

function creditTransfer(
  topUp: TopUp,
  { gateway, orderNumber, money }: GatewayAttempt,
  movementId: string,
): NewTransfer {
  return {
    id: paidTransferId(gateway, orderNumber),
    phase: 'posted',
    debit: gatewayReceivable(gateway, money.asset),
    credit: userCash(topUp.userId, money.asset),
    amount: money.amount,
    kind: 'top_up',
    movementId,
  };
}

/** The id of the top-up that a second payment of one is. */
export const secondTopUpId = (attempt: GatewayAttempt): string => businessId('movement', 'second payment', attempt.id);

function insertSecondTopUp(
  id: string,
  topUp: TopUp,
  money: Money<CashAssetId>,
  set: { readonly state: string; readonly reason: string | null },
): RowChange {
  const details = { secondPaymentOf: topUp.id };
  return {
    table: 'movements',
    id,
    expectVersion: 0,
    set: {
      kind: 'top_up',
      user_id: topUp.userId,
      gateway: topUp.gateway,
      asset: money.asset,
      amount: encodeAmount(money.amount),
      details,
      ...(topUp.sale ? { payment_request_id: topUp.sale.requestId, counterparty_id: topUp.sale.payerId ?? null } : {}),
      ...set,
    },
  };
}
