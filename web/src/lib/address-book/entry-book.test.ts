import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anEntry } from '../history/an-entry.ts';
import { changeCells } from './cells.ts';
import { changeContact, changeNote, readBook } from './contacts.ts';
import { isLocalSearch, matchesLocally } from './entry-book.ts';

const address = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const rent = anEntry({ id: 'rent', counterparty: { kind: 'address', value: address } });
const lunch = anEntry({ id: 'lunch', counterparty: { kind: 'person', value: 'linlei' }, note: 'Noodles' });
const topUp = anEntry({ id: 'top-up', counterparty: { kind: 'gateway', value: 'sandbox' } });
const book = readBook(
  changeCells(
    new Map(),
    [
      ...changeContact({ id: 'a', name: '房东', ways: [{ kind: 'address', value: address, label: '' }] }),
      ...changeContact({ id: 'b', name: '林磊', ways: [{ kind: 'handle', value: 'linlei', label: '' }] }),
      ...changeNote('rent', { note: '十一月房租', tags: ['家'] }, undefined),
      ...changeNote('lunch', { note: '', tags: ['吃饭', '家'] }, undefined),
    ],
    1,
  ),
);
const find = (text: string, tag = '') => {
  const matches = matchesLocally(book, { text, tag });
  return [rent, lunch, topUp].filter(matches).map(({ id }) => id);
};

describe('searching the history on this device', () => {
  it.each([
    ['房租', '', ['rent']],
    ['林', '', ['lunch']],
    ['ll', '', ['lunch']],
    ['房东', '', ['rent']],
    ['#吃饭', '', ['lunch']],
    ['', '家', ['rent', 'lunch']],
    ['房', '家', ['rent']],
    ['noodles', '', ['lunch']],
    [address.slice(0, 8).toLowerCase(), '', ['rent']],
    ['nothing', '', []],
    ['', '', ['rent', 'lunch', 'top-up']],
  ])('finds by note, tag and contact, and what the service would find: %s %s', (text, tag, ids) => {
    expect(find(text, tag)).toEqual(ids);
  });

  it('is for what the address book knows; other words go to the service', () => {
    expect(isLocalSearch(book, { text: '', tag: '' })).toBe(false);
    expect(isLocalSearch(book, { text: 'invoice', tag: '' })).toBe(false);
    expect(isLocalSearch(book, { text: '', tag: '家' })).toBe(true);
  });

  it.each(['十一月房租', '吃饭', '房东', '林磊'])('sends nothing of it while it is typed: %s', (secret) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: secret.length }), (length) => {
        expect(isLocalSearch(book, { text: secret.slice(0, length), tag: '' })).toBe(true);
      }),
    );
  });
});
