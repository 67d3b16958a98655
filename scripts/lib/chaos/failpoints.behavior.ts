/** Kills the service itself, as it is run, at failpoints, while people do a little of everything; then everything must come to its end, once. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Environment, startEnvironment } from './environment.ts';
import { type Deed, describeDeed } from './plan.ts';
import { type Cast, gatherCast, playWave } from './story.ts';

// As much as all deaths together can spend.
const funds: readonly Deed[] = [
  { kind: 'top_up', who: 0, amount: 1_000_000n, as: 'cash', fate: 'pay' },
  { kind: 'top_up', who: 1, amount: 1_000_000n, as: 'token', fate: 'pay' },
];
/** At least one on each way that money can take. */
export const deedsOfAllWays: readonly Deed[] = [
  { kind: 'top_up', who: 0, amount: 1_500n, as: 'token', fate: 'pay' },
  { kind: 'issue', who: 0, amount: 300n },
  { kind: 'withdrawal', who: 0, amount: 200n, account: 'good' },
  { kind: 'cash_transfer', who: 0, to: 1, amount: 7n },
  { kind: 'redeem', who: 1, amount: 11n },
  { kind: 'relay', who: 1, to: 0, amount: 123n },
  { kind: 'link', who: 1, to: 0, amount: 5n, by: 'token' },
  { kind: 'link', who: 0, to: 1, amount: 3n, by: 'cash' },
  { kind: 'sale', who: 0, payer: 1, amount: 400n, back: 150n },
  { kind: 'held', way: 'withdrawal', who: 0, to: 1, amount: 9_100n, end: 'released' },
  { kind: 'held', way: 'issue', who: 0, to: 1, amount: 5_600n, end: 'refused' },
  { kind: 'held', way: 'cash_transfer', who: 0, to: 1, amount: 5_700n, end: 'expired' },
];
const diesWithinMs = 90_000;

/** Where to die, and what is done meanwhile. */
export type Death = { readonly name: string; readonly deeds: readonly Deed[] };

/** Describes deaths as tests, on one environment. */
export function describeDeaths(title: string, deaths: readonly Death[]): void {
  describe(title, () => {
    vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });
    let environment: Environment;
    let cast: Cast;
    beforeAll(async () => {
      environment = await startEnvironment({ replicas: 1, env: { CHAIN_REPRICE_MS: '1000' } });
      cast = await gatherCast(environment, 2);
      await playWave(environment, cast, { deeds: funds, faults: [] });
    });
    afterAll(() => environment.stop());

    const table = deaths.map((death) => ({ ...death, what: describeAll(death.deeds) }));
    it.each(table)(
      'killed at $name during $what completes all of it, nothing twice and nothing lost',
      async (death) => {
        const { name, deeds } = death;
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
}

function describeAll(deeds: readonly Deed[]): string {
  const [only, ...others] = deeds;
  return only && others.length === 0 ? describeDeed(only) : `${deeds.length} deeds`;
}
