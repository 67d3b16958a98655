import { describe, expect, it } from 'vitest';
import { dayKeyOf, formatDate, formatDay, formatExactTime, formatRelative, formatTimeLeft, plural } from './formats.ts';

const now = new Date(2026, 10, 22, 14, 5);

describe('dates', () => {
  it('are written as people write them', () => {
    expect(formatDate(now, 'zh')).toBe('2026年11月22日');
    expect(formatDate(now, 'en')).toBe('22 November 2026');
  });

  it('are exact where a support desk asks, with the zone', () => {
    expect(formatExactTime(now, 'zh')).toMatch(/^2026年11月22日 14:05:00 \S+/);
    expect(formatExactTime(now, 'en')).toMatch(/^22 November 2026 14:05:00 \S+/);
  });

  it('name today and yesterday in the reader’s own time zone', () => {
    expect(formatDay(new Date(2026, 10, 22, 0, 0), now, 'zh')).toBe('今天');
    expect(formatDay(new Date(2026, 10, 21, 23, 59), now, 'en')).toBe('Yesterday');
    expect(formatDay(new Date(2026, 10, 20), now, 'zh')).toBe('11月20日星期五');
    expect(formatDay(new Date(2025, 10, 20), now, 'zh')).toBe('2025年11月20日');
  });

  it('know yesterday across a month and a year', () => {
    expect(formatDay(new Date(2025, 11, 31, 22), new Date(2026, 0, 1, 1), 'en')).toBe('Yesterday');
  });

  it('group by the local day', () => {
    expect(dayKeyOf(new Date(2026, 0, 5, 23, 59))).toBe('2026-01-05');
  });

  it('are relative up to a day and then dates', () => {
    expect(formatRelative(now.getTime() - 20_000, now, 'zh')).toBe('刚刚');
    expect(formatRelative(now.getTime() - 3 * 60_000, now, 'zh')).toBe('3分钟前');
    expect(formatRelative(now.getTime() - 2 * 3_600_000, now, 'en')).toBe('2 hours ago');
    expect(formatRelative(now.getTime() + 5 * 60_000, now, 'en')).toBe('in 5 minutes');
    expect(formatRelative(now.getTime() - 26 * 3_600_000, now, 'en')).toBe('21 November 2026');
  });
});

describe('plural', () => {
  it('chooses by the language’s own rule', () => {
    expect(plural('en', 1, { one: 'word', other: 'words' })).toBe('word');
    expect(plural('en', 0, { one: 'word', other: 'words' })).toBe('words');
    expect(plural('zh', 1, { one: '甲', other: '乙' })).toBe('乙');
  });
});

describe('how much time is left', () => {
  it('is exact to the second below an hour, and never over too early', () => {
    expect(formatTimeLeft(120_000, 'zh')).toBe('2:00');
    expect(formatTimeLeft(59_001, 'en')).toBe('1:00');
    expect(formatTimeLeft(1, 'en')).toBe('0:01');
    expect(formatTimeLeft(-5, 'en')).toBe('0:00');
  });

  it('is in hours and minutes above', () => {
    expect(formatTimeLeft(7_199_000, 'zh')).toBe('2 小时 0 分');
    expect(formatTimeLeft(5_400_000, 'en')).toBe('1 h 30 min');
  });
});
