import { toAmount } from '@feiqian/domain/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AttemptState } from '../gateways/attempts.ts';
import type { Integrity, PaymentAnswer } from '../gateways/gateway.ts';
import { decidePayment, type Heard, type PaymentStep } from './decide-payment.ts';

// They cost next to nothing.
const numRuns = 2000;

const merchant = 'feiqian';
const money = { asset: 'iso4217:CNY', amount: toAmount(100_00n) } as const;
const ours: Integrity = { merchant, orderNumber: 'ORDER0001', money };
const expiresAt = new Date('2026-11-22T12:00:00Z');
const before = new Date('2026-11-22T11:59:59Z');
const reference = 'P1';

const states: readonly AttemptState[] = ['created', 'open', 'succeeded', 'failed', 'expired', 'mismatched'];
const decide = (state: AttemptState, heard: Heard, now = before) =>
  decidePayment({ state, orderNumber: ours.orderNumber, money, expiresAt }, merchant, heard, now);

const anAnswer = (said: Integrity): fc.Arbitrary<PaymentAnswer> =>
  fc.constantFrom<PaymentAnswer>(
    { ...said, state: 'open', reference, redirectUrl: 'https://bank.example/pay' },
    { ...said, state: 'paid', reference },
    { ...said, state: 'failed', reference, reason: 'DECLINED' },
    { ...said, state: 'expired', reference },
  );
const somebodyElses: fc.Arbitrary<Integrity> = fc.constantFrom<Integrity>(
  { ...ours, merchant: 'other' },
  { ...ours, orderNumber: 'ORDER0002' },
  { ...ours, money: { ...money, asset: 'iso4217:USD' } },
  { ...ours, money: { ...money, amount: toAmount(99_99n) } },
);
const anything: fc.Arbitrary<Heard> = fc.oneof(
  { weight: 4, arbitrary: anAnswer(ours) },
  { weight: 2, arbitrary: somebodyElses.chain(anAnswer) },
  fc.constant<Heard>({ state: 'unknown' }),
  fc.constant<Heard>({ state: 'refused', reason: 'URL_NOT_REGISTERED' }),
);
const aTime = fc.integer({ min: -10, max: 10 }).map((seconds) => new Date(expiresAt.getTime() + seconds * 1000));

/** What the books make of the attempt. */
function reduce(state: AttemptState, { step }: PaymentStep): AttemptState {
  const next = {
    wait: state,
    flag: state,
    open: 'open',
    credit: 'succeeded',
    suspend: 'mismatched',
    fail: 'failed',
    expire: 'expired',
  } as const;
  return next[step];
}

describe('decidePayment', () => {
  it('books money at most once, whatever is heard in whatever order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anything, aTime), { maxLength: 30 }), (story) => {
        let state: AttemptState = 'created';
        let booked = 0;
        for (const [heard, now] of story) {
          const step = decide(state, heard, now);
          if (step.step === 'credit' || step.step === 'suspend') booked += 1;
          state = reduce(state, step);
        }
        expect(booked).toBeLessThanOrEqual(1);
      }),
      { numRuns },
    );
  });

  it('always credits the first thing heard that says exactly our order was paid, unless other money came before', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anything, aTime), { maxLength: 30 }), aTime, (story, last) => {
        let state: AttemptState = 'created';
        for (const [heard, now] of [...story, [{ ...ours, state: 'paid', reference }, last] as const])
          state = reduce(state, decide(state, heard, now));
        expect(['succeeded', 'mismatched']).toContain(state);
        const sawOtherMoney = story.some(
          ([heard]) =>
            heard.state === 'paid' && (heard.money.amount !== money.amount || heard.money.asset !== money.asset),
        );
        if (!sawOtherMoney) expect(state).toBe('succeeded');
      }),
      { numRuns },
    );
  });

  it('credits only what says to be paid, is ours, and is exactly what was ordered', () => {
    fc.assert(
      fc.property(fc.constantFrom(...states), anything, aTime, (state, heard, now) => {
        const { step } = decide(state, heard, now);
        if (step !== 'credit') return;
        expect(heard).toMatchObject({ ...ours, state: 'paid' });
      }),
      { numRuns },
    );
  });

  it('never books what is about another merchant or order', () => {
    for (const state of states) {
      for (const said of [
        { ...ours, merchant: 'other' },
        { ...ours, orderNumber: 'ORDER0002' },
      ]) {
        expect(['flag', 'wait']).toContain(decide(state, { ...said, state: 'paid', reference }).step);
      }
    }
  });

  it('gives up an order that the gateway never got only after its time', () => {
    expect(decide('created', { state: 'unknown' }).step).toBe('wait');
    expect(decide('created', { state: 'unknown' }, expiresAt).step).toBe('expire');
    expect(decide('failed', { state: 'unknown' }, expiresAt).step).toBe('wait');
  });

  it('does not let a late refusal end what is open already', () => {
    expect(decide('created', { state: 'refused', reason: 'X' })).toEqual({ step: 'fail', reason: 'X' });
    for (const state of states.filter((other) => other !== 'created'))
      expect(decide(state, { state: 'refused', reason: 'X' }).step).toBe('wait');
  });
});
