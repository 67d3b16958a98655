import { describe, expect, it } from 'vitest';
import { aPayment, aPaymentRequest, aTokenPayment } from '../../lib/a-payment-request.ts';
import { excessIn, excessOf, findExcessive, isPartExcess, leftOf, refundWayOf } from './refundable.ts';

const settled = aPaymentRequest({ state: 'settled', received: '1000' });
const over = aPaymentRequest({ state: 'settled', exception: 'over', received: '1250' });

describe('what can be given back', () => {
  it('is what was paid less what went back and what is going', () => {
    expect(leftOf(aPayment({ refunded: '300', refunding: '200' }))).toBe(500n);
  });

  it('goes the way it came', () => {
    expect(refundWayOf(settled, aPayment())).toBe('cash');
    expect(refundWayOf(settled, aPayment({ rail: 'gateway', gateway: 'sandbox' }))).toBe('gateway');
    expect(refundWayOf(settled, aTokenPayment())).toBe('token');
  });

  it.each(['pending', 'mined', 'failed'] as const)('is nothing of a payment that is %s', (state) => {
    expect(refundWayOf(settled, aTokenPayment({ state }))).toBe('not_yet');
  });

  it('is nothing of what went back wholly, or is about to', () => {
    expect(refundWayOf(settled, aPayment({ refunded: '400', refunding: '600' }))).toBe('nothing_left');
  });

  it('goes by hand where the checkout does not know the payment', () => {
    const other = aTokenPayment({ money: { asset: 'eip155:31337/erc20:0x01', amount: '5' }, counts: false });
    expect(refundWayOf(settled, other)).toBe('by_hand');
    expect(refundWayOf({ ...settled, token: null }, aTokenPayment())).toBe('by_hand');
  });
});

describe('what is too much', () => {
  it('is what the payee still has beyond the price of a settled request', () => {
    expect(excessOf(over)).toBe(250n);
    expect(excessOf({ ...over, refunded: '250' })).toBe(0n);
    expect(excessOf(settled)).toBe(0n);
    expect(excessOf({ ...over, state: 'expired' })).toBe(0n);
  });

  it('is counted in the asset of the payment, and never more than is left of it', () => {
    expect(excessIn(over, aPayment())).toBe(250n);
    expect(excessIn(over, aTokenPayment())).toBe(2_500_000n);
    expect(excessIn(over, aPayment({ money: { asset: 'iso4217:CNY', amount: '100' } }))).toBe(100n);
    expect(excessIn(over, aPayment({ counts: false }))).toBe(0n);
  });

  it('is a choice of its own only where it is not all that is left of the payment', () => {
    expect(isPartExcess(over, aPayment())).toBe(true);
    expect(isPartExcess(over, aPayment({ money: { asset: 'iso4217:CNY', amount: '250' } }))).toBe(false);
    expect(isPartExcess(settled, aPayment())).toBe(false);
  });

  it('goes back from the latest payment that can be given back', () => {
    const first = aPayment({ id: '1b9c0e6e-3a5d-4c1e-8b57-0d6a4c5f2a11' });
    const second = aPayment({ id: '1b9c0e6e-3a5d-4c1e-8b57-0d6a4c5f2a12' });
    expect(findExcessive(over, [first, second])).toBe(second);
    expect(findExcessive(over, [first, { ...second, state: 'mined' }])).toBe(first);
    expect(findExcessive(settled, [first, second])).toBeUndefined();
  });
});
