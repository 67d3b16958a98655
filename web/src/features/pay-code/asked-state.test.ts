import type { AskedWire } from '@feiqian/domain/api/pay-codes';
import { describe, expect, it } from 'vitest';
import { aPaymentRequest } from '../../lib/a-payment-request.ts';
import { toAskedState } from './asked-state.ts';

const openedAt = '2026-11-30T10:00:00.000Z';
const before = '2026-11-30T09:59:59.999Z';
const after = '2026-11-30T10:00:05.000Z';
const request = aPaymentRequest();
const stepOf = (asked: Partial<AskedWire>, seen: Partial<Parameters<typeof toAskedState>[0]> = {}) =>
  toAskedState({
    asked: { request, askedAt: after, isPaidByYou: false, ...asked },
    openedAt,
    putAway: [],
    shown: undefined,
    ...seen,
  }).step;

describe('what the pay code’s screen shows', () => {
  it('is the code until somebody asks, then the question', () => {
    expect(toAskedState({ asked: undefined, openedAt, putAway: [], shown: undefined }).step).toBe('showing');
    expect(stepOf({ request: null, askedAt: null })).toBe('showing');
    expect(stepOf({})).toBe('asked');
    expect(stepOf({ askedAt: before }, { openedAt: undefined })).toBe('asked');
  });

  it('is not the same question again once it was put away', () => {
    expect(stepOf({}, { putAway: [request.id] })).toBe('showing');
    expect(stepOf({}, { putAway: ['another'] })).toBe('asked');
  });

  it('is that it is paid, for what came or was seen in this visit alone', () => {
    const paid = { request: aPaymentRequest({ state: 'settled' }), isPaidByYou: true };
    expect(stepOf(paid)).toBe('paid');
    expect(stepOf({ ...paid, askedAt: before })).toBe('showing');
    expect(stepOf({ ...paid, askedAt: before }, { shown: request.id })).toBe('paid');
    expect(stepOf(paid, { openedAt: undefined })).toBe('showing');
  });

  it('never says paid of what another one paid, or nobody', () => {
    for (const state of ['settled', 'expired', 'invalid', 'processing'] as const) {
      expect(stepOf({ request: aPaymentRequest({ state }) })).toBe('closed');
      expect(stepOf({ request: aPaymentRequest({ state }), askedAt: before })).toBe('showing');
    }
  });
});
