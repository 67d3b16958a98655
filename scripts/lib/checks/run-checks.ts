/** Runs checks two at a time and shows each with its time. */
import { AdvisedError, formatSeconds, say } from '../terminal.ts';
import type { Check } from './checks.ts';

/** How many passed and failed. */
export type Tally = { readonly passed: number; readonly failed: number };

/** Adds up what several steps counted. */
export function sumTallies(tallies: readonly Tally[]): Tally {
  return tallies.reduce((sum, { passed, failed }) => ({ passed: sum.passed + passed, failed: sum.failed + failed }), {
    passed: 0,
    failed: 0,
  });
}

/** The plain last line of every command that counts. */
export function formatTally({ passed, failed }: Tally): string {
  return `${passed} passed, ${failed} failed`;
}

/** Runs every check, whatever the others say; two lanes, because most are a process of their own. */
export async function runChecks(checks: readonly Check[]): Promise<Tally> {
  const waiting = [...checks];
  const results: boolean[] = [];
  const lane = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) results.push(await runCheck(check));
  };
  await Promise.all([lane(), lane()]);
  const passed = results.filter(Boolean).length;
  return { passed, failed: results.length - passed };
}

async function runCheck({ title, run }: Check): Promise<boolean> {
  const started = performance.now();
  try {
    await run();
    say(`  ✓ ${title} (${formatSeconds(performance.now() - started)})`);
    return true;
  } catch (error) {
    say(`  ✗ ${title} (${formatSeconds(performance.now() - started)})`);
    const message = error instanceof Error ? error.message : String(error);
    say(message.replace(/^/gm, '    '));
    if (error instanceof AdvisedError) say(`    → ${error.advice}`);
    return false;
  }
}
