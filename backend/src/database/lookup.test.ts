import { expect, it } from 'vitest';
import { createLookup } from './lookup.ts';

it('asks once for what many ask at the same moment, and gives each its own answer', async () => {
  const asked: (readonly number[])[] = [];
  const lookup = createLookup(async (keys: readonly number[]) => {
    asked.push(keys);
    return keys.map((key) => (key === 3 ? undefined : key * 10));
  });
  expect(await Promise.all([lookup(1), lookup(2), lookup(3), lookup(1)])).toEqual([10, 20, undefined, 10]);
  expect(asked).toEqual([[1, 2, 3, 1]]);
});

it('keeps nothing: a later question is asked anew', async () => {
  let answers = 0;
  const lookup = createLookup(async (keys: readonly string[]) => keys.map(() => ++answers));
  expect(await lookup('a')).toBe(1);
  expect(await lookup('a')).toBe(2);
});

it('tells everybody of a failure, and goes on after it', async () => {
  let isDown = true;
  const lookup = createLookup(async (keys: readonly string[]) => {
    if (isDown) throw new Error('down');
    return keys;
  });
  const failed = await Promise.allSettled([lookup('a'), lookup('b')]);
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  isDown = false;
  expect(await lookup('c')).toBe('c');
});
