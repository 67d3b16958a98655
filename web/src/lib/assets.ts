import { type AssetWire, type Chains, type ChainWire, chainsResponse } from '@feiqian/domain/api/chain';
import { addedTokensResponse } from '@feiqian/domain/api/tokens';
import { AppError } from '@feiqian/domain/errors';
import { queryOptions, useQuery, useSuspenseQueries } from '@tanstack/react-query';
import type { Language } from '../i18n/language.ts';
import { useLanguage } from '../i18n/language-context.tsx';
import { getJson } from './http.ts';

const chainsEveryMs = 30_000;

/** Chains, tokens and cash of this deployment, and whether the service sees each chain just now. */
export const chainsQuery = queryOptions({
  queryKey: ['chains'] as const,
  queryFn: ({ signal }) => getJson('/v1/chains', chainsResponse, signal),
  staleTime: chainsEveryMs,
  refetchInterval: chainsEveryMs,
});

/** Tokens that the person has added by hand. */
export const addedTokensQuery = queryOptions({
  queryKey: ['tokens'] as const,
  queryFn: async ({ signal }) => (await getJson('/v1/tokens', addedTokensResponse, signal)).tokens,
  staleTime: chainsEveryMs,
});

/** Whether nobody has checked what an asset says of itself: a token that was added by hand. */
export const isUnverified = ({ verified }: AssetWire): boolean => verified === false;

/** Ids of the tokens among some assets that were added by hand. */
export const listAddedIds = ({ assets }: Pick<AssetBook, 'assets'>): readonly string[] =>
  assets.filter(isUnverified).map(({ id }) => id);

/** The assets of a deployment and how to find one. */
export type AssetBook = {
  readonly chains: readonly ChainWire[];
  /** Those of the deployment, and after them those that the person has added. */
  readonly assets: readonly AssetWire[];
  /** Whether cash and tokens are exchanged here. */
  readonly bridge: boolean;
  /** @throws {AppError} ASSET_UNKNOWN when the deployment does not have it. */
  readonly get: (id: string) => AssetWire;
  readonly find: (id: string) => AssetWire | undefined;
  /** The token at par with a currency, or the currency that a token is at par with; undefined when there is none. */
  readonly findPar: (id: string) => AssetWire | undefined;
  /** @throws {AppError} CHAIN_UNKNOWN */
  readonly getChain: (chainId: number) => ChainWire;
};

/** Makes the answer of the service searchable. */
export function createAssetBook({ chains, assets, bridge }: Omit<Chains, 'mail'>): AssetBook {
  const find = (id: string) => assets.find((asset) => asset.id === id);
  return {
    chains,
    assets,
    bridge,
    find,
    get: (id) => {
      const asset = find(id);
      if (!asset) throw new AppError('ASSET_UNKNOWN', 'The deployment does not have that asset.');
      return asset;
    },
    findPar: (id) => {
      const asset = find(id);
      if (asset?.kind === 'token') return asset.cash === undefined ? undefined : find(asset.cash);
      return assets.find((candidate) => candidate.kind === 'token' && candidate.cash === id);
    },
    getChain: (chainId) => {
      const chain = chains.find((candidate) => candidate.chainId === chainId);
      if (!chain) throw new AppError('CHAIN_UNKNOWN', 'The deployment does not have that chain.');
      return chain;
    },
  };
}

/** The assets of this deployment; waits for them the first time. */
export function useAssetBook(): AssetBook {
  const language = useLanguage();
  const [chains, added] = useSuspenseQueries({ queries: [chainsQuery, addedTokensQuery] });
  return createAssetBook(withAdded(nameChains(chains.data, language), added.data));
}

/** The assets of this deployment if they are known; for screens that must work while the service cannot be reached. */
export function useAssetBookIfKnown(): AssetBook | undefined {
  const { data } = useQuery(chainsQuery);
  const { data: added } = useQuery(addedTokensQuery);
  const language = useLanguage();
  return data && createAssetBook(withAdded(nameChains(data, language), added ?? []));
}

function withAdded(answer: Chains, added: readonly AssetWire[]): Chains {
  return { ...answer, assets: [...answer.assets, ...added] };
}

const localChainId = 31_337;
const localChainNames = { zh: '本地链', en: 'Local chain' } as const satisfies Record<Language, string>;

// Public chains have one name in every language; ours on this machine is described by its.
function nameChains(answer: Chains, language: Language): Chains {
  const chains = answer.chains.map((chain) =>
    chain.chainId === localChainId ? { ...chain, name: localChainNames[language] } : chain,
  );
  return { ...answer, chains };
}
