/** The commands of monitoring: what is written together when a movement is decided on, held, let go or given back. */
import { encodeAmount, type Money } from '@feiqian/domain/money';
import type { Decision } from '@feiqian/domain/monitoring/decide';
import { held, userCash } from '../ledger/accounts.ts';
import type { Command, Job, NewTransfer, RowChange, StoredAnswer } from '../ledger/command.ts';
import { businessId } from '../ledger/ids.ts';
import type { HeldRequest, Watched } from '../ledger/watched.ts';
import type { Hold } from './hold-store.ts';
import type { Past } from './past.ts';

const holdTransferId = (movementId: string): string => businessId('transfer', movementId, 'hold');

/** Names the mails about a hold: that it waits, and what became of it. The SQL function `hold_tell` gives them the same ids. */
export const holdMailId = (movementId: string, moment: 'held' | 'ended'): string =>
  businessId('mail', movementId, moment);

/** The owner's address, sealed for each mail. */
export type Recipients = { readonly held: string; readonly ended: string };

type HeldMoney = { readonly id: string; readonly userId: string; readonly money: Money };

const sides = ({ id, userId, money }: HeldMoney): Pick<NewTransfer, 'debit' | 'credit' | 'amount' | 'movementId'> => ({
  debit: userCash(userId, money.asset),
  credit: held(money.asset),
  amount: money.amount,
  movementId: id,
});

/**
 * The rows of a decision: itself, and the person's row from the version that it was made from. Somebody else's decision about the same
 * person meanwhile makes it void, so that two movements at once are never both judged by the same past.
 *
 * @param cash - The movement's money as cash.
 */
export function noteDecision(watched: Watched, cash: Money, decision: Decision, past: Past): RowChange[] {
  // Each try that is blocked is on record.
  const name = decision.outcome === 'block' ? [watched.movementId, `${past.version}`] : [watched.movementId];
  return [
    { table: 'monitoring_people', id: watched.userId, expectVersion: past.version, set: {} },
    {
      table: 'monitoring_decisions',
      id: businessId('monitoring decision', ...name),
      expectVersion: 0,
      set: {
        movement_id: watched.movementId,
        user_id: watched.userId,
        kind: watched.kind,
        asset: cash.asset,
        amount: encodeAmount(cash.amount),
        party: watched.party ?? null,
        outcome: decision.outcome,
        reasons: [...decision.reasons],
        score: decision.score,
        rules_version: past.rulesVersion,
      },
    },
  ];
}

/** Looks at a hold when its time is over. */
const expireJob = (id: string, runAt: Date): Job => ({
  task: 'monitoring.expire',
  payload: { holdId: id },
  key: `monitoring.expire:${id}`,
  runAt,
});

type Holding = {
  readonly watched: Watched;
  readonly request: HeldRequest;
  readonly sealedRequest: string;
  readonly decided: readonly RowChange[];
  readonly answer: StoredAnswer | undefined;
  readonly expiresAt: Date;
  /** Undefined where no mail is sent. */
  readonly recipients: Recipients | undefined;
};

/** Instead of a movement: its money is set aside, and its row says that it waits. */
export function holdMovement(
  command: Command,
  { watched, request, sealedRequest, decided, answer, expiresAt, recipients }: Holding,
): Command {
  const { movementId: id, userId, money } = watched;
  return {
    transfers: [
      { ...sides({ id, userId, money }), id: holdTransferId(id), phase: 'pending', kind: 'hold', timeoutAt: expiresAt },
    ],
    changes: [
      ...decided,
      changeState(findInsert(command, id), 'in_review'),
      {
        table: 'holds',
        id,
        expectVersion: 0,
        set: {
          user_id: userId,
          route: request.route,
          request: sealedRequest,
          scope: request.idempotency.scope,
          key: request.idempotency.key,
          request_hash: request.idempotency.requestHash,
          asset: money.asset,
          amount: encodeAmount(money.amount),
          state: 'open',
          expires_at: expiresAt.toISOString(),
          ...(recipients ? { held_recipient: recipients.held, ended_recipient: recipients.ended } : {}),
        },
      },
      ...(request.also ?? []),
    ],
    ...(answer ? { answer } : {}),
    jobs: [expireJob(id, expiresAt)],
    history: [id],
  };
}

