import type { Address } from 'viem';
import type { RegisterRoutes } from '../app.ts';
import { registerApprovalRoutes } from '../approvals/routes.ts';
import { createApprovalService } from '../approvals/service.ts';
import { createApprovalStore } from '../approvals/store.ts';
import { requireFollowed } from '../chain/access.ts';
import { broadcastAll } from '../chain/broadcast.ts';
import type { Chains } from '../chain/chains.ts';
import { preflight } from '../chain/preflight.ts';
import { tryCall } from '../chain/trial.ts';
import { registerSimulationRoutes } from '../simulations/routes.ts';
import { createSimulationService } from '../simulations/service.ts';
import type { Foundation } from './foundation.ts';

/** What helps people to judge what they are about to sign. */
export function composeSafety({ identityStore, pool }: Foundation, chains: Chains): readonly RegisterRoutes[] {
  const listAddresses = async (userId: string) =>
    (await identityStore.listAddresses(userId)).map(({ address }) => address as Address);
  const simulations = createSimulationService({
    listAddresses,
    tryCall: (chainId, call) => tryCall(chains.get(chainId), call),
  });
  const approvals = createApprovalService({
    store: createApprovalStore(pool),
    listChains: () => chains.list(),
    getEpoch: async (chainId) => (await requireFollowed(chains.get(chainId))).epoch,
    listAddresses,
    preflight: (chainId, sender, call) => preflight(chains.get(chainId), sender, call, 'pending'),
    broadcast: async (chainId, raw, hash) =>
      (await broadcastAll(chains.get(chainId).rpc, [{ raw, hash }]))[0] ?? 'refused',
  });
  return [registerSimulationRoutes({ service: simulations }), registerApprovalRoutes({ service: approvals })];
}
