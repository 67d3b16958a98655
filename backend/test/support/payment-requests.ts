/** Payment requests for tests in which no chain is followed: what people sign is taken on and goes nowhere. */
import { type Chain, listAssets } from '@feiqian/domain/chains';
import { toAmount } from '@feiqian/domain/money';
import type { Address } from 'viem';
import { createCarrier } from '../../src/chain/carrier.ts';
import type { Pool } from '../../src/database/pool.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { postUnwatched } from '../../src/ledger/watched.ts';
import type { Deps } from '../../src/payment-requests/deps.ts';
import { createRefundStore } from '../../src/payment-requests/refund-store.ts';
import { createPaymentRequestStore } from '../../src/payment-requests/store.ts';

export const publicUrl = 'http://localhost:8080';
export const relayer: Address = '0xe38EEe71bd9fD39A63B9a7f6aA36F0Bd91B64bb0';
/** A configured chain that no node has. */
export const idleChain: Chain = {
  chainId: 31_337,
  name: 'Local',
  native: { symbol: 'ETH', decimals: 18 },
  finality: { kind: 'depth', blocks: 3 },
  ephemeral: true,
  tokens: [
    {
      symbol: 'CNYF',
      name: 'Feiqian CNY',
      address: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
      decimals: 6,
      cash: 'iso4217:CNY',
    },
  ],
  relay: '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
  checkout: '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
  startBlock: 0,
};
export const idleAssets = listAssets([idleChain]);

/** What payment requests stand on, with addresses that count as their owners'. */
export function createIdleDeps({
  pool,
  ledger,
  clock = () => new Date(),
  findAddressOwner,
  returnUrls = [],
  postWatched = postUnwatched(ledger),
}: {
  readonly pool: Pool;
  readonly ledger: Ledger;
  readonly clock?: () => Date;
  readonly findAddressOwner: Deps['findAddressOwner'];
  /** Where anybody may send payers back to. */
  readonly returnUrls?: readonly string[];
  readonly postWatched?: Deps['postWatched'];
}): Deps {
  return {
    ledger,
    postWatched,
    store: createPaymentRequestStore(pool),
    refunds: createRefundStore(pool),
    assets: idleAssets,
    chains: [idleChain],
    publicUrl,
    clock,
    findAddressOwner,
    carrier: createCarrier({
      database: pool,
      relayer,
      simulate: async () => undefined,
      getEpoch: async () => 1,
    }),
    relayer,
    fee: toAmount(20_000n),
    minedMax: toAmount(20_000n),
    isReturnUrl: async (_payeeId, url) => returnUrls.includes(url),
  };
}

/** For routes of a test without a gateway. */
export const noGateway = (): Promise<never> => Promise.reject(new Error('There is no gateway in this test.'));

/** Reads somebody's handle. */
export const createGetHandle = (pool: Pool) => async (id: string) =>
  (await pool.query<{ handle: string }>('SELECT handle FROM users WHERE id = $1', [id])).rows[0]?.handle ?? '';
