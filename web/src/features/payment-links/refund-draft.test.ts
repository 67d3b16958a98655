import { toAmount } from '@feiqian/domain/money';
import { describe, expect, it } from 'vitest';
import { readCheckoutDraft } from '../../keyring/checkout-draft.ts';
import { aPayment, aPaymentRequest, aTokenPayment, sampleBook as book, sample } from '../../lib/a-payment-request.ts';
import { draftRefund } from './refund-draft.ts';

const request = aPaymentRequest({ state: 'settled', received: '1000' });
const terms = {
  request,
  payment: aTokenPayment(),
  amount: toAmount(3_000_000n),
  own: sample.payee,
  nowSeconds: 1_800_000_000n,
};

describe('draftRefund', () => {
  it('gives tokens back to who paid, by the payee’s signature for the checkout', () => {
    const { signing } = draftRefund(book, terms);
    expect(signing && readCheckoutDraft(signing)).toMatchObject({
      kind: 'refund',
      reference: request.token?.reference,
      terms: { merchant: sample.payee },
      signed: { payer: sample.payer, amount: 3_000_000n, fee: 10_000n, validBefore: 1_800_003_000n },
      typedData: { message: { from: sample.payee, value: 3_010_000n } },
    });
  });

  it('is possible after the end of the request', () => {
    const { signing } = draftRefund(book, { ...terms, nowSeconds: 300_000_000_000n });
    expect(signing && readCheckoutDraft(signing).signed.validBefore).toBe(300_000_003_000n);
  });

  it('signs nothing for what came in cash or through a provider', () => {
    for (const payment of [aPayment(), aPayment({ rail: 'gateway', gateway: 'sandbox' })])
      expect(draftRefund(book, { ...terms, payment }).signing).toBeUndefined();
  });

  it('refuses tokens that came to another address, or otherwise', () => {
    expect(() => draftRefund(book, { ...terms, own: sample.payer })).toThrow(
      expect.objectContaining({ code: 'REFUND_NEEDS_SIGNATURE' }),
    );
    expect(() => draftRefund(book, { ...terms, request: { ...request, token: null } })).toThrow(
      expect.objectContaining({ code: 'REFUND_NOT_POSSIBLE' }),
    );
  });
});
