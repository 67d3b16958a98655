/** The commands of a withdrawal: what is written together at each of its steps. */
import type { CashAssetId } from '@feiqian/domain/assets';
import type { Money } from '@feiqian/domain/money';
import { changeAttempt, followJob, type GatewayAttempt, insertAttempt } from '../gateways/attempts.ts';
import { gatewayReceivable, suspense, userCash } from '../ledger/accounts.ts';
import type { Command, NewTransfer, RowChange, StoredAnswer } from '../ledger/command.ts';
import { businessId } from '../ledger/ids.ts';
import { noteSuspense } from '../ledger/suspense-items.ts';
import type { Withdrawal } from './store.ts';

/** A payout attempt with the withdrawal that it is for. */
export type PayingOut = { readonly withdrawal: Withdrawal; readonly attempt: GatewayAttempt };

type Party = Pick<Withdrawal, 'id' | 'userId' | 'gateway' | 'money'>;

const reserveId = (withdrawalId: string): string => businessId('transfer', withdrawalId, 'withdrawal_reserve');

const changeWithdrawal = ({ id, version }: Withdrawal, set: RowChange['set']): RowChange => ({
  table: 'movements',
  id,
  expectVersion: version,
  set,
});

/** Sets the cash aside and plans the payout, in one moment. The reserve has no timeout: it ends when the bank has said what became of it. */
export function reserveWithdrawal(
  withdrawal: Party,
  {
    rows,
    attempt,
    answer,
  }: {
    readonly rows: readonly RowChange[];
    readonly attempt: Parameters<typeof insertAttempt>[0];
    readonly answer: StoredAnswer;
  },
): Command {
  return {
    transfers: [{ ...sides(withdrawal), id: reserveId(withdrawal.id), phase: 'pending', kind: 'withdrawal_reserve' }],
    changes: [...rows, insertAttempt(attempt)],
    answer,
    jobs: [followJob({ gateway: attempt.gateway, orderNumber: attempt.id.replaceAll('-', '') })],
    history: [withdrawal.id],
  };
}

/** The gateway has taken the order. */
export function sendWithdrawal(
  { withdrawal, attempt }: PayingOut,
  { reference, nextCheckAt }: { readonly reference: string; readonly nextCheckAt: Date },
): Command {
  return {
    transfers: [],
    changes: [
      changeAttempt(attempt, { state: 'open', gateway_reference: reference, next_check_at: nextCheckAt.toISOString() }),
      changeWithdrawal(withdrawal, { state: 'sent' }),
    ],
    jobs: [followJob(attempt, nextCheckAt)],
    history: [withdrawal.id],
  };
}

/** The money has left: the reserve becomes a payment. */
export function settleWithdrawal({ withdrawal, attempt }: PayingOut, reference: string): Command {
  return {
    transfers: [endReserve(withdrawal, 'post')],
    changes: [
      changeAttempt(attempt, { state: 'succeeded', reason: null, gateway_reference: reference, next_check_at: null }),
      changeWithdrawal(withdrawal, { state: 'settled', reason: null }),
    ],
    history: [withdrawal.id],
  };
}

/** The money has not left and never will: the person has it again. */
export function returnWithdrawal({ withdrawal, attempt }: PayingOut, reason: string): Command {
  return {
    transfers: [endReserve(withdrawal, 'void')],
    changes: [
      changeAttempt(attempt, { state: 'failed', reason, next_check_at: null }),
      changeWithdrawal(withdrawal, { state: 'returned', reason }),
    ],
    history: [withdrawal.id],
  };
}

/** The gateway's answer is not about our order: a person looks, the reserve stays, and we ask again. */
export function flagWithdrawal(
  { withdrawal, attempt }: PayingOut,
  { reason, nextCheckAt }: { readonly reason: string; readonly nextCheckAt: Date },
): Command {
  return {
    transfers: [],
    changes: [
      changeAttempt(attempt, { reason, next_check_at: nextCheckAt.toISOString() }),
      changeWithdrawal(withdrawal, { reason }),
    ],
    jobs: [followJob(attempt, nextCheckAt)],
    history: [withdrawal.id],
  };
}

/** Money that a gateway paid out under an order that we don't have. Its id is of the order, so it is booked once. */
export function suspendUnknownPayout(gateway: string, orderNumber: string, money: Money<CashAssetId>): Command {
  const transfer: NewTransfer = {
    id: businessId('transfer', 'gateway', gateway, orderNumber, 'paid out'),
    phase: 'posted',
    debit: suspense(money.asset),
    credit: gatewayReceivable(gateway, money.asset),
    amount: money.amount,
    kind: 'withdrawal_suspense',
  };
  return {
    transfers: [transfer],
    changes: [noteSuspense(transfer, { reason: 'PAYOUT_UNKNOWN', source: { gateway, orderNumber } })],
  };
}

function sides({ id, userId, gateway, money }: Party): Pick<NewTransfer, 'debit' | 'credit' | 'amount' | 'movementId'> {
  return {
    debit: userCash(userId, money.asset),
    credit: gatewayReceivable(gateway, money.asset),
    amount: money.amount,
    movementId: id,
  };
}

function endReserve(withdrawal: Party, phase: 'post' | 'void'): NewTransfer {
  const kind = phase === 'post' ? 'withdrawal' : 'withdrawal_return';
  return {
    ...sides(withdrawal),
    id: businessId('transfer', withdrawal.id, kind),
    phase,
    pendingId: reserveId(withdrawal.id),
    kind,
  };
}
