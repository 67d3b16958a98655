import type { Approval, Approvals, Revocation } from '@feiqian/domain/api/safety';
import { AppError, isAppError } from '@feiqian/domain/errors';
import { parseRawTransaction, type SignedTransaction } from '@feiqian/domain/raw-transaction';
import { type Address, decodeFunctionData, encodeFunctionData, erc20Abi, type Hash, type Hex } from 'viem';
import type { ChainAccess } from '../chain/access.ts';
import { type AllowancePair, readAllowancePairs, readAllowances, readHead } from '../chain/allowances.ts';
import type { BroadcastOutcome } from '../chain/broadcast.ts';
import type { Preflight } from '../chain/preflight.ts';
import { RpcRefusal } from '../chain/transport.ts';
import type { ApprovalStore, OwnerOnChain } from './store.ts';

type Deps = {
  readonly store: ApprovalStore;
  readonly listChains: () => readonly Pick<ChainAccess, 'chain' | 'rpc'>[];
  /** @throws {AppError} CHAIN_UNAVAILABLE, CHAIN_HALTED. */
  readonly getEpoch: (chainId: number) => Promise<number>;
  readonly listAddresses: (userId: string) => Promise<readonly Address[]>;
  /** @throws {AppError} CHAIN_UNKNOWN, CHAIN_UNAVAILABLE. */
  readonly preflight: (
    chainId: number,
    sender: Address,
    call: { readonly to: Address; readonly data: Hex; readonly value: bigint; readonly gas: bigint },
  ) => Promise<Preflight>;
  /** @throws {AppError} CHAIN_UNKNOWN, CHAIN_UNAVAILABLE. */
  readonly broadcast: (chainId: number, raw: Hex, hash: Hash) => Promise<BroadcastOutcome>;
};

// Blocks near the head may still be replaced, and are read again the next time.
const settledBlocks = 64n;
const pairsMax = 500;

/** Who may take a person's tokens, and the ending of it. */
export type ApprovalService = ReturnType<typeof createApprovalService>;

export function createApprovalService(deps: Deps) {
  return {
    /** What is allowed now. Each call reads a part of the past that was not read yet. */
    async list(userId: string): Promise<Approvals> {
      const owners = await deps.listAddresses(userId);
      const parts = await Promise.all(deps.listChains().map((access) => listOn(deps, access, owners)));
      return {
        approvals: parts.flatMap(({ approvals }) => approvals),
        unavailable: parts.flatMap(({ unavailable }) => unavailable),
        isComplete: parts.every(({ isComplete }) => isComplete),
      };
    },

    /**
     * Broadcasts a signed transaction that ends an allowance or makes it smaller, and nothing else. The chain is the only record
     * of it: the list shows the allowance as it was until then.
     *
     * @throws {AppError} TRANSACTION_INVALID, CHAIN_UNKNOWN, ADDRESS_NOT_LINKED, NONCE_TOO_LOW, INSUFFICIENT_FUNDS, TRANSACTION_REVERTED,
     *   CHAIN_UNAVAILABLE.
     */
    async revoke(
      userId: string,
      { chainId, raw }: { readonly chainId: number; readonly raw: Hex },
    ): Promise<Revocation> {
      const signed = await parseRawTransaction(raw, { chainId });
      const call = readRevocation(signed);
      if (!(await deps.listAddresses(userId)).includes(signed.sender))
        throw new AppError('ADDRESS_NOT_LINKED', 'Link the address to your account first.');
      const pair = { token: call.to, owner: signed.sender, spender: call.spender };
      if (call.amount > 0n && call.amount >= (await readAllowance(deps, chainId, pair)))
        throw refuse('allows more than there is');
      check(signed, await deps.preflight(chainId, signed.sender, call));
      const outcome = await deps.broadcast(chainId, raw, signed.hash);
      if (outcome === 'nonce_used') throw new AppError('NONCE_TOO_LOW', 'That nonce is used up.');
      if (outcome === 'funds_missing') throw new AppError('INSUFFICIENT_FUNDS', 'The address cannot pay the fee.');
      if (outcome !== 'accepted') throw refuse(`the node says: ${outcome}`);
      return { txHash: signed.hash };
    },
  };
}

