import { type AddedTokenWire, addedTokensMax } from '@feiqian/domain/api/tokens';
import { toTokenAssetId } from '@feiqian/domain/assets';
import { type Chain, listContracts } from '@feiqian/domain/chains';
import { AppError } from '@feiqian/domain/errors';
import type { Address } from 'viem';
import type { AddOutcome, TokenStore } from './store.ts';

/** A token contract by its place. */
export type TokenPlace = { readonly chainId: number; readonly address: Address };

type Deps = {
  readonly store: TokenStore;
  /** @throws {AppError} CHAIN_UNKNOWN. */
  readonly getChain: (chainId: number) => Chain;
  /** What a contract says of itself. @throws {AppError} TOKEN_INVALID, CHAIN_UNAVAILABLE. */
  readonly readFacts: (place: TokenPlace) => Promise<Pick<AddedTokenWire, 'symbol' | 'name' | 'decimals'>>;
};

// A node takes only so many contracts in one question.
const chainTokensMax = 1_000;

/** Tokens that people add by hand, because the operator does not list them. */
export type TokenService = ReturnType<typeof createTokenService>;

export function createTokenService({ store, getChain, readFacts }: Deps) {
  /** @throws {AppError} CHAIN_UNKNOWN, TOKEN_LISTED, TOKEN_INVALID, CHAIN_UNAVAILABLE. */
  const lookUp = async (place: TokenPlace): Promise<AddedTokenWire> => {
    const chain = getChain(place.chainId);
    if (chain.tokens.some(({ address }) => address === place.address))
      throw new AppError('TOKEN_LISTED', 'This token is listed and needs not be added.');
    if (listContracts(chain).includes(place.address))
      throw new AppError('TOKEN_INVALID', 'This is a contract of the deployment.', { details: { reason: 'no token' } });
    const facts = await readFacts(place);
    return { id: toTokenAssetId(place.chainId, place.address), kind: 'token', ...place, ...facts, verified: false };
  };
  return {
    lookUp,

    /** What a person has added; what the operator lists by now is left out. */
    async list(userId: string): Promise<AddedTokenWire[]> {
      return (await store.list(userId)).filter(({ chainId, address }) => {
        const chain = findChain(getChain, chainId);
        return chain !== undefined && !chain.tokens.some((listed) => listed.address === address);
      });
    },

    /** @throws {AppError} TOKENS_TOO_MANY, CHAIN_TOKENS_TOO_MANY, and what {@link lookUp} throws. */
    async add(userId: string, place: TokenPlace): Promise<AddedTokenWire> {
      const token = await lookUp(place);
      check(await store.add(userId, token, { person: addedTokensMax, chain: chainTokensMax }));
      // As it was when it was first added.
      return (await store.list(userId)).find(({ id }) => id === token.id) ?? token;
    },

    /** One that is not there is removed already. */
    remove: (userId: string, { chainId, address }: TokenPlace): Promise<void> =>
      store.remove(userId, toTokenAssetId(chainId, address)),
  };
}

/** A chain that the operator has taken out of the configuration is not there; what was added on it waits. */
function findChain(getChain: Deps['getChain'], chainId: number): Chain | undefined {
  try {
    return getChain(chainId);
  } catch {
    return undefined;
  }
}

function check(outcome: AddOutcome): void {
  if (outcome === 'person_full')
    throw new AppError('TOKENS_TOO_MANY', 'No more tokens can be added.', { details: { max: `${addedTokensMax}` } });
  if (outcome === 'chain_full')
    throw new AppError('CHAIN_TOKENS_TOO_MANY', 'The service follows no more tokens on this chain.');
}
