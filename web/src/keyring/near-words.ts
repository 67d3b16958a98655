/** What somebody may have meant who wrote a word that is in no list. */

const suggestionsMax = 3;
/** More mistakes than two in one short word, and any word could be meant. */
const distanceMax = 2;
/** BIP-39: the first four letters tell all words of a list apart. */
const prefixLength = 4;

/**
 * The words of a list that are nearest to one that is not in it: first those with the same four first letters, then those
 * with the fewest mistakes.
 *
 * @param word - In the form of the list: small letters, Unicode form NFKD.
 */
export function suggestWords(word: string, list: readonly string[]): readonly string[] {
  // One character is a whole word in some languages: every other one is equally near.
  if (word.length < 2) return [];
  const prefix = word.slice(0, prefixLength);
  const near = list.flatMap((candidate) => {
    const hasPrefix = word.length >= prefixLength && candidate.startsWith(prefix);
    const distance = editDistance(word, candidate);
    return hasPrefix || distance <= Math.min(distanceMax, word.length - 1)
      ? [{ candidate, rank: hasPrefix ? 0 : distance, distance }]
      : [];
  });
  return near
    .sort(
      (one, other) =>
        one.rank - other.rank ||
        one.distance - other.distance ||
        // The first letter is seldom the wrong one.
        sharedPrefix(word, other.candidate) - sharedPrefix(word, one.candidate),
    )
    .slice(0, suggestionsMax)
    .map(({ candidate }) => candidate);
}

function sharedPrefix(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}

/** How many letters must be added, left out, changed or swapped with their neighbour (optimal string alignment). */
export function editDistance(left: string, right: string): number {
  let before: number[] = [];
  let above = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const isSame = left[row - 1] === right[column - 1];
      const isSwapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      const steps = [
        (above[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (isSame ? 0 : 1),
        ...(isSwapped && row > 1 && column > 1 ? [(before[column - 2] ?? 0) + 1] : []),
      ];
      current.push(Math.min(...steps));
    }
    before = above;
    above = current;
  }
  return above[right.length] ?? 0;
}
