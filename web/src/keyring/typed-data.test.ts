import { TypedDataEncoder } from 'ethers';
import fc from 'fast-check';
import { hashTypedData as hashByViem, hashDomain, hashStruct } from 'viem';
import { describe, expect, it, vi } from 'vitest';
import { spoiled } from './testing/arbitraries.ts';
import { readVectors } from './testing/read-vectors.ts';
import { hashTypedData, type LooseTypedData, readTypedData, typedDataLengthMax, writeTypedData } from './typed-data.ts';

// Vectors and random cases are many, and a busy machine is slow.
vi.setConfig({ testTimeout: 60_000 });

const invalid = expect.objectContaining({ code: 'TYPED_DATA_INVALID' });
const digestOf = (loose: LooseTypedData) => hashTypedData(readTypedData(writeTypedData(loose)));

describe('the EIP-712 vectors', () => {
  type Row = {
    name: string;
    types: LooseTypedData['types'];
    primaryType: string;
    domain: object;
    data: object;
    digest: string;
  };
  const rows = readVectors<Row[]>('ethers/typed-data.json.gz');
  it(`hashes ${rows.length} random structures as ethers does`, () => {
    const wrong = rows.filter(({ data: message, digest, ...rest }) => digestOf({ ...rest, message }) !== digest);
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it('hashes the Mail example, whose domain has a field of its own', () => {
    const mail = readVectors<LooseTypedData & { expect: Record<string, string> }>('eip712-eip191/eip712-mail.json');
    const read = readTypedData(writeTypedData(mail));
    const types = read.types as Record<string, { name: string; type: string }[]>;
    expect(hashTypedData(read)).toBe(mail.expect.digest);
    expect(hashDomain({ domain: read.domain, types } as never)).toBe(mail.expect.domainSeparator);
    expect(hashStruct({ data: read.message, primaryType: 'Mail', types } as never)).toBe(mail.expect.structHash);
  });
});

const permit = (changes: object = {}, domain: object = {}): LooseTypedData => ({
  types: {
    Permit: [
      { name: 'owner', type: 'address' },
      { name: 'value', type: 'uint256' },
      { name: 'data', type: 'bytes' },
      { name: 'tag', type: 'bytes2' },
      { name: 'flag', type: 'bool' },
      { name: 'note', type: 'string' },
      { name: 'small', type: 'int8' },
      { name: 'pair', type: 'uint8[2]' },
    ],
  },
  primaryType: 'Permit',
  domain: {
    name: 'Token',
    version: '1',
    chainId: 1,
    verifyingContract: '0x52908400098527886E0F7030069857D2E4169EE7',
    ...domain,
  },
  message: {
    owner: '0x52908400098527886e0f7030069857d2e4169ee7',
    value: 5n,
    data: '0xAB',
    tag: '0x0001',
    flag: true,
    note: 'é',
    small: -128,
    pair: [1, '2'],
    ...changes,
  },
});

describe('writeTypedData', () => {
  it('writes one text for every spelling of the same values', () => {
    const spellings = [
      {},
      { value: '5' },
      { value: '0x5' },
      { value: 5 },
      { data: '0xab' },
      { small: '-128' },
      { owner: '0x52908400098527886E0F7030069857D2E4169EE7' },
    ];
    expect(new Set(spellings.map((spelling) => writeTypedData(permit(spelling)))).size).toBe(1);
  });

  it('reads back what it wrote, and hashes it as viem and ethers hash the original', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
        fc.string({ unit: 'binary' }),
        fc.uint8Array(),
        fc.boolean(),
        (value, note, data, flag) => {
          fc.pre(note.isWellFormed());
          const loose = permit({ value, note, flag, data: `0x${Buffer.from(data).toString('hex')}` });
          const text = writeTypedData(loose);
          const read = readTypedData(text);
          expect(writeTypedData(read)).toBe(text);
          expect(hashTypedData(read)).toBe(
            hashByViem({ ...loose, message: read.message, domain: read.domain } as never),
          );
          expect(hashTypedData(read)).toBe(TypedDataEncoder.hash(loose.domain, loose.types as never, loose.message));
        },
      ),
    );
  });

  it.each([
    ['a missing field', { message: { owner: '0x52908400098527886E0F7030069857D2E4169EE7' } }],
    ['an unknown primary type', { primaryType: 'Mail' }],
    ['a primary type from the prototype', { primaryType: 'constructor' }],
    ['a type that does not exist', { types: { Permit: [{ name: 'a', type: 'Nothing' }] }, message: { a: 1 } }],
    ['a type named like an atomic one', { types: { ...permit().types, uint: [] } }],
    ['an atomic type without its size', { types: { Permit: [{ name: 'a', type: 'uint' }] }, message: { a: 1 } }],
    ['an atomic type of an odd size', { types: { Permit: [{ name: 'a', type: 'uint7' }] }, message: { a: 1 } }],
    [
      'a field declared twice',
      {
        types: {
          Permit: [
            { name: 'a', type: 'bool' },
            { name: 'a', type: 'bool' },
          ],
        },
        message: { a: true },
      },
    ],
    ['a field name that is no word', { types: { Permit: [{ name: 'a b', type: 'bool' }] }, message: { 'a b': true } }],
    ['no fields at all', { types: { Permit: null } }],
    ['a message that is a list', { message: [] }],
    ['endless nesting', { types: { Permit: [{ name: 'a', type: `bool${'[]'.repeat(40)}` }] }, message: { a: [] } }],
  ])('refuses %s', (_what, change) => {
    expect(() => writeTypedData({ ...permit(), ...change } as LooseTypedData)).toThrow(invalid);
  });

  it.each([
    ['a further field', { more: 1 }],
    ['a negative unsigned integer', { value: -1n }],
    ['more than 256 bits', { value: 2n ** 256n }],
    ['a fraction', { value: 1.5 }],
    ['a number beyond exactness', { value: 2 ** 53 }],
    ['an empty integer', { value: '' }],
    ['an exponent', { value: '1e3' }],
    ['a leading zero', { value: '05' }],
    ['minus zero', { value: '-0' }],
    ['a signed integer out of range', { small: 128 }],
    ['a wrong checksum', { owner: '0x52908400098527886E0F7030069857D2E4169Ee7' }],
    ['an address that is no text', { owner: 5 }],
    ['half a byte', { data: '0x1' }],
    ['bytes of another length', { tag: '0x00' }],
    ['a text as boolean', { flag: 'true' }],
    ['a null', { note: null }],
    ['a lone surrogate', { note: '\ud800' }],
    ['an array of another length', { pair: [1] }],
    ['a text as array', { pair: '12' }],
  ])('refuses %s in the message', (_what, change) => {
    expect(() => writeTypedData(permit(change))).toThrow(invalid);
  });

  it('refuses a domain whose contract is malformed, or with a field that no type has', () => {
    expect(() => writeTypedData(permit({}, { verifyingContract: '0x12' }))).toThrow(invalid);
    expect(() => writeTypedData(permit({}, { origin: 'https://a.example' }))).toThrow(invalid);
  });

  it('follows recursive types only as deep as a person could', () => {
    const types = { Node: [{ name: 'next', type: 'Node[]' }] };
    const nest = (depth: number): object => ({ next: depth === 0 ? [] : [nest(depth - 1)] });
    const loose = (depth: number) => ({ types, primaryType: 'Node', domain: { name: 'a' }, message: nest(depth) });
    expect(() => writeTypedData(loose(3))).not.toThrow();
    expect(() => writeTypedData(loose(50))).toThrow(invalid);
  });
});

