import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import type { Balances } from '@feiqian/domain/api/chain';
import { toNativeAssetId, toTokenAssetId } from '@feiqian/domain/assets';
import { isAppError } from '@feiqian/domain/errors';
import { type Address, encodeFunctionData } from 'viem';
import type { ChainAccess } from './access.ts';
import { parseQuantity } from './quantity.ts';
import { RpcRefusal } from './transport.ts';

type OnChainBalances = Pick<Balances, 'onChain' | 'unavailable'>;

/** What addresses hold on every chain now. A chain that does not answer is named instead of being shown as empty. */
export async function readOnChainBalances(
  chains: readonly Pick<ChainAccess, 'chain' | 'rpc'>[],
  addresses: readonly Address[],
): Promise<OnChainBalances> {
  const parts = await Promise.all(chains.map((access) => readOne(access, addresses)));
  return {
    onChain: parts.flatMap(({ onChain }) => onChain),
    unavailable: parts.flatMap(({ unavailable }) => unavailable),
  };
}

async function readOne(
  { chain, rpc }: Pick<ChainAccess, 'chain' | 'rpc'>,
  addresses: readonly Address[],
): Promise<OnChainBalances> {
  const wanted = addresses.flatMap((address) => [
    {
      address,
      asset: toNativeAssetId(chain.chainId) as string,
      call: { method: 'eth_getBalance', params: [address, 'latest'] },
    },
    ...chain.tokens.map((token) => {
      const data = encodeFunctionData({ abi: stablecoinAbi, functionName: 'balanceOf', args: [address] });
      return {
        address,
        asset: toTokenAssetId(chain.chainId, token.address) as string,
        call: { method: 'eth_call', params: [{ to: token.address, data }, 'latest'] },
      };
    }),
  ]);
  try {
    const answers = await rpc.callAll(wanted.map(({ call }) => call));
    return {
      unavailable: [],
      onChain: wanted.map(({ address, asset }, index) => ({
        asset,
        address,
        amount: `${parseQuantity(answers[index])}`,
      })),
    };
  } catch (error) {
    // One missing part would look like an empty wallet: the whole chain counts as unavailable.
    if (!(error instanceof RpcRefusal) && !(isAppError(error) && error.code === 'CHAIN_UNAVAILABLE')) throw error;
    return { onChain: [], unavailable: [chain.chainId] };
  }
}
