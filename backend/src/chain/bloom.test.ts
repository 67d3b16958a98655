import fc from 'fast-check';
import { type Hex, hexToBytes, toHex } from 'viem';
import { describe, expect, it } from 'vitest';
import { computeBloom, hasBloomBits, toBloomBits } from './bloom.ts';

const word = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => toHex(bytes));
const log = fc.record({
  address: fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => toHex(bytes)),
  topics: fc.array(word, { maxLength: 4 }),
});

describe('blooms', () => {
  // A block of Hardhat's node with one log.
  const address: Hex = '0x5fbdb2315678afecb367f032d93f642f64180aa3';
  const topics: Hex[] = ['0x0000000000000000000000000000000000000000000000000000000000000001'];

  it('gives the bloom that a node gives', () => {
    expect(toHex(computeBloom([{ address, topics }]))).toBe(
      `0x${'0'.repeat(123)}4${'0'.repeat(47)}4${'0'.repeat(26)}4${'0'.repeat(112)}2${'0'.repeat(78)}4${'0'.repeat(53)}4${'0'.repeat(67)}`,
    );
  });

  it('never leaves out what is in it', () => {
    fc.assert(
      fc.property(fc.array(log, { maxLength: 20 }), (logs) => {
        const bloom = computeBloom(logs);
        for (const one of logs)
          for (const item of [one.address, ...one.topics]) expect(hasBloomBits(bloom, toBloomBits(item))).toBe(true);
      }),
    );
  });

  it('is empty for no logs', () => {
    expect(computeBloom([])).toEqual(hexToBytes(`0x${'00'.repeat(256)}`));
  });
});
