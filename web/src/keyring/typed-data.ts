import { parseAddress } from '@feiqian/domain/address';
import { AppError } from '@feiqian/domain/errors';
import { type Hex, hashTypedData as hashByViem } from 'viem';

/** EIP-712 typed data with real values: integers are bigints, addresses have their checksum, bytes are small hex. */
export type TypedData = {
  readonly types: TypedDataTypes;
  readonly primaryType: string;
  readonly domain: TypedDataStruct;
  readonly message: TypedDataStruct;
};
export type TypedDataTypes = Readonly<Record<string, readonly TypedDataField[]>>;
export type TypedDataField = { readonly name: string; readonly type: string };
export type TypedDataValue = string | boolean | bigint | readonly TypedDataValue[] | TypedDataStruct;
export type TypedDataStruct = { readonly [field: string]: TypedDataValue };

/** Typed data as somebody gives it: JSON of a page, or one of our own builders with its bigints. */
export type LooseTypedData = {
  readonly types: Readonly<Record<string, readonly TypedDataField[]>>;
  readonly primaryType: string;
  readonly domain: object;
  readonly message: object;
};

/** Longer text is refused unread. */
export const typedDataLengthMax = 65_536;
const depthMax = 16;
const domainType = 'EIP712Domain';

/**
 * Writes typed data as canonical JSON: the exact text that is reviewed and signed. Every value is checked against its
 * type; integers become decimal strings, addresses get their checksum, fields stand in the order of their type.
 *
 * @throws {AppError} TYPED_DATA_INVALID for a missing or further field, a value that does not fit its type, an unknown type.
 */
export function writeTypedData({ types, primaryType, domain, message }: LooseTypedData): string {
  const all = withDomainType(types, domain);
  checkTypes(all, primaryType);
  const values = {
    types: Object.fromEntries(
      Object.keys(all)
        .sort()
        .map((name) => [name, (all[name] ?? []).map((field) => ({ name: field.name, type: field.type }))]),
    ),
    primaryType,
    domain: toStruct(all, domainType, domain, 0),
    message: toStruct(all, primaryType, message, 0),
  };
  const text = JSON.stringify(values, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
  if (text.length > typedDataLengthMax) throw refuse('too long');
  return text;
}

/**
 * Reads canonical JSON of typed data, and nothing else: with one spelling, what a person reviewed and what is signed
 * cannot be read differently (double keys, numbers beyond exactness, letters in another case).
 *
 * @throws {AppError} TYPED_DATA_INVALID.
 */
export function readTypedData(text: string): TypedData {
  if (text.length > typedDataLengthMax) throw refuse('too long');
  const loose = parseJson(text);
  if (writeTypedData(loose) !== text) throw refuse('not in canonical form');
  const { types, primaryType } = loose;
  return {
    types,
    primaryType,
    domain: toStruct(types, domainType, loose.domain, 0),
    message: toStruct(types, primaryType, loose.message, 0),
  };
}

/** The 32 bytes that are signed (EIP-712). */
export function hashTypedData({ types, primaryType, domain, message }: TypedData): Hex {
  return hashByViem({ types, primaryType, domain, message } as Parameters<typeof hashByViem>[0]);
}

const refuse = (reason: string): AppError =>
  new AppError('TYPED_DATA_INVALID', 'Not typed data that can be signed.', { details: { reason } });

function parseJson(text: string): LooseTypedData {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refuse('not JSON');
  }
  const { types, primaryType, domain, message } = toFields(value, 'typed data');
  if (typeof primaryType !== 'string') throw refuse('primary type');
  return {
    types: toFields(types, 'types') as LooseTypedData['types'],
    primaryType,
    domain: toFields(domain, 'domain'),
    message: toFields(message, 'message'),
  };
}

// EIP-712: the fields a domain may have, in this order.
const domainFields: readonly TypedDataField[] = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
  { name: 'salt', type: 'bytes32' },
];

/** Whether the domain is declared as EIP-712 wants it: some of its five fields, with their types, in their order. */
export function hasStandardDomain({ types }: Pick<TypedData, 'types'>): boolean {
  const declared = types[domainType] ?? [];
  const expected = domainFields.filter(({ name }) => declared.some((field) => field.name === name));
  return (
    declared.length === expected.length &&
    expected.every(({ name, type }, at) => declared[at]?.name === name && declared[at]?.type === type)
  );
}

/** Adds the domain's own type when the giver left it out: the fields that are there, in the order of EIP-712. */
function withDomainType(types: TypedDataTypes, domain: object): TypedDataTypes {
  if (Object.hasOwn(types, domainType)) return types;
  return { ...types, [domainType]: domainFields.filter(({ name }) => Object.hasOwn(domain, name)) };
}

