import fc from 'fast-check';
import { bytesToHex } from 'viem';
import { describe, expect, it } from 'vitest';
import { type AssetParts, parseAssetId, toNativeAssetId, toTokenAssetId } from './assets.ts';
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

/** The one name of an asset. */
function nameOf(parts: AssetParts): string {
  if (parts.kind === 'cash') return `iso4217:${parts.currency}`;
  const { chainId } = parts;
  return parts.kind === 'token' ? toTokenAssetId(chainId, parts.address) : toNativeAssetId(chainId, parts.coinType);
}

describe('parseAssetId', () => {
  const chainId = fc.maxSafeInteger().map((number) => Math.abs(number) || 1);

  it('reads back whatever asset was named', () => {
    const contract = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => bytesToHex(bytes));
    fc.assert(
      fc.property(chainId, contract, fc.nat(), (chain, token, coinType) => {
        const id = toTokenAssetId(chain, token);
        expect(parseAssetId(id)).toEqual({ kind: 'token', chainId: chain, address: id.slice(-42) });
        const native = { kind: 'native', chainId: chain, coinType } as const;
        expect(parseAssetId(toNativeAssetId(chain, coinType))).toEqual(native);
      }),
    );
  });

  it('refuses every other text, or is its one name', () => {
    const number = fc.stringMatching(/^[0-9]{1,17}$/);
    const nearly = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.tuple(number, number).map(([chain, coin]) => `eip155:${chain}/slip44:${coin}`),
      fc.tuple(number, fc.stringMatching(/^0x[0-9a-f]{40}$/)).map(([chain, token]) => `eip155:${chain}/erc20:${token}`),
      fc.stringMatching(/^iso4217:[A-Za-z]{2,4}$/),
    );
    fc.assert(
      fc.property(nearly, (text) => {
        let parts: AssetParts;
        try {
          parts = parseAssetId(text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'ASSET_UNKNOWN' });
          return;
        }
        expect(nameOf(parts)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

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
    'eip155:1/slip44:060',
    'eip155:9007199254740993/slip44:60',
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
