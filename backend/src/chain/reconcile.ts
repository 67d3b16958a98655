import type { Hash } from 'viem';
import type { BlockRef } from './answers.ts';

/** What is stored of a chain: from the newest block that can no longer be replaced up to the head, without a gap. */
export type StoredChain = {
  readonly genesisHash: Hash;
  readonly tail: readonly [BlockRef, ...BlockRef[]];
};

/** What the node says now. */
export type NodeView = {
  readonly genesisHash: Hash;
  readonly headNumber: number;
  /** The node's hashes of the blocks that it was asked about. */
  readonly hashes: ReadonlyMap<number, Hash>;
};

export type HaltReason = 'genesis_changed' | 'reorg_beyond_finality';
export type AnewReason = 'genesis_changed' | 'lower_head' | 'history_changed';

/** What has to be done so that the stored chain is the node's chain. */
export type Decision =
  /** Nothing is new. */
  | { readonly kind: 'unchanged' }
  /** The stored head is part of the node's chain: add what follows. */
  | { readonly kind: 'append'; readonly from: number }
  /** Blocks above `ancestor` were replaced: drop them, then add what follows. */
  | { readonly kind: 'rewind'; readonly ancestor: number }
  /** The node's hashes of these blocks are needed first. */
  | { readonly kind: 'ask'; readonly numbers: readonly number[] }
  /** The node has not seen what we have seen: wait for it, or for another. */
  | { readonly kind: 'behind' }
  /** A chain that may begin anew has done so. */
  | { readonly kind: 'begun_anew'; readonly reason: AnewReason }
  /** What can no longer be replaced was replaced: nothing may be credited until a person has looked. */
  | { readonly kind: 'halt'; readonly reason: HaltReason };

/**
 * Compares what the node says now with what is stored. Pure: it neither asks nor writes.
 *
 * @param isEphemeral - Whether this chain may begin anew, as a local one does.
 */
export function reconcileChain(
  stored: StoredChain,
  node: NodeView,
  { isEphemeral }: { readonly isEphemeral: boolean },
): Decision {
  if (node.genesisHash !== stored.genesisHash) {
    return isEphemeral
      ? { kind: 'begun_anew', reason: 'genesis_changed' }
      : { kind: 'halt', reason: 'genesis_changed' };
  }
  const [final] = stored.tail;
  const head = stored.tail.at(-1) ?? final;
  if (node.headNumber < final.number)
    return isEphemeral ? { kind: 'begun_anew', reason: 'lower_head' } : { kind: 'behind' };

  const top = Math.min(head.number, node.headNumber);
  const topHash = node.hashes.get(top);
  if (topHash === undefined) return { kind: 'ask', numbers: [top] };
  if (topHash === hashAt(stored, top)) return sameBranch({ stored: head.number, node: node.headNumber, isEphemeral });

  const below = stored.tail.filter(({ number }) => number < top).map(({ number }) => number);
  const missing = below.filter((number) => !node.hashes.has(number));
  if (missing.length > 0) return { kind: 'ask', numbers: missing };
  const ancestor = below.findLast((number) => node.hashes.get(number) === hashAt(stored, number));
  if (ancestor !== undefined) return { kind: 'rewind', ancestor };
  return isEphemeral
    ? { kind: 'begun_anew', reason: 'history_changed' }
    : { kind: 'halt', reason: 'reorg_beyond_finality' };
}

function sameBranch({
  stored,
  node,
  isEphemeral,
}: {
  readonly stored: number;
  readonly node: number;
  readonly isEphemeral: boolean;
}): Decision {
  if (node > stored) return { kind: 'append', from: stored + 1 };
  if (node === stored) return { kind: 'unchanged' };
  // A local chain was taken back by hand. Any other node that knows less is late, and its view is no news.
  return isEphemeral ? { kind: 'rewind', ancestor: node } : { kind: 'behind' };
}

function hashAt(stored: StoredChain, number: number): Hash | undefined {
  return stored.tail[number - stored.tail[0].number]?.hash;
}
