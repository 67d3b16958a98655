import type { Amount } from '../money.ts';

/** What can be watched: everything by which money leaves a person's hands here. */
export const watchedKinds = ['withdrawal', 'cash_transfer', 'payment', 'conversion', 'refund', 'token_send'] as const;
export type WatchedKind = (typeof watchedKinds)[number];

/**
 * One movement of the person's past as far as monitoring looks at it. Tokens are counted as the cash that they stand for, in the
 * currency's smallest unit and rounded up.
 */
export type PastMovement = {
  readonly direction: 'out' | 'in';
  readonly kind: WatchedKind | 'top_up';
  /** A cash asset, such as `iso4217:CNY`. */
  readonly asset: string;
  readonly amount: Amount;
  /** Names the other side: a person, a bank account, an address; undefined where nobody is known. */
  readonly party: string | undefined;
  readonly at: Date;
};

/** A movement that asks to be let through. */
export type WatchedMovement = {
  readonly kind: WatchedKind;
  readonly asset: string;
  readonly amount: Amount;
  readonly party: string | undefined;
  readonly at: Date;
};

/** The most of a person's past that is looked at, each way: the latest. A rule that counts asks for fewer. */
export const pastMax = 2000;

/** What is known of the person at the moment of the movement; none of it may be later than that. */
export type PersonFacts = {
  /** Everything within the longest window, and enough before it to know what is usual. In any order. */
  readonly past: readonly PastMovement[];
  /** Whether money went to this party before. */
  readonly isKnownParty: boolean;
  /** How long the device has been logged in, in milliseconds; undefined when nobody can say. */
  readonly deviceAgeMs: number | undefined;
};
