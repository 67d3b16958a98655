/**
 * Repeats sweeps, each replica by itself: they only plan jobs, and a job that is planned twice is one. A failure is reported and
 * the next round comes all the same.
 *
 * @returns stops, and waits for the round under way.
 */
export function keepSweeping({
  sweeps,
  intervalMs,
  onFailure,
}: {
  readonly sweeps: readonly (() => Promise<void>)[];
  readonly intervalMs: number;
  readonly onFailure: (error: unknown) => void;
}): () => Promise<void> {
  let round: Promise<void> | undefined;
  const sweep = async (): Promise<void> => {
    for (const outcome of await Promise.allSettled(sweeps.map((work) => work())))
      if (outcome.status === 'rejected') onFailure(outcome.reason);
    round = undefined;
  };
  // At once: whatever an earlier process left behind is waiting.
  round = sweep();
  const timer = setInterval(() => {
    round ??= sweep();
  }, intervalMs);
  return async () => {
    clearInterval(timer);
    await round;
  };
}
