import type { Chain } from '@feiqian/domain/chains';
import { AppError } from '@feiqian/domain/errors';
import type { Pool } from '../database/pool.ts';
import { adoptTokens, endTokenPast, listMissingTokenPasts } from './added-tokens.ts';
import { readAddressPast, readTokenPast } from './address-past.ts';
import { type BlockRef, parseBlock, parseHeader } from './answers.ts';
import { backfillRange, createRangeSizer, isChild, type RangeSizer } from './backfill.ts';
import { type ChainStatus, findState, updateStatus } from './chain-store.ts';
import { type CollectorDeps, collectBlocks } from './collect.ts';
import { createLogDecoder, type LogDecoder } from './decode-logs.ts';
import { beginEpoch } from './epochs.ts';
import type { HeadHint } from './head-watch.ts';
import { type Advance, loadPosition, type Position, writeAdvance } from './indexer-store.ts';
import { createKnownAddresses, type KnownAddresses, listMissingPasts, listWatched } from './known-addresses.ts';
import { inLeaderTransaction, type Lease } from './lease.ts';
import type { ChainLog } from './log.ts';
import { compareWithNode, type Look, lookAtNode, readFollowing, toFinalized } from './node-view.ts';
import { invalidAnswer } from './quantity.ts';
import type { Rpc } from './rpc.ts';
import { findTracked } from './tracked-transactions.ts';
import { adoptAddresses } from './watch-addresses.ts';

/** What an indexer needs; it lives as long as its lease. */
export type IndexerDeps = {
  readonly pool: Pool;
  readonly chain: Chain;
  readonly rpc: Rpc;
  readonly lease: Lease;
  readonly log: ChainLog;
  readonly explainRevert: CollectorDeps['explainRevert'];
  /** Told after the commit of every change of head or finality. */
  readonly onAdvance: (position: Position) => void;
  /** Told after an ephemeral chain has begun anew. */
  readonly onEpoch: (position: Position) => void;
};

/** Reads a chain into the database. */
export type Indexer = {
  /** Reads from where the last leader stopped. Call it before anything else, and after every failure. */
  readonly load: () => Promise<void>;
  /**
   * Brings what is stored to what the node says now.
   *
   * @param hint - An announced head: saves a look when it is simply the next block.
   * @returns whether anything was new.
   */
  readonly step: (hint?: HeadHint) => Promise<boolean>;
  /** Looks for newly linked addresses, and for tokens that were added or removed, at the next step. */
  readonly noteAddresses: () => void;
  /** Says in the database whether the head is seen. */
  readonly setStatus: (status: ChainStatus, reason: string | null) => Promise<void>;
  readonly status: () => ChainStatus | undefined;
  /** Whether what is stored has been compared with the node since {@link load}. */
  readonly hasCompared: () => boolean;
  readonly position: () => Position;
  /** Resolves when the pasts of addresses that are being read are read. */
  readonly settled: () => Promise<void>;
};

// Blocks that can still be replaced are written in groups of this size; longer runs of final ones are read in ranges.
const groupSize = 32;

type Term = IndexerDeps & {
  decoder: LogDecoder;
  readonly known: KnownAddresses;
  readonly sizer: RangeSizer;
  /** Addresses and added tokens whose past is being read. */
  readonly reading: Map<string, Promise<void>>;
  position: Position | undefined;
  status: ChainStatus | undefined;
  hasNewAddresses: boolean;
  hasCompared: boolean;
  /** Rows written in this term, and at how many statistics are refreshed next. */
  rowsWritten: number;
  statisticsAt: number;
};

