import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayIn, isTimeZone, nextDailyAt } from './time-zone.ts';

const zones = ['Asia/Shanghai', 'UTC', 'America/New_York', 'Europe/Berlin', 'Asia/Kathmandu', 'Australia/Lord_Howe'];
const hourMs = 3_600_000;

describe('isTimeZone', () => {
  it('knows the names of zones, and nothing else', () => {
    for (const zone of zones) expect(isTimeZone(zone)).toBe(true);
    for (const text of ['', 'Asia/Peking', 'Mars/Olympus', '+08:00', '22:00', 'x'.repeat(300)])
      expect(isTimeZone(text)).toBe(false);
  });
});

describe('whatever is given for a time zone', () => {
  it('is none, or has a day and an hour', () => {
    const known = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
    const nearly = fc.oneof(
      known,
      known.chain((zone) => fc.constantFrom(zone.toLowerCase(), ` ${zone}`, `${zone}/`, zone.replace('/', '\\'))),
      fc.stringMatching(/^[+-][0-9]{2}:?[0-9]{2}$/),
      fc.string({ unit: 'binary', maxLength: 20 }),
    );
    const at = new Date('2026-11-30T14:00:00Z');
    fc.assert(
      fc.property(nearly, (zone) => {
        if (!isTimeZone(zone)) return;
        expect(dayIn(at, zone)).toMatch(/^2026-1[12]-\d\d$/);
        expect(nextDailyAt(at, 22, zone).getTime()).toBeGreaterThan(at.getTime());
        expect(zone).toMatch(/^[A-Za-z]/);
      }),
      { numRuns: 300 },
    );
    fc.assert(fc.property(known, (zone) => isTimeZone(zone)));
  });
});

describe('nextDailyAt', () => {
  it.each([
    ['later today', '2026-11-30T13:59:59.999Z', 22, 'Asia/Shanghai', '2026-11-30T14:00:00.000Z'],
    ['tomorrow, once it is that hour', '2026-11-30T14:00:00.000Z', 22, 'Asia/Shanghai', '2026-12-01T14:00:00.000Z'],
    [
      'midnight of a day that has begun elsewhere',
      '2026-12-31T15:30:00Z',
      0,
      'Asia/Shanghai',
      '2026-12-31T16:00:00.000Z',
    ],
    ['a zone of 45 minutes', '2026-06-01T00:00:00Z', 6, 'Asia/Kathmandu', '2026-06-01T00:15:00.000Z'],
    [
      'after clocks were put forward over that hour',
      '2026-03-08T06:30:00Z',
      2,
      'America/New_York',
      '2026-03-08T07:00:00.000Z',
    ],
    ['the day after that', '2026-03-08T07:00:00Z', 2, 'America/New_York', '2026-03-09T06:00:00.000Z'],
    ['the first of two hours of one name', '2026-11-01T04:30:00Z', 1, 'America/New_York', '2026-11-01T05:00:00.000Z'],
    ['not the second of them', '2026-11-01T05:30:00Z', 1, 'America/New_York', '2026-11-02T06:00:00.000Z'],
  ])('is %s', (_what, after, hour, zone, expected) => {
    expect(nextDailyAt(new Date(after), hour, zone).toISOString()).toBe(expected);
  });

  it('comes once on each day of a year, in every zone', () => {
    const hours = fc.integer({ min: 0, max: 23 });
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        hours,
        fc.date({ min: new Date('2026-01-01Z'), max: new Date('2027-01-01Z'), noInvalidDate: true }),
        (zone, hour, begin) => {
          const days = new Set<string>();
          let at = begin;
          for (let times = 0; times < 40; times += 1) {
            const next = nextDailyAt(at, hour, zone);
            const waitedMs = next.getTime() - at.getTime();
            expect(waitedMs).toBeGreaterThan(0);
            expect(waitedMs).toBeLessThanOrEqual(26 * hourMs);
            days.add(new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(next));
            at = next;
          }
          expect(days.size).toBe(40);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('dayIn', () => {
  it('is the day of the calendar there', () => {
    expect(dayIn(new Date('2026-11-30T15:59:59Z'), 'Asia/Shanghai')).toBe('2026-11-30');
    expect(dayIn(new Date('2026-11-30T16:00:00Z'), 'Asia/Shanghai')).toBe('2026-12-01');
    expect(dayIn(new Date('2026-11-30T16:00:00Z'), 'America/New_York')).toBe('2026-11-30');
  });
});
