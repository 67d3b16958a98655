/** How mails write what people gave us and what they count. */
import type { Language } from '@feiqian/domain/api/auth';
import type { Asset } from '@feiqian/domain/assets';
import { type Amount, splitAmount } from '@feiqian/domain/money';

const breaks = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
// What turns the direction of writing, joins, or is not seen at all.
const unseen = /[\p{Cf}\p{Cs}\p{Co}]+/gu;
// Between two characters that are not blank: where programs that show mail find addresses to make links of.
const joint = /(?<=\S)[.:/@](?=\S)/gu;
/** WORD JOINER: takes no room and breaks no line. */
const wordJoiner = '\u2060';

/**
 * One line of what a person wrote, for a mail that comes in our name: without anything unseen, no longer than `lengthMax`, and without
 * anything that would become a link by itself.
 */
export function quote(text: string, lengthMax: number): string {
  const line = text.replace(breaks, ' ').replace(unseen, '').trim();
  const characters = [...line];
  const kept = characters.length > lengthMax ? `${characters.slice(0, lengthMax - 1).join('')}…` : line;
  return kept.replace(joint, `$&${wordJoiner}`);
}

const signs: Readonly<Record<string, string>> = { CNY: '¥', USD: '$' };

/** Writes money with its symbol, exactly: `¥1,234.50 CNY`, `12.5 USDF`. */
export function formatMoney(asset: Asset, amount: Amount): string {
  const { whole, fraction } = splitAmount(amount, asset.decimals);
  const grouped = whole.replace(/\B(?=(?:[0-9]{3})+$)/g, ',');
  const shown = asset.kind === 'cash' ? fraction : fraction.replace(/0+$/, '');
  const number = shown === '' ? grouped : `${grouped}.${shown}`;
  return `${asset.kind === 'cash' ? (signs[asset.currency] ?? '') : ''}${number} ${asset.symbol}`;
}

const clocks = {
  zh: { locale: 'zh-CN', timeZone: 'Asia/Shanghai', name: '（北京时间）' },
  en: { locale: 'en-GB', timeZone: 'UTC', name: ' UTC' },
} as const satisfies Record<Language, object>;

/** Writes an instant with the clock that it is told by: nobody knows where a mail is read. */
export function formatInstant(instant: Date, language: Language): string {
  const { locale, timeZone, name } = clocks[language];
  const options = { dateStyle: 'long', timeStyle: 'short', timeZone } as const;
  return `${new Intl.DateTimeFormat(locale, options).format(instant)}${name}`;
}
