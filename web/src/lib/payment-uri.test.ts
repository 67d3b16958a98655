import { amountMax, toAmount } from '@feiqian/domain/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPaymentUri, parsePaymentUri } from './payment-uri.ts';

const recipient = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045' as const;
const token = '0x5FbDB2315678afecb367f032d93F642f64180aa3' as const;

describe('payment URIs', () => {
  it('come back as they were written', () => {
    const amount = fc.option(fc.bigInt({ min: 0n, max: amountMax }), { nil: undefined });
    const chainId = fc.option(fc.integer({ min: 1, max: 2 ** 31 }), { nil: undefined });
    fc.assert(
      fc.property(amount, chainId, fc.boolean(), (value, chain, hasToken) => {
        const uri = {
          recipient,
          chainId: chain,
          ...(hasToken ? { token } : {}),
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

  it('read numbers with an exponent, exactly', () => {
    expect(parsePaymentUri(`ethereum:${recipient}?value=2.014e18`).amount).toBe(2_014_000_000_000_000_000n);
    expect(parsePaymentUri(`ethereum:pay-${recipient}@1?value=1e3`).amount).toBe(1000n);
  });

  it('refuse what is not whole, not a transfer, or not an address', () => {
    const code = (text: string) => {
      try {
        parsePaymentUri(text);
        return undefined;
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(code(`ethereum:${recipient}?value=1.5`)).toBe('AMOUNT_MALFORMED');
    expect(code(`ethereum:${recipient}?value=-1`)).toBe('AMOUNT_MALFORMED');
    expect(code(`ethereum:${token}/approve?address=${recipient}&uint256=1`)).toBe('REQUEST_INVALID');
    expect(code('ethereum:vitalik.eth')).toBe('ADDRESS_MALFORMED');
    expect(code('wc:abc')).toBe('ADDRESS_MALFORMED');
    expect(code(recipient.replace('d8dA', 'd8da'))).toBe('ADDRESS_CHECKSUM_WRONG');
  });
});
