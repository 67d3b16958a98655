import type { Address } from 'viem';
import { invalidAnswer, parseBytes, parseQuantity } from './quantity.ts';
import { isRevert, readRevert, toCallParams } from './reverts.ts';
import type { Rpc } from './rpc.ts';
import type { TransactionRow } from './sender-store.ts';
import type { RpcReply } from './transport.ts';

/** What the contracts say of an authorization whose time has not come. */
export const notYetValid = 'AuthorizationNotYetValid';

/** Whether a requested transaction can be signed now. */
export type Preparation =
  | { readonly kind: 'ready'; readonly row: TransactionRow; readonly gasLimit: bigint }
  /** It would revert, now and later. */
  | { readonly kind: 'impossible'; readonly row: TransactionRow; readonly reason: string }
  /** It cannot be carried out now. */
  | { readonly kind: 'later'; readonly row: TransactionRow; readonly reason: string };

// An issue waits for these: the bucket refills, a pause ends, a missing role is granted. Nothing is lost meanwhile, because its cash is reserved.
const passingForIssues = new Set(['IssuerBucketExceeded', 'EnforcedPause', 'AccessControlUnauthorizedAccount']);

/**
 * Runs requested transactions of one sender without sending them, against the pending block: its time is the one that
 * deadlines are compared with.
 *
 * @throws {AppError} CHAIN_UNAVAILABLE when the node does not answer.
 */
export async function prepareAll(rpc: Rpc, rows: readonly TransactionRow[]): Promise<Preparation[]> {
  const replies = await rpc.batch(
    rows.flatMap((row) => {
      const [call, block] = toCallParams(
        { from: row.sender, to: requireTarget(row), data: row.data, value: row.value },
        'pending',
      );
      return [
        { method: 'eth_getCode', params: [requireTarget(row), 'latest'] },
        { method: 'eth_call', params: [call, block] },
        { method: 'eth_estimateGas', params: [call, block] },
      ];
    }),
  );
  return rows.map((row, index) => prepare(row, replies.slice(index * 3, index * 3 + 3)));
}

function prepare(row: TransactionRow, [code, call, estimate]: readonly RpcReply[]): Preparation {
  if (!code || !call || !estimate) throw invalidAnswer('a call was not answered');
  // A call to an address without code succeeds and does nothing. The contract may be deployed yet, as when a local chain began anew.
  if ('result' in code && parseBytes(code.result) === '0x') return { kind: 'later', row, reason: 'CONTRACT_MISSING' };
  for (const reply of [call, estimate]) {
    if ('result' in reply) continue;
    if (!isRevert(reply.refusal)) return { kind: 'later', row, reason: 'NODE_REFUSED' };
    const reason = readRevert(reply.refusal.data);
    // The chain's clock is behind ours.
    const isPassing = reason === notYetValid || (row.purpose === 'issue' && passingForIssues.has(reason));
    return { kind: isPassing ? 'later' : 'impossible', row, reason };
  }
  if (!('result' in estimate)) throw invalidAnswer('no estimate');
  // A quarter on top: what happens before in the same block can make it dearer.
  const estimated = (parseQuantity(estimate.result) * 5n) / 4n;
  return { kind: 'ready', row, gasLimit: row.gasLimit !== null && row.gasLimit > estimated ? row.gasLimit : estimated };
}

function requireTarget({ to }: TransactionRow): Address {
  if (to === null) throw new Error('A sender of ours creates no contracts.');
  return to;
}
