import { parseAddress } from '@feiqian/domain/address';
import type { TokenDomain } from '@feiqian/domain/authorizations';
import { AppError } from '@feiqian/domain/errors';
import { type Hex, maxUint256 } from 'viem';

/**
 * Canonical JSON of what an authorization's nonce commits to: addresses with their checksum, integers as decimal text, 32 bytes as
 * small hexadecimal, fields in one order. What a person reviewed and what is signed can then not be read differently.
 */

/** How each field is written, in the order in which they stand. */
export type TermKinds<Terms> = {
  readonly [Field in keyof Terms]-?: Terms[Field] extends bigint ? 'integer' : 'address' | 'word';
};

/** Terms as the builders of typed data take them. */
type Terms = Readonly<Record<string, string | bigint>>;

/** Says why terms cannot be signed. */
export const refuseTerms = (reason: string): AppError =>
  new AppError('TYPED_DATA_INVALID', 'Not the terms of a payment.', { details: { reason } });

/** Writes terms. @throws {AppError} TYPED_DATA_INVALID or ADDRESS_… for a value that does not fit its kind. */
export function writeTerms<T extends Terms>(terms: T, kinds: TermKinds<T>): Readonly<Record<string, string>> {
  return Object.fromEntries(entriesOf(kinds).map(([field, kind]) => [field, writers[kind](`${terms[field]}`)]));
}

/** Reads terms that {@link writeTerms} wrote. @throws {AppError} TYPED_DATA_INVALID, ADDRESS_…. */
export function readTerms<T extends Terms>(written: unknown, kinds: TermKinds<T>): T {
  const fields = toFields(written);
  const read = entriesOf(kinds).map(([field, kind]) => {
    const value = fields[field];
    if (typeof value !== 'string') throw refuseTerms(kind);
    const text = writers[kind](value);
    return [field, kind === 'integer' ? BigInt(text) : text];
  });
  return Object.fromEntries(read) as T;
}

/** Writes the domain of a token. @throws {AppError} TYPED_DATA_INVALID, ADDRESS_…. */
export function writeDomain({ name, version, chainId, verifyingContract }: TokenDomain): TokenDomain {
  if (typeof name !== 'string' || typeof version !== 'string' || !Number.isSafeInteger(chainId))
    throw refuseTerms('domain');
  return { name, version, chainId, verifyingContract: parseAddress(verifyingContract) };
}

/**
 * Reads JSON in the one form that its writer gives it.
 *
 * @param read - Makes the parts of what was parsed; their types need not be right, because `write` looks at each.
 * @throws {AppError} TYPED_DATA_INVALID or ADDRESS_… for any other form.
 */
export function readCanonical<Parts>(
  json: string,
  read: (parsed: Readonly<Record<string, unknown>>) => Parts,
  write: (parts: Parts) => string,
): Parts {
  try {
    const parts = read(toFields(JSON.parse(json)));
    if (write(parts) !== json) throw refuseTerms('not in canonical form');
    return parts;
  } catch (cause) {
    throw cause instanceof AppError ? cause : refuseTerms('not its JSON');
  }
}

function toFields(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw refuseTerms('not its JSON');
  return value as Readonly<Record<string, unknown>>;
}

type Kind = 'address' | 'integer' | 'word';

const writers: Readonly<Record<Kind, (text: string) => string>> = {
  address: parseAddress,
  integer: toInteger,
  word: toWord,
};

const entriesOf = (kinds: object): [string, Kind][] => Object.entries(kinds);

function toInteger(text: string): string {
  if (!/^(?:0|[1-9][0-9]{0,77})$/.test(text) || BigInt(text) > maxUint256) throw refuseTerms('integer');
  return text;
}

function toWord(text: string): Hex {
  if (!/^0x[0-9a-f]{64}$/.test(text)) throw refuseTerms('32 bytes');
  return text as Hex;
}
