import type { PayoutSchedule, PayoutTargetWire } from '@feiqian/domain/api/payouts';
import { decodeAmount } from '@feiqian/domain/money';
import { formatHour, formatTimeZone } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { useAssetBook } from '../../lib/assets.ts';
import { shortenAddress } from '../../ui/shorten-address.ts';
import { useMoneyText } from '../../ui/use-money-text.ts';
import { payoutMessages } from './messages.ts';

/** What a rule says, as far as it is said to people. */
export type RuleTerms = {
  readonly asset: string;
  readonly target: PayoutTargetWire;
  readonly keep: string;
  readonly schedule: PayoutSchedule;
};

/** Where and when, in the words of a rule. */
export type RuleWords = {
  /** "尾号 1234 的银行卡" */
  readonly place: (target: PayoutTargetWire) => string;
  /** "每天 22:00 把超过 ¥200.00 的部分转到尾号 1234 的银行卡" */
  readonly sentence: (terms: RuleTerms) => string;
};

/** The clocks of whoever looks. */
export const browserTimeZone = (): string | undefined => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Says rules in plain words. */
export function useRuleWords(): RuleWords {
  const words = useMessages(payoutMessages);
  const language = useLanguage();
  const moneyText = useMoneyText();
  const book = useAssetBook();
  const symbolOf = (token: string) => book.find(token)?.symbol ?? token;
  const to = (target: PayoutTargetWire): string =>
    target.kind === 'bank'
      ? words.toBank(target.bankAccount.number.slice(-4))
      : words.toToken(symbolOf(target.token), shortenAddress(target.address));
  const when = (schedule: PayoutSchedule): string => {
    if (schedule.kind === 'at_once') return words.anyTime;
    const time = formatHour(schedule.hour);
    return schedule.timeZone === browserTimeZone()
      ? words.daily(time)
      : words.dailyIn(time, formatTimeZone(schedule.timeZone, language));
  };
  return {
    place: (target) =>
      target.kind === 'bank'
        ? words.bankAccount(target.bankAccount.number.slice(-4))
        : words.tokensAt(symbolOf(target.token), shortenAddress(target.address)),
    sentence: ({ asset, target, keep, schedule }) => {
      const kept = decodeAmount(keep);
      const what = kept === 0n ? words.all : words.above(moneyText(kept, book.get(asset)));
      return words.sentence(when(schedule), what, to(target));
    },
  };
}
