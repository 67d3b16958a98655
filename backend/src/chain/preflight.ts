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
  /** Why it would fail: the name of the contract's error, or OUT_OF_GAS. */
  readonly failure: string | undefined;
};

/** A call that may use no more than `gas`. */
export type LimitedCall = Required<Omit<CallDraft, 'from'>>;

/**
 * Asks a node all that decides whether a signed transaction makes sense.
 *
 * @param block - `pending` counts what waits already; `latest` leaves it out, for a transaction that replaces some of it.
 * @throws {AppError} CHAIN_UNAVAILABLE.
 */
export async function preflight(
  { rpc }: Pick<ChainAccess, 'rpc'>,
  sender: Address,
  call: LimitedCall,
  block: 'latest' | 'pending',
): Promise<Preflight> {
  const [mined, pending, balance, outcome] = await rpc.batch([
    { method: 'eth_getTransactionCount', params: [sender, 'latest'] },
    { method: 'eth_getTransactionCount', params: [sender, 'pending'] },
    { method: 'eth_getBalance', params: [sender, block] },
    { method: 'eth_call', params: toCallParams({ ...call, from: sender }, block) },
  ]);
  return {
    minedNonce: readQuantity(mined),
    pendingNonce: readQuantity(pending),
    balance: readQuantity(balance),
    failure: readFailure(call, outcome),
  };
}

/** Other refusals, such as missing coin, are found by their own figures. */
function readFailure({ data }: LimitedCall, reply: RpcReply | undefined): string | undefined {
  if (!reply) return undefined;
  // EIP-20: some tokens say no instead of failing.
  if ('result' in reply) return data !== '0x' && reply.result === saidNo ? 'RETURNED_FALSE' : undefined;
  if (/out of gas|intrinsic gas/i.test(reply.refusal.nodeMessage)) return 'OUT_OF_GAS';
  return isRevert(reply.refusal) ? readRevert(reply.refusal.data) : undefined;
}

const saidNo = `0x${'0'.repeat(64)}`;

function readQuantity(reply: RpcReply | undefined): bigint {
  try {
    return parseQuantity(reply && takeResult(reply));
  } catch (cause) {
    throw new AppError('CHAIN_UNAVAILABLE', 'The node would not say what it is asked.', { cause });
  }
}
