import { expect, it } from 'vitest';
import type { Check } from '../../../backend/src/verify/check.ts';
import { watchBooks } from './watch.ts';

const aCheck = (name: string, changes: Partial<Check> = {}): Check => ({
  name,
  title: 'What must be true',
  figure: '1 thing',
  violations: 0,
  examples: [],
  ...changes,
});

/** Watches through the given looks and stops; what was said, without times. */
async function watch(...looks: readonly (readonly Check[] | Error)[]): Promise<{ lines: string[]; holds: boolean }> {
  const ending = new AbortController();
  const lines: string[] = [];
  const left = [...looks];
  const holds = await watchBooks({
    look: async () => {
      const next = left.shift();
      if (next instanceof Error) throw next;
      return next ?? [];
    },
    everyMs: 0,
    signal: ending.signal,
    say: (line) => {
      lines.push(line);
      if (left.length === 0 && line.startsWith('2030-')) ending.abort();
    },
    clock: () => new Date('2030-01-01T00:00:00Z'),
  });
  return { lines, holds };
}

const beat = (summary: string) => `2030-01-01T00:00:00.000Z ${summary}`;

it('tells everything once, then only that it has looked', async () => {
  const growing = aCheck('a', { figure: '2 things' });
  expect(await watch([aCheck('a')], [growing], [growing])).toEqual({
    lines: [
      'ok     a: What must be true (1 thing)',
      beat('1 hold, 0 broken'),
      beat('1 hold, 0 broken'),
      beat('1 hold, 0 broken'),
    ],
    holds: true,
  });
});

it('tells what breaks, breaks further and mends', async () => {
  const broken = aCheck('a', { violations: 1, examples: ['x'] });
  const worse = aCheck('a', { violations: 2, examples: ['x', 'y'] });
  const { lines, holds } = await watch([aCheck('a')], [broken], [broken], [worse], [aCheck('a')]);
  expect(lines.filter((line) => !line.startsWith('2030-'))).toEqual([
    'ok     a: What must be true (1 thing)',
    'BROKEN a: What must be true (1 thing)\n         x',
    'BROKEN a: What must be true (1 thing)\n         x\n         y',
    'ok     a: What must be true (1 thing)',
  ]);
  expect(lines[3]).toBe(beat('0 hold, 1 broken'));
  expect(holds).toBe(true);
});

it('says so when the last look found something broken', async () => {
  expect((await watch([aCheck('a', { violations: 1 })])).holds).toBe(false);
});

it('waits for a database that is away', async () => {
  const { lines, holds } = await watch([aCheck('a')], new Error('connection refused'), [aCheck('a')]);
  expect(lines.slice(2)).toEqual([beat('could not look: connection refused'), beat('1 hold, 0 broken')]);
  expect(holds).toBe(true);
});
