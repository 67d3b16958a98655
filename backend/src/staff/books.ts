/** The command by which money leaves suspense: everything that is true from that moment on. */
import { encodeAmount } from '@feiqian/domain/money';
import { changeAttempt, type GatewayAttempt } from '../gateways/attempts.ts';
import { suspense, userCash } from '../ledger/accounts.ts';
import type { Command, RowChange, StoredAnswer } from '../ledger/command.ts';
import { businessId } from '../ledger/ids.ts';
import type { ClaimedMovement, StaffPerson, SuspenseItem } from './store.ts';

/** Says in a person's history that somebody looked and found that the money is theirs. */
const creditedReason = 'SUSPENSE_CREDITED';
/** Says in a person's history that what was paid under their order was somebody else's. */
const othersReason = 'PAID_FOR_ANOTHER';

/** The id of the one transfer by which an item is ever resolved, whoever resolves it and how often. */
export const resolutionTransferId = (itemId: string): string => businessId('transfer', 'suspense', itemId, 'resolved');

/** Everything that a resolution is made from. */
export type Credit = {
  readonly item: SuspenseItem;
  readonly recipient: StaffPerson;
  readonly staffId: string;
  readonly note: string;
  readonly at: Date;
  /** The movement that the money came for, and the order that it came by, where there are such. */
  readonly claimed: ClaimedMovement | undefined;
  readonly attempt: GatewayAttempt | undefined;
  readonly answer: StoredAnswer;
};

/** The money becomes the recipient's cash, their history says so, the item is closed, and who did it is on record: all or nothing. */
export function creditSuspense(credit: Credit): Command {
  const { item, recipient, staffId, note, at, answer } = credit;
  const { movementId, changes, touched } = moveOwnership(credit);
  return {
    transfers: [
      {
        id: resolutionTransferId(item.id),
        phase: 'posted',
        debit: suspense(item.money.asset),
        credit: userCash(recipient.id, item.money.asset),
        amount: item.money.amount,
        kind: 'suspense_credit',
        movementId,
      },
    ],
    changes: [
      {
        table: 'suspense_items',
        id: item.id,
        expectVersion: item.version,
        set: {
          state: 'resolved',
          action: 'credit',
          recipient_id: recipient.id,
          resolved_by: staffId,
          note,
          resolved_movement_id: movementId,
          resolved_at: at.toISOString(),
        },
      },
      {
        table: 'staff_actions',
        id: businessId('staff action', 'credit', item.id),
        expectVersion: 0,
        set: {
          staff_id: staffId,
          action: 'credit',
          subject_id: item.id,
          details: {
            recipient: recipient.id,
            asset: item.money.asset,
            amount: encodeAmount(item.money.amount),
            note,
            movement: movementId,
          },
        },
      },
      ...changes,
    ],
    answer,
    history: touched,
  };
}

type Ownership = { readonly movementId: string; readonly changes: RowChange[]; readonly touched: string[] };

/** Which movement of the recipient's the money belongs to from now on: the one that it came for when it is theirs, else a new one. */
function moveOwnership({ item, recipient, claimed, attempt }: Credit): Ownership {
  const isWaiting = claimed !== undefined && ['review', 'redeeming', 'failed'].includes(claimed.state);
  if (isWaiting && claimed.userId === recipient.id)
    return { movementId: claimed.id, changes: [settleClaimed(item, claimed)], touched: [claimed.id] };
  const movementId = businessId('movement', 'suspense', item.id);
  const begin = beginMovement(item, recipient, movementId);
  // A redemption stays with whoever announced it: what the chain says of it does not change.
  if (!isWaiting || claimed.state !== 'review') return { movementId, changes: [begin], touched: [movementId] };
  return {
    movementId,
    changes: [
      begin,
      {
        table: 'movements',
        id: claimed.id,
        expectVersion: claimed.version,
        set: { state: 'failed', reason: othersReason },
      },
      // The order goes with its money: whoever it was made for can begin another.
      ...(attempt ? [changeAttempt(attempt, { movement_id: movementId })] : []),
    ],
    touched: [claimed.id, movementId],
  };
}

/** What the movement became: what had come, not what had been ordered. */
function settleClaimed(item: SuspenseItem, { id, version }: ClaimedMovement): RowChange {
  return { table: 'movements', id, expectVersion: version, set: outcomeOf(item) };
}

function beginMovement(item: SuspenseItem, recipient: StaffPerson, id: string): RowChange {
  const { source } = item;
  const origin =
    source.kind === 'gateway'
      ? { kind: 'top_up', gateway: source.gateway }
      : { kind: 'conversion', chain_id: source.chainId, address: source.address, reference: source.reference };
  return {
    table: 'movements',
    id,
    expectVersion: 0,
    set: { ...origin, user_id: recipient.id, details: { suspense: item.id }, ...outcomeOf(item) },
  };
}

function outcomeOf({ money, source }: SuspenseItem): RowChange['set'] {
  const cash = { asset: money.asset, amount: encodeAmount(money.amount) };
  if (source.kind === 'chain' && source.tokens) {
    return {
      state: 'redeemed',
      reason: creditedReason,
      asset: source.tokens.asset,
      amount: encodeAmount(source.tokens.amount),
      counter_asset: cash.asset,
      counter_amount: cash.amount,
    };
  }
  return { state: 'credited', reason: creditedReason, ...cash, counter_asset: null, counter_amount: null };
}
