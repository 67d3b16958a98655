const hourMs = 3_600_000;

/** Minutes and seconds, `4:05`, of less than an hour; undefined for what is longer and is better told by its date. Zero when it is over. */
export function formatCountdown(leftMs: number): string | undefined {
  if (leftMs >= hourMs) return undefined;
  const seconds = Math.max(0, Math.ceil(leftMs / 1000));
  return `${Math.floor(seconds / 60)}:${`${seconds % 60}`.padStart(2, '0')}`;
}
