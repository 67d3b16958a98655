/**
 * Looks for what makes a text look like another. Control characters, invisible ones and those that turn the writing
 * direction hide or move words; letters of other scripts stand in for Latin ones.
 */

// Unicode's category C (control, format, private use, unassigned) without line break and tab; line and paragraph
// separators; and the letters that are drawn as nothing: Hangul fillers, the blank Braille pattern, the grapheme joiner.
const hidden = /[^\P{C}\n\t]|[\u2028\u2029\u115f\u1160\u2800\u3164\uffa0]|\u034f/u;

const everyHidden = new RegExp(hidden.source, 'gu');

/** Whether a text holds characters that cannot be seen. */
export function hasHiddenCharacters(text: string): boolean {
  return hidden.test(text);
}

/** Writes every character that cannot be seen as its number, so that it can. */
export function revealHiddenCharacters(text: string): string {
  return text.replace(everyHidden, (character) => {
    const number = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return `⟨U+${number}⟩`;
  });
}

const latin = /\p{Script=Latin}/u;
const imitating =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}]/u;
// Letters of mathematics, drawn like Latin ones.
const mathematical = /[\u{1d400}-\u{1d7cb}]/u;
// Cyrillic and Greek letters that are drawn like Latin ones (Unicode's table of confusables, the single letters).
const drawnAsLatin = /^[асԁеһіјӏорԛѕԝхуѵАВЕЅІЈКМНОРСТУХԌԚԜαιοτυνρΑΒΕΖΗΙΚΜΝΟΡΤΥΧ]+$/u;

/** Whether a word of a text is written with letters of another script that look like Latin ones. */
export function hasLookAlikeLetters(text: string): boolean {
  const words = text.match(/[\p{L}\p{M}]+/gu) ?? [];
  if (words.some((word) => (latin.test(word) && imitating.test(word)) || mathematical.test(word))) return true;
  const foreign = words.filter((word) => imitating.test(word));
  // A text in Russian or Greek has words that nobody could take for Latin ones; an imitation has none.
  return foreign.some((word) => word.length > 2) && foreign.every((word) => drawnAsLatin.test(word));
}
