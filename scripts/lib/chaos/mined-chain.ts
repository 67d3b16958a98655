/** Mines a test chain at a steady pace, and takes blocks back. */
import { setTimeout as delay } from 'node:timers/promises';
import type { TestChain } from '../../../backend/test/support/chain.ts';

/** A chain whose blocks come when we say. */
export type MinedChain = {
  /** Mines `depth` blocks (at most what is not final), waits until they may have been seen, and replaces them by others. */
  readonly reorganize: (depth: number) => Promise<void>;
  /** Mines nothing more until `resume`: transactions wait. Resolves when the last block is there. */
  readonly pause: () => Promise<void>;
  readonly resume: () => void;
  readonly stop: () => Promise<void>;
};

const blockMs = 100;
const seenMs = 200;

/** Takes over the mining of a chain. */
export async function startMining({ client }: Pick<TestChain, 'client'>): Promise<MinedChain> {
  let [isStopping, isPaused] = [false, false];
  // One at a time: nothing is mined while blocks are replaced.
  let last: Promise<unknown> = client.setAutomine(false);
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
  const mine = (blocks = 1) => client.mine({ blocks, interval: 0 });
  const run = async (): Promise<void> => {
    while (!isStopping) {
      if (!isPaused) await alone(async () => (isPaused ? undefined : mine()));
      await delay(blockMs);
    }
  };
  const running = run();
  let replaced = 0;
  return {
    reorganize: (depth) =>
      alone(async () => {
        const snapshot = await client.snapshot();
        for (let block = 1; block <= depth; block += 1) {
          await mine();
          await delay(seenMs);
        }
        await client.revert({ id: snapshot });
        // The first new block differs from the one that it replaces, whatever is in it.
        replaced += 1;
        await client.setNextBlockBaseFeePerGas({ baseFeePerGas: 1_000_000_000n + BigInt(replaced) });
        await mine(depth + 1);
      }),
    async pause() {
      isPaused = true;
      await last;
    },
    resume() {
      isPaused = false;
    },
    async stop() {
      isStopping = true;
      await running;
      await last;
    },
  };
}
