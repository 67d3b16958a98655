import type { Schema } from '../lib/http.ts';

/**
 * Checks what the service answered, field by field. The page that payers are sent to has to be small, so it looks at what it uses
 * without the library that the wallet has for this.
 */
type Shape<Value> = (value: unknown) => Value;

const refuse = (): never => {
  throw new TypeError('The answer does not have the agreed form.');
};

/** Text that may have to look like something. */
export const text =
  (pattern?: RegExp): Shape<string> =>
  (value) =>
    typeof value === 'string' && (pattern?.test(value) ?? true) ? value : refuse();

export const flag: Shape<boolean> = (value) => (typeof value === 'boolean' ? value : refuse());

/** A count that is small enough to be a number: decimals, ids of chains. */
export const count: Shape<number> = (value) => (Number.isSafeInteger(value) ? (value as number) : refuse());

export const oneOf =
  <const Choice extends string>(choices: readonly Choice[]): Shape<Choice> =>
  (value) =>
    choices.find((choice) => choice === value) ?? refuse();

export const nullable =
  <Value>(shape: Shape<Value>): Shape<Value | null> =>
  (value) =>
    value === null ? null : shape(value);

export const optional =
  <Value>(shape: Shape<Value>): Shape<Value | undefined> =>
  (value) =>
    value === undefined ? undefined : shape(value);

export const listOf =
  <Value>(shape: Shape<Value>): Shape<readonly Value[]> =>
  (value) =>
    Array.isArray(value) ? value.map(shape) : refuse();

type Fields = Readonly<Record<string, Shape<unknown>>>;
type Shaped<Of extends Fields> = { readonly [Name in keyof Of]: ReturnType<Of[Name]> };

export const record =
  <Of extends Fields>(fields: Of): Shape<Shaped<Of>> =>
  (value) =>
    typeof value === 'object' && value !== null
      ? (Object.fromEntries(
          Object.entries(fields).map(([name, shape]) => [name, shape((value as Record<string, unknown>)[name])]),
        ) as Shaped<Of>)
      : refuse();

/** For {@link getJson} and {@link sendJson}. */
export const toSchema = <Value>(shape: Shape<Value>): Schema<Value> => ({ parse: shape });
