import { expect, it } from 'vitest';
import { formatCountdown } from './countdown.ts';

it('counts the last hour down in minutes and seconds, a begun second as one', () => {
  const shown = [3_600_000, 3_599_999, 600_000, 65_001, 9_000, 1, 0, -5_000].map(formatCountdown);
  expect(shown).toEqual([undefined, '60:00', '10:00', '1:06', '0:09', '0:01', '0:00', '0:00']);
});
