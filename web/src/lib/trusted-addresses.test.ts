import type { HistoryEntry } from '@feiqian/domain/api/history';
import { expect, it } from 'vitest';
import { listPaidAddresses } from './history/recent-recipients.ts';
import { listTrusted } from './trusted-addresses.ts';

const one = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
const other = '0x8ba1f109551bD432803012645Ac136ddd64DBA72';
const third = '0x52908400098527886E0F7030069857D2E4169EE7';
const fourth = '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359';

it('trusts own accounts, linked addresses, contacts and payees, each once and under the best name', () => {
  expect(
    listTrusted({
      accounts: [{ address: one, name: 'Savings' }],
      linked: [one, other],
      contacts: [
        { address: other, name: 'Me at work' },
        { address: fourth, name: 'Li Wei' },
      ],
      paid: [other, third, fourth, 'nobody'],
      ownName: 'Mine',
    }),
  ).toEqual([
    { address: one, name: 'Savings', source: 'own' },
    { address: other, name: 'Mine', source: 'own' },
    { address: fourth, name: 'Li Wei', source: 'contact' },
    { address: third, name: '', source: 'paid' },
  ]);
});

it('counts only what the person really paid: not what came in, not what failed', () => {
  const entry = (changes: Partial<HistoryEntry>) =>
    ({
      direction: 'out',
      status: 'completed',
      counterparty: { kind: 'address', value: one },
      ...changes,
    }) as HistoryEntry;
  const paid = (changes: Partial<HistoryEntry>) => listPaidAddresses([entry(changes)], []);
  expect(paid({})).toEqual([one]);
  expect(paid({ direction: 'in' })).toEqual([]);
  expect(paid({ status: 'failed' })).toEqual([]);
  expect(paid({ status: 'pending' })).toEqual([]);
  expect(paid({ counterparty: { kind: 'person', value: 'ann' } })).toEqual([]);
});
