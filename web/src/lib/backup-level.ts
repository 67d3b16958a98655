import type { Balances } from '@feiqian/domain/api/chain';
import { type Amount, toAmount } from '@feiqian/domain/money';
import type { AssetBook } from './assets.ts';
import { holdingOf, totalHeldAtPar } from './balances.ts';

/** How firmly the wallet asks for the recovery phrase to be written down: a quiet pill, an amber strip, a full card. */
export type BackupLevel = 'pill' | 'strip' | 'card';

/** What only the phrase would bring back, and how firmly to ask because of it. */
export type BackupNeed = {
  readonly level: BackupLevel;
  /** The currency in which most is at stake and how much, in its base units; absent while nothing with a par value is. */
  readonly stake?: { readonly currency: string; readonly amount: Amount } | undefined;
};

/**
 * From how much on, in whole units of a currency. Cash does not count: the operator keeps it, and log-in is recoverable.
 * Nothing is converted between currencies, so each has limits of its own.
 */
export const backupLimits: Readonly<Record<string, { readonly strip: bigint; readonly card: bigint }>> = {
  'iso4217:CNY': { strip: 50n, card: 1_000n },
  'iso4217:USD': { strip: 7n, card: 150n },
};
const otherLimits = { strip: 1n, card: 1_000n } as const;

const ranks: readonly BackupLevel[] = ['pill', 'strip', 'card'];

/** Says how firmly to ask a person whose phrase is not written down. Grows with the tokens that they hold themselves. */
export function findBackupNeed(balances: Balances, book: AssetBook): BackupNeed {
  const stakes = book.assets
    .filter(({ kind }) => kind === 'cash')
    .map(({ id, decimals }) => {
      const amount = totalHeldAtPar(balances, book, id);
      return { currency: id, amount, level: levelOf(amount / 10n ** BigInt(decimals), id) };
    })
    .filter(({ amount }) => amount > 0n)
    .sort((a, b) => ranks.indexOf(b.level) - ranks.indexOf(a.level));
  const worst = stakes[0];
  // What has no par value cannot be measured, so having any of it asks for the strip.
  const hasOther = book.assets.some(
    ({ id, kind, cash }) => kind !== 'cash' && cash === undefined && holdingOf(balances, id) > 0n,
  );
  const level = worst?.level ?? 'pill';
  return {
    level: level === 'pill' && hasOther ? 'strip' : level,
    stake: worst && { currency: worst.currency, amount: toAmount(worst.amount) },
  };
}

function levelOf(whole: bigint, currency: string): BackupLevel {
  const { strip, card } = backupLimits[currency] ?? otherLimits;
  if (whole >= card) return 'card';
  return whole >= strip ? 'strip' : 'pill';
}
