import { normaliseTypedAmount } from '../../ui/typed-amount.ts';

/** What can be pressed: digits, two noughts at once, the point, the last one away, all away. */
export type PadKey = `${0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9}` | '00' | '.' | 'back' | 'clear';

// Less than a hundred million: more than anybody pays at a counter, and still in one line of a small phone.
const wholeDigitsMax = 8;

/**
 * What the pad shows after a key. It never shows what could not be read as an amount: a key that would make it so, or make it too
 * long, changes nothing.
 *
 * @param text - What it shows: nothing, or digits with at most one point.
 * @param decimals - Digits after the point that the currency has.
 */
export function pressPad(text: string, key: PadKey, decimals: number): string {
  switch (key) {
    case 'clear':
      return '';
    case 'back':
      return text.slice(0, -1);
    case '00':
      return pressPad(pressPad(text, '0', decimals), '0', decimals);
    default:
      return accept(text, `${text}${key}`, decimals);
  }
}

/**
 * The same for what a keyboard or the clipboard put into the field as a whole.
 *
 * @param before - What the pad showed, and goes on to show when `typed` is no amount.
 */
export function typeIntoPad(before: string, typed: string, decimals: number): string {
  return accept(before, normaliseTypedAmount(typed), decimals);
}

/** The key of the pad that a key of the keyboard stands for. Some number blocks write a comma for the point. */
export function toPadKey(key: string): PadKey | undefined {
  if (/^[0-9.]$/.test(key)) return key as PadKey;
  return { ',': '.', Backspace: 'back', Delete: 'clear' }[key] as PadKey | undefined;
}

function accept(before: string, text: string, decimals: number): string {
  const next = text.replace(/^0+(?=[0-9])/, '').replace(/^\./, '0.');
  const [, whole = '', fraction] = /^([0-9]*)(?:\.([0-9]*))?$/.exec(next) ?? [];
  if (next !== '' && whole === '') return before;
  if (whole.length > wholeDigitsMax || (fraction !== undefined && (decimals === 0 || fraction.length > decimals)))
    return before;
  return next;
}
