import type { ItemWire } from '@feiqian/domain/api/items';
import { expect, it } from 'vitest';
import { moveItem } from './move-item.ts';

const items: readonly ItemWire[] = ['A', 'B', 'C', 'D'].map((name, place) => ({
  id: name,
  name,
  money: { asset: 'iso4217:CNY', amount: '100' },
  place,
  createdAt: '2026-11-30T08:00:00.000Z',
}));

it.each([
  ['A', 3, 'BCDA'],
  ['D', 0, 'DABC'],
  ['B', 2, 'ACBD'],
  ['B', 1, 'ABCD'],
])('%s at place %i leaves the others in their order', (id, place, order) => {
  const moved = moveItem(items, id, place);
  expect(moved.map(({ name }) => name).join('')).toBe(order);
  expect(moved.map((item) => item.place)).toEqual([0, 1, 2, 3]);
});
