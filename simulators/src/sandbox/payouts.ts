import { randomBytes } from 'node:crypto';
import type { Merchant } from '../config.ts';
import type { Book, Payout } from './book.ts';
import type { SandboxFaults } from './faults.ts';
import { writeNotices } from './notices.ts';
import { checkAmount, checkUrl } from './payments.ts';
import { Refusal } from './refusal.ts';
import type { CreatePayout } from './wire.ts';

/** The bank's money out. */
export type Payouts = {
  readonly create: (order: CreatePayout) => { readonly payout: Payout; readonly isNew: boolean };
  /** @throws {Refusal} PAYOUT_UNKNOWN. */
  readonly get: (orderNumber: string) => Payout;
  readonly decide: (orderNumber: string, outcome: 'settled' | 'returned') => void;
  /** Decides every payout whose time has come. */
  readonly decideDue: () => void;
};

/** What an account number's last four digits announce; every other account takes the money. */
export const accountOutcomes = {
  '0000': 'returned',
  '1111': 'refused',
  '2222': 'undecided',
} as const;

/** @param delayMs - How long the bank takes. */
export function createPayouts({
  book,
  faults,
  merchant,
  delayMs,
  clock,
}: {
  readonly book: Book;
  readonly faults: SandboxFaults;
  readonly merchant: Merchant;
  readonly delayMs: number;
  readonly clock: () => Date;
}): Payouts {
  const get = (orderNumber: string): Payout => {
    const payout = book.payouts.get(orderNumber);
    if (!payout) throw new Refusal(404, 'PAYOUT_UNKNOWN');
    return payout;
  };
  const decide = (payout: Payout, outcome: 'settled' | 'returned'): void => {
    if (payout.status !== 'processing') return;
    const { merchant: owner, orderNumber, currency, amount, notificationUrl: url } = payout;
    const happening = {
      type: `payout.${outcome}`,
      staleType: 'payout.processing',
      merchant: owner,
      orderNumber,
      currency,
      amount,
      url,
    };
    const decided: Payout = {
      ...payout,
      status: outcome,
      reason: outcome === 'returned' ? 'ACCOUNT_CLOSED' : null,
      decidesAt: null,
    };
    book.write({ payouts: [decided], notices: writeNotices(happening, faults, clock()) });
  };
  return {
    create(order) {
      const known = book.payouts.get(order.orderNumber);
      if (known) {
        if (!sameOrder(known, order)) throw new Refusal(409, 'ORDER_NUMBER_REUSED');
        return { payout: known, isNew: false };
      }
      checkAmount(order.amount);
      checkUrl(order.notificationUrl, merchant.origins);
      const outcome = announcedOutcome(order.account.number);
      if (outcome === 'refused') throw new Refusal(422, 'ACCOUNT_UNKNOWN');
      const now = clock();
      const payout: Payout = {
        ...order,
        merchant: merchant.id,
        reference: `B${randomBytes(8).toString('hex').toUpperCase()}`,
        status: 'processing',
        reason: null,
        decidesAt: outcome === 'undecided' ? null : new Date(now.getTime() + delayMs).toISOString(),
        createdAt: now.toISOString(),
      };
      book.write({ payouts: [payout] });
      return { payout, isNew: true };
    },
    get,
    decide: (orderNumber, outcome) => decide(get(orderNumber), outcome),
    decideDue() {
      const now = clock().toISOString();
      for (const payout of book.payouts.values()) {
        if (payout.status !== 'processing' || payout.decidesAt === null || payout.decidesAt > now) continue;
        decide(payout, announcedOutcome(payout.account.number) === 'returned' ? 'returned' : 'settled');
      }
    },
  };
}

/** What will become of a payout to this account. */
export function announcedOutcome(accountNumber: string): 'settled' | 'returned' | 'refused' | 'undecided' {
  const ending = accountNumber.slice(-4);
  return Object.hasOwn(accountOutcomes, ending) ? accountOutcomes[ending as keyof typeof accountOutcomes] : 'settled';
}

function sameOrder(known: Payout, order: CreatePayout): boolean {
  const fields = ['currency', 'amount', 'description', 'notificationUrl'] as const;
  return (
    fields.every((field) => known[field] === order[field]) &&
    known.account.number === order.account.number &&
    known.account.holder === order.account.holder
  );
}
