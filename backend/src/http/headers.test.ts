import { expect, it } from 'vitest';
import { isForGood } from './headers.ts';

it('insists on https for real domains only', () => {
  for (const url of ['https://wallet.example', 'https://pay.wallet.example:8443']) expect(isForGood(url)).toBe(true);
  for (const url of [
    'http://wallet.example',
    'https://localhost:8080',
    'https://127.0.0.1',
    'https://[fd00::2]:8080',
    'https://192.168.1.5:8080',
    'https://desk.local:8080',
    'https://desk',
    'https://wallet.home.arpa',
  ])
    expect(isForGood(url)).toBe(false);
});
