import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import type { Balances } from '@feiqian/domain/api/chain';
import { toNativeAssetId, toTokenAssetId } from '@feiqian/domain/assets';
import { isAppError } from '@feiqian/domain/errors';
import { type Address, encodeFunctionData } from 'viem';
import type { ChainAccess } from './access.ts';
import { parseQuantity, toQuantity } from './quantity.ts';
import { RpcRefusal, type RpcReply } from './transport.ts';

type OnChainBalances = Pick<Balances, 'onChain' | 'unavailable'>;

/** A token that a person has added by hand. */
type AddedToken = { readonly chainId: number; readonly address: Address };

/**
 * What addresses hold on every chain now. A chain that does not answer is named instead of being shown as empty.
 *
 * @param added - Tokens whose contracts nobody has checked: one that does not tell a balance is left out.
 */
export async function readOnChainBalances(
  chains: readonly Pick<ChainAccess, 'chain' | 'rpc'>[],
  addresses: readonly Address[],
  added: readonly AddedToken[] = [],
): Promise<OnChainBalances> {
  const parts = await Promise.all(chains.map((access) => readOne(access, addresses, added)));
  return {
    onChain: parts.flatMap(({ onChain }) => onChain),
    unavailable: parts.flatMap(({ unavailable }) => unavailable),
  };
}

async function readOne(
  { chain, rpc }: Pick<ChainAccess, 'chain' | 'rpc'>,
  addresses: readonly Address[],
  added: readonly AddedToken[],
): Promise<OnChainBalances> {
  const tokens = chain.tokens.map((token) => token.address);
  const strangers = added.filter(({ chainId }) => chainId === chain.chainId).map((token) => token.address);
  const wanted = addresses.flatMap((address) => [
    {
      address,
      asset: toNativeAssetId(chain.chainId) as string,
      call: { method: 'eth_getBalance', params: [address, 'latest'] },
    },
    ...tokens.map((token) => toTokenCall(chain.chainId, token, address)),
  ]);
  const doubtful = addresses.flatMap((address) => strangers.map((token) => toTokenCall(chain.chainId, token, address)));
  try {
    const [answers, replies] = await Promise.all([
      rpc.callAll(wanted.map(({ call }) => call)),
      rpc.batch(doubtful.map(({ call }) => call)),
    ]);
    const sure = wanted.map(({ address, asset }, index) => ({
      asset,
      address,
      amount: `${parseQuantity(answers[index])}`,
    }));
    const told = doubtful.flatMap(({ address, asset }, index) => {
      const amount = readWord(replies[index]);
      return amount === undefined ? [] : [{ asset, address, amount: `${amount}` }];
    });
    return { unavailable: [], onChain: [...sure, ...told] };
  } catch (error) {
    // One missing part would look like an empty wallet: the whole chain counts as unavailable.
    if (!(error instanceof RpcRefusal) && !(isAppError(error) && error.code === 'CHAIN_UNAVAILABLE')) throw error;
    return { onChain: [], unavailable: [chain.chainId] };
  }
}

// Enough for any honest contract, and all that a dishonest one may waste.
const strangerGas = toQuantity(1_000_000);

function toTokenCall(chainId: number, token: Address, address: Address) {
  const data = encodeFunctionData({ abi: stablecoinAbi, functionName: 'balanceOf', args: [address] });
  return {
    address,
    asset: toTokenAssetId(chainId, token) as string,
    call: { method: 'eth_call', params: [{ to: token, data, gas: strangerGas }, 'latest'] },
  };
}

const wordShape = /^0x[0-9a-f]{64}$/i;

function readWord(reply: RpcReply | undefined): bigint | undefined {
  const isWord = reply && 'result' in reply && typeof reply.result === 'string' && wordShape.test(reply.result);
  return isWord ? BigInt(reply.result as string) : undefined;
}
