import type { Chain } from '@feiqian/domain/chains';
import { AppError } from '@feiqian/domain/errors';
import type { Hex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import type { Pool } from '../database/pool.ts';
import type { ChainAccess } from './access.ts';
import type { EndedTransaction } from './follow-up.ts';
import { paceDefault, type WatchPace } from './head-watch.ts';
import { type ChainListener, createLeader, type Leader } from './leader.ts';
import { type Listener, listen } from './listen.ts';
import type { ChainLog } from './log.ts';
import { createRpc } from './rpc.ts';
import { type SenderSettings, senderSettingsDefault } from './sender.ts';

/** What the chains of a deployment need. */
export type ChainsOptions = ChainListener & {
  readonly pool: Pool;
  readonly chains: readonly Chain[];
  /** JSON-RPC addresses of each chain, in order of preference. */
  readonly rpcUrls: ReadonlyMap<number, readonly string[]>;
  readonly issuerKey: Hex;
  readonly relayerKey: Hex;
  readonly log: ChainLog;
  /** Books how a transaction of ours ended; told at least once, and again until it resolves. */
  readonly onEnded: (ended: EndedTransaction) => Promise<void>;
  readonly settings?: Partial<SenderSettings>;
  readonly pace?: Partial<WatchPace>;
  /** How long a leader that says nothing stays leader, milliseconds. */
  readonly leaseMs?: number;
};

/** Every chain of a deployment. */
export type Chains = {
  readonly list: () => readonly ChainAccess[];
  /** @throws {AppError} CHAIN_UNKNOWN. */
  readonly get: (chainId: number) => ChainAccess;
  /** Begins to follow and to send, here or in another replica. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** Whether this process leads a chain. */
  readonly isLeading: (chainId: number) => boolean;
};

const leaseMsDefault = 3_000;

/** Makes the chains of a deployment; nothing is read or sent before `start`. */
export function createChains(options: ChainsOptions): Chains {
  const issuer = privateKeyToAccount(options.issuerKey);
  const relayer = privateKeyToAccount(options.relayerKey);
  const members = new Map<number, { access: ChainAccess; leader: Leader }>();
  for (const chain of options.chains) {
    const rpc = createRpc({ urls: options.rpcUrls.get(chain.chainId) ?? [] });
    const access = {
      chain,
      rpc,
      database: options.pool,
      senders: { issuer: issuer.address, relayer: relayer.address },
    };
    const leader = createLeader({
      ...options,
      chain,
      rpc,
      signers: [issuer, relayer],
      settings: { ...senderSettingsDefault, ...options.settings },
      pace: { ...paceDefault, ...options.pace },
      leaseMs: options.leaseMs ?? leaseMsDefault,
    });
    members.set(chain.chainId, { access, leader });
  }
  let listener: Listener | undefined;

  const onNotice = (notice?: { readonly channel: string; readonly payload: string }) => {
    for (const [chainId, { leader }] of members) {
      if (notice?.channel !== 'chain_work') leader.noteAddresses();
      if (notice?.channel !== 'chain_address' && (!notice || notice.payload === `${chainId}`)) leader.wake();
    }
  };

  return {
    list: () => [...members.values()].map(({ access }) => access),
    get(chainId) {
      const member = members.get(chainId);
      if (!member) throw new AppError('CHAIN_UNKNOWN', 'This deployment does not have that chain.');
      return member.access;
    },
    async start() {
      listener = await listen(options.pool, ['chain_work', 'chain_address'], onNotice);
      for (const { leader } of members.values()) leader.start();
    },
    async stop() {
      await listener?.close();
      await Promise.all(
        [...members.values()].map(async ({ leader, access }) => {
          const stopped = leader.stop();
          // What it still waits for is not worth waiting for.
          access.rpc.close();
          await stopped;
        }),
      );
    },
    isLeading: (chainId) => members.get(chainId)?.leader.isLeading() ?? false,
  };
}
