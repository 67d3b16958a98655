import type { Address } from 'viem';
import { type Asset, type CashAssetId, cashAssets, toNativeAssetId, toTokenAssetId } from './assets.ts';
import { AppError } from './errors.ts';

/** When a block can no longer be replaced: the node's own tag, or a number of blocks on top. */
export type Finality = { readonly kind: 'tag' } | { readonly kind: 'depth'; readonly blocks: number };

/** A stablecoin that this operator issues. */
export type ChainToken = {
  readonly symbol: string;
  readonly name: string;
  readonly address: Address;
  readonly decimals: number;
  /** The currency it is issued and redeemed for at par. */
  readonly cash: CashAssetId;
};

/** A chain as the operator configured it. Nothing here is secret: it is shown to every wallet. */
export type Chain = {
  /** EIP-155 chain id. */
  readonly chainId: number;
  readonly name: string;
  readonly native: { readonly symbol: string; readonly decimals: number };
  readonly finality: Finality;
  /** Whether the chain may begin anew (a local chain); any other chain that does so halts. */
  readonly ephemeral: boolean;
  readonly tokens: readonly ChainToken[];
  /** The contract that moves stablecoins for people without native coin. */
  readonly relay: Address;
  /** The contract by which payment requests are paid and refunded in tokens. */
  readonly checkout: Address;
  /** The first block that concerns us; indexing begins there. */
  readonly startBlock: number;
};

/** Every asset of a deployment: cash, and each chain's coin and tokens. */
export function listAssets(chains: readonly Chain[]): Asset[] {
  const onChain = chains.flatMap((chain): Asset[] => [
    {
      kind: 'native',
      id: toNativeAssetId(chain.chainId),
      chainId: chain.chainId,
      symbol: chain.native.symbol,
      name: chain.name,
      decimals: chain.native.decimals,
    },
    ...chain.tokens.map(
      (token): Asset => ({
        kind: 'token',
        id: toTokenAssetId(chain.chainId, token.address),
        chainId: chain.chainId,
        address: token.address,
        symbol: token.symbol,
        name: token.name,
        decimals: token.decimals,
        cash: token.cash,
      }),
    ),
  ]);
  return [...cashAssets, ...onChain];
}

/**
 * Finds an asset by id.
 *
 * @throws {AppError} ASSET_UNKNOWN when the deployment does not have it.
 */
export function getAsset(assets: readonly Asset[], id: string): Asset {
  const asset = assets.find((candidate) => candidate.id === id);
  if (!asset) throw new AppError('ASSET_UNKNOWN', 'This deployment does not have that asset.');
  return asset;
}

/**
 * Finds a chain by id.
 *
 * @throws {AppError} CHAIN_UNKNOWN when the deployment does not have it.
 */
export function getChain(chains: readonly Chain[], chainId: number): Chain {
  const chain = chains.find((candidate) => candidate.chainId === chainId);
  if (!chain) throw new AppError('CHAIN_UNKNOWN', 'This deployment does not have that chain.');
  return chain;
}
