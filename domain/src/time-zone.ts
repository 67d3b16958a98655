const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Whether a text names a time zone of the IANA database, such as `Asia/Shanghai`. A bare offset names none. */
export function isTimeZone(text: string): boolean {
  if (/^[+-]/.test(text)) return false;
  try {
    Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

/**
 * The next time at which clocks of a time zone show a full hour. Where clocks are put back over that hour it is the first of the two;
 * where they are put forward over it, as much later as they are put forward.
 *
 * @param after - Later than this instant.
 * @param hour - 0 to 23.
 * @param timeZone - Of the IANA database.
 * @example nextDailyAt(new Date('2026-11-30T14:00:00Z'), 22, 'Asia/Shanghai') // 2026-12-01T14:00:00Z
 */
export function nextDailyAt(after: Date, hour: number, timeZone: string): Date {
  const today = Math.floor(toWallClock(after.getTime(), timeZone) / dayMs) * dayMs;
  for (let day = today; ; day += dayMs) {
    const at = toInstant(day + hour * hourMs, timeZone);
    if (at > after.getTime()) return new Date(at);
  }
}

/**
 * The day that calendars of a time zone show at an instant.
 *
 * @example dayIn(new Date('2026-11-30T16:00:00Z'), 'Asia/Shanghai') // '2026-12-01'
 */
export function dayIn(at: Date, timeZone: string): string {
  return new Date(toWallClock(at.getTime(), timeZone)).toISOString().slice(0, 10);
}

/** What clocks of a time zone show at an instant, in milliseconds as if it were UTC. */
function toWallClock(instantMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(instantMs);
  const read = (wanted: string) => Number(parts.find(({ type }) => type === wanted)?.value);
  return Date.UTC(read('year'), read('month') - 1, read('day'), read('hour'), read('minute'), read('second'));
}

/** The instant at which clocks of a time zone show this. */
function toInstant(wallClockMs: number, timeZone: string): number {
  const shiftAt = (instantMs: number) => toWallClock(instantMs, timeZone) - instantMs;
  const before = wallClockMs - shiftAt(wallClockMs - dayMs);
  if (toWallClock(before, timeZone) === wallClockMs) return before;
  const afterwards = wallClockMs - shiftAt(wallClockMs + dayMs);
  return toWallClock(afterwards, timeZone) === wallClockMs ? afterwards : before;
}
