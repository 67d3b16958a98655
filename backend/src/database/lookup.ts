import { createBatcher } from './batcher.ts';

/** Finds what belongs to a key; undefined when nothing does. */
export type Lookup<Key, Value> = (key: Key) => Promise<Value | undefined>;

// Two at once, so that one is read while the other is on its way; more would only make them smaller.
const lanesMax = 2;
const batchMax = 200;
const waitingMax = 10_000;

/**
 * Makes a look-up that gathers what many requests ask at the same moment into one statement. A lone question leaves at once, and every
 * question is answered from the database as it is after the question was asked: nothing is kept.
 *
 * @param find - Answers keys in their order.
 * @throws {AppError} SERVICE_UNAVAILABLE (of the look-up) when too many questions wait already.
 */
export function createLookup<Key, Value>(
  find: (keys: readonly Key[]) => Promise<readonly (Value | undefined)[]>,
): Lookup<Key, Value> {
  const batcher = createBatcher<Key, Value | undefined>({
    lanesMax,
    batchMax,
    waitingMax,
    work: async (keys) => {
      try {
        return (await find(keys)).map((value) => ({ status: 'fulfilled', value }));
      } catch (reason) {
        return keys.map(() => ({ status: 'rejected', reason }));
      }
    },
  });
  return batcher.add;
}
