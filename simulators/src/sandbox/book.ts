/** What the gateway knows: orders, payouts, refunds and the notices it owes to merchants; kept in an append-only file. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';

/** Amounts are decimal strings of the currency's smallest unit, times RFC 3339 UTC. */
export type Payment = {
  readonly orderNumber: string;
  readonly merchant: string;
  /** The gateway's own number of the order. */
  readonly reference: string;
  /** Unguessable part of the hosted page's address. */
  readonly pageToken: string;
  readonly currency: string;
  readonly amount: string;
  readonly description: string;
  readonly returnUrl: string;
  readonly notificationUrl: string;
  readonly status: 'waiting' | 'paid' | 'declined' | 'expired';
  /** What the payer really paid; differs from the order only by an injected fault. */
  readonly paid: { readonly currency: string; readonly amount: string; readonly at: string } | null;
  readonly expiresAt: string;
  readonly createdAt: string;
};

export type Refund = {
  readonly refundNumber: string;
  readonly orderNumber: string;
  readonly merchant: string;
  readonly currency: string;
  readonly amount: string;
  readonly status: 'processing' | 'succeeded' | 'failed';
  readonly reason: string | null;
  readonly createdAt: string;
};

export type Payout = {
  readonly orderNumber: string;
  readonly merchant: string;
  readonly reference: string;
  readonly currency: string;
  readonly amount: string;
  readonly account: { readonly holder: string; readonly number: string };
  readonly description: string;
  readonly notificationUrl: string;
  readonly status: 'processing' | 'settled' | 'returned';
  readonly reason: string | null;
  /** When the bank decides by itself; null when only the panel decides. */
  readonly decidesAt: string | null;
  readonly createdAt: string;
};

/** How a notice is signed and delivered: truly, or as one of the injected frauds. */
export const noticeManners = [
  'genuine',
  'forged_key',
  'forged_body',
  'downgraded',
  'unsigned',
  'replayed',
  'future',
] as const;
export type NoticeManner = (typeof noticeManners)[number];

/** One notification on its way. */
export type Notice = {
  readonly id: string;
  readonly type: string;
  /** The merchant that the notice names as its receiver. */
  readonly merchant: string;
  readonly orderNumber: string;
  readonly url: string;
  readonly body: string;
  readonly manner: NoticeManner;
  /** How many times the first delivery is made at once; more than 1 only by an injected fault. */
  readonly copies: number;
  /** Whether an unanswered delivery is repeated. */
  readonly isRetried: boolean;
  readonly status: 'due' | 'held' | 'delivered' | 'given_up';
  readonly attempts: number;
  /** When it is delivered (again); null unless `due`. */
  readonly nextAt: string | null;
  /** What the merchant answered last: an HTTP status, or why there was none. */
  readonly lastAnswer: string | null;
  readonly createdAt: string;
};

/** Everything that is written in one line of the file, and so happens as a whole or not at all. */
export type Entry = {
  readonly payments?: readonly Payment[];
  readonly refunds?: readonly Refund[];
  readonly payouts?: readonly Payout[];
  readonly notices?: readonly Notice[];
  /** Which of the gateway's keys signs from here on. */
  readonly keyIndex?: number;
};

/** Read at will; changed only through `write`. */
export type Book = {
  readonly payments: ReadonlyMap<string, Payment>;
  readonly refunds: ReadonlyMap<string, Refund>;
  readonly payouts: ReadonlyMap<string, Payout>;
  readonly notices: ReadonlyMap<string, Notice>;
  readonly keyIndex: () => number;
  readonly write: (entry: Entry) => void;
};

/**
 * Opens the book at `path` as it was left, also by a process that was killed while writing its last line.
 *
 * @throws {Error} when an earlier line is damaged: then somebody else wrote to the file.
 */
export function openBook(path: string): Book {
  const payments = new Map<string, Payment>();
  const refunds = new Map<string, Refund>();
  const payouts = new Map<string, Payout>();
  const notices = new Map<string, Notice>();
  let keyIndex = 0;
  const apply = (entry: Entry): void => {
    for (const payment of entry.payments ?? []) payments.set(payment.orderNumber, payment);
    for (const refund of entry.refunds ?? []) refunds.set(refund.refundNumber, refund);
    for (const payout of entry.payouts ?? []) payouts.set(payout.orderNumber, payout);
    for (const notice of entry.notices ?? []) notices.set(notice.id, notice);
    keyIndex = entry.keyIndex ?? keyIndex;
  };
  for (const entry of readEntries(path)) apply(entry);
  return {
    payments,
    refunds,
    payouts,
    notices,
    keyIndex: () => keyIndex,
    write(entry) {
      // First the file, then the memory: what was answered is never forgotten.
      appendFileSync(path, `${JSON.stringify(entry)}\n`);
      apply(entry);
    },
  };
}

function readEntries(path: string): Entry[] {
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true });
    return [];
  }
  const text = readFileSync(path, 'utf8');
  const whole = text.lastIndexOf('\n') + 1;
  // A line without its end was cut off by a kill; nobody was told of it.
  if (whole < text.length) truncateSync(path, Buffer.byteLength(text.slice(0, whole)));
  return text
    .slice(0, whole)
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => {
      try {
        return JSON.parse(line) as Entry;
      } catch (cause) {
        throw new Error(`Line ${index + 1} of the sandbox's state is damaged.`, { cause });
      }
    });
}
