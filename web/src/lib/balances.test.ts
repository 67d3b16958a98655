import type { Balances, Chains } from '@feiqian/domain/api/chain';
import { describe, expect, it } from 'vitest';
import { createAssetBook } from './assets.ts';
import { availableOf, heldOf, holdingOf, isEmpty, totalAtPar } from './balances.ts';

const token = 'eip155:31337/erc20:0x5FbDB2315678afecb367f032d93F642f64180aa3';
const chains: Chains = {
  chains: [],
  bridge: true,
  mail: false,
  assets: [
    { id: 'iso4217:CNY', kind: 'cash', symbol: 'CNY', name: 'Chinese yuan', decimals: 2 },
    { id: 'iso4217:USD', kind: 'cash', symbol: 'USD', name: 'US dollar', decimals: 2 },
    { id: token, kind: 'token', symbol: 'CNYF', name: 'CNYF', decimals: 6, chainId: 31337, cash: 'iso4217:CNY' },
  ],
};
const book = createAssetBook(chains);
const address = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';

function someBalances(part: Partial<Balances> = {}): Balances {
  return {
    cash: [{ asset: 'iso4217:CNY', available: '10000', pending: '500' }],
    onChain: [{ asset: token, address, amount: '25000000' }],
    held: [],
    unavailable: [],
    ...part,
  };
}

describe('totalAtPar', () => {
  it('adds cash, reserved cash and the tokens at par with it', () => {
    expect(totalAtPar(someBalances(), book, 'iso4217:CNY')).toEqual({ amount: 13_000n, isRounded: false });
  });

  it('says when digits of tokens were left out', () => {
    const balances = someBalances({ onChain: [{ asset: token, address, amount: '25000001' }] });
    expect(totalAtPar(balances, book, 'iso4217:CNY')).toEqual({ amount: 13_000n, isRounded: true });
  });

  it('never mixes currencies', () => {
    expect(totalAtPar(someBalances(), book, 'iso4217:USD').amount).toBe(0n);
  });
});

describe('what held payments wait for', () => {
  const held = (amount: string) => someBalances({ held: [{ asset: token, address, amount }] });

  it('cannot be paid twice, and is still the person’s own', () => {
    expect(availableOf(held('5000000'), token, address)).toBe(20_000_000n);
    expect(holdingOf(held('5000000'), token)).toBe(25_000_000n);
    expect(heldOf(held('5000000'), token)).toBe(5_000_000n);
    expect(totalAtPar(held('5000000'), book, 'iso4217:CNY')).toEqual(totalAtPar(someBalances(), book, 'iso4217:CNY'));
  });

  it('is never less than nothing, where tokens left in another way', () => {
    expect(availableOf(held('26000000'), token)).toBe(0n);
  });
});

describe('availableOf', () => {
  it('leaves reserved cash out', () => {
    expect(availableOf(someBalances(), 'iso4217:CNY')).toBe(10_000n);
  });

  it('adds the addresses', () => {
    const balances = someBalances({
      onChain: [
        { asset: token, address, amount: '1' },
        { asset: token, address: '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC', amount: '2' },
      ],
    });
    expect(availableOf(balances, token)).toBe(3n);
    expect(availableOf(balances, token, address)).toBe(1n);
    expect(availableOf(balances, 'iso4217:USD')).toBe(0n);
  });
});

describe('isEmpty', () => {
  it('is true only when nothing is there, reserved cash included', () => {
    expect(isEmpty(someBalances())).toBe(false);
    expect(
      isEmpty({
        cash: [{ asset: 'iso4217:CNY', available: '0', pending: '1' }],
        onChain: [],
        held: [],
        unavailable: [],
      }),
    ).toBe(false);
    expect(isEmpty({ cash: [], onChain: [], held: [], unavailable: [] })).toBe(true);
  });
});
