import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cells, changeCells } from './cells.ts';
import {
  type Contact,
  changeContact,
  changeNote,
  findByWay,
  nameLengthMax,
  noteLengthMax,
  parseWay,
  readBook,
  removeContact,
  toLine,
  toTags,
  wayKinds,
} from './contacts.ts';

const address = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const lin: Contact = {
  id: 'lin',
  name: '林磊',
  ways: [
    { kind: 'handle', value: 'linlei', label: '' },
    { kind: 'address', value: address, label: '常用' },
  ],
};
const empty: Cells = new Map();
const bookOf = (...changes: readonly (readonly Parameters<typeof changeCells>[1][number][])[]) =>
  readBook(changes.reduce((cells, change, index) => changeCells(cells, change, index + 1), empty));

describe('a contact', () => {
  it('is read as it was saved, changed way by way, and gone when it is removed', () => {
    const saved = changeContact(lin);
    expect(bookOf(saved).contacts).toEqual([lin]);

    const moved: Contact = { ...lin, ways: [{ kind: 'address', value: address, label: '公司' }] };
    const change = changeContact(moved, lin);
    expect(bookOf(saved, change).contacts).toEqual([moved]);
    expect(bookOf(saved, change, removeContact(moved)).contacts).toEqual([]);
    expect(changeContact(lin, lin)).toEqual([]);
  });

  it('keeps what two people change in it at the same time', () => {
    const withPhone: Contact = { ...lin, ways: [...lin.ways, { kind: 'phone', value: '13800138000', label: '' }] };
    const withMail: Contact = { ...lin, ways: [...lin.ways, { kind: 'email', value: 'lin@example.com', label: '' }] };
    const { contacts } = bookOf(changeContact(lin), changeContact(withPhone, lin), changeContact(withMail, lin));
    expect(contacts[0]?.ways.map(({ kind }) => kind)).toEqual(['handle', 'email', 'phone', 'address']);
  });

  it('is found by a way, an address whatever its letter case', () => {
    expect(findByWay([lin], 'address', address.toLowerCase())?.way.label).toBe('常用');
    expect(findByWay([lin], 'handle', 'linlei')?.contact).toBe(lin);
    expect(findByWay([lin], 'email', 'linlei')).toBeUndefined();
  });

  it('shows no way that is not in its proper form, whoever wrote the book', () => {
    const { contacts } = bookOf([
      ['contact/x/name', 'X'],
      [`contact/x/address/${address.toLowerCase()}`, ''],
      ['contact/x/address/0x12', ''],
      ['contact/x/handle/NOT A HANDLE', ''],
      ['contact/x/phone/1', ''],
      ['contact/nobody/handle/linlei', ''],
      ['something/new', 'kept for the program that wrote it'],
    ]);
    expect(contacts).toEqual([{ id: 'x', name: 'X', ways: [] }]);
  });
});

