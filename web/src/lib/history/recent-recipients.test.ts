import type { HistoryEntry } from '@feiqian/domain/api/history';
import { describe, expect, it } from 'vitest';
import { anEntry } from './an-entry.ts';
import { listRecentRecipients } from './recent-recipients.ts';

const paid = (value: string, change: Partial<HistoryEntry> = {}) =>
  anEntry({
    kind: 'token_transfer',
    direction: 'out',
    status: 'completed',
    counterparty: { kind: 'address', value },
    ...change,
  });

describe('listRecentRecipients', () => {
  it('names each once, the latest first, and only a few', () => {
    expect(
      listRecentRecipients(
        ['a', 'b', 'a', 'c', 'd', 'e'].map((value) => paid(value)),
        [],
      ),
    ).toEqual(['a', 'b', 'c', 'd']);
  });

  it('names nobody who only sent something, so that nobody can slip in an address', () => {
    const entries = [
      paid('thief', { direction: 'in' }),
      paid('late', { status: 'pending' }),
      paid('gone', { status: 'failed' }),
    ];
    expect(listRecentRecipients(entries, [])).toEqual([]);
  });

  it('names nobody of whom only an unchecked contract says that they were paid', () => {
    const asset = 'eip155:31337/erc20:0x5FbDB2315678afecb367f032d93F642f64180aa3';
    const money = { asset, amount: '1' };
    const forged = paid('thief', { money, movementId: null });
    const signed = paid('friend', { money, movementId: '6a1f1c5e-5d7e-4a3b-8c55-0d3f8a2b9c10' });
    expect(listRecentRecipients([forged, signed], [asset])).toEqual(['friend']);
    expect(listRecentRecipients([forged], [])).toEqual(['thief']);
  });
});