const refuse = (reason: string): AppError =>
  new AppError('TRANSACTION_INVALID', 'This service does not carry such a transaction.', { details: { reason } });

type Part = Pick<Approvals, 'unavailable' | 'isComplete'> & { readonly approvals: readonly Approval[] };

async function listOn(
  deps: Deps,
  access: Pick<ChainAccess, 'chain' | 'rpc'>,
  owners: readonly Address[],
): Promise<Part> {
  const { chainId } = access.chain;
  try {
    const epoch = await deps.getEpoch(chainId);
    const head = await readHead(access);
    const scans = await Promise.all(owners.map((owner) => scan(deps, access, { chainId, epoch, owner }, head)));
    const pairs = scans.flatMap((one) => one.pairs);
    const amounts = await readAllowances(access, pairs);
    const approvals = pairs.map((pair, at) => ({ chainId, ...pair, amount: `${amounts[at] ?? 0n}` }));
    return {
      approvals: approvals.filter(({ amount }) => amount !== '0'),
      unavailable: [],
      isComplete: scans.every(({ isComplete }) => isComplete),
    };
  } catch (error) {
    const isAway = isAppError(error) && (error.code === 'CHAIN_UNAVAILABLE' || error.code === 'CHAIN_HALTED');
    if (!isAway && !(error instanceof RpcRefusal)) throw error;
    return { approvals: [], unavailable: [chainId], isComplete: true };
  }
}

async function scan({ store }: Deps, access: Pick<ChainAccess, 'chain' | 'rpc'>, at: OwnerOnChain, head: bigint) {
  const from = (await store.findNextBlock(at)) ?? BigInt(access.chain.startBlock);
  const { pairs, next } = await readAllowancePairs(access, at.owner, { from, head });
  const settled = head > settledBlocks ? head - settledBlocks : 0n;
  await store.add(at, pairs, next < settled ? next : settled);
  return { pairs: await store.listPairs(at, pairsMax), isComplete: next > head };
}

/** @throws {AppError} CHAIN_UNKNOWN, CHAIN_UNAVAILABLE. */
async function readAllowance({ listChains }: Deps, chainId: number, pair: AllowancePair): Promise<bigint> {
  const access = listChains().find(({ chain }) => chain.chainId === chainId);
  if (!access) throw new AppError('CHAIN_UNKNOWN', 'Not a chain of this deployment.');
  const [amount] = await readAllowances(access, [pair]);
  return amount ?? 0n;
}

/** Only `approve`, in the very form that a compiler gives it, and no coin along with it. */
function readRevocation({ transaction }: SignedTransaction) {
  const { to, data, value, gas } = transaction;
  if (to === null) throw refuse('creates a contract');
  if (value !== 0n) throw refuse('sends coin');
  const approved = readApprove(data);
  if (!approved) throw refuse('does something else than ending or lowering an allowance');
  return { to, data, value, gas, ...approved };
}

function readApprove(data: Hex): { readonly spender: Address; readonly amount: bigint } | undefined {
  try {
    const { functionName, args } = decodeFunctionData({ abi: erc20Abi, data });
    if (functionName !== 'approve' || encodeFunctionData({ abi: erc20Abi, functionName, args }) !== data)
      return undefined;
    return { spender: args[0], amount: args[1] };
  } catch {
    // Not a call of ERC-20 at all.
    return undefined;
  }
}

function check({ transaction }: SignedTransaction, node: Preflight): void {
  if (transaction.nonce < node.minedNonce) throw new AppError('NONCE_TOO_LOW', 'That nonce is used up.');
  if (transaction.nonce > node.pendingNonce) throw refuse('nonce gap');
  const price = transaction.type === 'eip1559' ? transaction.maxFeePerGas : transaction.gasPrice;
  if (node.balance < transaction.gas * price)
    throw new AppError('INSUFFICIENT_FUNDS', 'The address cannot pay the fee.', {
      details: { needed: `${transaction.gas * price}`, available: `${node.balance}` },
    });
  if (node.failure !== undefined)
    throw new AppError('TRANSACTION_REVERTED', 'The contract would refuse it.', { details: { error: node.failure } });
}
