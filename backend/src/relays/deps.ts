import type { Asset } from '@feiqian/domain/assets';
import type { Chain } from '@feiqian/domain/chains';
import type { Amount } from '@feiqian/domain/money';
import type { Address } from 'viem';
import type { Carrier } from '../chain/carrier.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { PostWatched } from '../ledger/watched.ts';
import type { RelayStore } from './store.ts';

/** What relaying needs. */
export type RelayDeps = {
  readonly ledger: Pick<Ledger, 'post'>;
  readonly postWatched: PostWatched;
  readonly store: RelayStore;
  readonly chains: readonly Chain[];
  readonly assets: readonly Asset[];
  /** Pays the network fee, and is paid the relay fee. */
  readonly relayer: Address;
  /** Base units of the token. */
  readonly fee: Amount;
  readonly clock: () => Date;
  readonly findAddressOwner: (address: Address) => Promise<string | undefined>;
  readonly carrier: Carrier;
};
