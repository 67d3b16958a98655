/** `npm run chaos -- [--seed N] [--minutes M] [--stories K] [--faults kill,postgres,…] [--replicas R]`: tells stories of people and faults until the time is up. */
import { parseArgs } from 'node:util';
import { startEnvironment } from './lib/chaos/environment.ts';
import { type FaultKind, faultKinds } from './lib/chaos/faults.ts';
import { StoryFailed, tellStory } from './lib/chaos/story.ts';
import { buildContracts } from './lib/contracts-build.ts';
import { onceEnding } from './lib/processes/end.ts';
import { AdvisedError, formatSeconds, reportFailure, say, step } from './lib/terminal.ts';

const usage = `Use npm run chaos -- [--seed 1] [--minutes 1] [--stories 20] [--faults ${faultKinds.join(',')}] [--replicas 1]`;

type Options = {
  readonly seed: number;
  readonly minutes: number;
  readonly stories: number;
  readonly replicas: number;
  readonly kinds: readonly FaultKind[];
};

/** @throws {AdvisedError} for anything that is no number or no kind of fault. */
function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      minutes: { type: 'string' },
      stories: { type: 'string' },
      faults: { type: 'string' },
      replicas: { type: 'string', default: '2' },
    },
  });
  const toNumber = (name: string, text: string | undefined, otherwise: number) => {
    if (text === undefined) return otherwise;
    if (!/^\d+(?:\.\d+)?$/.test(text)) throw new AdvisedError(`--${name} is ${JSON.stringify(text)}.`, usage);
    return Number(text);
  };
  const names = values.faults?.split(',') ?? faultKinds;
  const kinds = faultKinds.filter((kind) => names.includes(kind));
  if (kinds.length !== names.length) throw new AdvisedError('There is no such kind of fault.', usage);
  // One seed without a time is one story told again.
  const isReplay = values.seed !== undefined && values.minutes === undefined;
  return {
    seed: toNumber('seed', values.seed, Date.now() % 1_000_000),
    minutes: toNumber('minutes', values.minutes, isReplay ? 60 : 1),
    stories: toNumber('stories', values.stories, isReplay ? 1 : Number.MAX_SAFE_INTEGER),
    replicas: toNumber('replicas', values.replicas, 2),
    kinds,
  };
}

async function run({ seed, minutes, stories, replicas, kinds }: Options): Promise<number> {
  await step('Contracts', buildContracts);
  const environment = await step('Environment', () => startEnvironment({ replicas }));
  const started = performance.now();
  let told = 0;
  try {
    while (told < stories && performance.now() - started < minutes * 60_000) {
      const one = seed + told;
      await step(`Story ${one}`, () =>
        tellStory(environment, { seed: one, kinds, people: 3, waves: 3, deedsPerWave: 6 }),
      );
      told += 1;
    }
  } catch (error) {
    if (!(error instanceof StoryFailed)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    return 1;
  } finally {
    const { deeds, faults } = environment.totals;
    const deaths = environment.replicas.reduce((sum, replica) => sum + replica.deaths(), 0);
    const seconds = formatSeconds(performance.now() - started);
    say(`${told} stories, ${deeds} operations, ${faults} faults, ${deaths} kills, ${seconds}, first seed ${seed}`);
    await environment.stop();
  }
  return 0;
}

onceEnding(() => process.exit(130));
try {
  process.exit(await run(readOptions()));
} catch (error) {
  reportFailure(error);
  process.exit(1);
}
