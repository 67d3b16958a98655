import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantityMax } from './basket.ts';
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

  it('is read as it was written, whatever it is at', () => {
    const charge = fc.record({ id: fc.uuid(), startedAt: fc.nat(), isAnnounced: fc.boolean() });
    const kept: fc.Arbitrary<CounterState> = fc.record({
      mode: fc.constantFrom('amount', 'items'),
      text: fc.stringMatching(/^[0-9]{0,8}(?:\.[0-9]{0,3})?$/),
      basket: fc.dictionary(fc.uuid(), fc.integer({ min: 1, max: quantityMax }), { noNullPrototype: true }),
      charge: fc.option(charge, { nil: undefined }),
    });
    fc.assert(
      fc.property(kept, (state) => {
        expect(parseCounter(JSON.stringify(state))).toEqual(state);
      }),
    );
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
