import type { HistoryEntry } from '@feiqian/domain/api/history';
import { type Amount, toAmount } from '@feiqian/domain/money';
import { dayKeyOf } from '../../i18n/formats.ts';
import type { AssetBook } from '../../lib/assets.ts';

/** What came in and went out in one day, in base units of one currency; tokens count at par. */
export type DaySummary = { readonly incoming: Amount; readonly outgoing: Amount };

// More digits than any asset has (assets.ts), so that nothing is cut before the end.
const digits = 36;

/**
 * Adds up the completed entries of a day, with the fees that the person paid. Moves between a person's own pockets count nothing
 * but their fee, and other currencies are left out, because nothing is converted without a rate.
 *
 * @param day - `YYYY-MM-DD` in the reader's time zone.
 */
export function summariseDay(
  entries: readonly HistoryEntry[],
  day: string,
  currency: string,
  book: AssetBook,
): DaySummary {
  const worthOf = ({ asset: id, amount }: HistoryEntry['money']): bigint => {
    const asset = book.find(id);
    if (!asset || (asset.id !== currency && asset.cash !== currency)) return 0n;
    return BigInt(amount) * 10n ** BigInt(digits - asset.decimals);
  };
  let incoming = 0n;
  let outgoing = 0n;
  for (const { status, direction, occurredAt, money, fee } of entries) {
    if (status !== 'completed' || dayKeyOf(occurredAt) !== day) continue;
    if (direction === 'in') incoming += worthOf(money);
    else if (direction === 'out') outgoing += worthOf(money);
    // Of what comes in, whoever sent it paid the fee.
    if (direction !== 'in' && fee) outgoing += worthOf(fee);
  }
  const toCash = (sum: bigint) => toAmount(sum / 10n ** BigInt(digits - book.get(currency).decimals));
  return { incoming: toCash(incoming), outgoing: toCash(outgoing) };
}
