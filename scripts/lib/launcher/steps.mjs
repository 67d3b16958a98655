/** How the launcher talks to people: each step with its time, and a way out when one fails. */

/**
 * Runs one step and shows it with the time it took.
 *
 * @template T
 * @param {string} title What is being done, as people read it.
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const started = performance.now();
  process.stdout.write(`  … ${title}\n`);
  const result = await work();
  process.stdout.write(`  ✓ ${title} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`);
  return result;
}

/**
 * Ends the launcher with what went wrong and what to try.
 *
 * @param {string} problem
 * @param {string} advice
 * @returns {never}
 */
export function fail(problem, advice) {
  process.stderr.write(`\n  ✗ ${problem}\n    ${advice}\n\n`);
  process.exit(1);
}
