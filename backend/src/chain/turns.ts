/** Runs a piece of work under a key: after what came before it under the same key, whatever became of that. */
export type TakeTurn = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/** Work under one key happens one after another; nothing is kept of keys that nobody uses. */
export function createTurns(): TakeTurn {
  const last = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = last.get(key) ?? Promise.resolve();
    const mine = before.then(work);
    const ended = mine.catch(() => undefined);
    last.set(key, ended);
    try {
      return await mine;
    } finally {
      if (last.get(key) === ended) last.delete(key);
    }
  };
}
