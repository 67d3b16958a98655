import type { Hash } from 'viem';
import { failpoint } from '../database/failpoint.ts';
import { parseHeader, parseReceipt, type Receipt } from './answers.ts';
import { type BroadcastOutcome, broadcastAll } from './broadcast.ts';
import { lockBlocks } from './chain-store.ts';
import type { CollectorDeps } from './collect.ts';
import type { Position } from './indexer-store.ts';
import { inLeaderTransaction } from './lease.ts';
import { parseQuantity, toQuantity } from './quantity.ts';
import { type Sender, type SenderDeps, toMove } from './sender.ts';
import {
  listAttempts,
  listTransactions,
  listUnhandled,
  markHandled,
  moveTransactions,
  type TransactionRow,
  type TransactionState,
} from './sender-store.ts';
import { finalizeUpTo, type MinedTransaction, markMined, projectTransactions } from './tracked-transactions.ts';

/** A transaction that came to an end. */
export type EndedTransaction = Pick<
  TransactionRow,
  'id' | 'at' | 'purpose' | 'movementId' | 'sender' | 'nonce' | 'hash' | 'to' | 'reason' | 'blockNumber'
> & {
  /** `final`: it happened. `failed`: it reverted, or (nonce null) was never signed because it would have. `replaced`: another took its nonce. */
  readonly state: Extract<TransactionState, 'final' | 'failed' | 'replaced' | 'dropped'>;
};

/** What following transactions needs. */
export type FollowUpDeps = Pick<SenderDeps, 'pool' | 'chain' | 'rpc' | 'lease' | 'log' | 'settings' | 'signers'> & {
  readonly sender: Pick<Sender, 'reprice'>;
  readonly position: () => Position;
  readonly explainRevert: CollectorDeps['explainRevert'];
  /** Told at least once of every transaction that came to an end; told again until it resolves. */
  readonly onEnded: (ended: EndedTransaction) => Promise<void>;
};

/** Looks after transactions that the indexer has not seen in a block. */
export type FollowUp = {
  /** Looks for them: mined unnoticed, lost by the node, stuck, or overtaken by another transaction of the same nonce. */
  readonly recheck: () => Promise<void>;
  /** Tells the requesters of those that came to an end. */
  readonly tellEnded: () => Promise<void>;
};

// With their attempts they have to fit one request.
const recheckMax = 20;
const tellMax = 50;
const pauseMaxMs = 60_000;

/** Makes the follow-up of one chain for one term of leadership. */
export function createFollowUp(deps: FollowUpDeps): FollowUp {
  const checkedAt = new Map<string, number>();
  const failures = new Map<string, { count: number; until: number }>();
  return {
    recheck: () => recheck(deps, checkedAt),
    tellEnded: () => tellEnded(deps, failures),
  };
}

async function recheck(deps: FollowUpDeps, checkedAt: Map<string, number>): Promise<void> {
  const { pool, rpc, lease, settings } = deps;
  const position = deps.position();
  const now = Date.now();
  const broadcast = await listTransactions(pool, position.at, 'broadcast', 500);
  for (const id of checkedAt.keys()) if (!broadcast.some((row) => row.id === id)) checkedAt.delete(id);
  const due = broadcast
    .filter(
      ({ id, attemptAgeMs }) =>
        (attemptAgeMs ?? 0) >= settings.recheckMs && now - (checkedAt.get(id) ?? 0) >= settings.recheckMs,
    )
    .slice(0, recheckMax);
  if (due.length === 0) return;
  for (const { id } of due) checkedAt.set(id, now);
  const { receipts, usedNonces } = await lookForAll(deps, position, due);
  await writeMined(deps, position, due, receipts);
  const missing = due.filter(({ id }) => !receipts.has(id));
  if (missing.length === 0) return;
  const outcomes = await broadcastAll(
    rpc,
    missing.map(({ raw, hash }) => ({ raw: raw ?? '0x', hash: hash ?? '0x' })),
  );
  const isOutbid = (row: TransactionRow) =>
    broadcast.some(({ id, sender, nonce }) => id !== row.id && sender === row.sender && nonce === row.nonce);
  const moves = missing.flatMap((row, index) =>
    toMissingMove(row, {
      isOutbid: isOutbid(row),
      isNonceUsed: row.nonce !== null && row.nonce < (usedNonces.get(row.sender) ?? 0n),
      outcome: outcomes[index] ?? 'refused',
    }),
  );
  await inLeaderTransaction(pool, lease, async (connection) => {
    await projectTransactions(connection, await moveTransactions(connection, moves));
  });
  const isStuck = (row: TransactionRow) =>
    (row.attemptAgeMs ?? 0) >= settings.repriceAfterMs && !moves.some((move) => move.row.id === row.id);
  for (const row of missing.filter(isStuck)) await deps.sender.reprice(row);
}

