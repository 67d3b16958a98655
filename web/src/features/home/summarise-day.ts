import type { HistoryEntry } from '@feiqian/domain/api/history';
import { type Amount, toAmount } from '@feiqian/domain/money';
import { dayKeyOf } from '../../i18n/formats.ts';
import type { AssetBook } from '../../lib/assets.ts';

/** What came in and went out in one day, in base units of one currency; tokens count at par. */
export type DaySummary = { readonly incoming: Amount; readonly outgoing: Amount };

/**
 * Adds up the completed entries of a day. Moves between a person's own pockets count nothing, and other currencies are
 * left out, because nothing is converted without a rate.
 *
 * @param day - `YYYY-MM-DD` in the reader's time zone.
 */
export function summariseDay(
  entries: readonly HistoryEntry[],
  day: string,
  currency: string,
  book: AssetBook,
): DaySummary {
  const cash = book.get(currency);
  let incoming = 0n;
  let outgoing = 0n;
  for (const entry of entries) {
    if (entry.status !== 'completed' || entry.direction === 'self' || dayKeyOf(entry.occurredAt) !== day) continue;
    const asset = book.find(entry.money.asset);
    if (!asset || (asset.id !== currency && asset.cash !== currency)) continue;
    const amount = BigInt(entry.money.amount) / 10n ** BigInt(Math.max(0, asset.decimals - cash.decimals));
    if (entry.direction === 'in') incoming += amount;
    else outgoing += amount;
  }
  return { incoming: toAmount(incoming), outgoing: toAmount(outgoing) };
}
