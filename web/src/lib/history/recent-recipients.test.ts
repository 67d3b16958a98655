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
    expect(listRecentRecipients(['a', 'b', 'a', 'c', 'd', 'e'].map((value) => paid(value)))).toEqual([
      'a',
      'b',
      'c',
      'd',
    ]);
  });

  it('names nobody who only sent something, so that nobody can slip in an address', () => {
    const entries = [
      paid('thief', { direction: 'in' }),
      paid('late', { status: 'pending' }),
      paid('gone', { status: 'failed' }),
    ];
    expect(listRecentRecipients(entries)).toEqual([]);
  });
});
