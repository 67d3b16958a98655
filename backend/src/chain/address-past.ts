import type { Address } from 'viem';
import { parseBlock, parseLogs } from './answers.ts';
import { createRangeSizer, fetchBlocks, type RangeSizer } from './backfill.ts';
import { toRangeFilter, toTransferTopics } from './decode-logs.ts';
import type { MissingPast } from './known-addresses.ts';
import { inLeaderTransaction } from './lease.ts';
import { parseQuantity, toQuantity } from './quantity.ts';
import type { ChainEpoch } from './rows.ts';
import type { Rpc } from './rpc.ts';
import { RpcRefusal } from './transport.ts';
import { collectFor, type WatchDeps, writePast } from './watch-addresses.ts';

const blocksPerWrite = 50;
// Without the state of old blocks, whole blocks have to be read to find the coin's transfers; more of them are not worth it.
const scanBlocksMax = 20_000;

/**
 * Reads what happened to an address in final blocks before it was watched. A fresh address, which is the usual one, costs
 * four calls.
 *
 * @param onIncomplete - Told when the node cannot say where the chain's own coin moved: token transfers are complete all the same.
 */
export async function readAddressPast(
  deps: WatchDeps,
  at: ChainEpoch,
  { address, until, startBlock }: MissingPast & { readonly startBlock: number },
  onIncomplete: () => void,
): Promise<void> {
  const range = { from: startBlock, to: until };
  const isEmpty = until < startBlock;
  const found = isEmpty
    ? []
    : await Promise.all([
        findTransferBlocks(deps.rpc, { owners: [address], tokens: deps.decoder.filter?.address ?? [] }, range),
        findCoinBlocks(deps.rpc, address, range, onIncomplete),
      ]);
  await writeBlocks(
    deps,
    at,
    [address],
    found.flatMap((blocks) => [...blocks]),
  );
  await inLeaderTransaction(deps.pool, deps.lease, (connection) =>
    connection.query(
      'UPDATE chain_watched_addresses SET missing_until = NULL WHERE chain_id = $1 AND epoch = $2 AND address = $3',
      [at.chainId, at.epoch, address],
    ),
  );
}

/**
 * Reads the transfers of one token to and from some addresses in final blocks before the token was followed. What was read before
 * is there already, and reading it again changes nothing.
 */
export async function readTokenPast(
  deps: WatchDeps,
  at: ChainEpoch,
  { token, owners, until, startBlock }: TokenPast & { readonly startBlock: number },
): Promise<void> {
  if (owners.length === 0 || until < startBlock) return;
  const found = await findTransferBlocks(deps.rpc, { owners, tokens: [token] }, { from: startBlock, to: until });
  await writeBlocks(deps, at, owners, [...found]);
}

/** A token whose transfers have still to be read for the addresses of whoever added it, up to a block. */
export type TokenPast = { readonly token: Address; readonly owners: readonly Address[]; readonly until: number };

async function writeBlocks(
  deps: WatchDeps,
  at: ChainEpoch,
  owners: readonly Address[],
  found: readonly number[],
): Promise<void> {
  const numbers = [...new Set(found)].sort((left, right) => left - right);
  for (let index = 0; index < numbers.length; index += blocksPerWrite) {
    const blocks = (await fetchBlocks(deps.rpc, numbers.slice(index, index + blocksPerWrite), true)).map(parseBlock);
    await writePast(deps, at, await collectFor(deps, owners, blocks), blocks);
  }
}

type Range = { readonly from: number; readonly to: number };
type Wanted = { readonly owners: readonly Address[]; readonly tokens: readonly Address[] };

async function findTransferBlocks(rpc: Rpc, { owners, tokens }: Wanted, { from, to }: Range): Promise<Set<number>> {
  const found = new Set<number>();
  if (tokens.length === 0) return found;
  const sizer = createRangeSizer();
  const topics = toTransferTopics(owners);
  for (let next = from; next <= to; ) {
    const end = Math.min(next + sizer.size() - 1, to);
    const startedAt = performance.now();
    const answers = await askBoth(
      rpc,
      sizer,
      [topics.from, topics.to].map((wanted) => toRangeFilter({ address: tokens, topics: wanted }, next, end)),
      end - next + 1,
    );
    if (!answers) continue;
    const logs = answers.flatMap(parseLogs);
    for (const { blockNumber } of logs) found.add(blockNumber);
    sizer.noteAnswer(logs.length, performance.now() - startedAt);
    next = end + 1;
  }
  return found;
}

async function askBoth(
  rpc: Rpc,
  sizer: RangeSizer,
  filters: readonly object[],
  size: number,
): Promise<unknown[] | undefined> {
  try {
    return await rpc.callAll(filters.map((filter) => ({ method: 'eth_getLogs', params: [filter] })));
  } catch (error) {
    if (error instanceof RpcRefusal && sizer.noteRefusal(size)) return undefined;
    throw error;
  }
}

type CoinState = { readonly balance: bigint; readonly nonce: bigint };

/**
 * Finds the blocks in which an address's coin moved by comparing its balance and nonce at both ends of a range and halving
 * where they differ. Equal ends mean that nothing moved: what comes in and goes out again by its own transaction changes the nonce.
 */
async function findCoinBlocks(
  rpc: Rpc,
  address: Address,
  { from, to }: Range,
  onIncomplete: () => void,
): Promise<Set<number>> {
  const low = Math.max(from - 1, 0);
  try {
    const [first, last] = await readCoinStates(rpc, address, [low, to]);
    return first && last ? await bisect(rpc, address, { low, high: to, first, last }) : new Set();
  } catch (error) {
    // The node keeps no state of old blocks.
    if (!(error instanceof RpcRefusal)) throw error;
    if (to - from < scanBlocksMax) return new Set(Array.from({ length: to - from + 1 }, (_, index) => from + index));
    onIncomplete();
    return new Set();
  }
}

type Span = { readonly low: number; readonly high: number; readonly first: CoinState; readonly last: CoinState };

async function bisect(rpc: Rpc, address: Address, whole: Span): Promise<Set<number>> {
  const found = new Set<number>();
  let spans = [whole].filter(isChanged);
  while (spans.length > 0) {
    for (const { low, high } of spans) if (high - low === 1) found.add(high);
    const open = spans.filter(({ low, high }) => high - low > 1);
    const middles = await readCoinStates(
      rpc,
      address,
      open.map(({ low, high }) => Math.floor((low + high) / 2)),
    );
    spans = open
      .flatMap(({ low, high, first, last }, index): Span[] => {
        const state = middles[index] ?? first;
        const middle = Math.floor((low + high) / 2);
        return [
          { low, high: middle, first, last: state },
          { low: middle, high, first: state, last },
        ];
      })
      .filter(isChanged);
  }
  return found;
}

const isChanged = ({ first, last }: Span): boolean => first.balance !== last.balance || first.nonce !== last.nonce;

async function readCoinStates(rpc: Rpc, address: Address, numbers: readonly number[]): Promise<CoinState[]> {
  const answers = await rpc.callAll(
    numbers.flatMap((number) =>
      ['eth_getBalance', 'eth_getTransactionCount'].map((method) => ({
        method,
        params: [address, toQuantity(number)],
      })),
    ),
  );
  return numbers.map((_, index) => ({
    balance: parseQuantity(answers[index * 2]),
    nonce: parseQuantity(answers[index * 2 + 1]),
  }));
}
