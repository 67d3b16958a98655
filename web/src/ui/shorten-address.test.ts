import { describe, expect, it } from 'vitest';
import { shortenAddress } from './shorten-address.ts';

describe('shortenAddress', () => {
  it('keeps both ends', () => {
    expect(shortenAddress('0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045')).toBe('0xd8dA…6045');
  });
});
