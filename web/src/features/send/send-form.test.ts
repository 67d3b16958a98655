import type { Balances, RelayQuote } from '@feiqian/domain/api/chain';
import { describe, expect, it } from 'vitest';
import { createAssetBook } from '../../lib/assets.ts';
import { mustBeTransaction, readSendForm, type SendFields } from './send-form.ts';

const token = 'eip155:31337/erc20:0x5FbDB2315678afecb367f032d93F642f64180aa3';
const coin = 'eip155:31337/slip44:60';
const own = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const other = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045';
const relay = '0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512';
const book = createAssetBook({
  chains: [
    {
      chainId: 31337,
      name: 'Local',
      native: { symbol: 'ETH', decimals: 18 },
      finality: { kind: 'depth', blocks: 3 },
      relay,
      checkout: '0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0',
      status: 'following',
      head: '1',
      finalized: '1',
    },
  ],
  bridge: true,
  assets: [
    { id: 'iso4217:CNY', kind: 'cash', symbol: 'CNY', name: 'Chinese yuan', decimals: 2 },
    { id: coin, kind: 'native', symbol: 'ETH', name: 'Local', decimals: 18, chainId: 31337 },
    {
      id: token,
      kind: 'token',
      symbol: 'CNYF',
      name: 'CNYF',
      decimals: 6,
      chainId: 31337,
      address: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
      cash: 'iso4217:CNY',
    },
  ],
});
const balances: Balances = {
  cash: [],
  onChain: [
    { asset: token, address: own, amount: '100000000' },
    { asset: token, address: other, amount: '900000000' },
    { asset: coin, address: own, amount: '1000000000000000000' },
  ],
  held: [],
  unavailable: [],
};
const quote: RelayQuote = {
  id: '0b9c0e6e-3a5d-4c1e-8b57-0d6a4c5f2a10',
  asset: token,
  fee: '10000',
  feeReceiver: relay,
  relay,
  expiresAt: '2026-11-22T10:00:00Z',
};
const feePerGas = { maxFeePerGas: 2_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n };
const fields: SendFields = { to: other, asset: token, amount: '25', inCash: false, rail: 'relay', speed: 'normal' };
const world = { book, balances, own, quote, feePerGas } as const;
const read = (part: Partial<SendFields>, more: Partial<typeof world> = {}) =>
  readSendForm({ ...fields, ...part }, { ...world, ...more });

describe('readSendForm', () => {
  it('is ready when somebody gets something that is there', () => {
    expect(read({})).toMatchObject({ amount: 25_000_000n, fee: 10_000n, blockedBy: undefined });
  });

  it('keeps the fee back, and counts only the paying address', () => {
    expect(read({}).spendable).toBe(99_990_000n);
    expect(read({ amount: '99.99' }).blockedBy).toBeUndefined();
    expect(read({ amount: '100' }).blockedBy).toEqual({ code: 'INSUFFICIENT_FUNDS' });
  });

  it('reads an amount in the currency at par', () => {
    expect(read({ amount: '25.5', inCash: true })).toMatchObject({ amount: 25_500_000n, spendable: 9_999n });
    expect(read({ amount: '25.555', inCash: true }).blockedBy).toEqual({ code: 'AMOUNT_TOO_PRECISE' });
  });

  it('says what is missing, the recipient first', () => {
    expect(read({ to: '', amount: '' }).blockedBy).toBe('recipient');
    expect(read({ amount: '' }).blockedBy).toBe('amount');
    expect(read({ to: '0x12' }).blockedBy).toEqual({ code: 'ADDRESS_MALFORMED' });
    expect(readSendForm(fields, { ...world, quote: undefined }).blockedBy).toBe('fee');
  });

  it('keeps gas back from the coin itself, and nothing from a token paid for in coin', () => {
    expect(read({ asset: coin, amount: '0.5' }).spendable).toBe(10n ** 18n - 21_000n * 2_000_000_000n);
    expect(read({ rail: 'transaction' }).spendable).toBe(100_000_000n);
  });

  it('sends a token that the operator does not issue by a transaction only, at no price of the relay', () => {
    const foreign = 'eip155:31337/erc20:0x8ba1f109551bD432803012645Ac136ddd64DBA72';
    const asset = {
      id: foreign,
      kind: 'token',
      symbol: 'PEAR',
      name: 'Pear',
      decimals: 0,
      chainId: 31_337,
      address: '0x8ba1f109551bD432803012645Ac136ddd64DBA72',
      verified: false,
    } as const;
    const holding = { asset: foreign, address: own, amount: '30' } as const;
    const more = {
      book: createAssetBook({ bridge: true, chains: [...book.chains], assets: [...book.assets, asset] }),
      balances: { ...balances, onChain: [...balances.onChain, holding] },
    };
    expect(mustBeTransaction(asset)).toBe(true);
    expect(read({ asset: foreign }, more)).toMatchObject({
      amount: 25n,
      fee: undefined,
      spendable: 30n,
      blockedBy: undefined,
    });
    expect(read({ asset: foreign, amount: '0.5' }, more).blockedBy).toEqual({ code: 'AMOUNT_TOO_PRECISE' });
    expect(mustBeTransaction(book.get(token))).toBe(false);
  });
});
