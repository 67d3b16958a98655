import { AppError } from '@feiqian/domain/errors';
import { type Amount, toAmount } from '@feiqian/domain/money';
import { type Address, encodeFunctionData, erc20Abi, type Hex } from 'viem';

/** What a chain knows of an address. */
export type Holdings = {
  /** Transactions that it has sent. */
  readonly sent: bigint;
  /** The chain's own coin, in its smallest unit. */
  readonly coin: Amount;
  /** In the order of the tokens that were asked for. */
  readonly tokens: readonly Amount[];
};

// The service takes so many calls at once (`/rpc/:chainId`).
const callsMax = 50;
const timeoutMs = 15_000;
const quantity = /^0x(?:0|[1-9a-f][0-9a-f]*)$/i;

type Call = { readonly method: string; readonly params: readonly unknown[] };

/**
 * Reads what addresses have and have done on a chain, for any address: nothing need be linked.
 *
 * @throws {AppError} CHAIN_UNAVAILABLE when any of it is not known; never a zero in its place.
 */
export async function readHoldings(
  chainId: number,
  addresses: readonly Address[],
  tokens: readonly Address[],
): Promise<readonly Holdings[]> {
  const calls = addresses.flatMap((address): Call[] => [
    { method: 'eth_getTransactionCount', params: [address, 'latest'] },
    { method: 'eth_getBalance', params: [address, 'latest'] },
    ...tokens.map((token) => ({ method: 'eth_call', params: [{ to: token, data: balanceOf(address) }, 'latest'] })),
  ]);
  const answers: bigint[] = [];
  for (let at = 0; at < calls.length; at += callsMax)
    answers.push(...(await ask(chainId, calls.slice(at, at + callsMax))));
  const width = tokens.length + 2;
  return addresses.map((_, index) => {
    const [sent = 0n, coin = 0n, ...rest] = answers.slice(index * width, (index + 1) * width);
    return { sent, coin: toAmount(coin), tokens: rest.map(toAmount) };
  });
}

/** Whether an address was ever used, going by what it has and has sent. */
export function isUsed({ sent, coin, tokens }: Holdings): boolean {
  return sent > 0n || coin > 0n || tokens.some((amount) => amount > 0n);
}

const balanceOf = (address: Address): Hex =>
  encodeFunctionData({ abi: erc20Abi, functionName: 'balanceOf', args: [address] });

async function ask(chainId: number, calls: readonly Call[]): Promise<readonly bigint[]> {
  let answer: unknown;
  try {
    const response = await fetch(`/rpc/${chainId}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(calls.map((call, id) => ({ jsonrpc: '2.0', id, ...call }))),
      signal: AbortSignal.timeout(timeoutMs),
    });
    answer = await response.json();
  } catch (cause) {
    throw new AppError('CHAIN_UNAVAILABLE', 'The chain cannot be asked.', { cause });
  }
  if (!Array.isArray(answer)) throw new AppError('CHAIN_UNAVAILABLE', 'Not an answer of JSON-RPC.');
  const byId = new Map(answer.map((one: { id?: unknown; result?: unknown }) => [one.id, one.result]));
  return calls.map((call, id) => toNumber(byId.get(id), call.method));
}

function toNumber(result: unknown, method: string): bigint {
  // A contract answers with a whole word; a node counts without zeros in front.
  const isWord = method === 'eth_call' && typeof result === 'string' && /^0x[0-9a-f]{64}$/i.test(result);
  if (isWord || (typeof result === 'string' && quantity.test(result))) return BigInt(result);
  throw new AppError('CHAIN_UNAVAILABLE', 'Not a quantity.', { details: { method } });
}
