import { describe, expect, it } from 'vitest';
import { readPlace } from './read-place.ts';

const address = '0x5FbDB2315678afecb367f032d93F642f64180aa3';

describe('the field for a token’s contract', () => {
  it.each([
    [address, undefined],
    [` ${address.toLowerCase()} `, undefined],
    [`eip155:8453:${address}`, 8453],
    [`base:${address}`, 8453],
    [`ethereum:${address}@31337/transfer?address=0x52908400098527886E0F7030069857D2E4169EE7&uint256=1`, 31_337],
  ])('takes %s', (text, chainId) => {
    expect(readPlace(text)).toEqual({ kind: 'place', address, chainId });
  });

  it.each([
    ['', { kind: 'empty' }],
    ['   ', { kind: 'empty' }],
    ['0x1234', { kind: 'wrong', code: 'ADDRESS_MALFORMED' }],
    [address.replace('F', 'f'), { kind: 'wrong', code: 'ADDRESS_CHECKSUM_WRONG' }],
    ['USDF', { kind: 'wrong', code: 'ADDRESS_MALFORMED' }],
  ])('%j is %j', (text, expected) => {
    expect(readPlace(text)).toEqual(expected);
  });
});