/** Makes the indexer of one chain for one term of leadership. */
export function createIndexer(deps: IndexerDeps): Indexer {
  const term: Term = {
    ...deps,
    decoder: createLogDecoder(deps.chain),
    known: createKnownAddresses(),
    sizer: createRangeSizer(),
    reading: new Map(),
    position: undefined,
    status: undefined,
    hasNewAddresses: true,
    hasCompared: false,
    rowsWritten: 0,
    statisticsAt: rowsBeforeStatistics,
  };
  return {
    load: () => load(term),
    async step(hint) {
      if (await isHalted(term)) return false;
      const { tail } = getPosition(term);
      if (hint && tail.some(({ hash }) => hash === hint.hash)) return false;
      await takeAddresses(term);
      if (hint && term.hasCompared && (await appendAnnounced(term, hint))) return true;
      const isNews = await compareAndFollow(term);
      term.hasCompared = true;
      return isNews;
    },
    noteAddresses: () => {
      term.hasNewAddresses = true;
    },
    setStatus: (status, reason) => setStatus(term, status, reason),
    status: () => term.status,
    hasCompared: () => term.hasCompared,
    position: () => getPosition(term),
    settled: async () => {
      await Promise.all(term.reading.values());
    },
  };
}

function getPosition({ position }: Term): Position {
  if (!position) throw new Error('The indexer was not loaded.');
  return position;
}

function toCollector(term: Term): CollectorDeps {
  const { rpc, decoder, known, explainRevert } = term;
  return {
    rpc,
    decoder,
    known,
    explainRevert,
    findTracked: (hashes) => findTracked(term.pool, getPosition(term).at, hashes),
  };
}

async function load(term: Term): Promise<void> {
  const { pool, lease, chain, rpc, known } = term;
  const readGenesis = async () => parseHeader(await rpc.call('eth_getBlockByNumber', ['0x0', false])).hash;
  term.position = await loadPosition(pool, lease, chain.chainId, readGenesis);
  term.status = (await findState(pool, chain.chainId))?.status;
  known.clear();
  for (const address of await listWatched(pool, term.position.at)) known.add(address);
  term.hasNewAddresses = true;
  term.hasCompared = false;
}

async function setStatus(term: Term, next: ChainStatus, reason: string | null): Promise<void> {
  const { pool, lease, chain, log } = term;
  if (term.status === next) return;
  await inLeaderTransaction(pool, lease, (connection) => updateStatus(connection, chain.chainId, next, reason));
  term.status = next;
  log.warn({ chainId: chain.chainId, status: next, reason }, 'chain status changed');
}

/** Whether nothing may be read because a person has to look first; whoever has looked says so with `clearHalt`. */
async function isHalted(term: Term): Promise<boolean> {
  if (term.status !== 'halted') return false;
  term.status = (await findState(term.pool, term.chain.chainId))?.status;
  return term.status === 'halted';
}

async function commit(term: Term, advance: Advance): Promise<void> {
  const position = await writeAdvance(term.pool, term.lease, getPosition(term), advance);
  term.position = position;
  term.status = 'following';
  term.onAdvance(position);
  await refreshStatistics(term, advance);
}

// Young tables have no statistics; later autovacuum keeps them.
const rowsBeforeStatistics = 500;
const statisticsGrowth = 4;

/** Lets the planner know how large the tables have become, each time that they have grown several times. */
async function refreshStatistics(term: Term, { collected }: Advance): Promise<void> {
  const { tokenTransfers, nativeTransfers, events } = collected;
  term.rowsWritten += tokenTransfers.length + nativeTransfers.length + events.length;
  if (term.rowsWritten < term.statisticsAt) return;
  term.statisticsAt = term.rowsWritten * statisticsGrowth;
  await term.pool.query('SELECT chain_analyze()');
}