function toMissingMove(
  row: TransactionRow,
  {
    isNonceUsed,
    isOutbid,
    outcome,
  }: { readonly isNonceUsed: boolean; readonly isOutbid: boolean; readonly outcome: BroadcastOutcome },
) {
  if (isNonceUsed) return [{ row, state: 'replaced' as const, reason: 'NONCE_USED' }];
  // The pool has what is to take its place. Which of the two happens is not known before a block has one.
  if (isOutbid && outcome === 'underpriced') return [];
  // Rejected after it was broadcast: the pool forgot it and would not take it again. Ours are priced higher instead.
  const move = toMove(row, outcome);
  return move.state === 'dropped' ? [{ row, ...move }] : [];
}

type Search = {
  /** By row: of any bytes that it ever had, in blocks that are stored. */
  readonly receipts: ReadonlyMap<string, Receipt>;
  /** How many nonces each sender has used up in final blocks. */
  readonly usedNonces: ReadonlyMap<string, bigint>;
};

/**
 * Asks for all in one request, so that one node answers: "no receipt" and "nonce used" from nodes at different heads would
 * together say that a mined transaction was replaced.
 */
async function lookForAll(
  { pool, rpc }: FollowUpDeps,
  { tail, finalizedNumber }: Position,
  rows: readonly TransactionRow[],
): Promise<Search> {
  const attempts = await listAttempts(
    pool,
    rows.map(({ id }) => id),
  );
  const senders = [...new Set(rows.map(({ sender }) => sender))];
  const final = finalizedNumber ?? 0;
  const answers = await rpc.callAll([
    ...attempts.map(({ hash }) => ({ method: 'eth_getTransactionReceipt', params: [hash] })),
    ...senders.map((sender) => ({ method: 'eth_getTransactionCount', params: [sender, toQuantity(final)] })),
  ]);
  const receipts = new Map<string, Receipt>();
  attempts.forEach(({ transactionId }, index) => {
    const receipt = parseReceipt(answers[index]);
    // A block above the stored head will be read in its turn; one that differs from the stored is of another branch.
    if (receipt && (receipt.blockNumber <= final || tail.some(({ hash }) => hash === receipt.blockHash)))
      receipts.set(transactionId, receipt);
  });
  return {
    receipts,
    usedNonces: new Map(senders.map((sender, index) => [sender, parseQuantity(answers[attempts.length + index])])),
  };
}

async function writeMined(
  deps: FollowUpDeps,
  { at, finalizedNumber }: Position,
  rows: readonly TransactionRow[],
  receipts: ReadonlyMap<string, Receipt>,
): Promise<void> {
  const mined = await Promise.all(
    rows.flatMap((row) => {
      const receipt = receipts.get(row.id);
      return receipt ? [toMined(deps, row, receipt)] : [];
    }),
  );
  if (mined.length === 0) return;
  await inLeaderTransaction(deps.pool, deps.lease, async (connection) => {
    const hashes = new Set([...receipts.values()].map(({ blockHash }) => blockHash));
    // The indexer may have dropped a block since it was looked at; what it keeps now stays until this is written.
    const kept = await lockBlocks(connection, at, [...hashes]);
    const final = finalizedNumber ?? -1;
    const canonical = mined.filter(({ blockNumber, blockHash }) => blockNumber <= final || kept.has(blockHash));
    const changed = await markMined(connection, at, canonical);
    await projectTransactions(connection, [...changed, ...(await finalizeUpTo(connection, at, final))]);
  });
}

async function toMined(
  { rpc, explainRevert }: FollowUpDeps,
  row: TransactionRow,
  receipt: Receipt,
): Promise<MinedTransaction & Pick<Receipt, 'blockHash'>> {
  const header = parseHeader(await rpc.call('eth_getBlockByHash', [receipt.blockHash, false]));
  const hash: Hash = receipt.transactionHash;
  const reason = receipt.isSuccess
    ? null
    : await explainRevert(
        { hash, sender: row.sender, to: row.to, data: row.data, value: row.value },
        receipt.blockNumber,
      );
  return {
    hash,
    blockHash: receipt.blockHash,
    blockNumber: receipt.blockNumber,
    timestampSeconds: header.timestampSeconds,
    isReverted: !receipt.isSuccess,
    reason,
  };
}

async function tellEnded(
  { pool, chain, lease, log, onEnded }: FollowUpDeps,
  failures: Map<string, { count: number; until: number }>,
): Promise<void> {
  for (const row of await listUnhandled(pool, chain.chainId, tellMax)) {
    const { id, at, purpose, movementId, sender, nonce, hash, to, reason, blockNumber, state } = row;
    if (state !== 'final' && state !== 'failed' && state !== 'replaced' && state !== 'dropped') continue;
    if ((failures.get(id)?.until ?? 0) > Date.now()) continue;
    try {
      failpoint('after_final_before_told');
      await onEnded({ id, at, purpose, movementId, sender, nonce, hash, to, reason, blockNumber, state });
      failpoint('after_told_before_update');
      failures.delete(id);
    } catch (error) {
      const count = (failures.get(id)?.count ?? 0) + 1;
      failures.set(id, { count, until: Date.now() + Math.min(250 * 2 ** count, pauseMaxMs) });
      log.error(
        { chainId: chain.chainId, transactionId: id, code: (error as { code?: unknown }).code },
        'the end of a transaction could not be booked',
      );
      continue;
    }
    await inLeaderTransaction(pool, lease, (connection) => markHandled(connection, row));
  }
}
