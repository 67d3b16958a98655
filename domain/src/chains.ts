import type { Address } from 'viem';
import { type Asset, type CashAssetId, cashAssets, toNativeAssetId, toTokenAssetId } from './assets.ts';
import { AppError } from './errors.ts';

/** When a block can no longer be replaced: the node's own tag, or a number of blocks on top. */
export type Finality = { readonly kind: 'tag' } | { readonly kind: 'depth'; readonly blocks: number };

/** A token that the operator lists; a stablecoin of this operator's when it has a currency. */
export type ChainToken = {
  readonly symbol: string;
  readonly name: string;
  readonly address: Address;
  readonly decimals: number;
  /** The currency that the operator issues and redeems it for at par; absent for a token of somebody else's. */
  readonly cash?: CashAssetId | undefined;
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
  /** The contract that moves stablecoins for people without native coin; null where the operator issues none. */
  readonly relay: Address | null;
  /** The contract by which payment requests are paid and refunded in tokens; null where the operator issues none. */
  readonly checkout: Address | null;
  /** The first block that concerns us; indexing begins there. */
  readonly startBlock: number;
};

/** The tokens of a chain that the operator issues; only their events besides transfers mean something. */
export const listIssuedTokens = ({ tokens }: Pick<Chain, 'tokens'>): readonly ChainToken[] =>
  tokens.filter(({ cash }) => cash !== undefined);

/** The contracts of a chain that belong to this deployment or are listed by it: money sent to one of them is lost. */
export function listContracts({ tokens, relay, checkout }: Pick<Chain, 'tokens' | 'relay' | 'checkout'>): Address[] {
  return [...tokens.map(({ address }) => address), ...[relay, checkout].filter((contract) => contract !== null)];
}

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
        ...(token.cash === undefined ? {} : { cash: token.cash }),
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

/**
 * The relay or the checkout contract of a chain.
 *
 * @throws {AppError} CHAIN_UNKNOWN, ASSET_UNKNOWN when the operator issues nothing there.
 */
export function getContract(chains: readonly Chain[], chainId: number, name: 'relay' | 'checkout'): Address {
  const contract = getChain(chains, chainId)[name];
  if (!contract) throw new AppError('ASSET_UNKNOWN', 'There is no stablecoin of this deployment on that chain.');
  return contract;
}
