import type { HistoryEntry } from '@feiqian/domain/api/history';
import type { IconName } from '../../ui/icon-paths.ts';
import { shortenAddress } from '../../ui/shorten-address.ts';
import type { AssetBook } from '../assets.ts';
import type { messages } from './words.zh.ts';

type Words = typeof messages;

/** The other side as people call it: `@lin`, `0x1234…abcd`, or the gateway's name. */
export function nameCounterparty(entry: HistoryEntry): string | undefined {
  const { counterparty } = entry;
  if (!counterparty) return undefined;
  if (counterparty.kind === 'person') return `@${counterparty.value}`;
  return counterparty.kind === 'address' ? shortenAddress(counterparty.value) : counterparty.value;
}

/**
 * Who or what, in a few words: the first line of a row.
 *
 * @param contact - What the person calls the other side; stands in place of its handle or address.
 */
export function titleOf(entry: HistoryEntry, words: Words, book: AssetBook, contact?: string): string {
  const name = contact ?? nameCounterparty(entry);
  const symbol = book.find(entry.money.asset)?.symbol ?? '';
  switch (entry.kind) {
    case 'cash_transfer':
      return name
        ? entry.direction === 'in'
          ? words.fromPerson(name)
          : words.toPerson(name)
        : words.kinds.cash_transfer;
    case 'token_transfer':
      if (name) return entry.direction === 'in' ? words.fromPerson(name) : words.toPerson(name);
      return entry.direction === 'in' ? words.received(symbol) : words.sent(symbol);
    case 'payment':
    case 'refund':
      return titleOfPayment(entry, words, contact);
    case 'conversion': {
      const into = entry.counterMoney ? book.find(entry.counterMoney.asset)?.symbol : undefined;
      return into ? words.converted(symbol, into) : words.kinds.conversion;
    }
    case 'top_up':
    case 'withdrawal':
      return words.kinds[entry.kind];
    default:
      return entry.kind satisfies never;
  }
}

function titleOfPayment(entry: HistoryEntry, words: Words, contact: string | undefined): string {
  // Where somebody without an account paid through a gateway, its name says nothing of them.
  const name = entry.counterparty?.kind === 'gateway' ? undefined : (contact ?? nameCounterparty(entry));
  const isIn = entry.direction === 'in';
  if (entry.kind === 'refund') {
    if (!name) return words.kinds.refund;
    return isIn ? words.refundedBy(name) : words.refundedTo(name);
  }
  if (!name) return isIn ? words.paymentIn : words.kinds.payment;
  return isIn ? words.paidBy(name) : words.paidTo(name);
}

/** The person's own payment request that an entry is about: paid by somebody, or given back by the person. */
export function ownRequestOf({ kind, direction, paymentRequestId }: HistoryEntry): string | undefined {
  const isOwn = (kind === 'payment' && direction === 'in') || (kind === 'refund' && direction === 'out');
  return isOwn && paymentRequestId !== null ? paymentRequestId : undefined;
}

/** Whether something that is to take the payment's place is on its way. */
export function isCancelling({ stage, legs }: HistoryEntry): boolean {
  return (
    stage === 'submitted' &&
    legs.some(({ kind, status }) => kind === 'cancel' && ['waiting', 'pending'].includes(status))
  );
}

const keyOf = (entry: HistoryEntry): string => `${entry.kind}:${isCancelling(entry) ? 'cancelling' : entry.stage}`;

/** Who has the money now and what happens next; what is over says only how it ended. */
export function stateOf(entry: HistoryEntry, words: Words): string {
  const key = keyOf(entry);
  const sentence =
    words.stages[`${entry.stage}:${entry.reason}`] ??
    words.stages[`${key}:${entry.reason}`] ??
    words.stages[`${key}:${entry.status}`] ??
    words.stages[`${key}:${entry.direction}`] ??
    words.stages[key] ??
    words.stages[entry.stage];
  if (sentence) return sentence;
  return entry.status === 'pending' ? words.heldBy(words.holders[entry.holder]) : words.statuses[entry.status];
}

/** When a payment that can be undone will be sent; undefined for everything else. */
export function heldUntilOf(entry: HistoryEntry): string | undefined {
  if (entry.stage !== 'held') return undefined;
  return entry.legs.find(({ rail, kind }) => rail === 'chain' && kind === 'transfer')?.at ?? undefined;
}

/** Until when a movement that is being looked into waits at most; undefined for everything else. */
export function reviewedUntilOf(entry: HistoryEntry): string | undefined {
  if (entry.stage !== 'in_review') return undefined;
  return entry.legs.find(({ kind, status }) => kind === 'reserve' && status === 'waiting')?.at ?? undefined;
}

/** What happens next, while something does; undefined once it is over. */
export function nextOf(entry: HistoryEntry, words: Words): string | undefined {
  if (shapeOf(entry.status) !== 'waiting') return undefined;
  const key = keyOf(entry);
  return words.nexts[`${key}:${entry.status}`] ?? words.nexts[key] ?? words.nexts[entry.stage] ?? words.nextUnknown;
}

/** The shape that goes with a status. */
export function shapeOf(status: HistoryEntry['status']): 'done' | 'waiting' | 'failed' {
  if (status === 'completed') return 'done';
  return status === 'pending' || status === 'needs_action' ? 'waiting' : 'failed';
}

/** The icon of a row. */
export function iconOf(entry: HistoryEntry): IconName {
  if (entry.kind === 'top_up') return 'plus';
  if (entry.kind === 'withdrawal') return 'withdraw';
  if (entry.kind === 'conversion') return 'convert';
  if (entry.kind === 'payment') return 'link';
  if (entry.kind === 'refund') return 'refund';
  return entry.direction === 'in' ? 'receive' : 'send';
}

/** A reason in words; a code that is new to us is shown as it is. */
export function reasonOf(reason: string, words: Words): string {
  return words.reasons[reason.toUpperCase()] ?? words.otherReason(reason);
}
