/** The local chain of a running product, and the file that tells the service about it. */
import { writeFileSync } from 'node:fs';
import type { Chain } from '@feiqian/domain/chains';
import { type Address, getAddress } from 'viem';
import { hardhat } from 'viem/chains';
import { z } from 'zod';
import { stablecoins } from '../../../contracts/ignition/stablecoins.ts';
import { finalityDepth } from '../chain/finality-miner.ts';
import { inProject } from '../paths.ts';
import type { Embedding } from './embedding.ts';
import { notePort } from './ports.ts';

/** Where the chain is and what is on it. */
export type ChainAddress = {
  readonly rpcUrl: string;
  readonly chain: Chain;
  readonly description: string;
};

// Where tools expect a local chain; the next free one when it is taken.
const firstPort = 8545;

const address = z.string().transform((text): Address => getAddress(text));
const readySchema = z.object({
  rpcUrl: z.string(),
  port: z.number(),
  replayedCalls: z.number(),
  addresses: z.object({ usdf: address, cnyf: address, relay: address, checkout: address }),
});

/** Starts the chain's process, waits until the contracts are there, and writes the service's list of chains. */
export async function startChain({ folder, keys, children }: Embedding): Promise<ChainAddress> {
  const child = children.start({
    name: 'chain',
    args: [inProject('scripts/lib/chain/chain-process.ts')],
    env: {
      ...process.env,
      CHAIN_LOG: folder.chainLog,
      CHAIN_PORT: String(firstPort),
      CHAIN_DEPLOYMENTS: folder.deployments,
      ADMIN_KEY: keys.chain.admin,
      ISSUER_KEY: keys.chain.issuer,
      RELAYER_KEY: keys.chain.relayer,
    },
  });
  const ready = readySchema.parse(await child.ready());
  notePort(folder.ports, 'chain', ready.port);
  const chain = describeChain(ready.addresses);
  writeFileSync(folder.chains, `${JSON.stringify([chain], null, 2)}\n`);
  const past = ready.replayedCalls === 0 ? 'new' : `${ready.replayedCalls} calls replayed`;
  return { rpcUrl: ready.rpcUrl, chain, description: `${ready.rpcUrl}, ${past}` };
}

function describeChain({ usdf, cnyf, relay, checkout }: z.infer<typeof readySchema>['addresses']): Chain {
  return {
    chainId: hardhat.id,
    name: 'Local chain',
    native: { symbol: 'ETH', decimals: 18 },
    // The node calls its newest block final, which it is not: a reorg can be asked for.
    finality: { kind: 'depth', blocks: finalityDepth },
    ephemeral: true,
    tokens: [
      { ...stablecoins.usdf, address: usdf, decimals: 6 },
      { ...stablecoins.cnyf, address: cnyf, decimals: 6 },
    ],
    relay,
    checkout,
    startBlock: 0,
  };
}
