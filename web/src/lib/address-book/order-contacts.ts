import type { Contact } from './contacts.ts';

/** Contacts under one letter, as address books of phones show them. */
export type Letter = { readonly letter: string; readonly contacts: readonly Contact[] };

const collator = new Intl.Collator('zh-CN-u-co-pinyin', { numeric: true, sensitivity: 'base' });

// The first character, in the order of pinyin, whose reading begins with each letter; none begins with I, U or V.
const firstByLetter = [
  ...['A阿', 'B八', 'C嚓', 'D哒', 'E妸', 'F发', 'G旮', 'H哈', 'J讥', 'K咔', 'L垃', 'M痳'],
  ...['N拏', 'O噢', 'P妑', 'Q七', 'R呥', 'S扨', 'T它', 'W穵', 'X夕', 'Y丫', 'Z帀'],
].map((pair) => ({ letter: pair.charAt(0), first: pair.charAt(1) }));

const other = '#';

/** The letter that a character stands under: its own, or that of its pinyin; undefined for digits and signs. */
export function initialOf(character: string): string | undefined {
  const latin = character.normalize('NFD').charAt(0).toUpperCase();
  if (/[A-Z]/.test(latin)) return latin;
  if (!/\p{Script=Han}/u.test(character)) return undefined;
  return firstByLetter.findLast(({ first }) => collator.compare(first, character) <= 0)?.letter;
}

/** Contacts by name: Chinese ones by pinyin among the others. */
export function sortContacts(contacts: readonly Contact[]): Contact[] {
  const letterOf = ({ name }: Contact) => initialOf(firstOf(name)) ?? '~';
  return [...contacts].sort((left, right) => {
    const [one, two] = [letterOf(left), letterOf(right)];
    return one === two ? collator.compare(left.name, right.name) || (left.id < right.id ? -1 : 1) : one < two ? -1 : 1;
  });
}

/** Sorted contacts under their letters; those without a letter come last. */
export function groupByLetter(contacts: readonly Contact[]): Letter[] {
  const groups = Map.groupBy(sortContacts(contacts), ({ name }) => initialOf(firstOf(name)) ?? other);
  return [...groups].map(([letter, group]) => ({ letter, contacts: group }));
}

/** The contacts that a text finds: by a part of the name, by the initials of its pinyin, or by a way. */
export function searchContacts(contacts: readonly Contact[], text: string): Contact[] {
  const wanted = fold(text).replace(/^@/, '');
  if (wanted === '') return sortContacts(contacts);
  const digits = wanted.replaceAll(/[\s()+-]/g, '');
  const isNumber = /^[0-9]{3,}$/.test(digits);
  return sortContacts(contacts).filter(
    ({ name, ways }) =>
      fold(name).includes(wanted) ||
      (/^[a-z]+$/.test(wanted) && initialsOf(name).includes(wanted)) ||
      ways.some(
        ({ value, label }) =>
          fold(value).includes(wanted) || fold(label).includes(wanted) || (isNumber && value.includes(digits)),
      ),
  );
}

/** Letters of equal meaning made equal, for finding. */
export function fold(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}

const firstOf = (name: string): string => [...name][0] ?? '';

function initialsOf(name: string): string {
  return [...name]
    .map((character) => (/\p{Script=Han}/u.test(character) ? initialOf(character) : undefined) ?? '')
    .join('')
    .toLowerCase();
}
