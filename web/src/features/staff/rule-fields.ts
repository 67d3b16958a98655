/** What can be changed of a rule, as fields of a form: written into text, and read back from it. Pure. */
import { decodeAmount, encodeAmount, formatAmount, parseAmount, toAmount } from '@feiqian/domain/money';
import type { Limit, RuleKind } from '@feiqian/domain/monitoring/rules';
import { normaliseTypedAmount } from '../../ui/typed-amount.ts';

/** By which word something that can be changed is asked for. */
export type FieldWord =
  | 'money'
  | 'limit'
  | 'count'
  | 'window'
  | 'within'
  | 'times'
  | 'people'
  | 'percent'
  | 'minutes'
  | 'days'
  | 'tenths'
  | 'holdHours'
  | 'twoPeopleAbove';

/** One thing that can be changed: under which key it stands, and its word. */
export type RuleField = { readonly key: string; readonly word: FieldWord } & (
  | { readonly type: 'money' }
  | { readonly type: 'window' }
  /** A number from `min` to `max` with so many decimals, kept as a whole number of its last digit. */
  | { readonly type: 'number'; readonly decimals: number; readonly min: number; readonly max: number }
);

/** Every cash currency has a hundredth as its smallest unit. */
const decimals = 2;
const timesMax = 1500;

const money = (key: string, word: FieldWord = 'money'): RuleField => ({ key, word, type: 'money' });
const whole = (word: FieldWord, max: number, key: string = word): RuleField => ({
  ...{ key, word, max },
  type: 'number',
  decimals: 0,
  min: 1,
});
const window: RuleField = { key: 'window', word: 'window', type: 'window' };
const above = money('above');
const percent = whole('percent', 100);
const people = whole('people', timesMax);

/** What can be changed of each kind of rule. */
export const ruleFields: Readonly<Record<RuleKind, readonly RuleField[]>> = {
  amount: [above],
  sum: [window, above],
  count: [window, whole('count', timesMax, 'above')],
  structuring: [window, money('limit', 'limit'), whole('within', 100), whole('times', timesMax)],
  new_payee: [above],
  new_device: [whole('minutes', 43_200), above],
  dormant: [whole('days', 365), above],
  fan_in: [window, people, percent, above],
  fan_out: [window, people],
  fast_out: [window, percent, above],
  refunds: [window, whole('times', timesMax), percent],
  unusual: [{ key: 'tenths', word: 'tenths', type: 'number', decimals: 1, min: 10, max: 1000 }, above],
};

/** What can be changed of how holds are handled. */
export const generalFields: readonly RuleField[] = [whole('holdHours', 720), money('twoPeopleAbove', 'twoPeopleAbove')];

/** What is typed, by the name of its input: the field's key, and for money the currency that it is for. */
export type Texts = Readonly<Record<string, string>>;

type Values = Readonly<Record<string, unknown>>;

/** An input of a field; `currency` is undefined for all that have no limit of their own. */
export type RuleInput = { readonly name: string; readonly field: RuleField; readonly currency: string | undefined };

const nameOf = (key: string, currency: string): string => `${key} ${currency}`;
const limitOf = (values: Values, key: string): Limit => (values[key] ?? {}) as Limit;

/** The inputs of some fields: limits have one for each currency that they name. */
export function listInputs(fields: readonly RuleField[], values: Values): RuleInput[] {
  return fields.flatMap((field): RuleInput[] =>
    field.type === 'money'
      ? Object.keys(limitOf(values, field.key)).map((currency) => ({
          name: nameOf(field.key, currency),
          field,
          currency: currency === 'default' ? undefined : currency.slice('iso4217:'.length),
        }))
      : [{ name: field.key, field, currency: undefined }],
  );
}

/** What stands in the inputs at first. */
export function writeTexts(fields: readonly RuleField[], values: Values): Texts {
  return Object.fromEntries(
    fields.flatMap((field): [string, string][] => {
      if (field.type === 'money')
        return Object.entries(limitOf(values, field.key)).map(([currency, units = '0']) => [
          nameOf(field.key, currency),
          writeUnits(units),
        ]);
      const value = `${values[field.key]}`;
      return [[field.key, field.type === 'number' ? formatAmount(decodeAmount(value), field.decimals) : value]];
    }),
  );
}

/** The least and the most of a number, as they are typed. */
export function rangeOf({ decimals: digits, min, max }: Extract<RuleField, { type: 'number' }>): [string, string] {
  const write = (value: number) => formatAmount(toAmount(BigInt(value)), digits);
  return [write(min), write(max)];
}

/** A limit's smallest units as whole ones. */
export const writeUnits = (units: string): string => formatAmount(decodeAmount(units), decimals);

/** Reads the inputs back: the values of the fields, and the names of the inputs that say nothing that can be used. */
export function readTexts(
  fields: readonly RuleField[],
  before: Values,
  texts: Texts,
): { readonly values: Values; readonly wrong: readonly string[] } {
  const wrong: string[] = [];
  const values: Record<string, unknown> = {};
  for (const field of fields) {
    if (field.type === 'money') {
      const currencies = Object.keys(limitOf(before, field.key));
      const limit = currencies.map((currency) => {
        const name = nameOf(field.key, currency);
        const units = readUnits(texts[name] ?? '', decimals);
        if (units === undefined) wrong.push(name);
        return [currency, units] as const;
      });
      values[field.key] = Object.fromEntries(limit);
    } else if (field.type === 'number') {
      const units = readUnits(texts[field.key] ?? '', field.decimals);
      const number = units === undefined ? Number.NaN : Number.parseInt(units, 10);
      if (!(number >= field.min && number <= field.max)) wrong.push(field.key);
      values[field.key] = number;
    } else {
      values[field.key] = texts[field.key];
    }
  }
  return { values, wrong };
}

function readUnits(text: string, digits: number): string | undefined {
  try {
    const units = encodeAmount(parseAmount(normaliseTypedAmount(text.trim()), digits));
    return units.length <= 31 ? units : undefined;
  } catch {
    return undefined;
  }
}
