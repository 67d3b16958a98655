/** Waiting for what comes by and by. */
import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 40;
const waitMaxMs = 90_000;

/**
 * Repeats a look until it finds something; a look that fails (its server may be down just now) has found nothing.
 *
 * @param what - What is waited for, as the message says when it does not come.
 * @throws {Error} when it does not come, with what the last look said.
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined>,
  { isOver, waitMs = waitMaxMs }: { readonly isOver?: () => boolean; readonly waitMs?: number } = {},
): Promise<T> {
  const deadline = Date.now() + waitMs;
  let last: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined) return found;
      last = undefined;
    } catch (error) {
      if (error instanceof Refused) throw error;
      last = error;
    }
    if (isOver?.()) throw new Error(`The story was given up while it waited until ${what}.`);
    if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}.`, { cause: last });
    await delay(pollMs);
  }
}

/** An answer that no repetition will change. */
export class Refused extends Error {
  override readonly name = 'Refused';
}
