import { describe, expect, it } from 'vitest';
import { newField, readContactForm, toFields } from './contact-form.ts';

const address = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const read = (...fields: Parameters<typeof newField>[]) =>
  readContactForm({ name: 'Lin', ways: fields.map((field) => newField(...field)) });

describe('the form of a contact', () => {
  it('shows every way and an empty line for each kind that is missing', () => {
    const { ways } = toFields({ name: 'Lin', ways: [{ kind: 'address', value: address, label: 'office' }] });
    expect(ways.map(({ kind, text, label }) => [kind, text, label])).toEqual([
      ['handle', '', ''],
      ['email', '', ''],
      ['phone', '', ''],
      ['address', address, 'office'],
    ]);
  });

  it('is read in the form in which ways are kept, empty lines and repetitions left out', () => {
    const { ways, errors } = read(
      ['handle', ' @Lin_Lei'],
      ['email', ' '],
      ['address', address.toLowerCase(), ' office '],
      ['address', address, 'office'],
    );
    expect(ways).toEqual([
      { kind: 'handle', value: 'lin_lei', label: '' },
      { kind: 'address', value: address, label: 'office' },
    ]);
    expect(errors.size).toBe(0);
  });

  it('says of each line what is wrong with it', () => {
    const fields = [newField('address', '0x12'), newField('phone', 'abc'), newField('handle', 'lin')];
    const { ways, errors } = readContactForm({ name: '', ways: fields });
    expect([...errors.values()]).toEqual(['ADDRESS_MALFORMED', 'PHONE_MALFORMED']);
    expect(ways).toEqual([{ kind: 'handle', value: 'lin', label: '' }]);
  });
});
