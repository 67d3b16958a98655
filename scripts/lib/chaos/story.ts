/** One story: a few people, waves of deeds at the same time, faults among them; then everything heals, comes to rest and is looked at. */
import { createRoster } from '../../../backend/src/staff/roster.ts';
import { audit, untilAtRest } from './audit.ts';
import { doDeed } from './deeds.ts';
import type { Environment } from './environment.ts';
import { describeFault, type Fault, type FaultKind, heal, planFaults, strike } from './faults.ts';
import { type Person, registerPerson } from './person.ts';
import { change, type Deed, describeDeed, type Entry, effectOf, type Holdings, noHoldings, planWave } from './plan.ts';
import { createRandom } from './random.ts';

/** How a story is told. */
export type StoryOptions = {
  readonly seed: number;
  readonly kinds: readonly FaultKind[];
  readonly people?: number;
  readonly waves?: number;
  readonly deedsPerWave?: number;
  /** Leaves out faults that take seconds by their nature. */
  readonly isQuick?: boolean;
};

/** What happens at the same time. */
export type Wave = { readonly deeds: readonly Deed[]; readonly faults: readonly Fault[] };

/** A story as it was chosen, and how it must end. */
export type Script = { readonly waves: readonly Wave[]; readonly lines: readonly string[] };

const faultsWithinMs = 1_200;

/** Chooses everything that happens in a story. The same options give the same script. */
export function writeScript(options: StoryOptions, replicas: number): Script {
  const { seed, kinds, people = 2, waves: count = 2, deedsPerWave = 4, isQuick = false } = options;
  const random = createRandom(seed);
  const holdings = noHoldings(people);
  const waves = Array.from({ length: count }, (_, index): Wave => {
    const deeds = planWave(random.fork(2 * index), holdings, deedsPerWave);
    for (const deed of deeds) change(holdings, effectOf(deed).credits, 1n);
    // A quick story breaks its last wave only; the ones before give people something to lose.
    if (isQuick && index < count - 1) return { deeds, faults: [] };
    // A story in which nobody dies proves little.
    const choice = { kinds, replicas, withinMs: faultsWithinMs, isQuick };
    return { deeds, faults: planFaults(random.fork(2 * index + 1), choice) };
  });
  const lines = waves.flatMap(({ deeds, faults }, index) => [
    `wave ${index + 1}`,
    ...deeds.map((deed) => `  ${describeDeed(deed)}`),
    ...faults.map((fault) => `  ${describeFault(fault)}`),
  ]);
  return { waves, lines };
}

/** A story that did not end as it must. The message has everything that is needed to tell it again. */
export class StoryFailed extends Error {
  override readonly name = 'StoryFailed';
}

/**
 * Tells a story and looks how it ended.
 *
 * @throws {StoryFailed} with the seed and the whole script.
 */
export async function tellStory(environment: Environment, options: StoryOptions): Promise<void> {
  const script = writeScript(options, environment.replicas.length);
  if (environment.totals.brokenBy !== undefined)
    throw new StoryFailed(`Story ${environment.totals.brokenBy} left this environment broken.`);
  try {
    const cast = await gatherCast(environment, options.people ?? 2);
    for (const wave of script.waves) await playWave(environment, cast, wave);
  } catch (error) {
    environment.totals.brokenBy = options.seed;
    const story = [`Seed ${options.seed} ended badly:`, describeError(error), 'The story:', ...script.lines];
    throw new StoryFailed([...story, `The service's logs are in ${environment.logFolder}.`].join('\n'), {
      cause: error,
    });
  }
}

/** People, and what has become of them so far. */
export type Cast = {
  readonly people: readonly Person[];
  readonly staff: readonly Person[];
  readonly holdings: Holdings;
  readonly entries: Entry[];
};

const staffCount = 2;

/** Makes people who have nothing yet, and staff. */
export async function gatherCast(environment: Environment, count: number): Promise<Cast> {
  await environment.untilHealthy();
  const register = (many: number) => Promise.all(Array.from({ length: many }, () => registerPerson(environment)));
  const [people, staff] = await Promise.all([register(count), register(staffCount)]);
  const roster = createRoster(environment.postgres.pool);
  for (const { me } of staff) await roster.grant(me.email);
  return { people, staff, holdings: noHoldings(count), entries: [] };
}

/**
 * Plays one wave: everything at once, then waits until all is healed and at rest, and looks.
 *
 * @throws {Error} with everything that is not as it must be.
 */
export async function playWave(environment: Environment, cast: Cast, { deeds, faults }: Wave): Promise<void> {
  const { totals, mining } = environment;
  const { people, staff, holdings, entries } = cast;
  const breaking = Promise.all(faults.map((fault) => strike(environment, fault)));
  // Healed while people still insist: some deeds can't be done before.
  const healed = breaking.then(() => heal(environment));
  await allOrFirstFailure([...deeds.map((deed) => doDeed({ environment, people, staff }, deed)), healed]);
  await environment.untilHealthy();
  await untilAtRest(environment, people);
  for (const effect of deeds.map(effectOf)) {
    change(holdings, effect.debits, -1n);
    change(holdings, effect.credits, 1n);
    entries.push(...effect.entries);
    totals.supply += effect.supply;
    totals.fees += effect.fee;
  }
  totals.deeds += deeds.length;
  const odd = await audit(environment, people, { holdings, entries });
  if (odd.length > 0) throw new Error(odd.join('\n'));
  mining.resume();
}

/** Waits for all, so that nothing of a failed story goes on behind the next. */
async function allOrFirstFailure(works: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(works);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

function describeError(error: unknown): string {
  const chain: string[] = [];
  for (let one = error; one instanceof Error; one = one.cause) chain.push(one.message);
  return chain.length === 0 ? String(error) : chain.join('\n  because: ');
}
