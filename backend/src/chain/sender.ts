import type { Chain } from '@feiqian/domain/chains';
import { type Hash, keccak256, parseTransaction } from 'viem';
import type { PrivateKeyAccount } from 'viem/accounts';
import { failpoint } from '../database/failpoint.ts';
import type { Connection, Pool } from '../database/pool.ts';
import { type BroadcastOutcome, broadcastAll } from './broadcast.ts';
import { type GasPrice, quoteGasPrice, raiseGasPrice } from './fees.ts';
import type { Position } from './indexer-store.ts';
import { inLeaderTransaction, type Lease } from './lease.ts';
import type { ChainLog } from './log.ts';
import { type Preparation, prepareAll } from './prepare.ts';
import { parseQuantity } from './quantity.ts';
import { findRevert } from './reverts.ts';
import type { ChainEpoch } from './rows.ts';
import type { Rpc } from './rpc.ts';
import {
  findNextNonce,
  hasRelayedEvent,
  insertAttempts,
  listTransactions,
  moveTransactions,
  type NewAttempt,
  type TransactionRow,
  type TransactionState,
} from './sender-store.ts';
import { authorizationUsed, projectTransactions } from './tracked-transactions.ts';

/** How the sender behaves. Prices in wei per gas. */
export type SenderSettings = {
  /** After how long without being mined a transaction gets a higher price. */
  readonly repriceAfterMs: number;
  /** After how long a broadcast transaction is looked for, and how often. */
  readonly recheckMs: number;
  /** How long something that cannot be carried out now is left alone. */
  readonly holdMs: number;
  /** No transaction ever pays more. */
  readonly maxFeePerGasMax: bigint;
};

export const senderSettingsDefault: SenderSettings = {
  repriceAfterMs: 45_000,
  recheckMs: 5_000,
  holdMs: 5_000,
  maxFeePerGasMax: 500_000_000_000n,
};

/** What a sender needs; it lives as long as its lease. */
export type SenderDeps = {
  readonly pool: Pool;
  readonly chain: Chain;
  readonly rpc: Rpc;
  readonly lease: Lease;
  readonly log: ChainLog;
  readonly settings: SenderSettings;
  /** The operator's keys that may send. */
  readonly signers: readonly PrivateKeyAccount[];
  /** Where the indexer has found the chain to be. */
  readonly position: () => Pick<Position, 'at' | 'finalizedNumber'>;
};

/** Signs and broadcasts what was requested, for one chain. */
export type Sender = {
  /** Signs what can be signed and broadcasts what is signed. Gives true when there may be more to do at once. */
  readonly sendAll: () => Promise<boolean>;
  /** Signs a transaction again with a higher price and its own nonce. Gives false when that would cost too much. */
  readonly reprice: (row: TransactionRow) => Promise<boolean>;
};

// Signed together, in one database transaction.
const batchMax = 20;

/** Makes the sender of one chain for one term of leadership. */
export function createSender(deps: SenderDeps): Sender {
  const heldUntil = new Map<string, number>();
  return {
    async sendAll() {
      const resent = await broadcastSigned(deps, heldUntil);
      let signed = 0;
      for (const signer of deps.signers) signed += await signRequested(deps, signer, heldUntil);
      if (signed > 0) await broadcastSigned(deps, heldUntil);
      return resent + signed >= batchMax;
    },
    reprice: (row) => reprice(deps, row),
  };
}

const isHeld = (heldUntil: Map<string, number>, { id }: TransactionRow): boolean => {
  const until = heldUntil.get(id);
  if (until === undefined) return false;
  if (until > Date.now()) return true;
  heldUntil.delete(id);
  return false;
};

// Requested → signed

async function signRequested(
  deps: SenderDeps,
  signer: PrivateKeyAccount,
  heldUntil: Map<string, number>,
): Promise<number> {
  const { pool, lease, rpc, settings } = deps;
  const { at } = deps.position();
  const requested = (await listTransactions(pool, at, 'requested', batchMax * 5))
    .filter((row) => row.sender === signer.address && !isHeld(heldUntil, row))
    .slice(0, batchMax);
  if (requested.length === 0) return 0;
  const prepared = await holdUsed(deps, await prepareAll(rpc, requested));
  const [price, account] = await Promise.all([quoteGasPrice(rpc), readAccount(rpc, signer)]);
  const { ready, stopped } = sortOut(prepared, price, account.balance);
  for (const { row, kind } of stopped) if (kind === 'later') heldUntil.set(row.id, Date.now() + settings.holdMs);
  await inLeaderTransaction(pool, lease, async (connection) => {
    const moves = stopped.map(({ row, kind, reason }) => ({
      row,
      reason,
      state: kind === 'later' ? ('requested' as const) : ('failed' as const),
    }));
    const moved = await moveTransactions(connection, moves);
    const attempts = await signAll(
      connection,
      at,
      { signer, price, chainNonce: account.nonce, chainId: deps.chain.chainId },
      ready,
    );
    await insertAttempts(connection, attempts);
    await projectTransactions(connection, [...moved, ...attempts.map(({ row }) => row.id)]);
    failpoint('after_sign_before_commit');
  });
  failpoint('after_commit_before_broadcast');
  return ready.length;
}

