import { type Hash, toHex } from 'viem';
import { type Block, type BlockTransaction, type Log, parseLogs, parseReceipt, type Receipt } from './answers.ts';
import { computeBloom } from './bloom.ts';
import type { LogDecoder } from './decode-logs.ts';
import type { KnownAddresses } from './known-addresses.ts';
import { invalidAnswer } from './quantity.ts';
import type { ChainRows, EventRow, NativeTransferRow, TokenTransferRow } from './rows.ts';
import type { Rpc } from './rpc.ts';
import type { MinedTransaction, TrackedTransaction } from './tracked-transactions.ts';

/** What new blocks have for us. */
export type Collected = ChainRows & { readonly mined: readonly MinedTransaction[] };

/** Where a collector gets what it needs. */
export type CollectorDeps = {
  readonly rpc: Rpc;
  readonly decoder: LogDecoder;
  readonly known: KnownAddresses;
  /** Which transactions are ours. */
  readonly findTracked: (hashes: readonly Hash[]) => Promise<TrackedTransaction[]>;
  /** Why a transaction of ours failed in a block: the name of the contract's error. */
  readonly explainRevert: (transaction: TrackedTransaction, blockNumber: number) => Promise<string>;
};

/**
 * Reads from the node what whole blocks have for us. Answers are checked against the blocks themselves: a log must be of the
 * block that was asked about, and all logs of a block together must give its bloom.
 *
 * @throws {AppError} CHAIN_UNAVAILABLE when the node does not answer or contradicts itself.
 */
export async function collectBlocks(
  { rpc, decoder, known, findTracked, explainRevert }: CollectorDeps,
  blocks: readonly Block[],
): Promise<Collected> {
  const [logs, tracked] = await Promise.all([
    fetchLogs(
      rpc,
      blocks.filter(({ logsBloom }) => decoder.mayConcern(logsBloom)),
    ),
    findTracked(blocks.flatMap(({ transactions }) => transactions.map(({ hash }) => hash))),
  ]);
  const timestamps = new Map(blocks.map(({ number, timestampSeconds }) => [number, timestampSeconds]));
  const { tokenTransfers, events } = toLogRows({ decoder, known }, logs, (log) => timestamps.get(log.blockNumber));
  const isTracked = new Set(tracked.map(({ hash }) => hash));
  const concerning = blocks.flatMap((block) =>
    block.transactions.filter((tx) => isTracked.has(tx.hash) || movesCoin(tx, known)).map((tx) => ({ block, tx })),
  );
  const receipts = await fetchReceipts(rpc, concerning);
  const mined: MinedTransaction[] = [];
  const nativeTransfers: NativeTransferRow[] = [];
  for (const { block, tx } of concerning) {
    const isSuccess = receipts.get(tx.hash)?.isSuccess === true;
    if (isSuccess && movesCoin(tx, known)) nativeTransfers.push(toNativeRow(block, tx, known));
    if (isTracked.has(tx.hash))
      mined.push({
        hash: tx.hash,
        blockNumber: block.number,
        timestampSeconds: block.timestampSeconds,
        isReverted: !isSuccess,
        reason: null,
      });
  }
  return { tokenTransfers, events, nativeTransfers, mined: await explainAll(mined, tracked, explainRevert) };
}

/** Turns logs into rows, keeping transfers that touch known addresses and all events of our contracts. */
export function toLogRows(
  { decoder, known }: Pick<CollectorDeps, 'decoder' | 'known'>,
  logs: readonly Log[],
  timestampOf: (log: Log) => bigint | undefined,
): Pick<ChainRows, 'tokenTransfers' | 'events'> {
  const tokenTransfers: TokenTransferRow[] = [];
  const events: EventRow[] = [];
  for (const log of logs) {
    const decoded = decoder.decode(log);
    if (!decoded || (decoded.kind === 'transfer' && !known.has(decoded.from) && !known.has(decoded.to))) continue;
    const timestampSeconds = log.timestampSeconds ?? timestampOf(log);
    if (timestampSeconds === undefined) throw invalidAnswer('a log of a block that was not asked about');
    const place = {
      blockNumber: log.blockNumber,
      logIndex: log.logIndex,
      txHash: log.transactionHash,
      timestampSeconds,
    };
    const { amount, token } = decoded;
    if (decoded.kind === 'transfer') {
      tokenTransfers.push({
        ...place,
        token,
        amount,
        from: known.toChecksummed(decoded.from),
        to: known.toChecksummed(decoded.to),
      });
    } else {
      const { contract, name, reference, fee, address, to } = decoded;
      events.push({
        ...place,
        contract,
        name,
        reference,
        token,
        amount,
        fee,
        address: known.toChecksummed(address),
        to: to && known.toChecksummed(to),
      });
    }
  }
  return { tokenTransfers, events };
}

async function fetchLogs(rpc: Rpc, blocks: readonly Block[]): Promise<Log[]> {
  const answers = await rpc.callAll(
    blocks.map(({ hash }) => ({ method: 'eth_getLogs', params: [{ blockHash: hash }] })),
  );
  return blocks.flatMap((block, index) => {
    const logs = parseLogs(answers[index]);
    if (logs.some(({ blockHash, blockNumber }) => blockHash !== block.hash || blockNumber !== block.number))
      throw invalidAnswer('a log of another block');
    if (toHex(computeBloom(logs)) !== toHex(block.logsBloom))
      throw invalidAnswer('logs that do not give the bloom of their block');
    return logs;
  });
}

async function fetchReceipts(
  rpc: Rpc,
  wanted: readonly { readonly block: Block; readonly tx: BlockTransaction }[],
): Promise<Map<Hash, Receipt>> {
  const answers = await rpc.callAll(
    wanted.map(({ tx }) => ({ method: 'eth_getTransactionReceipt', params: [tx.hash] })),
  );
  return new Map(
    wanted.map(({ block, tx }, index) => {
      const receipt = parseReceipt(answers[index]);
      if (receipt?.blockHash !== block.hash || receipt.transactionHash !== tx.hash)
        throw invalidAnswer('a receipt of another block');
      return [tx.hash, receipt];
    }),
  );
}

const movesCoin = ({ value, from, to }: BlockTransaction, known: KnownAddresses): boolean =>
  value > 0n && to !== null && (known.has(from) || known.has(to));

function toNativeRow(
  block: Block,
  { hash, index, from, to, value }: BlockTransaction,
  known: KnownAddresses,
): NativeTransferRow {
  if (to === null) throw invalidAnswer('a transfer to nobody');
  const place = { blockNumber: block.number, txHash: hash, timestampSeconds: block.timestampSeconds };
  return { ...place, txIndex: index, from: known.toChecksummed(from), to: known.toChecksummed(to), amount: value };
}

async function explainAll(
  mined: readonly MinedTransaction[],
  tracked: readonly TrackedTransaction[],
  explainRevert: CollectorDeps['explainRevert'],
): Promise<MinedTransaction[]> {
  return Promise.all(
    mined.map(async (transaction) => {
      const subject = tracked.find(({ hash }) => hash === transaction.hash);
      return transaction.isReverted && subject
        ? { ...transaction, reason: await explainRevert(subject, transaction.blockNumber) }
        : transaction;
    }),
  );
}
