import fc from 'fast-check';
import { bytesToHex, fromRlp, hexToBytes } from 'viem';
import { describe, expect, it } from 'vitest';
import { decodeRlp, encodeRlp, type RlpItem } from './rlp.ts';

const { item } = fc.letrec<{ item: RlpItem }>((tie) => ({
  item: fc.oneof(
    { maxDepth: 6, depthSize: 'small' },
    fc.uint8Array({ maxLength: 70 }),
    fc.array(tie('item'), { maxLength: 6 }),
  ),
}));

describe('decodeRlp', () => {
  it('is the inverse of encodeRlp', () => {
    fc.assert(
      fc.property(item, (value) => {
        expect(decodeRlp(encodeRlp(value))).toEqual(value);
      }),
    );
  });

  it('accepts one spelling only: what it decodes encodes to the same bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), (bytes) => {
        let decoded: RlpItem;
        try {
          decoded = decodeRlp(bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: 'TRANSACTION_INVALID' });
          return;
        }
        expect(bytesToHex(encodeRlp(decoded))).toBe(bytesToHex(bytes));
        expect(fromRlp(bytes, 'bytes')).toEqual(decoded);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['nothing', '0x'],
    ['a prefixed small byte', '0x817f'],
    ['a long prefix for a short length', '0xb801ff'],
    ['a length with a leading zero', `0xb90038${'ff'.repeat(56)}`],
    ['a string that ends too early', '0x83ffff'],
    ['a list that ends too early', '0xc3ffff'],
    ['an item that leaves its list', '0xc283ffff'],
    ['a length that is not there', '0xb9'],
    ['a length of eight bytes', '0xbfffffffffffffffff'],
    ['a byte after the end', '0x8000'],
    ['lists in lists without end', `0x${'c9c8c7c6c5c4c3c2c1c0'}`],
  ] as const)('refuses %s', (...[, hex]) => {
    expect(() => decodeRlp(hexToBytes(hex))).toThrow(expect.objectContaining({ code: 'TRANSACTION_INVALID' }));
  });
});
