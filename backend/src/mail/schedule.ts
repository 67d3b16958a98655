const [second, minute, hour] = [1000, 60_000, 3_600_000];

/** Waits before each try, in milliseconds: more than a day in all, so that a mail server that was away for one gets everything. */
export const scheduleMs = [
  0,
  30 * second,
  2 * minute,
  10 * minute,
  30 * minute,
  1 * hour,
  2 * hour,
  4 * hour,
  8 * hour,
  12 * hour,
] as const;

/** Each wait is up to this much longer or shorter, so that what failed together is not tried together. */
export const jitter = 0.05;

/** After this a mail has its end, whatever happened: longer than the whole schedule with its jitter. */
export const horizonMs = 30 * hour;

/**
 * How long to wait after a failure; undefined when it was the last try.
 *
 * @param attempts - Tries so far, at least 1.
 * @param random - From 0 to below 1.
 */
export function nextDelayMs(attempts: number, random: number): number | undefined {
  const base = scheduleMs[attempts];
  return base === undefined ? undefined : Math.round(base * (1 + jitter * (2 * random - 1)));
}
