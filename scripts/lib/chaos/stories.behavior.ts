/** Tells stories on one environment, one after another, and looks at each. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Environment, startEnvironment } from './environment.ts';
import { type FaultKind, faultKinds } from './faults.ts';
import { tellStory } from './story.ts';

/**
 * Describes stories as tests.
 *
 * @param killsMin - How often the service must have died in them together, so that they prove something.
 */
export function describeStories(
  title: string,
  {
    seeds,
    kinds = faultKinds,
    replicas = 1,
    killsMin,
    deedsPerWave = 4,
  }: {
    readonly seeds: readonly number[];
    readonly kinds?: readonly FaultKind[];
    readonly replicas?: number;
    readonly killsMin: number;
    readonly deedsPerWave?: number;
  },
): void {
  describe(title, () => {
    vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 });
    let environment: Environment;
    beforeAll(async () => {
      environment = await startEnvironment({ replicas });
    });
    afterAll(() => environment.stop());

    it.each(seeds)(
      'story %i: everybody has in the end what the plan says, and books, chain and histories agree',
      async (seed) => {
        await tellStory(environment, { seed, kinds, people: 2, waves: 2, deedsPerWave, isQuick: true });
      },
    );

    it('the service died in them', () => {
      const deaths = environment.replicas.reduce((sum, replica) => sum + replica.deaths(), 0);
      expect(deaths).toBeGreaterThanOrEqual(killsMin);
    });
  });
}
