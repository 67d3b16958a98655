import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { type Address, bytesToHex, getAddress } from 'viem';
import { describe, expect, it } from 'vitest';
import { isAppError } from '../errors.ts';
import { amountMax, toAmount } from '../money.ts';
import { formatPaymentUri, parsePaymentUri } from './payment-uri.ts';

const recipient = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045' as const;
const token = '0x5FbDB2315678afecb367f032d93F642f64180aa3' as const;

const anyAddress = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => getAddress(bytesToHex(bytes)));

/** The code of what reading throws; nothing when it can be read. */
function codeOf(text: string): string | undefined {
  try {
    parsePaymentUri(text);
    return undefined;
  } catch (error) {
    if (!isAppError(error)) throw error;
    return error.code;
  }
}

describe('payment URIs', () => {
  it('come back as they were written', () => {
    const amount = fc.option(fc.bigInt({ min: 0n, max: amountMax }), { nil: undefined });
    const chainId = fc.option(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), { nil: undefined });
    const contract = fc.option(anyAddress, { nil: undefined });
    fc.assert(
      fc.property(amount, chainId, anyAddress, contract, (value, chain, payee, tokenAddress) => {
        const uri = {
          recipient: payee,
          chainId: chain,
          ...(tokenAddress ? { token: tokenAddress } : {}),
          amount: value === undefined ? undefined : toAmount(value),
        } as const;
        expect(parsePaymentUri(formatPaymentUri(uri))).toEqual(uri);
      }),
    );
  });

  it('read a bare address', () => {
    expect(parsePaymentUri(` ${recipient} `)).toEqual({ recipient });
  });

  it('pay the named recipient of a token transfer, never the token contract', () => {
    const parsed = parsePaymentUri(`ethereum:${token}@31337/transfer?address=${recipient}&uint256=25000000`);
    expect(parsed).toEqual({ recipient, token, chainId: 31337, amount: 25_000_000n });
    expect(() => parsePaymentUri(`ethereum:${token}@31337/transfer?uint256=1`)).toThrow(
      expect.objectContaining({ code: 'ADDRESS_MALFORMED' }),
    );
  });

  it('read an address with its chain before it', () => {
    expect(parsePaymentUri(`eip155:31337:${recipient}`)).toEqual({ recipient, chainId: 31337 });
    expect(parsePaymentUri(`base:${recipient}`)).toEqual({ recipient, chainId: 8453 });
    expect(codeOf(`nochain:${recipient}`)).toBe('CHAIN_UNKNOWN');
    expect(codeOf(`constructor:${recipient}`)).toBe('CHAIN_UNKNOWN');
  });

  it('read what codes of capitals only make of it', () => {
    expect(parsePaymentUri(`ETHEREUM:${recipient.toUpperCase()}`)).toEqual({ recipient });
  });

  it('read an address with any chain that a number can name, and refuse others', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[1-9][0-9]{0,15}$/), anyAddress, (chain, account) => {
        const text = `eip155:${chain}:${account}`;
        if (Number.isSafeInteger(Number(chain)))
          expect(parsePaymentUri(text)).toEqual({ recipient: account, chainId: Number(chain) });
        else expect(codeOf(text)).toBe('CHAIN_UNKNOWN');
      }),
    );
    expect(codeOf(`eip155:9007199254740993:${recipient}`)).toBe('CHAIN_UNKNOWN');
  });

  it('are refused with a reason, or pay somebody who stands in them, whatever the text', () => {
    const piece = fc.constantFrom(
      ...[
        recipient,
        token,
        recipient.toLowerCase(),
        'ethereum:',
        'pay-',
        '@1',
        '@31337',
        '/transfer',
        '/approve',
        '?',
        '&',
      ],
      ...[
        'address=',
        'uint256=',
        'value=',
        '=',
        '1e18',
        '2.5',
        '-1',
        '%',
        '%41',
        'lin.eth',
        ':',
        'eip155:1:',
        'base:',
        ' ',
      ],
    );
    const nearly = fc.oneof(
      fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join('')),
      fc.array(piece, { maxLength: 8 }).map((pieces) => `ethereum:${pieces.join('')}`),
      fc.string({ unit: 'binary', maxLength: 60 }),
    );
    fc.assert(
      fc.property(nearly, (text) => {
        let paid: Address;
        try {
          paid = parsePaymentUri(text).recipient;
        } catch (error) {
          expect(error).toMatchObject({ name: 'AppError', code: expect.any(String) });
          return;
        }
        expect(decodeURIComponent(text).toLowerCase()).toContain(paid.toLowerCase());
      }),
      { numRuns: 2_000 },
    );
  });

  it('read numbers with an exponent, exactly', () => {
    expect(parsePaymentUri(`ethereum:${recipient}?value=2.014e18`).amount).toBe(2_014_000_000_000_000_000n);
    expect(parsePaymentUri(`ethereum:pay-${recipient}@1?value=1e3`).amount).toBe(1000n);
    expect(parsePaymentUri(`ethereum:${recipient}?value=+.5e1&gas=21000&gasPrice=1e9`).amount).toBe(5n);
    expect(parsePaymentUri(`ethereum:${recipient}?value=7e`).amount).toBe(7n);
  });

  it('take every way of writing one number for that number', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 40n }), fc.nat({ max: 40 }), (amount, places) => {
        const digits = `${amount}`.padStart(places + 1, '0');
        const written = `${digits.slice(0, digits.length - places)}.${digits.slice(digits.length - places)}`;
        const number = places === 0 ? digits : `${written}e${places}`;
        expect(parsePaymentUri(`ethereum:${recipient}?value=${number}`).amount).toBe(amount);
      }),
    );
  });

  const cases: { uri: string; expect: { prefix?: string; target_address: string; chain_id?: string } }[] = JSON.parse(
    readFileSync(new URL('../../vectors/eip681/parse.json', import.meta.url), 'utf8'),
  );
  it.each(cases)('agree with another reader on $uri', ({ uri, expect: expected }) => {
    if (expected.prefix !== undefined && expected.prefix !== 'pay') {
      expect(codeOf(uri)).toBe('REQUEST_INVALID');
      return;
    }
    const { recipient: read, chainId } = parsePaymentUri(uri);
    expect(read.toLowerCase()).toBe(expected.target_address.toLowerCase());
    expect(chainId).toBe(expected.chain_id === undefined ? undefined : Number(expected.chain_id));
  });

  it('refuse what is not whole, not a transfer, or not an address', () => {
    expect(codeOf(`ethereum:${recipient}?value=1.5`)).toBe('AMOUNT_MALFORMED');
    expect(codeOf(`ethereum:${recipient}?value=-1`)).toBe('AMOUNT_MALFORMED');
    expect(codeOf(`ethereum:${token}/approve?address=${recipient}&uint256=1`)).toBe('REQUEST_INVALID');
    expect(codeOf(`ethereum:${token}@31337?address=${recipient}&uint256=1`)).toBe('REQUEST_INVALID');
    expect(codeOf(`ethereum:${token}/transfer?address=${recipient}&uint256=1&value=1`)).toBe('REQUEST_INVALID');
    expect(codeOf(`ethereum:${token}/transfer?address=${recipient}&address=${token}`)).toBe('REQUEST_INVALID');
    expect(codeOf(`ethereum:${recipient}@99999999999999999`)).toBe('REQUEST_INVALID');
    expect(codeOf(`ethereum:${recipient}?value=%`)).toBe('REQUEST_INVALID');
    expect(codeOf(`ethereum:${recipient}?value=`)).toBe('AMOUNT_MALFORMED');
    expect(codeOf(`ethereum:${recipient}?value=1e78`)).toBe('AMOUNT_TOO_LARGE');
    expect(codeOf('ethereum:vitalik.eth')).toBe('ADDRESS_MALFORMED');
    expect(codeOf('wc:abc')).toBe('ADDRESS_MALFORMED');
    expect(codeOf(recipient.replace('d8dA', 'd8da'))).toBe('ADDRESS_CHECKSUM_WRONG');
  });
});
