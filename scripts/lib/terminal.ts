/** How the commands talk to people: each step as it happens with its time, and a way out when one fails. */

/** A problem that the person can do something about: shown without a stack trace. */
export class AdvisedError extends Error {
  override readonly name = 'AdvisedError';
  /** What to try, as a full sentence. */
  readonly advice: string;

  constructor(message: string, advice: string, options?: ErrorOptions) {
    super(message, options);
    this.advice = advice;
  }
}

/** Writes a line to standard output. */
export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** Seconds with one decimal, as steps show them. */
export function formatSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/**
 * Runs one step of a command and shows how it went and how long it took.
 *
 * @param title - What is done, as people read it; the result may add to it through `describe`.
 * @throws What `work` throws, after the step was shown as failed.
 */
export async function step<T>(
  title: string,
  work: () => Promise<T>,
  describe: (result: T) => string = () => '',
): Promise<T> {
  const started = performance.now();
  try {
    const result = await work();
    const detail = describe(result);
    say(`  ✓ ${title}${detail === '' ? '' : `: ${detail}`} (${formatSeconds(performance.now() - started)})`);
    return result;
  } catch (error) {
    say(`  ✗ ${title} (${formatSeconds(performance.now() - started)})`);
    throw error;
  }
}

/** Shows a failure: message and advice for an expected one, everything for a bug. */
export function reportFailure(error: unknown): void {
  if (error instanceof AdvisedError) process.stderr.write(`\n${error.message}\n${error.advice}\n`);
  else process.stderr.write(`\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}

/** A terminal that went away must not turn the end of a command into a crash. */
export function ignoreBrokenOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}
