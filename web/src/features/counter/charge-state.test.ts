import { paymentExceptions, paymentRequestStates } from '@feiqian/domain/api/payments';
import { describe, expect, it } from 'vitest';
import { isUnderWay, toChargeState } from './charge-state.ts';

describe('what the counter shows', () => {
  it.each([
    ['new', 'none', null, 'waiting'],
    ['new', 'partial', null, 'waiting'],
    ['processing', 'none', null, 'processing'],
    ['settled', 'none', null, 'received'],
    ['settled', 'over', null, 'received'],
    ['settled', 'partial', null, 'received'],
    ['settled', 'late', null, 'received'],
    ['expired', 'none', null, 'expired'],
    ['expired', 'partial', null, 'short'],
    ['expired', 'late', null, 'late'],
    ['invalid', 'none', 'CANCELLED', 'cancelled'],
    ['invalid', 'late', 'CANCELLED', 'late'],
    ['invalid', 'none', 'UNCONFIRMED', 'unconfirmed'],
  ] as const)('of a request that is %s, %s and %s is %s', (state, exception, reason, shown) => {
    expect(toChargeState({ state, exception, reason })).toBe(shown);
  });

  it('says that money is there for nothing but what is settled, and asks for it by nothing that is over', () => {
    for (const state of paymentRequestStates)
      for (const exception of paymentExceptions)
        for (const reason of [null, 'CANCELLED', 'UNCONFIRMED'] as const) {
          const shown = toChargeState({ state, exception, reason });
          expect(shown === 'received').toBe(state === 'settled');
          expect(isUnderWay(shown)).toBe(state === 'new' || state === 'processing');
        }
  });
});
