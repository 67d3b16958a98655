import { AppError } from '@feiqian/domain/errors';
import type { Asset, Chain, Deployment } from './service.ts';

/** The assets of a deployment and how to find one. */
export type Assets = {
  /** @throws {AppError} ASSET_UNKNOWN when the deployment does not have it. */
  readonly get: (id: string) => Asset;
  /** The chain of a token. @throws {AppError} CHAIN_UNKNOWN. */
  readonly getChain: (chainId: number | undefined) => Chain;
};

export function createAssets({ assets, chains }: Deployment): Assets {
  return {
    get: (id) => {
      const asset = assets.find((one) => one.id === id);
      if (!asset) throw new AppError('ASSET_UNKNOWN', 'The deployment does not have that asset.');
      return asset;
    },
    getChain: (chainId) => {
      const chain = chains.find((one) => one.chainId === chainId);
      if (!chain) throw new AppError('CHAIN_UNKNOWN', 'The deployment does not have that chain.');
      return chain;
    },
  };
}
