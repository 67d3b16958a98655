import { type Balances, balancesResponse } from '@feiqian/domain/api/chain';
import type { Address } from 'viem';
import type { RegisterRoutes } from '../app.ts';
import { requirePrincipal } from '../http/principal.ts';

type Deps = {
  /** Cash that the person can spend and cash that is reserved, by currency. */
  readonly readCash: (userId: string) => Promise<Balances['cash']>;
  readonly listAddresses: (userId: string) => Promise<readonly Address[]>;
  /** What the addresses hold on chain now, of listed tokens and of those that the person has added; a chain that does not answer is named and not guessed. */
  readonly readOnChain: (
    userId: string,
    addresses: readonly Address[],
  ) => Promise<Pick<Balances, 'onChain' | 'unavailable'>>;
  /** What the addresses have promised to payments that can still be undone. */
  readonly readHeld: (userId: string) => Promise<Balances['held']>;
};

/** `GET /v1/balances`: what the operator owes a person, and what the person's own addresses hold. */
export function registerBalanceRoutes({ readCash, listAddresses, readOnChain, readHeld }: Deps): RegisterRoutes {
  return (app) => {
    app.get(
      '/v1/balances',
      { schema: { tags: ['balances'], summary: 'Cash and on-chain balances', response: { 200: balancesResponse } } },
      async (request) => {
        const { userId } = requirePrincipal(request);
        const [cash, onChain, held] = await Promise.all([
          readCash(userId),
          listAddresses(userId).then((addresses) => readOnChain(userId, addresses)),
          readHeld(userId),
        ]);
        return { cash, held, ...onChain };
      },
    );
  };
}
