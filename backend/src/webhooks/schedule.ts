const [second, minute, hour] = [1000, 60_000, 3_600_000];

/** Waits before each try, in milliseconds: about three days in all, as Standard Webhooks recommends. */
export const scheduleMs = [
  0,
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
] as const;

/** Each wait is up to this much longer or shorter, so that what failed together is not tried together. */
export const jitter = 0.05;

/** After this a delivery has its end, whatever happened: longer than the whole schedule with its jitter. */
export const horizonMs = 84 * hour;

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