type Ready = Extract<Preparation, { kind: 'ready' }>;
type Stopped = Exclude<Preparation, { kind: 'ready' }>;

/**
 * A relay whose authorization is used up was submitted by somebody else, or called off. It waits until that is final: then it
 * counts as its own (see the indexer), or has failed.
 */
async function holdUsed({ pool, rpc, position }: SenderDeps, prepared: readonly Preparation[]): Promise<Preparation[]> {
  const { finalizedNumber } = position();
  return Promise.all(
    prepared.map(async (one): Promise<Preparation> => {
      const { row } = one;
      if (one.kind !== 'impossible' || row.purpose !== 'relay' || one.reason !== authorizationUsed || row.to === null)
        return one;
      const isCalledOff = async () =>
        (await findRevert(
          rpc,
          { from: row.sender, to: row.to ?? row.sender, data: row.data },
          finalizedNumber ?? 0,
        )) === authorizationUsed;
      return (await hasRelayedEvent(pool, row)) || !(await isCalledOff()) ? { ...one, kind: 'later' } : one;
    }),
  );
}

/** What the sender can pay for is signed; the rest waits for somebody to fund it. */
function sortOut(
  prepared: readonly Preparation[],
  { maxFeePerGas }: GasPrice,
  balance: bigint,
): { ready: Ready[]; stopped: Stopped[] } {
  const ready: Ready[] = [];
  const stopped: Stopped[] = [];
  let left = balance;
  for (const one of prepared) {
    if (one.kind !== 'ready') {
      stopped.push(one);
      continue;
    }
    const cost = one.gasLimit * maxFeePerGas + one.row.value;
    if (cost > left) stopped.push({ kind: 'later', row: one.row, reason: 'SENDER_FUNDS_MISSING' });
    else {
      left -= cost;
      ready.push(one);
    }
  }
  return { ready, stopped };
}

type Signing = {
  readonly signer: PrivateKeyAccount;
  readonly price: GasPrice;
  readonly chainNonce: bigint;
  readonly chainId: number;
};

async function signAll(
  connection: Connection,
  at: ChainEpoch,
  signing: Signing,
  ready: readonly Ready[],
): Promise<NewAttempt[]> {
  const attempts: NewAttempt[] = [];
  // The chain's count only matters when the key was used before this database knew it.
  const stored = await findNextNonce(connection, at, signing.signer.address);
  let nonce = stored === null || stored < signing.chainNonce ? signing.chainNonce : stored;
  for (const { row, gasLimit } of ready) {
    attempts.push(await sign(signing, row, { nonce, gasLimit }));
    nonce += 1n;
  }
  return attempts;
}

async function sign(
  { signer, price, chainId }: Omit<Signing, 'chainNonce'>,
  row: TransactionRow,
  { nonce, gasLimit }: { readonly nonce: bigint; readonly gasLimit: bigint },
): Promise<NewAttempt> {
  if (row.to === null) throw new Error('A sender of ours creates no contracts.');
  const raw = await signer.signTransaction({
    type: 'eip1559',
    chainId,
    nonce: Number(nonce),
    gas: gasLimit,
    to: row.to,
    data: row.data,
    value: row.value,
    ...price,
  });
  return { row, nonce, gasLimit, raw, hash: keccak256(raw) };
}

async function readAccount(rpc: Rpc, signer: PrivateKeyAccount): Promise<{ balance: bigint; nonce: bigint }> {
  const [balance, nonce] = await rpc.callAll([
    { method: 'eth_getBalance', params: [signer.address, 'latest'] },
    { method: 'eth_getTransactionCount', params: [signer.address, 'latest'] },
  ]);
  return { balance: parseQuantity(balance), nonce: parseQuantity(nonce) };
}

