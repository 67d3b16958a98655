import fc from 'fast-check';
import { type Address, getAddress } from 'viem';
import { describe, expect, it } from 'vitest';
import { findLookAlikes } from './look-alike.ts';
import { readVectors } from './testing/read-vectors.ts';

type PoisoningCase = {
  readonly name: string;
  readonly candidate: Address;
  readonly known: readonly string[];
  readonly expect: readonly { readonly known: string; readonly score: number }[];
};

const toKnown = (addresses: readonly string[]) => addresses.map((address) => ({ address }));

describe('findLookAlikes', () => {
  it.each(readVectors<readonly PoisoningCase[]>('address-poisoning/cases.json').map((one) => [one.name, one] as const))(
    'agrees with the vector: %s',
    (_name, { candidate, known, expect: expected }) => {
      const found = findLookAlikes(candidate, toKnown(known));
      expect(found.map(({ known: { address }, score }) => ({ known: address, score }))).toEqual(expected);
    },
  );

  it('recognises the look-alike by which 1,155 WBTC were lost in May 2024', () => {
    const intended = '0xd9A1b0B1e1aE382DbDc898Ea68012FfcB2853a91';
    const poison = '0xd9A1C3788D81257612E2581A6ea0aDa244853a91';
    expect(findLookAlikes(getAddress(poison.toLowerCase()), toKnown([intended]))).toHaveLength(1);
  });

  it('finds whatever shares both ends, and nothing that shares less', () => {
    const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
    fc.assert(
      fc.property(digits(4), digits(32), digits(32), digits(4), fc.nat(7), (head, one, other, tail, at) => {
        fc.pre(one !== other);
        const known = toKnown([`0x${head}${one}${tail}`]);
        expect(findLookAlikes(`0x${head}${other}${tail}`, known)).toHaveLength(1);
        // One digit of the eight changed.
        const ends = [...head, ...tail];
        ends[at] = ends[at] === '0' ? '1' : '0';
        const changed = `0x${ends.slice(0, 4).join('')}${other}${ends.slice(4).join('')}` as const;
        expect(findLookAlikes(changed, known)).toEqual([]);
      }),
    );
  });

  it('flags no stranger by chance: none of 5,000 against 500 trusted addresses', () => {
    // Numerical Recipes' generator: the same addresses on every machine.
    let state = 20_261_122;
    const nextAddress = (): Address => {
      const words = Array.from({ length: 5 }, () => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return state.toString(16).padStart(8, '0');
      });
      return `0x${words.join('')}`;
    };
    const trusted = Array.from({ length: 500 }, () => ({ address: nextAddress() }));
    const strangers = Array.from({ length: 5_000 }, nextAddress);
    expect(strangers.filter((stranger) => findLookAlikes(stranger, trusted).length > 0)).toEqual([]);
  }, 60_000);
});
