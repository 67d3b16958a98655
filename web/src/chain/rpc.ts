import { AppError } from '@feiqian/domain/errors';
import { type FeeHistory, type FeeQuote, quoteFees, rewardPercentiles } from '@feiqian/domain/fees';
import type { Address, Hex } from 'viem';

/** What a call of JSON-RPC needs of a transaction. */
export type CallFields = { readonly from: Address; readonly to: Address; readonly value: bigint; readonly data: Hex };

const timeoutMs = 15_000;
const quantity = /^0x(?:0|[1-9a-f][0-9a-f]*)$/i;
// The least tip that is worth offering where a node names none: 1 gwei.
const tipMin = 1_000_000_000n;

async function call(chainId: number, method: string, params: readonly unknown[]): Promise<unknown> {
  let answer: unknown;
  try {
    const response = await fetch(`/rpc/${chainId}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    answer = await response.json();
  } catch (cause) {
    throw new AppError('CHAIN_UNAVAILABLE', 'The chain cannot be asked.', { cause });
  }
  if (typeof answer !== 'object' || answer === null)
    throw new AppError('CHAIN_UNAVAILABLE', 'Not an answer of JSON-RPC.');
  if ('result' in answer) return answer.result;
  // A refused call is the transaction's fault (a revert, too little balance); the node's own words are never shown.
  const refused = method === 'eth_estimateGas' && 'error' in answer;
  throw new AppError(refused ? 'TRANSACTION_REVERTED' : 'CHAIN_UNAVAILABLE', 'The chain refused the call.', {
    details: { method },
  });
}

function toQuantity(value: unknown): bigint {
  if (typeof value !== 'string' || !quantity.test(value)) throw new AppError('CHAIN_UNAVAILABLE', 'Not a quantity.');
  return BigInt(value);
}

const toHex = (value: bigint): Hex => `0x${value.toString(16)}`;

/** How many transactions an address has sent, waiting ones included: the next nonce. @throws {AppError} CHAIN_UNAVAILABLE */
export async function getNonce(chainId: number, address: Address): Promise<bigint> {
  return toQuantity(await call(chainId, 'eth_getTransactionCount', [address, 'pending']));
}

/**
 * Gas that a transaction would use now.
 *
 * @throws {AppError} TRANSACTION_REVERTED when it would fail, CHAIN_UNAVAILABLE.
 */
export async function estimateGas(chainId: number, { from, to, value, data }: CallFields): Promise<bigint> {
  return toQuantity(await call(chainId, 'eth_estimateGas', [{ from, to, value: toHex(value), data }]));
}

// Enough blocks to smooth out one odd one, few enough to follow what the chain is like now.
const historyBlocks = '0xa';

/** What three speeds cost per unit of gas, from what recent blocks paid. @throws {AppError} CHAIN_UNAVAILABLE */
export async function getFeeQuote(chainId: number): Promise<FeeQuote> {
  const [history, tip] = await Promise.all([
    call(chainId, 'eth_feeHistory', [historyBlocks, 'latest', rewardPercentiles]),
    call(chainId, 'eth_maxPriorityFeePerGas', []).catch(() => toHex(tipMin)),
  ]);
  return quoteFees(readFeeHistory(history), toQuantity(tip));
}

/** Reads the answer of `eth_feeHistory`. @throws {AppError} CHAIN_UNAVAILABLE for anything else. */
export function readFeeHistory(answer: unknown): FeeHistory {
  const { baseFeePerGas, gasUsedRatio, reward } = (answer ?? {}) as Record<string, unknown>;
  if (!Array.isArray(baseFeePerGas) || !Array.isArray(gasUsedRatio))
    throw new AppError('CHAIN_UNAVAILABLE', 'Not a history of fees.');
  const rewards: readonly unknown[] = Array.isArray(reward) ? reward : [];
  return {
    // The last of the list is the base fee of the block to come.
    nextBaseFee: baseFeePerGas.length === 0 ? 0n : toQuantity(baseFeePerGas.at(-1)),
    // An empty block has zeros for tips, which say nothing.
    rewards: rewards.flatMap((tips, index) =>
      Array.isArray(tips) && gasUsedRatio[index] > 0 ? [tips.map(toQuantity)] : [],
    ),
  };
}

/** Whether an address is a contract. @throws {AppError} CHAIN_UNAVAILABLE */
export async function isContract(chainId: number, address: Address): Promise<boolean> {
  const code = await call(chainId, 'eth_getCode', [address, 'latest']);
  if (typeof code !== 'string') throw new AppError('CHAIN_UNAVAILABLE', 'Not the code of an address.');
  // EIP-7702: an account that points to a contract is still somebody's account.
  return code !== '0x' && !code.startsWith('0xef0100');
}
