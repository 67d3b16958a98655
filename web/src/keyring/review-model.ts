import type { NativeAssetId, TokenAssetId } from '@feiqian/domain/assets';
import type { Money } from '@feiqian/domain/money';
import type { SiweMessage } from '@feiqian/domain/siwe';
import { type Address, type Hex, isAddressEqual, zeroAddress } from 'viem';
import { findTakenName, type TakenName } from './token-names.ts';
import type { TypedDataStruct } from './typed-data.ts';

/** What the review must know of the world. All of it is the deployment's own configuration, none comes from the draft. */
export type ReviewContext = {
  readonly chains: readonly ReviewChain[];
  readonly now: Date;
  /** `host:port` of this page: where a sign-in message must be for. */
  readonly host: string;
  /** Addresses that the person has reason to trust. Nothing that only a chain showed is among them. */
  readonly trusted?: readonly { readonly address: Address; readonly name: string }[];
};
export type ReviewChain = {
  readonly chainId: number;
  /** Null where the operator issues nothing. */
  readonly relay: Address | null;
  readonly checkout: Address | null;
  readonly tokens: readonly ReviewToken[];
  /** What the person has added by hand: what the contracts say of themselves, and nobody has checked. */
  readonly added?: readonly ReviewToken[];
  /** Symbol of the chain's own coin. */
  readonly coin?: string;
};
export type ReviewToken = {
  readonly address: Address;
  readonly name: string;
  readonly symbol: string;
  readonly decimals: number;
};

/** `note` is said, `danger` must be acknowledged, `block` cannot be signed. */
export type Severity = 'note' | 'danger' | 'block';
export type ReviewWarning = { readonly code: WarningCode; readonly severity: Severity };

/** What can be wrong with a draft, and how bad it is. Sentences are chosen by code. */
export const warningSeverities = {
  /** The chain is not one of this deployment. */
  chain_unknown: 'block',
  /** The tokens would go to the token contract itself and be lost. */
  recipient_is_token: 'block',
  /** Nobody has the key of the zero address. */
  recipient_is_zero: 'block',
  /** An address that nobody can have a key of, by custom used for destroying. */
  recipient_is_burn: 'block',
  /** A payment through a contract that is not this deployment's relay, or of a token that is not listed. */
  relay_unknown: 'block',
  /** A payment of a request through a contract that is not this deployment's checkout, or of a token that is not listed. */
  checkout_unknown: 'block',
  /** More than the request asks for: the contract would not take it. */
  price_exceeded: 'block',
  /** The typed data claims another name or version than the token has; its signature would be good for nothing, or for something else. */
  domain_mismatch: 'block',
  /** The typed data's domain is not one of EIP-712: other fields, types or order. */
  domain_malformed: 'block',
  /** Somebody else's code would run with all rights of this account or this Safe. */
  delegate_call: 'block',
  /** It can no longer be used. */
  expired: 'block',
  /** The gas limit does not even cover the transaction's own bytes. */
  gas_too_low: 'block',
  /** A sign-in for another site: somebody is posing as it. */
  sign_in_elsewhere: 'block',
  /** As above, and its name is made to look like this site's. */
  sign_in_imitation: 'block',
  /** Begins like a sign-in without being one: other readers could take it for one. */
  sign_in_malformed: 'block',
  /** A bare hash: whatever stands behind it would be signed unseen. */
  raw_hash: 'block',
  /** Resembles an address that the person trusts, and is another. */
  recipient_lookalike: 'danger',
  /** Several calls in one, each of which could be anything. */
  call_bundled: 'danger',
  /** A contract call that the wallet cannot explain. */
  call_unknown: 'danger',
  /** A contract that the wallet does not know will be created. */
  creates_contract: 'danger',
  /** The chain's own coin goes along with a call that needs none. */
  value_attached: 'danger',
  /** A token that is not listed: its name and decimals are not known. */
  token_unknown: 'danger',
  /** A token that is not listed and calls itself what a listed or a well-known one is called. */
  token_imitates: 'danger',
  /** A token that the person has added by hand: its name and decimals are what it says of itself. */
  token_unverified: 'danger',
  /** Somebody may spend without a limit worth the name. */
  allowance_unlimited: 'danger',
  /** Somebody may take every item of a collection, also those that come later. */
  collection_open: 'danger',
  /** Moves tokens out of another address than the signer's, by an allowance. */
  takes_from_other: 'danger',
  /** Somebody may spend later, without being asked again. */
  allowance: 'danger',
  /** An authorization whose nonce hides what it commits to. */
  terms_hidden: 'danger',
  /** Can be used for more than thirty days. */
  long_validity: 'danger',
  /** Typed data that names no chain: its signature holds on all of them. */
  chain_unbound: 'danger',
  /** Characters that cannot be seen, which may hide or move words. */
  text_hidden: 'danger',
  /** Words with letters of another script that look like Latin ones. */
  text_lookalike: 'danger',
  /** A structure that the wallet does not understand. */
  structure_unknown: 'danger',
  /** Bytes that are no text. */
  unreadable: 'danger',
  /** The fee is more than a tenth of what arrives. */
  fee_high: 'note',
  /** Not before a later time. */
  delayed: 'note',
  /** Nothing moves. */
  amount_zero: 'note',
} as const satisfies Record<string, Severity>;
export type WarningCode = keyof typeof warningSeverities;

