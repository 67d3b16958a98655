// Around words people write numbers, full stops, commas and quotes; no list has a word with one of them.
const betweenWords = /[\s\d.,;:、，。；："“”()[\]]+/u;

/**
 * Splits a phrase into words in Unicode form NFKD, where the ideographic blank of Japanese phrases is a blank too. Numbers
 * before the words are left out, and Chinese words, of one character each, may stand side by side.
 */
export function splitPhrase(text: string): string[] {
  const apart = text.normalize('NFKD').replaceAll(/\p{Script=Han}/gu, ' $& ');
  return apart.toLowerCase().split(betweenWords).filter(Boolean);
}
