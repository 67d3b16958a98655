import type { ItemWire } from '@feiqian/domain/api/items';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Basket, changeBasket, describeLines, quantityMax, readBasket, sumLines } from './basket.ts';
import { messages as en } from './messages.en.ts';
import { messages as zh } from './messages.zh.ts';

function anItem(id: string, { name = id, amount = '100' }: { name?: string; amount?: string } = {}): ItemWire {
  return { id, name, money: { asset: 'iso4217:CNY', amount }, place: 0, createdAt: '2026-11-30T08:00:00.000Z' };
}

const menu = [anItem('tea', { amount: '800' }), anItem('cake', { amount: '2250' }), anItem('water', { amount: '1' })];
const steps = fc.array(
  fc.record({ id: fc.constantFrom('tea', 'cake', 'water', 'gone'), step: fc.constantFrom(1 as const, -1 as const) }),
  { maxLength: 300 },
);

describe('a basket', () => {
  it('costs what its items cost one by one, whatever was tapped in which order', () => {
    fc.assert(
      fc.property(steps, (taps) => {
        const counts: Record<string, number> = { tea: 0, cake: 0, water: 0 };
        let basket: Basket = {};
        for (const { id, step } of taps) {
          basket = changeBasket(basket, id, step);
          counts[id] = Math.min(Math.max((counts[id] ?? 0) + step, 0), quantityMax);
        }
        const { tea = 0, cake = 0, water = 0 } = counts;
        expect(sumLines(readBasket(basket, menu))).toBe(BigInt(tea * 800 + cake * 2250 + water));
      }),
    );
  });

  it('has its lines in the order of the shop, without what is gone and without what was taken back', () => {
    const basket = { water: 2, gone: 5, tea: 1 };
    expect(readBasket(basket, menu).map(({ item, quantity }) => [item.id, quantity])).toEqual([
      ['tea', 1],
      ['water', 2],
    ]);
    expect(readBasket(changeBasket(basket, 'tea', -1), menu)).toHaveLength(1);
    expect(Object.keys(changeBasket({ tea: 1 }, 'tea', -1))).toEqual([]);
  });
});

describe('what a basket is called', () => {
  const lines = readBasket({ tea: 2, cake: 1 }, [anItem('tea', { name: '乌龙茶' }), anItem('cake', { name: '司康' })]);

  it('names each item, and how many when there are more', () => {
    expect(describeLines(lines, zh.list)).toBe('乌龙茶 ×2、司康');
    expect(describeLines(lines, en.list)).toBe('乌龙茶 ×2, 司康');
  });

  it('always fits a payment request, and tells how many it leaves out', () => {
    const names = fc.array(fc.string({ minLength: 1, maxLength: 80 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: quantityMax }), fc.constantFrom(zh, en), (all, quantity, words) => {
        const items = all.map((name, index) => anItem(`${index}`, { name }));
        const basket = Object.fromEntries(items.map(({ id }) => [id, quantity]));
        const text = describeLines(readBasket(basket, items), words.list);
        expect(text.length).toBeGreaterThan(0);
        expect(text.length).toBeLessThanOrEqual(140);
      }),
    );
    const long = Array.from({ length: 3 }, (_, index) => anItem(`${index}`, { name: 'x'.repeat(60) }));
    const text = describeLines(readBasket({ 0: 1, 1: 1, 2: 1 }, long), en.list);
    expect(text).toBe(`${'x'.repeat(60)}, ${'x'.repeat(60)} and 1 more`);
  });
});
