import type { Money } from '@feiqian/domain/money';
import type { WatchedKind } from '@feiqian/domain/monitoring/facts';
import type { Command, CommandResult, RowChange, StoredAnswer } from './command.ts';
import type { Ledger } from './ledger.ts';

/** By which ways a movement can be asked for again, once it is released. */
export type HeldRoute = Exclude<WatchedKind, 'token_send'>;

/** How a movement is asked for: enough to ask for it again. */
export type HeldRequest = {
  readonly route: HeldRoute;
  /** As JSON; kept sealed. */
  readonly request: unknown;
  readonly idempotency: Pick<StoredAnswer, 'scope' | 'key' | 'requestHash'>;
  /** What changes at the moment in which it is asked for, whether it is held or not, and not again when it is released. */
  readonly also?: readonly RowChange[];
};

/** What monitoring needs to know of a command by which money leaves a person's hands. */
export type Watched = {
  /** The movement, which the command inserts. */
  readonly movementId: string;
  readonly userId: string;
  readonly kind: WatchedKind;
  readonly money: Money;
  /** Names the other side, always in the same way; undefined where the money stays the person's own. */
  readonly party: string | undefined;
  /** Undefined for what cannot wait: it happens now or not at all. */
  readonly held: HeldRequest | undefined;
};

/**
 * Posts a command by which money leaves a person's hands, if monitoring lets it: decision and movement are one database transaction.
 * What has to wait for staff is `answered` with the state `in_review`, and what the command says happens only when it is released.
 *
 * @throws {AppError} MOVEMENT_BLOCKED, and MOVEMENT_NOT_PASSED for what cannot wait; then nothing has moved.
 */
export type PostWatched = (watched: Watched, command: Command) => Promise<CommandResult>;

/** Lets everything through: for measuring and testing what is watched elsewhere. */
export const postUnwatched =
  (ledger: Pick<Ledger, 'post'>): PostWatched =>
  (_, command) =>
    ledger.post(command);
