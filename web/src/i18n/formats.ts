import { type Language, localeOf } from './language.ts';

/** Instants from the service are RFC 3339 text; the browser's clock gives milliseconds. */
type Instant = string | number | Date;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

function toDate(instant: Instant): Date {
  return instant instanceof Date ? instant : new Date(instant);
}

function formatter(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(localeOf[language], options);
}

/** 2026年11月22日 / 22 November 2026. */
export function formatDate(instant: Instant, language: Language): string {
  return formatter(language, { year: 'numeric', month: 'long', day: 'numeric' }).format(toDate(instant));
}

/** 14:05, on a 24-hour clock in both languages. */
export function formatTime(instant: Instant, language: Language): string {
  return formatter(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(toDate(instant));
}

/** Date and time to the second, with the zone: what a person tells a support desk. */
export function formatExactTime(instant: Instant, language: Language): string {
  const date = toDate(instant);
  const time = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
  const zone = formatter(language, { timeZoneName: 'short' })
    .formatToParts(date)
    .find(({ type }) => type === 'timeZoneName')?.value;
  return `${formatDate(date, language)} ${formatter(language, time).format(date)} ${zone ?? ''}`.trim();
}

/** The day of an instant in the reader's own time zone, as YYYY-MM-DD; entries are grouped by it. */
export function dayKeyOf(instant: Instant): string {
  const date = toDate(instant);
  const pad = (value: number) => `${value}`.padStart(2, '0');
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

/** Today and yesterday by name, other days of this year with their weekday, older ones with their year. */
export function formatDay(instant: Instant, now: Instant, language: Language): string {
  const [then, today] = [toDate(instant), toDate(now)];
  const names = { zh: ['今天', '昨天'], en: ['Today', 'Yesterday'] }[language];
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  if (dayKeyOf(then) === dayKeyOf(today)) return names[0] ?? '';
  if (dayKeyOf(then) === dayKeyOf(yesterday)) return names[1] ?? '';
  if (then.getFullYear() !== today.getFullYear()) return formatDate(then, language);
  return formatter(language, { month: 'long', day: 'numeric', weekday: 'long' }).format(then);
}

/** Day and time together, as short as it can be: "今天 14:05", "Tuesday 24 November 09:00". */
export function formatMoment(instant: Instant, now: Instant, language: Language): string {
  return `${formatDay(instant, now, language)} ${formatTime(instant, language)}`;
}

/** Relative up to a day ("3 minutes ago"), then the date. Future instants read "in 3 minutes". */
export function formatRelative(instant: Instant, now: Instant, language: Language): string {
  const deltaMs = toDate(instant).getTime() - toDate(now).getTime();
  const distanceMs = Math.abs(deltaMs);
  if (distanceMs >= dayMs) return formatDate(instant, language);
  const relative = new Intl.RelativeTimeFormat(localeOf[language], { numeric: 'auto' });
  if (distanceMs < minuteMs) return { zh: '刚刚', en: 'just now' }[language];
  if (distanceMs < hourMs) return relative.format(Math.trunc(deltaMs / minuteMs), 'minute');
  return relative.format(Math.trunc(deltaMs / hourMs), 'hour');
}

/** How much time is left: "1 小时 58 分" / "1 h 58 min", below an hour "4:07". Rounded up, so that it never says too early that it is over. */
export function formatTimeLeft(ms: number, language: Language): string {
  const seconds = Math.max(Math.ceil(ms / 1_000), 0);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}:${`${seconds % 60}`.padStart(2, '0')}`;
  const minutes = Math.ceil(seconds / 60);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return { zh: `${hours} 小时 ${rest} 分`, en: `${hours} h ${rest} min` }[language];
}

/** A full hour on a 24-hour clock: 07:00. */
export function formatHour(hour: number): string {
  return `${`${hour}`.padStart(2, '0')}:00`;
}

/** 中国标准时间 / China Standard Time. @param timeZone - Of the IANA database. */
export function formatTimeZone(timeZone: string, language: Language): string {
  const parts = formatter(language, { timeZone, timeZoneName: 'long' }).formatToParts();
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
}

/** Chooses the form of a counted word. Chinese has one form; English two. */
export function plural(language: Language, count: number, forms: { one: string; other: string }): string {
  return new Intl.PluralRules(localeOf[language]).select(count) === 'one' ? forms.one : forms.other;
}
