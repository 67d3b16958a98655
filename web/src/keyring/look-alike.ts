import type { Address } from 'viem';

/** An address that resembles another, and how many hexadecimal digits they share at both ends together. */
type LookAlike<Known> = { readonly known: Known; readonly score: number };

// People compare the ends. Fewer digits would flag strangers by chance: four and four is one pair in four billion.
const endMin = 4;

/**
 * Finds the addresses that a candidate could be mistaken for: equal in at least the first four and the last four digits,
 * without being equal. Only ever compare with what the person trusts; what a chain shows was written by anybody.
 *
 * @param known - Entries whose `address` is no address are skipped.
 * @returns the likeliest first; nothing when the candidate itself is among the known.
 */
export function findLookAlikes<Known extends { readonly address: string }>(
  candidate: Address,
  known: readonly Known[],
): readonly LookAlike<Known>[] {
  const wanted = candidate.toLowerCase();
  const others = known
    .map((entry) => ({ known: entry, address: entry.address.toLowerCase() }))
    .filter(({ address }) => addressPattern.test(address));
  if (others.some(({ address }) => address === wanted)) return [];
  return others
    .filter(({ address }) => hasSameEnds(wanted, address))
    .map((other) => ({ known: other.known, score: countSameEnds(wanted, other.address) }))
    .sort((one, other) => other.score - one.score);
}

const addressPattern = /^0x[0-9a-f]{40}$/;

function hasSameEnds(one: string, other: string): boolean {
  return one.slice(0, 2 + endMin) === other.slice(0, 2 + endMin) && one.slice(-endMin) === other.slice(-endMin);
}

function countSameEnds(one: string, other: string): number {
  const [left, right] = [[...one.slice(2)], [...other.slice(2)]];
  return countEqual(left, right) + countEqual(left.reverse(), right.reverse());
}

function countEqual(one: readonly string[], other: readonly string[]): number {
  const at = one.findIndex((digit, index) => digit !== other[index]);
  return at === -1 ? one.length : at;
}
