import { AppError } from '@feiqian/domain/errors';
import type { Address } from 'viem';
import type { ChainAccess } from './access.ts';
import { parseQuantity } from './quantity.ts';
import { type CallDraft, isRevert, readRevert, toCallParams } from './reverts.ts';
import { takeResult } from './rpc.ts';
import type { RpcReply } from './transport.ts';

/** What a node says of a transaction that is not sent yet. */
export type Preflight = {
  /** Transactions of the sender in blocks, and together with those that wait. */
  readonly minedNonce: bigint;
  readonly pendingNonce: bigint;
  /** Wei. */
  readonly balance: bigint;
  /** Name of the contract's error when it would fail. */
  readonly revert: string | undefined;
  /** Gas that it would use; undefined when it would fail. */
  readonly gas: bigint | undefined;
};

/**
 * Asks a node all that decides whether a signed transaction makes sense.
 *
 * @param block - `pending` counts what waits already; `latest` leaves it out, for a transaction that replaces some of it.
 * @throws {AppError} CHAIN_UNAVAILABLE.
 */
export async function preflight({ rpc }: Pick<ChainAccess, 'rpc'>, sender: Address, draft: Omit<CallDraft, 'from'>, block: 'latest' | 'pending'): Promise<Preflight> {
  const params = toCallParams({ ...draft, from: sender }, block);
  const [mined, pending, balance, call, estimate] = await rpc.batch([
    { method: 'eth_getTransactionCount', params: [sender, 'latest'] },
    { method: 'eth_getTransactionCount', params: [sender, 'pending'] },
    { method: 'eth_getBalance', params: [sender, block] },
    { method: 'eth_call', params },
    { method: 'eth_estimateGas', params },
  ]);
  const revert = readReverted(call) ?? readReverted(estimate);
  return {
    minedNonce: readQuantity(mined),
    pendingNonce: readQuantity(pending),
    balance: readQuantity(balance),
    revert,
    gas: revert === undefined ? readQuantity(estimate) : undefined,
  };
}

function readReverted(reply: RpcReply | undefined): string | undefined {
  return reply && 'refusal' in reply && isRevert(reply.refusal) ? readRevert(reply.refusal.data) : undefined;
}

function readQuantity(reply: RpcReply | undefined): bigint {
  try {
    return parseQuantity(reply && takeResult(reply));
  } catch (cause) {
    throw new AppError('CHAIN_UNAVAILABLE', 'The node would not say what it is asked.', { cause });
  }
}
