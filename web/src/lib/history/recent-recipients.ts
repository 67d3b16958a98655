import type { HistoryEntry } from '@feiqian/domain/api/history';

const recentMax = 4;

/**
 * Whether an entry shows something that the person themselves did. The contract of a token that nobody has checked can write that they
 * sent it: of such a token only what was signed here counts.
 *
 * @param added - Ids of the tokens that the person has added by hand.
 */
export function isOwnDeed({ movementId, money }: HistoryEntry, added: readonly string[]): boolean {
  return movementId !== null || !added.includes(money.asset);
}

/** Addresses that this person paid. Only what they sent counts: anybody can write into what they received. */
export function listPaidAddresses(entries: readonly HistoryEntry[], added: readonly string[]): string[] {
  const paid = entries
    .filter((entry) => isOwnDeed(entry, added))
    .flatMap(({ direction, status, counterparty }) =>
      direction === 'out' && status === 'completed' && counterparty?.kind === 'address' ? [counterparty.value] : [],
    );
  return [...new Set(paid)];
}

/** Those whom this person paid lately. */
export function listRecentRecipients(entries: readonly HistoryEntry[], added: readonly string[]): string[] {
  return listPaidAddresses(entries, added).slice(0, recentMax);
}