describe('ways', () => {
  it.each([
    ['handle', ' @LinLei ', 'linlei'],
    ['email', ' Lin@Example.com', 'lin@example.com'],
    ['phone', '+86 138-0013 8000', '+8613800138000'],
    ['address', address.toLowerCase(), address],
  ] as const)('are read as people type them: %s', (kind, text, value) => {
    expect(parseWay(kind, text)).toBe(value);
    expect(parseWay(kind, value)).toBe(value);
  });

  it('have one form each, which is read as itself, or are refused with a reason, whatever is typed', () => {
    const typed = fc.oneof(
      fc.emailAddress(),
      fc.stringMatching(/^@?[a-zA-Z][a-zA-Z0-9_]{1,20}$/),
      fc.stringMatching(/^[+]?[0-9 ()-]{3,20}$/),
      fc.stringMatching(/^0x[0-9a-f]{39,41}$/),
      fc.string({ unit: 'binary', maxLength: 40 }),
    );
    fc.assert(
      fc.property(typed, fc.constantFrom(...wayKinds), (text, kind) => {
        let value: string;
        try {
          value = parseWay(kind, text);
        } catch (error) {
          expect(error).toMatchObject({
            name: 'AppError',
            code: expect.stringMatching(/^(?:HANDLE|EMAIL|PHONE|ADDRESS)_/),
          });
          return;
        }
        expect(parseWay(kind, value)).toBe(value);
        const contact = { id: 'x', name: 'X', ways: [{ kind, value, label: '' }] };
        expect(bookOf(changeContact(contact)).contacts).toEqual([contact]);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['handle', 'x', 'HANDLE_MALFORMED'],
    ['email', 'lin@', 'EMAIL_MALFORMED'],
    ['phone', '12a4567', 'PHONE_MALFORMED'],
    ['address', '0x1234', 'ADDRESS_MALFORMED'],
    ['address', address.replace('C5', 'c5'), 'ADDRESS_CHECKSUM_WRONG'],
  ] as const)('are refused with a reason: %s %s', (kind, text, code) => {
    expect(() => parseWay(kind, text)).toThrow(expect.objectContaining({ code }));
  });
});

describe('notes and tags', () => {
  it('are read as they were saved, and gone when they are emptied', () => {
    const kept = { note: '房租\n十一月', tags: ['家', '房租'] };
    const saved = changeNote('e1', kept, undefined);
    expect(bookOf(saved).notes.get('e1')).toEqual({ ...kept, tags: [...kept.tags].sort() });
    expect(bookOf(saved, changeNote('e1', { note: ' ', tags: [] }, kept)).notes.size).toBe(0);
    expect(changeNote('e1', kept, kept)).toEqual([]);
  });

  it('are read as they were saved, whatever is in them', () => {
    const mark = fc.constantFrom('', '#', ' # ', '\u0000＃', '##\u200b');
    const text = fc.tuple(mark, fc.string({ unit: 'binary', maxLength: 30 })).map((parts) => parts.join(''));
    const note = fc.oneof(
      text,
      fc.nat({ max: noteLengthMax + 2 }).map((length) => `${'x'.repeat(length)} y`),
    );
    fc.assert(
      fc.property(note, fc.array(text, { maxLength: 12 }), (written, typed) => {
        const kept = { note: written, tags: toTags(typed) };
        const saved = bookOf(changeNote('e1', kept, undefined)).notes.get('e1') ?? { note: '', tags: [] };
        expect(saved.tags).toEqual([...kept.tags].sort());
        expect(saved.tags.filter((tag) => /^[#＃]/u.test(tag))).toEqual([]);
        expect([...saved.note].length).toBeLessThanOrEqual(noteLengthMax);
        // Saved once more as it is shown, it is nothing new.
        expect(changeNote('e1', saved, saved)).toEqual([]);
      }),
    );
  });

  it('keep the tag that another device added meanwhile', () => {
    const before = { note: '', tags: ['家'] };
    const { notes, tags } = bookOf(
      changeNote('e1', before, undefined),
      changeNote('e1', { note: '', tags: ['家', '水电'] }, before),
      changeNote('e1', { note: '', tags: [] }, before),
      changeNote('e2', { note: '', tags: ['水电'] }, undefined),
    );
    expect(notes.get('e1')?.tags).toEqual(['水电']);
    expect(tags).toEqual(['水电']);
  });

  it('are short, none twice, without their mark', () => {
    expect(toTags(['#家', ' #家', ' ', '＃房租'])).toEqual(['家', '房租']);
    expect(toTags(Array.from({ length: 30 }, (_, index) => `t${index}`))).toHaveLength(10);
  });
});

describe('a line', () => {
  it('has no letters that hide or turn the text around, and is never longer than it may be', () => {
    expect(toLine('Lin\u202e0x12\u200b\n', 60)).toBe('Lin 0x12');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 90 }), (text) => {
        const line = toLine(text, nameLengthMax);
        expect([...line].length).toBeLessThanOrEqual(nameLengthMax);
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        expect(toLine(line, nameLengthMax)).toBe(line);
      }),
    );
  });
});