/** What is the case. */
export type Conditions = Partial<Record<WarningCode, boolean>>;

/** Turns conditions into warnings, in the order of the table. */
export function collectWarnings(conditions: Conditions): readonly ReviewWarning[] {
  const codes = Object.keys(warningSeverities) as WarningCode[];
  return codes.filter((code) => conditions[code]).map((code) => ({ code, severity: warningSeverities[code] }));
}

type ReviewBase = {
  readonly warnings: readonly ReviewWarning[];
  /** The 32 bytes that will be signed, or the hash of what the signature will cover: for comparing on another device. */
  readonly digest: Hex;
};
type OnChain = ReviewBase & {
  readonly chainId: number;
  /** The most that the chain may take for carrying it out. */
  readonly feeMax: Money<NativeAssetId>;
  /** The sender's counter. */
  readonly nonce: bigint;
};
/**
 * A token as far as it is known: listed, or added by hand. Neither is there for a stranger, whose amount can't be written with decimals.
 */
type Token = {
  readonly address: Address;
  readonly listed?: ReviewToken;
  readonly added?: ReviewToken;
  /** Of one that is added: whose name it takes. */
  readonly takes?: TakenName;
};

/** What a draft does, in the wallet's own words. */
export type Review =
  | (OnChain & { readonly kind: 'native_transfer'; readonly to: Address; readonly money: Money<NativeAssetId> })
  | (OnChain & {
      readonly kind: 'token_transfer';
      readonly token: Token;
      readonly to: Address;
      readonly money: Money<TokenAssetId>;
    })
  | (OnChain & {
      readonly kind: 'token_allowance';
      readonly token: Token;
      readonly spender: Address;
      /** Whether `money` becomes the allowance, or is added to it or taken off. */
      readonly change: 'set' | 'increase' | 'decrease';
      readonly money: Money<TokenAssetId>;
    })
  | (OnChain & {
      readonly kind: 'token_pull';
      readonly token: Token;
      readonly from: Address;
      readonly to: Address;
      /** Of a contract that is not listed, its amount may as well be the number of an item. */
      readonly money: Money<TokenAssetId>;
    })
  | (OnChain & {
      readonly kind: 'item_transfer';
      readonly collection: Address;
      readonly from: Address;
      readonly to: Address;
      readonly item: bigint;
      readonly quantity: bigint;
    })
  | (OnChain & {
      readonly kind: 'collection_allowance';
      readonly collection: Address;
      readonly operator: Address;
      readonly isAllowed: boolean;
    })
  | (OnChain & {
      readonly kind: 'contract_call';
      readonly to: Address;
      readonly money: Money<NativeAssetId>;
      readonly selector: Hex;
      readonly data: Hex;
    })
  | (OnChain & { readonly kind: 'contract_creation'; readonly money: Money<NativeAssetId>; readonly data: Hex })
  | RelayReview
  | RelayUndoReview
  | CheckoutReview
  | RedemptionReview
  | PermitReview
  | PermitManyReview
  | AuthorizationReview
  | (ReviewBase & {
      readonly kind: 'unknown_structure';
      readonly primaryType: string;
      readonly domain: TypedDataStruct;
      readonly message: TypedDataStruct;
    })
  | (ReviewBase & { readonly kind: 'sign_in'; readonly message: SiweMessage })
  | (ReviewBase & { readonly kind: 'text'; readonly text: string })
  | (ReviewBase & { readonly kind: 'bytes'; readonly bytes: Hex });

type Signed = ReviewBase & { readonly chainId: number; readonly token: Token };
/** From when until when, both exclusive. */
type Window = { readonly validAfter: Date; readonly validBefore: Date };

/** A payment through the relay, with everything that its nonce commits to. */
export type RelayReview = Signed &
  Window & {
    readonly kind: 'relay_payment';
    readonly from: Address;
    readonly to: Address;
    readonly amount: Money<TokenAssetId>;
    readonly fee: Money<TokenAssetId>;
    readonly total: Money<TokenAssetId>;
    readonly feeReceiver: Address;
    readonly reference: Hex;
    readonly relay: Address;
    readonly salt: Hex;
    /** Recomputed from all of the above. */
    readonly nonce: Hex;
  };
