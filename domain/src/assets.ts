import { type Address, getAddress } from 'viem';
import { AppError } from './errors.ts';

/** A currency of ISO 4217, such as `iso4217:CNY`. */
export type CashAssetId = `iso4217:${string}`;
/** A chain's own coin (CAIP-19 with SLIP-0044), such as `eip155:31337/slip44:60`. */
export type NativeAssetId = `eip155:${number}/slip44:${number}`;
/** An ERC-20 token (CAIP-19) with its EIP-55 address, such as `eip155:31337/erc20:0x…`. */
export type TokenAssetId = `eip155:${number}/erc20:${Address}`;
/** Anything countable that the wallet knows. */
export type AssetId = CashAssetId | NativeAssetId | TokenAssetId;

type AssetBase = {
  /** Digits after the point, from the registry and never defaulted. */
  readonly decimals: number;
  /** What people call it: `CNY`, `USDF`, `ETH`. */
  readonly symbol: string;
  readonly name: string;
};

/** Money in the operator's books. */
export type CashAsset = AssetBase & { readonly kind: 'cash'; readonly id: CashAssetId; readonly currency: string };
/** A token contract. `cash` is the currency that it is issued and redeemed for at par; absent when it is not ours. */
export type TokenAsset = AssetBase & {
  readonly kind: 'token';
  readonly id: TokenAssetId;
  readonly chainId: number;
  readonly address: Address;
  readonly cash?: CashAssetId;
};
/** A chain's own coin. */
export type NativeAsset = AssetBase & { readonly kind: 'native'; readonly id: NativeAssetId; readonly chainId: number };
export type Asset = CashAsset | TokenAsset | NativeAsset;

/** Cash that the first market starts with. Exponents: ISO 4217 table A.1. */
export const cashAssets = [
  { kind: 'cash', id: 'iso4217:CNY', currency: 'CNY', symbol: 'CNY', name: 'Chinese yuan', decimals: 2 },
  { kind: 'cash', id: 'iso4217:USD', currency: 'USD', symbol: 'USD', name: 'US dollar', decimals: 2 },
] as const satisfies readonly CashAsset[];

const tokenAssetId = /^eip155:([1-9][0-9]{0,15})\/erc20:(0x[0-9a-fA-F]{40})$/;
const nativeAssetId = /^eip155:([1-9][0-9]{0,15})\/slip44:(0|[1-9][0-9]{0,9})$/;
const cashAssetId = /^iso4217:([A-Z]{3})$/;

/** Names a token by its chain and contract. */
export function toTokenAssetId(chainId: number, address: Address): TokenAssetId {
  return `eip155:${chainId}/erc20:${getAddress(address)}`;
}

/** Names a chain's own coin; 60 is ether and its likes (SLIP-0044). */
export function toNativeAssetId(chainId: number, coinType = 60): NativeAssetId {
  return `eip155:${chainId}/slip44:${coinType}`;
}

/** The parts of an asset id. */
export type AssetParts =
  | { readonly kind: 'cash'; readonly currency: string }
  | { readonly kind: 'token'; readonly chainId: number; readonly address: Address }
  | { readonly kind: 'native'; readonly chainId: number; readonly coinType: number };

/**
 * Reads an asset id. Token addresses must be written with their EIP-55 checksum and numbers without leading zeros, so that one asset
 * has one name.
 *
 * @throws {AppError} ASSET_UNKNOWN when the text is not a canonical asset id.
 */
export function parseAssetId(text: string): AssetParts {
  const [, tokenChain, contract] = tokenAssetId.exec(text) ?? [];
  if (contract && isExact(tokenChain)) {
    const address = getAddress(contract);
    if (address === contract) return { kind: 'token', chainId: Number(tokenChain), address };
  }
  const [, coinChain, coinType] = nativeAssetId.exec(text) ?? [];
  if (coinType && isExact(coinChain)) return { kind: 'native', chainId: Number(coinChain), coinType: Number(coinType) };
  const cash = cashAssetId.exec(text);
  if (cash?.[1]) return { kind: 'cash', currency: cash[1] };
  throw new AppError('ASSET_UNKNOWN', 'Not an asset id.');
}

/** Chain ids that no number holds exactly would name another chain. */
const isExact = (digits: string | undefined): boolean => Number.isSafeInteger(Number(digits));
