import { describe, expect, it } from 'vitest';
import { createAssetBook } from '../../lib/assets.ts';
import { readRecipient } from './read-recipient.ts';

const token = '0x5FbDB2315678afecb367f032d93F642f64180aa3';
const own = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const other = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045';
const tokenId = `eip155:31337/erc20:${token}`;
const coinId = 'eip155:31337/slip44:60';
const book = createAssetBook({
  chains: [
    {
      chainId: 31337,
      name: 'Local',
      native: { symbol: 'ETH', decimals: 18 },
      finality: { kind: 'depth', blocks: 3 },
      relay: '0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512',
      checkout: '0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0',
      status: 'following',
      head: '1',
      finalized: '1',
    },
  ],
  bridge: true,
  assets: [
    { id: tokenId, kind: 'token', symbol: 'CNYF', name: 'CNYF', decimals: 6, chainId: 31337, address: token },
    { id: coinId, kind: 'native', symbol: 'ETH', name: 'Local', decimals: 18, chainId: 31337 },
  ],
});
const read = (text: string) => readRecipient(text, book, own);

describe('readRecipient', () => {
  it('reads addresses and codes', () => {
    expect(read(other)).toMatchObject({ kind: 'address', address: other });
    expect(read(other.toLowerCase())).toMatchObject({ kind: 'address', address: other });
    expect(read(`ethereum:${token}@31337/transfer?address=${other}&uint256=5`)).toEqual({
      kind: 'address',
      address: other,
      asset: tokenId,
      amount: 5n,
    });
  });

  it('takes a code that names an amount of no token for the coin of its chain', () => {
    const coins = { kind: 'address', address: other, asset: coinId, amount: 1_500_000_000_000_000_000n };
    expect(read(`ethereum:${other}@31337?value=1.5e18`)).toEqual(coins);
    expect(read(`ethereum:pay-${other}?value=1.5e18`)).toEqual(coins);
    expect(read(`ethereum:${other}@31337`)).toEqual({ kind: 'address', address: other });
  });

  it('reads payment links and names', () => {
    const id = '0b9c0e6e-3a5d-4c1e-8b57-0d6a4c5f2a10';
    expect(read(`https://wallet.example/pay/${id}`)).toEqual({ kind: 'link', id });
    expect(read(`/pay/${id}`)).toEqual({ kind: 'link', id });
    expect(read('@Lin')).toEqual({ kind: 'person', name: '@lin' });
    expect(read('lin@example.com')).toEqual({ kind: 'person', name: 'lin@example.com' });
  });

  it('refuses what would lose money', () => {
    expect(read(token)).toEqual({ kind: 'wrong', code: 'ADDRESS_IS_TOKEN' });
    expect(read(own)).toEqual({ kind: 'wrong', code: 'RECIPIENT_IS_SELF' });
    expect(read(`ethereum:${other}@1`)).toEqual({ kind: 'wrong', code: 'CHAIN_UNKNOWN' });
    expect(read(`ethereum:${other}@31337/transfer?address=${own}`)).toEqual({
      kind: 'wrong',
      code: 'RECIPIENT_IS_SELF',
    });
    expect(read(other.replace('d8dA', 'd8da'))).toEqual({ kind: 'wrong', code: 'ADDRESS_CHECKSUM_WRONG' });
    expect(read('0x12')).toEqual({ kind: 'wrong', code: 'ADDRESS_MALFORMED' });
    expect(read('@x')).toEqual({ kind: 'wrong', code: 'ADDRESS_MALFORMED' });
  });

  it('is empty until something is there', () => {
    expect(read('  ')).toEqual({ kind: 'empty' });
  });
});