/** The usual case: one announced block on top of the head. */
async function appendAnnounced(term: Term, hint: HeadHint): Promise<boolean> {
  const { chain, rpc } = term;
  const head = getPosition(term).tail.at(-1);
  const isNext = head?.hash === hint.parentHash && hint.number === head.number + 1;
  if (chain.finality.kind !== 'depth' || term.status !== 'following' || !isNext) return false;
  const block = parseBlock(await rpc.call('eth_getBlockByHash', [hint.hash, true]));
  if (block.hash !== hint.hash || block.parentHash !== head.hash || block.number !== hint.number) return false;
  const collected = await collectBlocks(toCollector(term), [block]);
  // The new block is what people wait for; what it makes final is written right after.
  await commit(term, { blocks: [block], finalizedNumber: getPosition(term).finalizedNumber ?? 0, collected });
  const finalizedNumber = toFinalized(chain.finality, block.number, block.number);
  await commit(term, { blocks: [], finalizedNumber, collected: nothing });
  return true;
}

async function compareAndFollow(term: Term): Promise<boolean> {
  const { chain, rpc, log } = term;
  const { tail, genesisHash, finalizedNumber } = getPosition(term);
  const look = await lookAtNode(rpc, chain.finality, tail.at(-1));
  const [final, ...rest] = tail;
  if (!final) return look.genesisHash === genesisHash ? followFromStart(term, look) : handleOtherGenesis(term, look);
  const decision = await compareWithNode(rpc, { genesisHash, tail: [final, ...rest] }, look, chain.ephemeral);
  switch (decision.kind) {
    case 'unchanged':
      if (look.finalizedNumber <= (finalizedNumber ?? 0)) {
        await setStatus(term, 'following', null);
        return false;
      }
      await commit(term, { blocks: [], finalizedNumber: look.finalizedNumber, collected: nothing });
      return true;
    case 'behind':
      return false;
    case 'append':
      await follow(term, look, decision.from);
      return true;
    case 'rewind':
      log.warn(
        { chainId: chain.chainId, ancestor: decision.ancestor, head: tail.at(-1)?.number },
        'blocks were replaced',
      );
      await follow(term, look, decision.ancestor + 1, decision.ancestor);
      return true;
    case 'begun_anew':
      return beginAnew(term, look, decision.reason);
    case 'halt':
      return halt(term, decision.reason);
    default:
      return decision satisfies never;
  }
}

const nothing = { tokenTransfers: [], nativeTransfers: [], events: [], mined: [] } as const;

async function followFromStart(term: Term, look: Look): Promise<boolean> {
  // Where nothing that concerns us is final yet, the final block below is what the first reorg is measured against.
  await follow(term, look, Math.min(term.chain.startBlock, look.finalizedNumber));
  return true;
}

function handleOtherGenesis(term: Term, look: Look): Promise<boolean> {
  return term.chain.ephemeral ? beginAnew(term, look, 'genesis_changed') : halt(term, 'genesis_changed');
}

async function beginAnew(term: Term, look: Look, reason: string): Promise<boolean> {
  const position = await beginEpoch(term.pool, term.lease, getPosition(term), look.genesisHash);
  term.position = position;
  term.log.warn({ chainId: term.chain.chainId, epoch: position.at.epoch, reason }, 'the chain began anew');
  term.onEpoch(position);
  return followFromStart(term, look);
}

async function halt(term: Term, reason: string): Promise<boolean> {
  if (term.status !== 'halted')
    term.log.error({ chainId: term.chain.chainId, reason }, 'chain halted: a person has to look');
  await setStatus(term, 'halted', reason);
  return false;
}

/** Reads from `from` to the node's head. `ancestor` is the last stored block that still counts, when others were replaced. */
async function follow(
  term: Term,
  look: Pick<Look, 'headNumber' | 'finalizedNumber'>,
  from: number,
  ancestor?: number,
): Promise<void> {
  let next = from;
  if (ancestor === undefined && look.finalizedNumber - from >= groupSize) {
    await followFinal(term, { from, to: look.finalizedNumber });
    next = look.finalizedNumber + 1;
  }
  for (let rewindTo = ancestor; next <= look.headNumber || rewindTo !== undefined; rewindTo = undefined) {
    const to = Math.min(next + groupSize - 1, look.headNumber);
    const blocks =
      to < next
        ? []
        : await readFollowing(term.rpc, findParent(getPosition(term), next), {
            from: next,
            to,
            isEphemeral: term.chain.ephemeral,
          });
    const collected = await collectBlocks(toCollector(term), blocks);
    await commit(term, {
      ...(rewindTo === undefined ? {} : { ancestor: rewindTo }),
      blocks,
      finalizedNumber: look.finalizedNumber,
      collected,
    });
    next = to + 1;
  }
}

