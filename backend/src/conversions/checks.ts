import type { Asset, CashAsset, TokenAsset } from '@feiqian/domain/assets';
import { AppError } from '@feiqian/domain/errors';
import { convertAtPar, type Money } from '@feiqian/domain/money';
import type { Address, Hex } from 'viem';
import type { Ledger } from '../ledger/ledger.ts';
import type { PostWatched } from '../ledger/watched.ts';
import type { IssueRequest } from './issue.ts';
import type { ConversionStore } from './store.ts';

/** What conversions need. */
export type ConversionDeps = {
  readonly ledger: Pick<Ledger, 'post'>;
  readonly postWatched: PostWatched;
  readonly store: ConversionStore;
  readonly assets: readonly Asset[];
  /** Whether this deployment turns cash into tokens and back. */
  readonly bridge: boolean;
  /** Accounts that sign `issue` and carry signed redemptions. */
  readonly issuer: Address;
  readonly relayer: Address;
  readonly clock: () => Date;
  readonly findAddressOwner: (address: Address) => Promise<string | undefined>;
  /** Runs a call without sending it; the name of the contract's error when it would fail. @throws {AppError} CHAIN_UNAVAILABLE. */
  readonly simulate: (
    chainId: number,
    call: { readonly from: Address; readonly to: Address; readonly data: Hex },
  ) => Promise<string | undefined>;
  /** Whether the contract accepted this issue, as of the last finalized block. @throws {AppError} CHAIN_UNAVAILABLE. */
  readonly isIssued: (chainId: number, token: Address, reference: Hex) => Promise<boolean>;
};

/**
 * A stablecoin of this deployment and the currency that it stands at par with.
 *
 * @throws {AppError} ASSET_UNKNOWN.
 */
export function getPair({ assets }: ConversionDeps, tokenAssetId: string): { cash: CashAsset; token: TokenAsset } {
  const token = assets.find((asset): asset is TokenAsset => asset.kind === 'token' && asset.id === tokenAssetId);
  const cash = assets.find((asset): asset is CashAsset => asset.kind === 'cash' && asset.id === token?.cash);
  if (!token || !cash) throw new AppError('ASSET_UNKNOWN', 'This is not a stablecoin of this deployment.');
  return { cash, token };
}

/**
 * The epoch that a new transaction belongs to.
 *
 * @throws {AppError} CHAIN_UNAVAILABLE before the chain was ever seen, CHAIN_HALTED.
 */
export async function getEpoch({ store }: ConversionDeps, chainId: number): Promise<number> {
  const chain = await store.findChain(chainId);
  if (!chain) throw new AppError('CHAIN_UNAVAILABLE', 'The chain has not been seen yet.');
  if (chain.isHalted) throw new AppError('CHAIN_HALTED', 'The chain waits for a person to look.');
  return chain.epoch;
}

/** @throws {AppError} ADDRESS_NOT_LINKED when the address is not this person's. */
export async function assertOwner(
  { findAddressOwner }: ConversionDeps,
  userId: string,
  address: Address,
): Promise<void> {
  if ((await findAddressOwner(address)) !== userId)
    throw new AppError('ADDRESS_NOT_LINKED', 'Link the address to your account first.');
}

type WantedIssue = Pick<IssueRequest, 'movementId' | 'userId' | 'address'> & {
  readonly cash: Money;
  readonly tokenAssetId: string;
};

/**
 * Cash that may become tokens at an address of its owner.
 *
 * @throws {AppError} ASSET_UNKNOWN, ADDRESS_NOT_LINKED.
 */
export async function checkIssue(deps: ConversionDeps, wanted: WantedIssue): Promise<IssueRequest> {
  const { movementId, userId, address, cash: money, tokenAssetId } = wanted;
  const { cash, token } = getPair(deps, tokenAssetId);
  if (cash.id !== money.asset) {
    throw new AppError('ASSET_UNKNOWN', 'The token does not stand at par with this currency.');
  }
  await assertOwner(deps, userId, address);
  const tokenAmount = convertAtPar(money.amount, cash.decimals, token.decimals);
  return { movementId, userId, cash: money, token, tokenAmount, address };
}