const namePattern = /^[A-Za-z_$][A-Za-z0-9_$]*$/;
const atomicPattern =
  /^(?:address|bool|string|bytes|bytes(?:[1-9]|[12][0-9]|3[0-2])|u?int(?:8|16|24|32|40|48|56|64|72|80|88|96|104|112|120|128|136|144|152|160|168|176|184|192|200|208|216|224|232|240|248|256))$/;
// Names that look atomic without being so (`uint`, `bytes33`, `int7`) would be read differently by different programs.
const reservedPattern = /^(?:address|bool|string|bytes[0-9]*|u?int[0-9]*|u?fixed.*|function)$/;
const arrayPattern = /^(.+)\[([0-9]*)\]$/;

function checkTypes(types: TypedDataTypes, primaryType: string): void {
  if (!Object.hasOwn(types, primaryType)) throw refuse('primary type is not declared');
  for (const [name, fields] of Object.entries(types)) {
    if (!namePattern.test(name) || reservedPattern.test(name)) throw refuse('type name');
    if (!Array.isArray(fields)) throw refuse('type without fields');
    const names = fields.map((field) => checkField(types, field));
    if (new Set(names).size !== names.length) throw refuse('a field twice');
  }
}

function checkField(types: TypedDataTypes, field: TypedDataField): string {
  const { name, type } = toFields(field, 'field');
  if (typeof name !== 'string' || !namePattern.test(name) || typeof type !== 'string') throw refuse('field');
  let base = type;
  for (let depth = 0; arrayPattern.test(base); depth += 1) {
    if (depth > depthMax) throw refuse('nested too deep');
    base = arrayPattern.exec(base)?.[1] ?? '';
  }
  if (!atomicPattern.test(base) && !Object.hasOwn(types, base)) throw refuse('unknown type');
  return name;
}

function toStruct(types: TypedDataTypes, type: string, value: unknown, depth: number): TypedDataStruct {
  if (depth > depthMax) throw refuse('nested too deep');
  const fields = types[type] ?? [];
  const given = toFields(value, type);
  if (Object.keys(given).length !== fields.length) throw refuse(`fields of ${type}`);
  return Object.fromEntries(
    fields.map(({ name, type: fieldType }) => {
      if (!Object.hasOwn(given, name)) throw refuse(`no ${name} in ${type}`);
      return [name, toValue(types, fieldType, given[name], depth + 1)];
    }),
  );
}

function toValue(types: TypedDataTypes, type: string, value: unknown, depth: number): TypedDataValue {
  const array = arrayPattern.exec(type);
  if (array) return toArray(types, array, value, depth);
  if (Object.hasOwn(types, type)) return toStruct(types, type, value, depth);
  if (type === 'bool') {
    if (typeof value !== 'boolean') throw refuse(type);
    return value;
  }
  if (type.includes('int')) return toInteger(type, value);
  if (typeof value !== 'string') throw refuse(type);
  if (type === 'string') {
    // A lone surrogate has no UTF-8, so different programs would hash different bytes.
    if (!value.isWellFormed()) throw refuse(type);
    return value;
  }
  return type === 'address' ? toChecksummed(value) : toBytes(type, value);
}

function toArray(
  types: TypedDataTypes,
  [, element = '', length = '']: RegExpExecArray,
  value: unknown,
  depth: number,
): TypedDataValue[] {
  if (depth > depthMax || !Array.isArray(value)) throw refuse('array');
  if (length !== '' && value.length !== Number(length)) throw refuse('length of an array');
  return value.map((item) => toValue(types, element, item, depth + 1));
}

/** Pages write integers as numbers, decimal strings or hexadecimal strings. */
function toInteger(type: string, value: unknown): bigint {
  const isNumber = typeof value === 'number' && Number.isSafeInteger(value);
  const isText =
    typeof value === 'string' &&
    value.length <= 80 &&
    /^(?:-?(?:0|[1-9][0-9]*)|0x[0-9a-fA-F]+)$/.test(value) &&
    value !== '-0';
  if (typeof value !== 'bigint' && !isNumber && !isText) throw refuse(type);
  const integer = BigInt(value as bigint | number | string);
  const isSigned = type.startsWith('int');
  const bits = BigInt(type.replace(/^u?int/, ''));
  const max = 2n ** (isSigned ? bits - 1n : bits) - 1n;
  if (integer > max || integer < (isSigned ? -max - 1n : 0n)) throw refuse(`${type} out of range`);
  return integer;
}

function toChecksummed(value: string): string {
  try {
    return parseAddress(value);
  } catch {
    throw refuse('address');
  }
}

function toBytes(type: string, value: string): string {
  if (!/^0x(?:[0-9a-fA-F]{2})*$/.test(value)) throw refuse(type);
  const length = type.slice('bytes'.length);
  if (length !== '' && value.length !== 2 + 2 * Number(length)) throw refuse(`length of ${type}`);
  return value.toLowerCase();
}

function toFields(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse(what);
  return value as Record<string, unknown>;
}
