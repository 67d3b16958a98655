import { parseHeader } from './answers.ts';
import { parseQuantity } from './quantity.ts';
import type { Rpc } from './rpc.ts';
import { takeResult } from './rpc.ts';

/** What a transaction pays for its gas at most (EIP-1559), wei per gas. */
export type GasPrice = { readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint };

// What nodes suggest where they do not say; also the smallest tip that go-ethereum's miners took by default.
const tipDefault = 1_000_000_000n;

/** The price at which a transaction is likely in the next blocks: room for the base fee to double, and the tip that the node suggests. */
export async function quoteGasPrice(rpc: Rpc): Promise<GasPrice> {
  const [latest, tip] = await rpc.batch([
    { method: 'eth_getBlockByNumber', params: ['latest', false] },
    { method: 'eth_maxPriorityFeePerGas', params: [] },
  ]);
  const { baseFeePerGas = 0n } = parseHeader(latest && takeResult(latest));
  const maxPriorityFeePerGas = tip && 'result' in tip ? parseQuantity(tip.result) : tipDefault;
  return { maxPriorityFeePerGas, maxFeePerGas: baseFeePerGas * 2n + maxPriorityFeePerGas };
}

/**
 * The price for the same nonce again: what is usual now, but at least an eighth more than before, because nodes replace a
 * transaction only for 10 % more.
 *
 * @returns undefined when that would be more than `maxFeePerGasMax`.
 */
export function raiseGasPrice(before: GasPrice, now: GasPrice, maxFeePerGasMax: bigint): GasPrice | undefined {
  const raise = (old: bigint, usual: bigint) => {
    const least = old + old / 8n + 1n;
    return usual > least ? usual : least;
  };
  const raised = {
    maxFeePerGas: raise(before.maxFeePerGas, now.maxFeePerGas),
    maxPriorityFeePerGas: raise(before.maxPriorityFeePerGas, now.maxPriorityFeePerGas),
  };
  return raised.maxFeePerGas > maxFeePerGasMax ? undefined : raised;
}
