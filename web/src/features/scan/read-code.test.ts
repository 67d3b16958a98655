import { describe, expect, it } from 'vitest';
import { readCode } from './read-code.ts';

const address = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045';
const id = '0b9c0e6e-3a5d-4c1e-8b57-0d6a4c5f2a10';
const read = (text: string) => readCode(text, 'wallet.example');

describe('readCode', () => {
  it('opens payment links of this service, and of no other', () => {
    expect(read(`https://wallet.example/pay/${id}`)).toEqual({ kind: 'path', path: `/pay/${id}` });
    expect(read(`/pay/${id}`)).toEqual({ kind: 'path', path: `/pay/${id}` });
    expect(read(`https://other.example/pay/${id}`).kind).toBe('unknown');
  });

  it('sends to addresses and payment codes', () => {
    expect(read(` ${address} `)).toEqual({ kind: 'path', path: `/send?to=${address}` });
    const code = `ethereum:${address}@31337`;
    expect(read(code)).toEqual({ kind: 'path', path: `/send?to=${encodeURIComponent(code)}` });
  });

  it('transfers to names', () => {
    expect(read('@lin')).toEqual({ kind: 'path', path: '/transfer?to=%40lin' });
    expect(read('lin@example.com')).toEqual({ kind: 'path', path: '/transfer?to=lin%40example.com' });
  });

  it('says what it saw when it does not understand', () => {
    expect(read('WIFI:T:WPA;S:home;;')).toEqual({ kind: 'unknown', text: 'WIFI:T:WPA;S:home;;' });
    expect(read('x'.repeat(1000))).toEqual({ kind: 'unknown', text: 'x'.repeat(120) });
    expect(read(address.replace('d8dA', 'd8da')).kind).toBe('unknown');
  });
});
