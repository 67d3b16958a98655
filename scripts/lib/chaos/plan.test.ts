import fc from 'fast-check';
import { expect, it } from 'vitest';
import { faultKinds } from './faults.ts';
import { change, effectOf, heldAbove, noHoldings, planWave } from './plan.ts';
import { createRandom } from './random.ts';
import { type StoryOptions, writeScript } from './story.ts';

const seed = fc.integer({ min: 0, max: 2 ** 31 });

it('the same seed gives the same script, and another seed another', () => {
  fc.assert(
    fc.property(seed, (one) => {
      const options = (number: number): StoryOptions => ({ seed: number, kinds: faultKinds });
      expect(writeScript(options(one), 2)).toEqual(writeScript(options(one), 2));
      expect(writeScript(options(one), 2).lines).not.toEqual(writeScript(options(one + 1), 2).lines);
    }),
  );
});

it('in every script with kills somebody dies in the last wave', () => {
  fc.assert(
    fc.property(seed, fc.boolean(), (one, isQuick) => {
      const { waves } = writeScript({ seed: one, kinds: faultKinds, isQuick }, 1);
      expect(waves.at(-1)?.faults.some(({ kind }) => kind === 'kill' || kind === 'failpoint')).toBe(true);
    }),
  );
});

it('nobody ever spends more than what they had before the wave, whatever its order', () => {
  fc.assert(
    fc.property(seed, fc.integer({ min: 2, max: 5 }), (one, people) => {
      const random = createRandom(one);
      const holdings = noHoldings(people);
      for (let wave = 0; wave < 5; wave += 1) {
        const deeds = planWave(random, holdings, 6);
        expect([...holdings.cash, ...holdings.token].every((amount) => amount >= 0n)).toBe(true);
        for (const deed of deeds) change(holdings, effectOf(deed).credits, 1n);
      }
    }),
  );
});

it('is held what staff and the clock end in every way, and nobody moves as much in passing', () => {
  const ends = new Set<string>();
  fc.assert(
    fc.property(seed, (one) => {
      const holdings = { cash: [100_000n, 100_000n], token: [0n, 0n] };
      for (const deed of planWave(createRandom(one), holdings, 12)) {
        if (deed.kind === 'held') ends.add(`${deed.way} ${deed.end}`);
        if (deed.kind !== 'top_up') expect(deed.amount > heldAbove).toBe(deed.kind === 'held');
      }
    }),
  );
  expect(ends.size).toBe(9);
});

it('tokens that a deed makes or takes away are what people and the relayer have of them then', () => {
  fc.assert(
    fc.property(seed, (one) => {
      const holdings = { cash: [100_000n, 100_000n], token: [10_000_000n, 10_000_000n] };
      for (const deed of planWave(createRandom(one), holdings, 20)) {
        const { debits, credits, supply, fee } = effectOf(deed);
        const sum = (changes: typeof debits) =>
          changes.filter(({ form }) => form === 'token').reduce((total, { amount }) => total + amount, 0n);
        expect(sum(credits) + fee - sum(debits)).toBe(supply);
      }
    }),
  );
});