/** The end of a payment through the relay before it was carried out: nothing moves, and that payment never can. */
export type RelayUndoReview = Signed & {
  readonly kind: 'relay_undo';
  readonly from: Address;
  /** Whom the payment was for, and what they would have got. */
  readonly payee: Address;
  readonly amount: Money<TokenAssetId>;
  /** Recomputed from the payment's terms. */
  readonly nonce: Hex;
};
/** A payment of a payment request through the checkout, or its refund, with everything that its nonce commits to. */
export type CheckoutReview = Signed &
  Window & {
    readonly kind: 'checkout_payment' | 'checkout_refund';
    /** Who signs and pays `total`: the payer, or the payee who gives a payment back. */
    readonly from: Address;
    /** Who gets `amount`. */
    readonly to: Address;
    readonly amount: Money<TokenAssetId>;
    readonly fee: Money<TokenAssetId>;
    readonly total: Money<TokenAssetId>;
    readonly feeReceiver: Address;
    /** What the request asks for in all, and before when it can be paid. */
    readonly price: Money<TokenAssetId>;
    readonly payableBefore: Date;
    /** The request's name on chain, recomputed from who asks for which price of which token before when. */
    readonly reference: Hex;
    readonly checkout: Address;
    readonly salt: Hex;
    /** Recomputed from all of the above. */
    readonly nonce: Hex;
  };
export type RedemptionReview = Signed &
  Window & {
    readonly kind: 'redemption';
    readonly holder: Address;
    readonly reference: Hex;
    readonly amount: Money<TokenAssetId>;
  };
export type PermitReview = Signed & {
  readonly kind: 'permit';
  readonly owner: Address;
  readonly spender: Address;
  readonly amount: Money<TokenAssetId>;
  readonly deadline: Date;
};
/** Allowances that the Permit2 contract hands out, of one token or several. */
export type PermitManyReview = ReviewBase & {
  readonly kind: 'permit_many';
  readonly chainId: number;
  readonly spender: Address;
  readonly grants: readonly { readonly token: Token; readonly amount: Money<TokenAssetId> }[];
  /** When the last of it ends. */
  readonly until: Date;
};
/** An EIP-3009 authorization without the terms behind its nonce. */
export type AuthorizationReview = Signed &
  Window & {
    readonly kind: 'authorization';
    readonly from: Address;
    readonly to: Address;
    readonly amount: Money<TokenAssetId>;
    readonly nonce: Hex;
  };

/** EIP-20 callers write "no limit" as the highest number, or the highest of fewer bits. */
export const unlimitedFrom = 2n ** 95n;

/** Finds a chain of the deployment. */
export function findChain({ chains }: ReviewContext, chainId: number): ReviewChain | undefined {
  return chains.find((chain) => chain.chainId === chainId);
}

/** What is wrong with a recipient, whoever else it may be. */
export function judgeRecipient(chain: ReviewChain | undefined, to: Address): Conditions {
  const isZero = isAddressEqual(to, zeroAddress);
  return {
    recipient_is_zero: isZero,
    recipient_is_burn: !isZero && isBurnAddress(to),
    recipient_is_token: [...(chain?.tokens ?? []), ...(chain?.added ?? [])].some(({ address }) =>
      isAddressEqual(address, to),
    ),
  };
}

// Precompiled contracts have low numbers (EIP-1352 keeps 0 to 0xffff for them); the others are chosen for their looks.
const burnPattern =
  /^0x(?:0{36}[0-9a-f]{4}|0{36}dead|dead0{36}|dead0{12}42069420694206942069|(?:dead){10}|e{40}|f{40})$/;

function isBurnAddress(address: Address): boolean {
  return burnPattern.test(address.toLowerCase());
}

/** Looks a token up in the chain's list. */
export function findToken(
  chain: ReviewChain | undefined,
  address: Address,
): { readonly address: Address; readonly listed?: ReviewToken } {
  const listed = chain?.tokens.find((token) => isAddressEqual(token.address, address));
  return listed ? { address, listed } : { address };
}

/** Looks a token up in the chain's list, and then among those that the person has added. */
export function findAnyToken({ chains }: ReviewContext, chain: ReviewChain | undefined, address: Address): Token {
  const found = findToken(chain, address);
  const added = found.listed ? undefined : chain?.added?.find((token) => isAddressEqual(token.address, address));
  if (!added) return found;
  const listed = chains.flatMap(({ tokens, coin }) => [...tokens, ...(coin === undefined ? [] : [{ symbol: coin }])]);
  const takes = findTakenName(added, listed);
  return { address, added, ...(takes ? { takes } : {}) };
}

/** Whether a contract is the deployment's own of that kind on a chain. */
export function isOwnContract(chain: ReviewChain | undefined, kind: 'relay' | 'checkout', address: Address): boolean {
  const own = chain?.[kind];
  return own !== undefined && own !== null && isAddressEqual(own, address);
}
