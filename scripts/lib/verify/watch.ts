/** Looks at the books again and again, and tells only what changed. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Check } from '../../../backend/src/verify/check.ts';
import { describeCheck } from '../../../backend/src/verify/verify-all.ts';

/**
 * Watches until `signal` is aborted.
 *
 * The first look is told whole; after it only invariants that break, mend or break otherwise. Each look ends with one line, so that
 * silence never looks like health. A database that is away is told and waited for.
 *
 * @returns true when every invariant held at the last look.
 */
export async function watchBooks({
  look,
  everyMs,
  signal,
  say,
  clock = () => new Date(),
}: {
  readonly look: () => Promise<readonly Check[]>;
  readonly everyMs: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  readonly clock?: () => Date;
}): Promise<boolean> {
  const told = new Map<string, string>();
  let holds = false;
  while (!signal.aborted) {
    const summary = await look().then(
      (checks) => {
        for (const check of checks) {
          const state = toState(check);
          if (told.get(check.name) !== state) say(describeCheck(check));
          told.set(check.name, state);
        }
        const broken = checks.filter(({ violations }) => violations > 0).length;
        holds = broken === 0;
        return `${checks.length - broken} hold, ${broken} broken`;
      },
      (error: unknown) => {
        holds = false;
        return `could not look: ${error instanceof Error ? error.message || error.name : String(error)}`;
      },
    );
    if (!signal.aborted) say(`${clock().toISOString()} ${summary}`);
    await wait(everyMs, undefined, { signal }).catch(() => undefined);
  }
  return holds;
}

/** What is worth telling again: figures grow all the time, that an invariant holds does not. */
function toState({ violations, examples }: Check): string {
  return violations === 0 ? 'ok' : `${violations} ${examples.join('|')}`;
}
