import { expect, it } from 'vitest';
import { toShareUrl, toStateMark } from './queries.ts';

it('a link that can still be paid is never drawn as settled or failed', () => {
  expect((['open', 'processing', 'paid', 'expired', 'cancelled'] as const).map(toStateMark)).toEqual([
    'waiting',
    'waiting',
    'done',
    'failed',
    'failed',
  ]);
});

it('the shared address is on the origin that the person is on', () => {
  expect(toShareUrl('7f9c', 'https://wallet.example')).toBe('https://wallet.example/pay/7f9c');
});
