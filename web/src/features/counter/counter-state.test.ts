import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CounterState, emptyCounter, parseCounter } from './counter-state.ts';

describe('what a counter keeps in its tab', () => {
  it('is read as it was written', () => {
    const state: CounterState = {
      mode: 'items',
      text: '12.5',
      basket: { tea: 2 },
      charge: { id: '7f9c', startedAt: 1_764_489_600_000, isAnnounced: true },
    };
    expect(parseCounter(JSON.stringify(state))).toEqual(state);
    expect(parseCounter(null)).toEqual(emptyCounter);
  });

  it('is nothing, rather than nonsense, where it is damaged', () => {
    expect(parseCounter('{"text":"1e9","basket":{"tea":-1,"cake":"2"},"charge":{"id":7}}')).toEqual(emptyCounter);
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const { mode, basket } = parseCounter(text);
        expect(['amount', 'items']).toContain(mode);
        for (const quantity of Object.values(basket)) expect(quantity).toBeGreaterThan(0);
      }),
    );
  });
});
