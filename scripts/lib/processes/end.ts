/** When a command should end: a signal, or the launcher above it being gone. */

const parentCheckMs = 500;

/**
 * Calls `onEnd` once when the command should end.
 *
 * Ctrl-C in a terminal reaches every process of its group, and npm passes signals on as well, so that the same wish arrives several times:
 * `onEnd` runs for the first, and a repetition by a person (more than a second later) calls `onImpatience`.
 */
export function onceEnding(onEnd: (reason: string) => void, onImpatience: () => void = () => undefined): void {
  let endingSince: number | undefined;
  const end = (reason: string) => {
    if (endingSince === undefined) {
      endingSince = Date.now();
      onEnd(reason);
    } else if (Date.now() - endingSince > 1000) onImpatience();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end(signal));
  // Under the launcher, a killed launcher means that nobody can reach us any more.
  if (process.env.FEIQIAN_LAUNCHER === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    end('the launcher is gone');
  }, parentCheckMs);
  timer.unref();
}
