/** Kills the service itself, as it is run, at every failpoint that its code has, while people do a little of everything; then everything must come to its end, once. */
import { globSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { inProject } from '../paths.ts';
import { type Environment, startEnvironment } from './environment.ts';
import { listFailpoints } from './faults.ts';
import type { Deed } from './plan.ts';
import { type Cast, gatherCast, playWave } from './story.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

// As much as all failpoints together can spend.
const funds: readonly Deed[] = [
  { kind: 'top_up', who: 0, amount: 1_000_000n, as: 'cash', fate: 'pay' },
  { kind: 'top_up', who: 1, amount: 1_000_000n, as: 'token', fate: 'pay' },
];
const deeds: readonly Deed[] = [
  { kind: 'top_up', who: 0, amount: 1_500n, as: 'token', fate: 'pay' },
  { kind: 'issue', who: 0, amount: 300n },
  { kind: 'withdrawal', who: 0, amount: 200n, account: 'good' },
  { kind: 'cash_transfer', who: 0, to: 1, amount: 7n },
  { kind: 'redeem', who: 1, amount: 11n },
  { kind: 'link', who: 1, to: 0, amount: 5n, by: 'token' },
];
const diesWithinMs = 90_000;

let environment: Environment;
let cast: Cast;
beforeAll(async () => {
  environment = await startEnvironment({ replicas: 1, env: { CHAIN_REPRICE_MS: '1500' } });
  cast = await gatherCast(environment, 2);
  await playWave(environment, cast, { deeds: funds, faults: [] });
});
afterAll(() => environment.stop());

describe('the service', () => {
  it('names every failpoint in its code, each once, so that none is left out here', () => {
    const calls = globSync(inProject('backend/src/**/*.ts'))
      .filter((path) => !path.endsWith('.test.ts') && !path.endsWith('database/failpoint.ts'))
      .flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/\bfailpoint\(/g)]);
    const names = listFailpoints();
    expect(names).toHaveLength(calls.length);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(0);
  });

  it.each(listFailpoints())(
    'killed at %s completes everything after its restart, nothing twice and nothing lost',
    async (name) => {
      const [replica] = environment.replicas;
      if (!replica) throw new Error('There is no replica.');
      const before = replica.diedAt.length;
      // A price is raised only while nothing is mined; mining goes on when everything heals.
      if (name.includes('reprice')) await environment.mining.pause();
      const fault = { kind: 'failpoint', afterMs: 0, replica: 0, name, waitMs: diesWithinMs } as const;
      await playWave(environment, cast, { deeds, faults: [fault] });
      expect(replica.diedAt.slice(before)).toEqual([name]);
    },
  );
});
