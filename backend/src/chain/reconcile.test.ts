import fc from 'fast-check';
import type { Hash } from 'viem';
import { describe, expect, it } from 'vitest';
import type { BlockRef } from './answers.ts';
import { type Decision, type NodeView, reconcileChain, type StoredChain } from './reconcile.ts';

const hashOf = (branch: string, number: number): Hash =>
  `0x${Buffer.from(`${branch}:${number}`).toString('hex').padStart(64, '0')}`;

/** A chain that leaves the common trunk after `fork`. */
const makeChain = (branch: string, fork: number, head: number): BlockRef[] =>
  Array.from({ length: head + 1 }, (_, number) => ({
    number,
    hash: hashOf(number <= fork ? 'trunk' : branch, number),
    parentHash: hashOf(number - 1 <= fork ? 'trunk' : branch, number - 1),
    timestampSeconds: BigInt(number),
  }));

type Case = {
  readonly fork: number;
  readonly storedHead: number;
  readonly nodeHead: number;
  readonly depth: number;
  readonly isEphemeral: boolean;
};

const cases = fc.record({
  fork: fc.integer({ min: 0, max: 20 }),
  storedHead: fc.integer({ min: 0, max: 20 }),
  nodeHead: fc.integer({ min: 0, max: 24 }),
  depth: fc.integer({ min: 1, max: 8 }),
  isEphemeral: fc.boolean(),
});

/** Decides as the indexer does: asks the node for as many hashes as the decision wants. */
function decide({ fork, storedHead, nodeHead, depth, isEphemeral }: Case): {
  decision: Decision;
  asked: number;
  stored: StoredChain;
} {
  const mine = makeChain('stored', fork, storedHead).slice(Math.max(storedHead - depth, 0));
  const [final, ...rest] = mine;
  if (!final) throw new Error('A chain has blocks.');
  const stored: StoredChain = { genesisHash: hashOf('trunk', 0), tail: [final, ...rest] };
  const node = makeChain('node', fork, nodeHead);
  const hashes = new Map<number, Hash>();
  for (let asked = 0; asked < 5; asked += 1) {
    const view: NodeView = { genesisHash: hashOf('trunk', 0), headNumber: nodeHead, hashes };
    const decision = reconcileChain(stored, view, { isEphemeral });
    if (decision.kind !== 'ask') return { decision, asked, stored };
    for (const number of decision.numbers) hashes.set(number, node[number]?.hash ?? '0x');
  }
  throw new Error('It asks without end.');
}

type Truth = {
  readonly final: number;
  readonly shared: number;
  readonly storedHead: number;
  readonly nodeHead: number;
  readonly isEphemeral: boolean;
};

/** The same in words: what an onlooker who sees both chains whole would say. */
function expected({ final, shared, storedHead, nodeHead, isEphemeral }: Truth): Decision {
  if (nodeHead < final) return isEphemeral ? { kind: 'begun_anew', reason: 'lower_head' } : { kind: 'behind' };
  if (shared === storedHead)
    return nodeHead > storedHead ? { kind: 'append', from: storedHead + 1 } : { kind: 'unchanged' };
  if (shared === nodeHead) return isEphemeral ? { kind: 'rewind', ancestor: nodeHead } : { kind: 'behind' };
  if (shared >= final) return { kind: 'rewind', ancestor: shared };
  return isEphemeral
    ? { kind: 'begun_anew', reason: 'history_changed' }
    : { kind: 'halt', reason: 'reorg_beyond_finality' };
}

describe('reconcileChain', () => {
  it('finds the last block that both chains share, or says why it may not', () => {
    fc.assert(
      fc.property(cases, (input) => {
        const { fork, storedHead, nodeHead, isEphemeral } = input;
        const { decision, stored } = decide(input);
        const final = stored.tail[0].number;
        const shared = Math.min(fork, storedHead, nodeHead);
        expect(decision).toEqual(expected({ final, shared, storedHead, nodeHead, isEphemeral }));
      }),
      { numRuns: 2_000 },
    );
  });

  it('asks the node at most twice', () => {
    fc.assert(
      fc.property(cases, (input) => {
        expect(decide(input).asked).toBeLessThanOrEqual(2);
      }),
      { numRuns: 500 },
    );
  });

  it('never rewinds below the newest final block', () => {
    fc.assert(
      fc.property(cases, (input) => {
        const { decision, stored } = decide(input);
        if (decision.kind === 'rewind') expect(decision.ancestor).toBeGreaterThanOrEqual(stored.tail[0].number);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    { isEphemeral: true, expected: { kind: 'begun_anew', reason: 'genesis_changed' } },
    { isEphemeral: false, expected: { kind: 'halt', reason: 'genesis_changed' } },
  ])('takes another genesis for another chain (may begin anew: $isEphemeral)', ({ isEphemeral, expected }) => {
    const [final] = makeChain('stored', 3, 0);
    if (!final) throw new Error('A chain has blocks.');
    const node = { genesisHash: hashOf('other', 0), headNumber: 9, hashes: new Map() };
    expect(reconcileChain({ genesisHash: final.hash, tail: [final] }, node, { isEphemeral })).toEqual(expected);
  });
});
