import type { HistoryEntry } from '@feiqian/domain/api/history';

const recentMax = 4;

/** Addresses that this person paid. Only what they sent counts: anybody can write into what they received. */
export function listPaidAddresses(entries: readonly HistoryEntry[]): string[] {
  const paid = entries.flatMap(({ direction, status, counterparty }) =>
    direction === 'out' && status === 'completed' && counterparty?.kind === 'address' ? [counterparty.value] : [],
  );
  return [...new Set(paid)];
}

/** Those whom this person paid lately. */
export function listRecentRecipients(entries: readonly HistoryEntry[]): string[] {
  return listPaidAddresses(entries).slice(0, recentMax);
}