async function followFinal(term: Term, range: { readonly from: number; readonly to: number }): Promise<void> {
  const needsBodies = term.known.count() > 0 || (await hasOpenTransactions(term.pool, getPosition(term).at));
  await backfillRange(
    { ...toCollector(term), sizer: term.sizer, needsBodies, isEphemeral: term.chain.ephemeral },
    range,
    async ({ first, headers, to, collected }) => {
      const head = getPosition(term).tail.at(-1);
      if (first && head && !isChild(first, head, term.chain.ephemeral))
        throw invalidAnswer('blocks that do not follow');
      const blocks = headers.toSorted((left, right) => left.number - right.number);
      await commit(term, { blocks, finalizedNumber: to, collected });
    },
  );
}

async function hasOpenTransactions(pool: Pool, { chainId, epoch }: Position['at']): Promise<boolean> {
  const { rowCount } = await pool.query(
    `SELECT FROM chain_transactions WHERE chain_id = $1 AND epoch = $2 AND state IN ('signed', 'broadcast') LIMIT 1`,
    [chainId, epoch],
  );
  return rowCount === 1;
}

function findParent({ tail }: Position, next: number): Pick<BlockRef, 'hash' | 'number'> | undefined {
  if (tail.length === 0) return undefined;
  const parent = tail.find(({ number }) => number === next - 1);
  if (!parent) throw new AppError('CHAIN_UNAVAILABLE', 'The block before is not known.');
  return parent;
}

async function takeAddresses(term: Term): Promise<void> {
  if (!term.hasNewAddresses) return;
  term.hasNewAddresses = false;
  try {
    // Before the addresses, which are read with every token that is followed.
    term.decoder = await adoptTokens(term, getPosition(term), term.known);
    await adoptAddresses(term, getPosition(term), term.known);
    await readPasts(term);
  } catch (error) {
    term.hasNewAddresses = true;
    throw error;
  }
}

// At a time, so that many new addresses do not crowd out the head.
const readingMax = 8;

/** Begins to read the pasts that are missing, beside the head. One that fails stays missing and is read again. */
async function readPasts(term: Term): Promise<void> {
  const { pool, lease, chain, log } = term;
  const { at } = getPosition(term);
  const { startBlock } = chain;
  for (const missing of await listMissingPasts(pool, at)) {
    const onIncomplete = () =>
      log.warn(
        { chainId: chain.chainId },
        'the node has no state of old blocks: transfers of its coin before linking are not known',
      );
    readBeside(term, `${at.epoch}:${missing.address}`, 'the past of an address could not be read', () =>
      readAddressPast(term, at, { ...missing, startBlock }, onIncomplete),
    );
  }
  for (const { id, ...missing } of await listMissingTokenPasts(pool, chain.chainId)) {
    readBeside(term, id, 'the past of a token could not be read', async () => {
      await readTokenPast(term, at, { ...missing, startBlock });
      await endTokenPast(pool, lease, id);
    });
  }
}

function readBeside(term: Term, key: string, failed: string, read: () => Promise<void>): void {
  const { chain, log, reading } = term;
  if (reading.has(key) || reading.size >= readingMax) return;
  const past = read()
    .catch((error: unknown) => log.warn({ chainId: chain.chainId, code: (error as { code?: unknown }).code }, failed))
    .finally(() => {
      reading.delete(key);
      // The next step looks whether any is left.
      term.hasNewAddresses = true;
    });
  reading.set(key, past);
}
