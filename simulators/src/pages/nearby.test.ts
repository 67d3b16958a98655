import { expect, it } from 'vitest';
import { isNearby } from './nearby.ts';

it('tells who sits at this machine from who is elsewhere in the network', () => {
  expect(isNearby('127.0.0.1', '127.0.0.1')).toBe(true);
  expect(isNearby('::ffff:127.0.0.1', '::ffff:127.0.0.1')).toBe(true);
  expect(isNearby('::1', '::1')).toBe(true);
  expect(isNearby('192.168.1.5', '192.168.1.5')).toBe(true);
  expect(isNearby('192.168.1.6', '192.168.1.5')).toBe(false);
  expect(isNearby('fd00::6', 'fd00::5')).toBe(false);
  expect(isNearby('12.7.0.1', '192.168.1.5')).toBe(false);
  expect(isNearby(undefined, undefined)).toBe(false);
});
