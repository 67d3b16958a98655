import { toAmount } from '@feiqian/domain/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AttemptState } from '../gateways/attempts.ts';
import type { Integrity, PayoutAnswer } from '../gateways/gateway.ts';
import { decidePayout, type Heard, type PayoutStep } from './decide-payout.ts';

// They cost next to nothing.
const numRuns = 2000;

const merchant = 'feiqian';
const money = { asset: 'iso4217:CNY', amount: toAmount(25_00n) } as const;
const ours: Integrity = { merchant, orderNumber: 'ORDER0001', money };
const reference = 'B1';
const decide = (state: AttemptState, heard: Heard) =>
  decidePayout({ state, orderNumber: ours.orderNumber, money }, merchant, heard);

const anAnswer = (said: Integrity): fc.Arbitrary<PayoutAnswer> =>
  fc.constantFrom<PayoutAnswer>(
    { ...said, state: 'processing', reference },
    { ...said, state: 'settled', reference },
    { ...said, state: 'returned', reference, reason: 'ACCOUNT_CLOSED' },
  );
const somebodyElses: fc.Arbitrary<Integrity> = fc.constantFrom<Integrity>(
  { ...ours, merchant: 'other' },
  { ...ours, orderNumber: 'ORDER0002' },
  { ...ours, money: { ...money, asset: 'iso4217:USD' } },
  { ...ours, money: { ...money, amount: toAmount(1n) } },
);
const anything: fc.Arbitrary<Heard> = fc.oneof(
  anAnswer(ours),
  somebodyElses.chain(anAnswer),
  fc.constant<Heard>({ state: 'unknown' }),
  fc.constant<Heard>({ state: 'refused', reason: 'ACCOUNT_UNKNOWN' }),
);

function reduce(state: AttemptState, { step }: PayoutStep): AttemptState {
  const next = { wait: state, flag: state, sent: 'open', settle: 'succeeded', return: 'failed' } as const;
  return next[step];
}

describe('decidePayout', () => {
  it('ends the reserve at most once, and only by a definitive answer about exactly our order', () => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 30 }), (story) => {
        let state: AttemptState = 'created';
        let ended = 0;
        for (const heard of story) {
          const step = decide(state, heard);
          if (step.step === 'settle') expect(heard).toMatchObject({ ...ours, state: 'settled' });
          if (step.step === 'return' && heard.state !== 'refused')
            expect(heard).toMatchObject({ ...ours, state: 'returned' });
          if (step.step === 'settle' || step.step === 'return') ended += 1;
          state = reduce(state, step);
        }
        expect(ended).toBeLessThanOrEqual(1);
      }),
      { numRuns },
    );
  });

  it('gives nothing back for silence, or for a refusal of an order that the gateway has had', () => {
    for (const state of ['created', 'open'] as const)
      expect(decide(state, { state: 'unknown' })).toEqual({ step: 'wait' });
    expect(decide('open', { state: 'refused', reason: 'ACCOUNT_UNKNOWN' })).toEqual({ step: 'wait' });
    expect(decide('created', { state: 'refused', reason: 'ACCOUNT_UNKNOWN' })).toEqual({
      step: 'return',
      reason: 'ACCOUNT_UNKNOWN',
    });
  });

  it('books nothing for an answer that differs in anything, and shows it to a person', () => {
    fc.assert(
      fc.property(
        somebodyElses.chain(anAnswer),
        fc.constantFrom('created' as const, 'open' as const),
        (heard, state) => {
          expect(decide(state, heard).step).toBe('flag');
        },
      ),
    );
  });
});
