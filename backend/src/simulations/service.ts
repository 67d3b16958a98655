import type { Simulation, SimulationFailure, SimulationRequest } from '@feiqian/domain/api/safety';
import { toNativeAssetId, toTokenAssetId } from '@feiqian/domain/assets';
import { AppError } from '@feiqian/domain/errors';
import type { Address } from 'viem';
import type { Trial } from '../chain/trial.ts';

type Deps = {
  readonly listAddresses: (userId: string) => Promise<readonly Address[]>;
  /** Runs a call on the chain's node without sending it. @throws {AppError} CHAIN_UNKNOWN, CHAIN_UNAVAILABLE. */
  readonly tryCall: (
    chainId: number,
    call: { readonly from: Address; readonly to: Address; readonly data: `0x${string}`; readonly value: bigint },
  ) => Promise<Trial>;
};

/** Says what a call would do, to the person from whose address it would go out. */
export type SimulationService = ReturnType<typeof createSimulationService>;

export function createSimulationService({ listAddresses, tryCall }: Deps) {
  return {
    /** @throws {AppError} ADDRESS_NOT_LINKED for anybody else's address, CHAIN_UNKNOWN. */
    async simulate(userId: string, { chainId, from, to, value, data }: SimulationRequest): Promise<Simulation> {
      const own = await listAddresses(userId);
      if (!own.includes(from)) throw new AppError('ADDRESS_NOT_LINKED', 'Link the address to your account first.');
      const trial = await tryCall(chainId, { from, to, data, value: BigInt(value) });
      switch (trial.outcome) {
        case 'failed':
          return { outcome: 'fails', failure: trial.failure satisfies SimulationFailure };
        case 'unknown':
          return { outcome: 'not_simulated' };
        default:
          return { outcome: 'succeeds', ...toOwnSide(chainId, trial, new Set(own)) };
      }
    },
  };
}

/** The part that concerns the person's addresses, one sum for each address and asset. */
function toOwnSide(chainId: number, { trace }: Extract<Trial, { outcome: 'done' }>, own: ReadonlySet<Address>) {
  if (!trace) return { changes: null, approvals: null };
  const toAsset = (token: Address | undefined) =>
    token === undefined ? toNativeAssetId(chainId) : toTokenAssetId(chainId, token);
  const sums = new Map<string, { readonly asset: string; readonly address: Address; amount: bigint }>();
  const add = (address: Address, token: Address | undefined, amount: bigint) => {
    if (!own.has(address)) return;
    const asset = toAsset(token);
    const sum = sums.get(`${address} ${asset}`) ?? { asset, address, amount: 0n };
    sums.set(`${address} ${asset}`, { ...sum, amount: sum.amount + amount });
  };
  for (const { token, from, to, amount } of trace.moves) {
    add(from, token, -amount);
    add(to, token, amount);
  }
  const changes = [...sums.values()].filter(({ amount }) => amount !== 0n);
  const approvals = trace.approvals.filter(({ owner }) => own.has(owner));
  return {
    changes: changes.map((change) => ({ ...change, amount: `${change.amount}` })),
    approvals: approvals.map(({ token, owner, spender, amount }) => ({
      asset: toAsset(token),
      owner,
      spender,
      amount: `${amount}`,
    })),
  };
}
