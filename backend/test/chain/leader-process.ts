/** A process of its own that leads a test chain, so that tests can kill it at a named place. Its argument is JSON. */
import type { Chain } from '@feiqian/domain/chains';
import type { Hex } from 'viem';
import { createChains } from '../../src/chain/chains.ts';
import type { SenderSettings } from '../../src/chain/sender.ts';
import { armFailpoint, armPause } from '../../src/database/failpoint.ts';
import { openPool } from '../../src/database/pool.ts';

/** What the parent hands over. */
export type LeaderOrder = {
  readonly databaseUrl: string;
  readonly chain: Chain;
  readonly rpcUrl: string;
  readonly issuerKey: Hex;
  readonly relayerKey: Hex;
  readonly failAt?: string;
  /** Where it stops until it is woken. */
  readonly pauseAt?: string;
  readonly settings: Partial<Omit<SenderSettings, 'maxFeePerGasMax'>>;
};

const order = JSON.parse(process.argv[2] ?? '{}') as LeaderOrder;
if (order.pauseAt === undefined) armFailpoint(order.failAt);
else armPause(order.pauseAt);
const pool = openPool({ url: order.databaseUrl, name: 'leader', onIdleError: () => undefined });
const log = {
  info: (_facts: object, message: string) => void process.stdout.write(`${message}\n`),
  warn: () => undefined,
  error: () => undefined,
};
const chains = createChains({
  pool,
  chains: [order.chain],
  rpcUrls: new Map([[order.chain.chainId, [order.rpcUrl]]]),
  issuerKey: order.issuerKey,
  relayerKey: order.relayerKey,
  settings: order.settings,
  leaseMs: 500,
  log,
  onEnded: async ({ id, state }) => void process.stdout.write(`ended ${id} ${state}\n`),
});
await chains.start();
process.stdout.write('started\n');
process.once('SIGTERM', () => {
  void chains.stop().then(() => pool.end());
});
