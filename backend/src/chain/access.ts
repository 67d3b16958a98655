import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import type { Chain } from '@feiqian/domain/chains';
import { AppError } from '@feiqian/domain/errors';
import { type Address, encodeFunctionData, type Hash, type Hex } from 'viem';
import type { Queryable } from '../database/pool.ts';
import { findState, type StoredState } from './chain-store.ts';
import { parseBytes, parseQuantity, toQuantity } from './quantity.ts';
import { type CallDraft, findRevert } from './reverts.ts';
import type { Rpc } from './rpc.ts';
import { RpcRefusal } from './transport.ts';

/** A chain as nouns use it, in any replica: they read and check. Only the leader sends. */
export type ChainAccess = {
  readonly chain: Chain;
  readonly rpc: Rpc;
  /** The operator's addresses: one issues, the other pays for what is relayed. */
  readonly senders: { readonly issuer: Address; readonly relayer: Address };
  readonly database: Queryable;
};

/** A chain's state while its head is seen. */
export type FollowedState = StoredState & { readonly status: 'following' };

/**
 * The state of a chain that is being followed: the epoch that new rows belong to, head and finality.
 *
 * @throws {AppError} CHAIN_UNAVAILABLE while its head is not seen, CHAIN_HALTED while a person has to look.
 */
export async function requireFollowed({
  database,
  chain,
}: Pick<ChainAccess, 'database' | 'chain'>): Promise<FollowedState> {
  const state = await findState(database, chain.chainId);
  if (state?.status === 'halted')
    throw new AppError('CHAIN_HALTED', 'The chain has changed in a way that a person has to look at.');
  if (state?.status !== 'following') throw new AppError('CHAIN_UNAVAILABLE', 'The head of this chain is not seen.');
  return { ...state, status: state.status };
}

/**
 * Runs a call without sending it, against the pending block: its time is the one that deadlines are compared with.
 *
 * @returns the name of the contract's error when it would fail, else undefined.
 * @throws {AppError} CHAIN_UNAVAILABLE.
 */
export async function simulateCall({ rpc }: Pick<ChainAccess, 'rpc'>, draft: CallDraft): Promise<string | undefined> {
  return findRevert(rpc, draft, 'pending');
}

/**
 * Whether tokens were issued for a reference, once that cannot change any more. Ask it only when nothing of ours that could
 * issue it is on its way.
 *
 * @throws {AppError} CHAIN_UNAVAILABLE also while the last final block and the head disagree: ask again later.
 */
export async function readIsIssued(
  access: Pick<ChainAccess, 'rpc' | 'chain' | 'database'>,
  token: Address,
  reference: Hash,
): Promise<boolean> {
  const { finalizedNumber } = await requireFollowed(access);
  const data = encodeFunctionData({ abi: stablecoinAbi, functionName: 'isIssued', args: [reference] });
  const read = async (block: string) =>
    parseQuantity(await readContract(access.rpc, { to: token, data, block })) !== 0n;
  const [isFinal, isLatest] = await Promise.all([read(toQuantity(finalizedNumber ?? 0)), read('latest')]);
  if (isFinal !== isLatest) throw new AppError('CHAIN_UNAVAILABLE', 'The issue is not final yet.');
  return isFinal;
}

async function readContract(
  rpc: Rpc,
  { to, data, block }: { readonly to: Address; readonly data: Hex; readonly block: string },
): Promise<Hex> {
  try {
    const answer = parseBytes(await rpc.call('eth_call', [{ to, data }, block]));
    // An address without code answers with nothing.
    if (answer === '0x') throw new AppError('CHAIN_UNAVAILABLE', 'There is no contract at this address.');
    return answer;
  } catch (error) {
    if (error instanceof RpcRefusal)
      throw new AppError('CHAIN_UNAVAILABLE', 'The node would not run the call.', { cause: error });
    throw error;
  }
}
