import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { type Address, bytesToHex, getAddress } from 'viem';
import { describe, expect, it } from 'vitest';
import { formatAddress, groupAddress, parseAddress } from './address.ts';

const addresses: Address[] = JSON.parse(
  readFileSync(new URL('../vectors/eip55/addresses.json', import.meta.url), 'utf8'),
);
const anyAddress = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => getAddress(bytesToHex(bytes)));
const swapCase = (letter: string) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase());

describe('parseAddress', () => {
  it.each(addresses)('accepts %s of EIP-55, and its small and capital spellings', (address) => {
    const digits = address.slice(2);
    const parsed = [address, `0x${digits.toLowerCase()}`, `0x${digits.toUpperCase()}`].map(parseAddress);
    expect(new Set(parsed).size).toBe(1);
    expect(parsed[0]?.toLowerCase()).toBe(address.toLowerCase());
  });

  it('refuses every address of which one letter has the other case', () => {
    fc.assert(
      fc.property(anyAddress, fc.integer({ min: 2, max: 41 }), (address, at) => {
        const letter = address.charAt(at);
        const altered = address.slice(0, at) + swapCase(letter) + address.slice(at + 1);
        const digits = altered.slice(2);
        const isPlain = digits === digits.toLowerCase() || digits === digits.toUpperCase();
        fc.pre(altered !== address && !isPlain);
        expect(() => parseAddress(altered)).toThrow(expect.objectContaining({ code: 'ADDRESS_CHECKSUM_WRONG' }));
      }),
    );
  });

  it('always answers with the checksummed spelling', () => {
    fc.assert(
      fc.property(anyAddress, (address) => {
        expect(parseAddress(address.toLowerCase())).toBe(address);
      }),
    );
  });

  it('refuses whatever else is there, or answers with the same digits', () => {
    const nearly = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 45 }),
      fc.stringMatching(/^0[xX][0-9a-fA-F]{38,42}$/),
      fc.stringMatching(/^0x(?:[0-9A-F]{40}|[0-9a-f]{40})$/),
    );
    fc.assert(
      fc.property(nearly, (text) => {
        let address: Address;
        try {
          address = parseAddress(text);
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^ADDRESS_(?:MALFORMED|CHECKSUM_WRONG)$/) });
          return;
        }
        expect(address).toBe(getAddress(text));
      }),
    );
  });

  it.each([
    '',
    '0x',
    '52908400098527886E0F7030069857D2E4169EE7',
    '0X52908400098527886E0F7030069857D2E4169EE7',
    '0x52908400098527886E0F7030069857D2E4169EE',
    '0x52908400098527886E0F7030069857D2E4169EE77',
    ' 0x52908400098527886E0F7030069857D2E4169EE7',
    '0x52908400098527886E0F7030069857D2E4169EE7\n',
    '0x52908400098527886E0F7030069857D2E4169EEg',
    '0x５2908400098527886E0F7030069857D2E4169EE7',
    'vitalik.eth',
  ])('refuses %j as malformed', (text) => {
    expect(() => parseAddress(text)).toThrow(expect.objectContaining({ code: 'ADDRESS_MALFORMED' }));
  });
});

describe('formatAddress', () => {
  it('shows the whole address in groups of four', () => {
    const shown = formatAddress('0x52908400098527886E0F7030069857D2E4169EE7');
    expect(shown).toBe('0x 5290 8400 0985 2788 6E0F 7030 0698 57D2 E416 9EE7');
  });

  it('loses nothing', () => {
    fc.assert(
      fc.property(anyAddress, (address) => {
        expect(groupAddress(address).join('')).toBe(address);
      }),
    );
  });

  it('refuses to show what is no address', () => {
    expect(() => formatAddress('0x12' as Address)).toThrow(expect.objectContaining({ code: 'ADDRESS_MALFORMED' }));
  });
});
