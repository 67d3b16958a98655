import type { Address } from 'viem';
import type { RegisterRoutes } from '../app.ts';
import type { Chains } from '../chain/chains.ts';
import { tryCall } from '../chain/trial.ts';
import { registerSimulationRoutes } from '../simulations/routes.ts';
import { createSimulationService } from '../simulations/service.ts';
import type { Foundation } from './foundation.ts';

/** What helps people to judge what they are about to sign. */
export function composeSafety({ identityStore }: Foundation, chains: Chains): readonly RegisterRoutes[] {
  const listAddresses = async (userId: string) =>
    (await identityStore.listAddresses(userId)).map(({ address }) => address as Address);
  const simulations = createSimulationService({
    listAddresses,
    tryCall: (chainId, call) => tryCall(chains.get(chainId), call),
  });
  return [registerSimulationRoutes({ service: simulations })];
}
