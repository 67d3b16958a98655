import type { Finality } from '@feiqian/domain/chains';
import type { Hash } from 'viem';
import { type Block, type BlockRef, parseBlock, parseHeader } from './answers.ts';
import { checkLinks, fetchBlocks, isChild } from './backfill.ts';
import { invalidAnswer, toQuantity } from './quantity.ts';
import { type Decision, type NodeView, reconcileChain, type StoredChain } from './reconcile.ts';
import type { Rpc } from './rpc.ts';

/** What was seen in one look at the node. */
export type Look = NodeView & {
  /** The newest block that can no longer be replaced, by the rule of the chain. */
  readonly finalizedNumber: number;
};

/** Looks at genesis, head, the block that we take for the head, and the finality tag where it counts. */
export async function lookAtNode(rpc: Rpc, finality: Finality, storedHead: BlockRef | undefined): Promise<Look> {
  const at = (block: string) => ({ method: 'eth_getBlockByNumber', params: [block, false] });
  const [genesis, latest, final, ours] = await rpc.callAll([
    at('0x0'),
    at('latest'),
    at(finality.kind === 'tag' ? 'finalized' : 'latest'),
    ...(storedHead ? [at(toQuantity(storedHead.number))] : []),
  ]);
  const head = parseHeader(latest);
  const hashes = new Map<number, Hash>([[head.number, head.hash]]);
  if (ours !== null && ours !== undefined) {
    const block = parseHeader(ours);
    hashes.set(block.number, block.hash);
  }
  return {
    genesisHash: parseHeader(genesis).hash,
    headNumber: head.number,
    hashes,
    finalizedNumber: toFinalized(finality, head.number, parseHeader(final).number),
  };
}

/** The newest final block: what the tag says, or so many blocks below the head. Genesis is always final. */
export function toFinalized(finality: Finality, headNumber: number, tagged: number): number {
  return Math.max(finality.kind === 'tag' ? Math.min(tagged, headNumber) : headNumber - finality.blocks, 0);
}

const asksMax = 3;

/** Compares, asking the node for further hashes as far as the comparison needs them. */
export async function compareWithNode(
  rpc: Rpc,
  stored: StoredChain,
  look: Look,
  isEphemeral: boolean,
): Promise<Exclude<Decision, { readonly kind: 'ask' }>> {
  const hashes = new Map(look.hashes);
  for (let asks = 0; asks < asksMax; asks += 1) {
    const decision = reconcileChain(stored, { ...look, hashes }, { isEphemeral });
    if (decision.kind !== 'ask') return decision;
    const answers = await fetchBlocks(rpc, decision.numbers, false);
    decision.numbers.forEach((number, index) => {
      const header = parseHeader(answers[index]);
      if (header.number !== number) throw invalidAnswer('another block than asked for');
      hashes.set(number, header.hash);
    });
  }
  throw invalidAnswer('a chain that changes while it is read');
}

/**
 * Reads blocks that follow on one that we have.
 *
 * @throws {AppError} CHAIN_UNAVAILABLE when they do not: the chain changed meanwhile, and has to be compared again.
 */
export async function readFollowing(
  rpc: Rpc,
  parent: Pick<BlockRef, 'hash' | 'number'> | undefined,
  { from, to, isEphemeral }: { readonly from: number; readonly to: number; readonly isEphemeral: boolean },
): Promise<Block[]> {
  const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const blocks = (await fetchBlocks(rpc, numbers, true)).map(parseBlock);
  const [first] = blocks;
  if (first?.number !== from) throw invalidAnswer('another block than asked for');
  if (parent && !isChild(first, parent, isEphemeral)) throw invalidAnswer('blocks that do not follow');
  checkLinks(blocks, isEphemeral);
  return blocks;
}
