import type { Amount } from '@feiqian/domain/money';

/**
 * What an account is. Its id follows from name and asset (see `accountId`), so that naming it is enough to have it.
 * Names are the chart of accounts: `gateway:<name>:receivable`, `bank:<name>`, `user:<id>:cash`, `issued:<token>`, `par:<token>`, `fees`, `suspense`.
 */
export type AccountSpec = {
  readonly name: string;
  readonly asset: string;
  readonly ownerId?: string;
  /** `credits` for what we owe to people (may not go below zero), `debits` for what we hold, `none` where either side may lead. */
  readonly floor: 'credits' | 'debits' | 'none';
};

/** One movement between two accounts, exactly as the ledger stores it. */
export type NewTransfer = {
  /** UUIDv8 of a business key, derived by the service and never taken from a caller. */
  readonly id: string;
  /** `pending` reserves; `post` and `void` end the pending transfer `pendingId` with its own accounts and amount. */
  readonly phase: 'posted' | 'pending' | 'post' | 'void';
  readonly debit: AccountSpec;
  readonly credit: AccountSpec;
  /** Base units of the asset that both accounts share. For `post` and `void` the whole pending amount. */
  readonly amount: Amount;
  /** Which business step this is: `top_up`, `cash_transfer`, `issue_reserve`, … */
  readonly kind: string;
  readonly pendingId?: string;
  /** Only for pendings without an external effect behind them. */
  readonly timeoutAt?: Date;
  readonly movementId?: string;
};

/** Tables whose rows carry `version` and change by compare-and-swap. */
export type VersionedTable =
  | 'movements'
  | 'gateway_attempts'
  | 'payment_requests'
  | 'payments'
  | 'payout_rules'
  | 'payouts'
  | 'pay_limits'
  | 'chain_transactions'
  | 'chain_cursors'
  | 'suspense_items'
  | 'staff_actions'
  | 'monitoring_people'
  | 'monitoring_decisions'
  | 'holds';

/** Inserts a row (`expectVersion` 0) or changes one that must still have that version; the new version is one higher. */
export type RowChange = {
  readonly table: VersionedTable;
  readonly id: string;
  readonly expectVersion: number;
  /** Columns by their database names; amounts as decimal strings, times as ISO strings, absent ones stay as they are. */
  readonly set: Readonly<Record<string, string | number | boolean | null | object>>;
};

/** Work to begin once the command is committed (a graphile-worker job, added in the same database transaction). */
export type Job = {
  readonly task: string;
  readonly payload: Readonly<Record<string, string | number | boolean | null>>;
  /** One job per key: a later one replaces an earlier that has not begun. */
  readonly key: string;
  readonly runAt?: Date;
};

/** The answer that a repeated request will get; stored with the change itself. */
export type StoredAnswer = {
  readonly scope: string;
  readonly key: string;
  /** Tells another request under the same key: a keyed hash of 32 bytes, hex. */
  readonly requestHash: string;
  readonly status: number;
  readonly body: object;
};

/**
 * Everything that must be true at the same moment. Written whole or not at all; many commands share one database
 * transaction, as if written in array order, and a refused one leaves the others standing.
 */
export type Command = {
  /** Linked: all or none. */
  readonly transfers: readonly NewTransfer[];
  readonly changes?: readonly RowChange[];
  readonly answer?: StoredAnswer;
  readonly jobs?: readonly Job[];
  /** Movements whose history entries are projected anew in the same transaction. */
  readonly history?: readonly string[];
};

export type TransferStatus =
  | 'created'
  | 'exists'
  | 'exists_with_different_content'
  | 'exceeds_credits'
  | 'exceeds_debits'
  | 'account_closed'
  | 'pending_not_found'
  | 'pending_already_posted'
  | 'pending_already_voided'
  | 'pending_content_differs'
  | 'linked_refused';

export type CommandResult =
  /** Written now, or every part of it stood already with the same content. */
  | { readonly status: 'written'; readonly transfers: readonly TransferStatus[] }
  /** A row had another version: read again and decide again. Nothing was written. */
  | { readonly status: 'version_conflict'; readonly table: VersionedTable; readonly id: string }
  /** The same key was answered before: give this answer again. Nothing was written. */
  | { readonly status: 'answered'; readonly answer: { readonly status: number; readonly body: object } }
  /** The same key came before with another request. Nothing was written. */
  | { readonly status: 'key_reused' }
  /** A transfer was refused; the first refusal says why. Nothing was written. */
  | { readonly status: 'refused'; readonly transfers: readonly TransferStatus[] };
