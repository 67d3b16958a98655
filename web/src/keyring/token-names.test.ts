import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findTakenName } from './token-names.ts';

const listed = [{ symbol: 'USDF', name: 'Feiqian USD' }, { symbol: 'CNYF', name: 'Feiqian CNY' }, { symbol: 'ETH' }];
const taken = (symbol: string, name = 'Something') => findTakenName({ symbol, name }, listed);

describe('a token that takes the name of another', () => {
  it.each([
    'USDF',
    'usdf',
    'U S D F',
    'USD-F',
    'ＵＳＤＦ',
    'USD\u200bF',
    'USDF\u202e',
    // Cyrillic Ѕ, Armenian Ս, Cherokee Ꭰ, Lisu ꓝ
    'UЅDF',
    'ՍSDF',
    'USᎠF',
    'USDꓝ',
    'ᴜꜱᴅꜰ',
    '🅄🅂🄳🄵',
    '🆄🆂🅳🅵',
    'U$DF',
    'U5DF',
    'ÚSDF',
    'USDF (official)',
    'New USDF',
    'USDF.v2',
  ])('%j is taken for USDF of this wallet', (symbol) => {
    expect(taken(symbol)).toEqual({ symbol: 'USDF', isListed: true });
  });

  it('finds it in the name too', () => {
    expect(taken('XYZ', 'FEIQIAN  USD')).toEqual({ symbol: 'USDF', isListed: true });
    expect(taken('XYZ', 'Bridged USDF')).toEqual({ symbol: 'USDF', isListed: true });
    expect(taken('EТН')).toEqual({ symbol: 'ETH', isListed: true });
  });

  it.each([
    ['USDC', 'USDC'],
    ['USD₮', 'USDT'],
    ['USDC.e', 'USDC'],
    ['ВТС', 'BTC'],
    ['D4I', undefined],
    ['DА1', 'DAI'],
    ['PEPE', undefined],
    ['USDFX', undefined],
    ['FUSD', undefined],
    ['柚子', undefined],
    ['🍊', undefined],
  ])('%j is taken for %j of the world', (symbol, expected) => {
    expect(taken(symbol)).toEqual(expected && { symbol: expected, isListed: false });
  });

  it('is not fooled by any mixture of letters, cases and what cannot be seen', () => {
    const letters: Readonly<Record<string, readonly string[]>> = {
      U: ['U', 'u', 'Ｕ', 'Ս', 'ꓴ', 'ᴜ', '𝐔', '🅤'],
      S: ['S', 's', 'Ｓ', 'Ѕ', 'Տ', 'ꓢ', '$', '5', '𝓢'],
      D: ['D', 'd', 'Ｄ', 'Ꭰ', 'ԁ', 'ꓓ', '𝔻'],
      F: ['F', 'f', 'Ｆ', 'ꓝ', 'ꜰ', '𝙵'],
    };
    const gap = fc.constantFrom('', '', '\u200b', '\u200d', '\ufeff', '\u2060', ' ', '.', '-', '\u0301');
    const spelling = fc
      .tuple(...[...'USDF'].map((letter) => fc.tuple(fc.constantFrom(...(letters[letter] ?? [])), gap)))
      .map((parts) => parts.flat().join(''));
    fc.assert(
      fc.property(spelling, (symbol) => {
        expect(taken(symbol)).toEqual({ symbol: 'USDF', isListed: true });
      }),
    );
  });
});
