import { zeroHash } from 'viem';
import { type Block, type BlockRef, type Header, type Log, parseBlock, parseHeader, parseLogs } from './answers.ts';
import { type Collected, type CollectorDeps, collectBlocks, toLogRows } from './collect.ts';
import { toRangeFilter } from './decode-logs.ts';
import { invalidAnswer, toQuantity } from './quantity.ts';
import { joinRows } from './rows.ts';
import type { Rpc } from './rpc.ts';
import { RpcRefusal } from './transport.ts';

/** A range of final blocks, read. */
export type ReadRange = {
  readonly from: number;
  readonly to: number;
  /** The first block, when blocks were read: it has to follow on the part before. */
  readonly first: BlockRef | undefined;
  readonly collected: Collected;
  /** Blocks to store: those that have something for us, and the last one, where reading goes on. */
  readonly headers: readonly Header[];
};

/** How wide ranges are; grows while answers are quick and shrinks when a node refuses one as too wide. */
export type RangeSizer = {
  readonly size: () => number;
  readonly noteAnswer: (logs: number, tookMs: number) => void;
  readonly noteRefusal: (size: number) => boolean;
};

const sizeFirst = 250;
const sizeMax = 10_000;
const logsAimed = 15_000;
const tookAimedMs = 1_000;

/** Makes a sizer. */
export function createRangeSizer(): RangeSizer {
  let size = sizeFirst;
  return {
    size: () => size,
    noteAnswer(logs, tookMs) {
      if (logs > logsAimed || tookMs > tookAimedMs) size = Math.max(Math.floor(size / 2), 1);
      else if (logs < logsAimed / 2 && tookMs < tookAimedMs / 2) size = Math.min(size * 2, sizeMax);
    },
    noteRefusal(refused) {
      size = Math.max(Math.min(size, Math.floor(refused / 2)), 1);
      return refused > 1;
    },
  };
}

/** What reading ranges needs. */
export type BackfillDeps = CollectorDeps & {
  readonly sizer: RangeSizer;
  /** Whether blocks have to be read with their transactions: somebody's coin or a transaction of ours may be among them. */
  readonly needsBodies: boolean;
  readonly isEphemeral: boolean;
};

// Requests in flight. More does not help one node and is impolite to a shared one.
const lanes = 4;

/**
 * Reads a range of blocks that can no longer be replaced, several parts at once, and hands the parts over in order.
 *
 * @param write - Stores one part; the next is not handed over before it is done.
 */
export async function backfillRange(
  deps: BackfillDeps,
  { from, to }: { readonly from: number; readonly to: number },
  write: (part: ReadRange) => Promise<void>,
): Promise<void> {
  const inFlight: Promise<ReadRange[]>[] = [];
  let next = from;
  const launch = () => {
    const end = Math.min(next + deps.sizer.size() - 1, to);
    const reading = readRange(deps, next, end);
    // Whoever awaits it hears of a failure; until then it must not count as unhandled.
    reading.catch(() => undefined);
    inFlight.push(reading);
    next = end + 1;
  };
  while (next <= to || inFlight.length > 0) {
    while (inFlight.length < lanes && next <= to) launch();
    for (const part of (await inFlight.shift()) ?? []) await write(part);
  }
}

async function readRange(deps: BackfillDeps, from: number, to: number): Promise<ReadRange[]> {
  const startedAt = performance.now();
  try {
    const fetching = deps.needsBodies ? fetchRange(deps, from, to) : undefined;
    // Awaited below, unless the logs are refused first.
    fetching?.catch(() => undefined);
    const { filter } = deps.decoder;
    const logs = filter ? parseLogs(await deps.rpc.call('eth_getLogs', [toRangeFilter(filter, from, to)])) : [];
    deps.sizer.noteAnswer(logs.length, performance.now() - startedAt);
    if (logs.some(({ blockNumber }) => blockNumber < from || blockNumber > to))
      throw invalidAnswer('a log outside of the range');
    const range = { from, to, logs };
    return [
      fetching !== undefined ? await readWithBodies(deps, range, await fetching) : await readLogsOnly(deps, range),
    ];
  } catch (error) {
    // Nodes word "too many" in many ways; whatever they refuse is asked for in halves, down to a single block.
    if (!(error instanceof RpcRefusal) || !deps.sizer.noteRefusal(to - from + 1)) throw error;
    const middle = Math.floor((from + to) / 2);
    return [...(await readRange(deps, from, middle)), ...(await readRange(deps, middle + 1, to))];
  }
}