describe('readTypedData', () => {
  const text = writeTypedData(permit());

  it('refuses with a reason when anything of the text is another, or reads exactly that', () => {
    const batch = writeTypedData({
      types: {
        Batch: [
          { name: 'grants', type: 'Grant[]' },
          { name: 'left', type: 'int16[2][]' },
        ],
        Grant: [
          { name: 'to', type: 'address' },
          { name: 'more', type: 'bytes' },
        ],
      },
      primaryType: 'Batch',
      domain: { name: 'a', salt: `0x${'01'.repeat(32)}` },
      message: { grants: [{ to: `0x${'1b'.repeat(20)}`, more: '0x' }], left: [[1, -2]] },
    });
    fc.assert(
      fc.property(fc.oneof(spoiled(text), spoiled(batch)), (altered) => {
        let read: ReturnType<typeof readTypedData>;
        try {
          read = readTypedData(altered);
        } catch (error) {
          expect(error).toMatchObject({ code: 'TYPED_DATA_INVALID' });
          return;
        }
        expect(writeTypedData(read)).toBe(altered);
        expect(hashTypedData(read)).toMatch(/^0x[0-9a-f]{64}$/);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['nothing', ''],
    ['a number', '1'],
    ['a list', '[]'],
    ['a blank more', ` ${text}`],
    ['a number for an integer', text.replace('"value":"5"', '"value":5')],
    ['two values for one field', text.replace('"value":"5"', '"value":"6","value":"5"')],
    ['small letters in an address', text.replace(/"owner":"0x\w+"/, (part) => part.toLowerCase())],
    ['capital letters in bytes', text.replace('0xab', '0xAB')],
    ['fields in another order', text.replace(/("types":.*),("primaryType":"Permit")/, '$2,$1')],
    ['text beyond the limit', `{"types":"${'a'.repeat(typedDataLengthMax)}"}`],
    ['no primary type', text.replace('"primaryType":"Permit",', '')],
  ])('refuses %s', (_what, altered) => {
    expect(altered).not.toBe(text);
    expect(() => readTypedData(altered)).toThrow(invalid);
  });
});
