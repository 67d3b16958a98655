import { describe, expect, it } from 'vitest';
import { dayKeyOf } from '../../i18n/formats.ts';
import { createAssetBook } from '../../lib/assets.ts';
import { anEntry } from '../../lib/history/an-entry.ts';
import { summariseDay } from './summarise-day.ts';

const token = 'eip155:31337/erc20:0x5FbDB2315678afecb367f032d93F642f64180aa3';
const book = createAssetBook({
  chains: [],
  bridge: true,
  assets: [
    { id: 'iso4217:CNY', kind: 'cash', symbol: 'CNY', name: 'Chinese yuan', decimals: 2 },
    { id: 'iso4217:USD', kind: 'cash', symbol: 'USD', name: 'US dollar', decimals: 2 },
    { id: token, kind: 'token', symbol: 'CNYF', name: 'CNYF', decimals: 6, cash: 'iso4217:CNY' },
  ],
});
const now = '2026-11-22T10:00:00Z';
const done = (part: Parameters<typeof anEntry>[0]) => anEntry({ status: 'completed', occurredAt: now, ...part });

describe('summariseDay', () => {
  it('adds cash and tokens at par, in and out apart', () => {
    const entries = [
      done({ direction: 'in', money: { asset: 'iso4217:CNY', amount: '10000' } }),
      done({ direction: 'out', money: { asset: token, amount: '25000000' } }),
    ];
    expect(summariseDay(entries, dayKeyOf(now), 'iso4217:CNY', book)).toEqual({ incoming: 10_000n, outgoing: 2_500n });
  });

  it('counts the fees that the person paid, and nothing of a move between own pockets but its fee', () => {
    const fee = { asset: token, amount: '15000' };
    const entries = [
      done({ direction: 'out', money: { asset: token, amount: '25000000' }, fee }),
      done({ direction: 'self', money: { asset: token, amount: '7000000' }, fee }),
      done({ direction: 'in', money: { asset: token, amount: '1000000' }, fee }),
    ];
    expect(summariseDay(entries, dayKeyOf(now), 'iso4217:CNY', book)).toEqual({ incoming: 100n, outgoing: 2_503n });
  });

  it('leaves out what is not done, moves between own pockets, other days and other currencies', () => {
    const entries = [
      anEntry({ occurredAt: now }),
      done({ direction: 'self' }),
      done({ occurredAt: '2026-11-20T10:00:00Z' }),
      done({ money: { asset: 'iso4217:USD', amount: '1' } }),
    ];
    expect(summariseDay(entries, dayKeyOf(now), 'iso4217:CNY', book)).toEqual({ incoming: 0n, outgoing: 0n });
  });
});
