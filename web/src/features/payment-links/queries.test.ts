import { expect, it } from 'vitest';
import { toShareUrl } from './queries.ts';

it('the shared address is on the origin that the person is on', () => {
  expect(toShareUrl('7f9c', 'https://wallet.example')).toBe('https://wallet.example/pay/7f9c');
});