const changeState = (insert: RowChange, state: string): RowChange => ({ ...insert, set: { ...insert.set, state } });

function findInsert({ changes = [] }: Command, movementId: string): RowChange {
  const insert = changes.find(({ table, id }) => table === 'movements' && id === movementId);
  if (insert?.expectVersion !== 0) throw new Error('A watched command begins its movement.');
  return insert;
}

/** Who ends a hold, and why. */
export type Ending = {
  readonly staffId: string;
  readonly note: string;
  readonly at: Date;
  readonly answer: StoredAnswer;
};

/** The movement happens after all: the money is let go and goes its way in one moment. */
export function releaseMovement(hold: Hold, command: Command, { staffId, note, at, answer }: Ending): Command {
  const insert = findInsert(command, hold.id);
  const { created_at: _, ...set } = insert.set;
  return {
    ...command,
    transfers: [endTransfer(hold, 'hold_release'), ...command.transfers],
    changes: [
      endHold(hold, { state: 'released', ended_by: staffId, ended_at: at.toISOString(), note }),
      act(hold, { action: 'hold_release', staffId, note }),
      ...(command.changes ?? []).map((change) =>
        change === insert ? { ...insert, expectVersion: hold.movementVersion, set: { ...set, reason: null } } : change,
      ),
    ],
    answer,
  };
}

/** The money goes back, by a decision of staff. */
export function refuseMovement(hold: Hold, { staffId, note, at, answer }: Ending): Command {
  return {
    transfers: [endTransfer(hold, 'hold_return')],
    changes: [
      endHold(hold, { state: 'refused', ended_by: staffId, ended_at: at.toISOString(), note }),
      act(hold, { action: 'hold_refuse', staffId, note }),
      giveBack(hold, 'REVIEW_REFUSED'),
    ],
    answer,
    history: [hold.id],
  };
}

/** The money goes back, because nobody decided in time. */
export function expireMovement(hold: Hold, at: Date): Command {
  return {
    transfers: [endTransfer(hold, 'hold_return')],
    changes: [endHold(hold, { state: 'expired', ended_at: at.toISOString() }), giveBack(hold, 'REVIEW_EXPIRED')],
    history: [hold.id],
  };
}

/** The first of two people says that it may happen. */
export function approveHold(hold: Hold, { staffId, note, at, answer }: Ending): Command {
  return {
    transfers: [],
    changes: [
      {
        table: 'holds',
        id: hold.id,
        expectVersion: hold.version,
        set: { approved_by: staffId, approved_at: at.toISOString() },
      },
      act(hold, { action: 'hold_approve', staffId, note }),
    ],
    answer,
  };
}

const endHold = ({ id, version }: Hold, set: RowChange['set']): RowChange => ({
  table: 'holds',
  id,
  expectVersion: version,
  set,
});

const giveBack = ({ id, movementVersion }: Hold, reason: string): RowChange => ({
  table: 'movements',
  id,
  expectVersion: movementVersion,
  set: { state: 'returned', reason },
});

function endTransfer({ id, person, money }: Hold, kind: 'hold_release' | 'hold_return'): NewTransfer {
  return {
    ...sides({ id, userId: person.id, money }),
    id: businessId('transfer', id, kind),
    phase: 'void',
    pendingId: holdTransferId(id),
    kind,
  };
}

type Act = {
  readonly action: 'hold_approve' | 'hold_release' | 'hold_refuse';
  readonly staffId: string;
  readonly note: string;
};

const act = ({ id, money }: Hold, { action, staffId, note }: Act): RowChange => ({
  table: 'staff_actions',
  id: businessId('staff action', action, id),
  expectVersion: 0,
  set: {
    staff_id: staffId,
    action,
    subject_id: id,
    details: { asset: money.asset, amount: encodeAmount(money.amount), note },
  },
});