type RawRange = { readonly from: number; readonly to: number; readonly logs: readonly Log[] };

async function readLogsOnly(deps: BackfillDeps, { from, to, logs }: RawRange): Promise<ReadRange> {
  const wanted = new Set([to]);
  // Without known addresses nothing but events is kept, so only their blocks are.
  for (const log of logs) if (deps.decoder.decode(log)?.kind === 'event') wanted.add(log.blockNumber);
  const headers = (await fetchBlocks(deps.rpc, [...wanted], false)).map(parseHeader);
  const byNumber = new Map(headers.map((header) => [header.number, header]));
  const kept = logs.filter(({ blockNumber }) => byNumber.has(blockNumber));
  checkHashes(kept, byNumber);
  const rows = toLogRows(deps, kept, (log) => byNumber.get(log.blockNumber)?.timestampSeconds);
  return { from, to, first: undefined, headers, collected: { ...rows, nativeTransfers: [], mined: [] } };
}

async function fetchRange({ rpc, isEphemeral }: BackfillDeps, from: number, to: number): Promise<Block[]> {
  const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const blocks = (await fetchBlocks(rpc, numbers, true)).map(parseBlock);
  checkLinks(blocks, isEphemeral);
  return blocks;
}

async function readWithBodies(
  deps: BackfillDeps,
  { from, to, logs }: RawRange,
  blocks: readonly Block[],
): Promise<ReadRange> {
  const byNumber = new Map(blocks.map((block) => [block.number, block]));
  checkHashes(logs, byNumber);
  // The logs were read for the whole range already.
  const quiet = { ...deps, decoder: { ...deps.decoder, mayConcern: () => false } };
  const { mined, ...coins } = await collectBlocks(quiet, blocks);
  const rows = joinRows([
    coins,
    { ...toLogRows(deps, logs, (log) => byNumber.get(log.blockNumber)?.timestampSeconds), nativeTransfers: [] },
  ]);
  const kept = new Set([
    to,
    ...[...rows.tokenTransfers, ...rows.nativeTransfers, ...rows.events].map(({ blockNumber }) => blockNumber),
  ]);
  const headers = blocks.filter(({ number }) => kept.has(number));
  return { from, to, first: blocks[0], collected: { ...rows, mined }, headers };
}

/** Blocks by number, in the order of the numbers, as the node sent them. */
export async function fetchBlocks(rpc: Rpc, numbers: readonly number[], withTransactions: boolean): Promise<unknown[]> {
  return rpc.callAll(
    numbers.map((number) => ({ method: 'eth_getBlockByNumber', params: [toQuantity(number), withTransactions] })),
  );
}

/**
 * Refuses blocks that are not each the parent of the next.
 *
 * @param isEphemeral - Hardhat makes the blocks of a `hardhat_mine` of ten or more only when they are asked for, without a parent hash;
 *   a chain that may begin anew may have such blocks.
 */
export function checkLinks(blocks: readonly BlockRef[], isEphemeral: boolean): void {
  blocks.forEach((block, index) => {
    const parent = blocks[index - 1];
    if (parent && !isChild(block, parent, isEphemeral)) throw invalidAnswer('blocks that are not a chain');
  });
}

/** Whether a block follows on another; see {@link checkLinks}. */
export function isChild(block: BlockRef, parent: Pick<BlockRef, 'number' | 'hash'>, isEphemeral: boolean): boolean {
  return (
    block.number === parent.number + 1 &&
    (block.parentHash === parent.hash || (isEphemeral && block.parentHash === zeroHash))
  );
}

function checkHashes(logs: readonly Log[], headers: ReadonlyMap<number, Header>): void {
  if (logs.some(({ blockNumber, blockHash }) => headers.get(blockNumber)?.hash !== blockHash))
    throw invalidAnswer('a log of a block that is not in the chain');
}