// Signed → broadcast

async function broadcastSigned(deps: SenderDeps, heldUntil: Map<string, number>): Promise<number> {
  const { pool, lease, rpc, settings } = deps;
  const rows = (await listTransactions(pool, deps.position().at, 'signed', batchMax * 5)).filter(
    (row) => !isHeld(heldUntil, row),
  );
  if (rows.length === 0) return 0;
  const outcomes = await broadcastAll(rpc, rows.map(toBytes));
  failpoint('after_broadcast_before_update');
  const moves = rows.map((row, index) => ({ row, ...toMove(row, outcomes[index] ?? 'refused') }));
  for (const { row, state } of moves) if (state === 'signed') heldUntil.set(row.id, Date.now() + settings.holdMs);
  await inLeaderTransaction(pool, lease, async (connection) => {
    await projectTransactions(connection, await moveTransactions(connection, moves));
  });
  for (const { row, reason } of moves) {
    if (reason !== 'FEE_TOO_LOW' || !(await repriceRefused(deps, row))) continue;
    heldUntil.delete(row.id);
  }
  return rows.length;
}

function toBytes({ raw, hash, id }: TransactionRow) {
  if (raw === null || hash === null) throw new Error(`Transaction ${id} has no bytes.`);
  return { raw, hash };
}

/** What becomes of a signed row. A person's own transaction cannot be made better by us, so a refusal ends it. */
export function toMove(
  { purpose }: Pick<TransactionRow, 'purpose'>,
  outcome: BroadcastOutcome,
): { state: TransactionState; reason: string | null } {
  const isOurs = purpose !== 'user' && purpose !== 'cancel';
  switch (outcome) {
    case 'accepted':
    // Whether by these bytes or by others, the search for receipts will tell.
    case 'nonce_used':
      return { state: 'broadcast', reason: null };
    case 'nonce_ahead':
      return { state: 'signed', reason: 'NONCE_AHEAD' };
    case 'underpriced':
      return isOurs ? { state: 'signed', reason: 'FEE_TOO_LOW' } : { state: 'dropped', reason: 'FEE_TOO_LOW' };
    case 'funds_missing':
      return isOurs
        ? { state: 'signed', reason: 'SENDER_FUNDS_MISSING' }
        : { state: 'dropped', reason: 'FUNDS_MISSING' };
    case 'refused':
      return isOurs ? { state: 'signed', reason: 'NODE_REFUSED' } : { state: 'dropped', reason: 'NODE_REFUSED' };
    default:
      return outcome satisfies never;
  }
}

// The same nonce again, at a higher price

async function repriceRefused(deps: SenderDeps, refused: TransactionRow): Promise<boolean> {
  const row = (await listTransactions(deps.pool, deps.position().at, 'signed', batchMax * 5)).find(
    ({ id }) => id === refused.id,
  );
  return row !== undefined && (await reprice(deps, row));
}

async function reprice(deps: SenderDeps, row: TransactionRow): Promise<boolean> {
  const signer = deps.signers.find(({ address }) => address === row.sender);
  if (!signer || row.nonce === null || row.gasLimit === null || row.raw === null) return false;
  const price = raiseGasPrice(readGasPrice(row.raw), await quoteGasPrice(deps.rpc), deps.settings.maxFeePerGasMax);
  if (!price) {
    deps.log.error(
      { chainId: deps.chain.chainId, transactionId: row.id },
      'a transaction is stuck and would cost more than allowed',
    );
    return false;
  }
  const attempt = await sign({ signer, price, chainId: deps.chain.chainId }, row, {
    nonce: row.nonce,
    gasLimit: row.gasLimit,
  });
  await inLeaderTransaction(deps.pool, deps.lease, async (connection) => {
    await insertAttempts(connection, [attempt]);
    await projectTransactions(connection, [row.id]);
  });
  failpoint('after_reprice_before_broadcast');
  deps.log.info(
    { chainId: deps.chain.chainId, transactionId: row.id, hash: attempt.hash satisfies Hash },
    'a stuck transaction was priced higher',
  );
  return true;
}

function readGasPrice(raw: `0x${string}`): GasPrice {
  const { maxFeePerGas, maxPriorityFeePerGas } = parseTransaction(raw);
  if (maxFeePerGas === undefined || maxPriorityFeePerGas === undefined)
    throw new Error('A sender of ours signs EIP-1559 transactions only.');
  return { maxFeePerGas, maxPriorityFeePerGas };
}
