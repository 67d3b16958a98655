import { checkoutAbi } from '@feiqian/contracts/abi/checkout';
import { relayAbi } from '@feiqian/contracts/abi/relay';
import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import { AppError } from '@feiqian/domain/errors';
import { type Address, decodeErrorResult, type Hex } from 'viem';
import { toQuantity } from './quantity.ts';
import type { Rpc } from './rpc.ts';
import { RpcRefusal } from './transport.ts';

/** A call as it would be sent. */
export type CallDraft = {
  readonly from: Address;
  readonly to: Address;
  readonly data: Hex;
  readonly value?: bigint;
  readonly gas?: bigint;
};

/** When a contract refused and did not say why in a way that we know. */
export const revertUnknown = 'REVERTED';

const abi = [...stablecoinAbi, ...relayAbi, ...checkoutAbi];

/** The name of the custom error in what a reverted call returned, such as `StablecoinFrozen`. */
export function readRevert(data: Hex | undefined): string {
  if (data === undefined || data.length < 10) return revertUnknown;
  try {
    const errorName: string = decodeErrorResult({ abi, data }).errorName;
    // Solidity's own two carry text or a number, which are no names.
    return errorName === 'Error' || errorName === 'Panic' ? revertUnknown : errorName;
  } catch {
    return revertUnknown;
  }
}

/** Whether a node's refusal of `eth_call` or `eth_estimateGas` means that the contract reverted. */
export function isRevert(refusal: RpcRefusal): boolean {
  // Code 3 is geth's; nodes without it return the data or say so.
  return refusal.code === 3 || refusal.data !== undefined || /revert/i.test(refusal.nodeMessage);
}

/** The parameters of `eth_call` and `eth_estimateGas`. */
export function toCallParams(
  { from, to, data, value = 0n, gas }: CallDraft,
  block: number | 'latest' | 'pending',
): readonly unknown[] {
  return [
    {
      from,
      to,
      data,
      ...(value === 0n ? {} : { value: toQuantity(value) }),
      ...(gas === undefined ? {} : { gas: toQuantity(gas) }),
    },
    typeof block === 'number' ? toQuantity(block) : block,
  ];
}

/**
 * Runs a call without sending it.
 *
 * @returns the error's name when the contract reverts, else undefined.
 * @throws {AppError} CHAIN_UNAVAILABLE when the node does not answer or refuses for another reason.
 */
export async function findRevert(
  rpc: Rpc,
  draft: CallDraft,
  block: number | 'latest' | 'pending',
): Promise<string | undefined> {
  try {
    await rpc.call('eth_call', toCallParams(draft, block));
    return undefined;
  } catch (error) {
    if (!(error instanceof RpcRefusal)) throw error;
    if (isRevert(error)) return readRevert(error.data);
    throw new AppError('CHAIN_UNAVAILABLE', 'The node would not run the call.', { cause: error });
  }
}
