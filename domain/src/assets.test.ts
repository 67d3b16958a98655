import { describe, expect, it } from 'vitest';
import { parseAssetId, toNativeAssetId, toTokenAssetId } from './assets.ts';
import { type Chain, getAsset, getChain, listAssets } from './chains.ts';

const address = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
const chain: Chain = {
  chainId: 31337,
  name: 'Local',
  native: { symbol: 'ETH', decimals: 18 },
  finality: { kind: 'depth', blocks: 3 },
  ephemeral: true,
  tokens: [{ symbol: 'CNYF', name: 'Feiqian Yuan', address, decimals: 6, cash: 'iso4217:CNY' }],
  relay: '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
  checkout: '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
  startBlock: 0,
};

describe('parseAssetId', () => {
  it('reads back what the makers of ids wrote', () => {
    expect(parseAssetId(toTokenAssetId(31337, address.toLowerCase() as `0x${string}`))).toEqual({
      kind: 'token',
      chainId: 31337,
      address,
    });
    expect(parseAssetId(toNativeAssetId(1))).toEqual({ kind: 'native', chainId: 1, coinType: 60 });
    expect(parseAssetId('iso4217:CNY')).toEqual({ kind: 'cash', currency: 'CNY' });
  });

  it.each([
    'iso4217:cny',
    'CNY',
    'eip155:01/slip44:60',
    `eip155:1/erc20:${address.toLowerCase()}`,
    'eip155:1/erc20:0x12',
    '',
    'eip155:1/erc721:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
  ])('refuses %j, because one asset has one name', (text) => {
    expect(() => parseAssetId(text)).toThrow(expect.objectContaining({ code: 'ASSET_UNKNOWN' }));
  });
});

describe('the registry', () => {
  it('has cash, coin and tokens with decimals from the configuration', () => {
    const assets = listAssets([chain]);
    expect(assets.map(({ symbol, decimals }) => [symbol, decimals])).toEqual([
      ['CNY', 2],
      ['USD', 2],
      ['ETH', 18],
      ['CNYF', 6],
    ]);
    expect(getAsset(assets, `eip155:31337/erc20:${address}`)).toMatchObject({ cash: 'iso4217:CNY' });
  });

  it('does not guess an asset or a chain that it does not have', () => {
    expect(() => getAsset(listAssets([chain]), 'iso4217:EUR')).toThrow(
      expect.objectContaining({ code: 'ASSET_UNKNOWN' }),
    );
    expect(() => getChain([chain], 1)).toThrow(expect.objectContaining({ code: 'CHAIN_UNKNOWN' }));
  });
});
