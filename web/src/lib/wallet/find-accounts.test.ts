import fc from 'fast-check';
import { type Address, getAddress } from 'viem';
import { describe, expect, it } from 'vitest';
import { gapLimit, searchUsed } from './find-accounts.ts';

const addressOf = (index: number): Address => getAddress(`0x${index.toString(16).padStart(40, '0')}`);
const indexOf = (address: Address): number => Number.parseInt(address.slice(2), 16);

async function search(used: ReadonlySet<number>) {
  const asked: number[] = [];
  const found = await searchUsed({
    derive: async (from, count) =>
      Array.from({ length: count }, (_, at) => ({ path: `m/${from + at}`, address: addressOf(from + at) })),
    findUsed: async (addresses) => {
      asked.push(...addresses.map(indexOf));
      return addresses.map((address) => used.has(indexOf(address)));
    },
  });
  return { found: found.map(({ address }) => indexOf(address)), asked };
}

describe('searchUsed', () => {
  it('finds what was used, with gaps between', async () => {
    expect((await search(new Set([0, 3, 22, 42]))).found).toEqual([0, 3, 22, 42]);
  });

  it('asks for twenty when none was used', async () => {
    const { found, asked } = await search(new Set());
    expect([found, asked.length]).toEqual([[], gapLimit]);
  });

  it('stops behind a gap of twenty, as BIP-44 says', async () => {
    expect((await search(new Set([0, 20]))).found).toEqual([0, 20]);
    expect((await search(new Set([0, 21]))).found).toEqual([0]);
    expect((await search(new Set([20]))).found).toEqual([]);
  });

  it('finds exactly those that BIP-44 reaches, whichever were used, and always ends', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat({ max: 120 })), async (indexes) => {
        const used = new Set(indexes);
        const reached: number[] = [];
        for (let index = 0, last = -1; index - last <= gapLimit; index += 1) {
          if (used.has(index)) {
            reached.push(index);
            last = index;
          }
        }
        expect((await search(used)).found).toEqual(reached);
      }),
    );
    const all = await search(new Set(Array.from({ length: 10_000 }, (_, index) => index)));
    expect(all.asked.length).toBeLessThan(1_000);
  });

  it('fails when the chain cannot be asked, instead of finding nothing', async () => {
    const broken = searchUsed({ derive: async () => [], findUsed: () => Promise.reject(new Error('down')) });
    await expect(broken).rejects.toThrow('down');
  });
});
