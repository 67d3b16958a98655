/** The part of the service that moves money through gateways, wired as the service wires it: over HTTP, with its jobs, on a real database. */
import type { AddressInfo } from 'node:net';
import { listAssets } from '@feiqian/domain/chains';
import type { Address } from 'viem';
import { buildApp } from '../../src/app.ts';
import { createFindPerson, readPersonName } from '../../src/cash-transfers/store.ts';
import { createConversionService } from '../../src/conversions/service.ts';
import { createConversionStore } from '../../src/conversions/store.ts';
import { runJobs } from '../../src/database/jobs.ts';
import { openPool, type Pool } from '../../src/database/pool.ts';
import { createSealer } from '../../src/database/sealed.ts';
import { type CheckDelays, createAttemptStore } from '../../src/gateways/attempts.ts';
import { createEventStore } from '../../src/gateways/events.ts';
import { createGatewayFollower, type GatewayFollower } from '../../src/gateways/follow.ts';
import type { Gateway } from '../../src/gateways/gateway.ts';
import { createGatewayRegistry } from '../../src/gateways/registry.ts';
import { registerGatewayRoutes } from '../../src/gateways/routes.ts';
import { createAnswerOnce } from '../../src/http/idempotency.ts';
import { createFindPrincipal } from '../../src/identity/sessions.ts';
import { createLedger, type Ledger } from '../../src/ledger/ledger.ts';
import { registerStaffRoutes } from '../../src/staff/routes.ts';
import { createStaffService } from '../../src/staff/service.ts';
import { createStaffStore } from '../../src/staff/store.ts';
import { registerTopUpRoutes } from '../../src/top-ups/routes.ts';
import { createTopUpService, type TopUpService } from '../../src/top-ups/service.ts';
import { createTopUpStore } from '../../src/top-ups/store.ts';
import { registerWithdrawalRoutes } from '../../src/withdrawals/routes.ts';
import { createWithdrawalService } from '../../src/withdrawals/service.ts';
import { createWithdrawalStore } from '../../src/withdrawals/store.ts';
import { keepSweeping } from './keep-sweeping.ts';

export const CNY = 'iso4217:CNY';
export const chainId = 31337;
/** Of the local test token; nothing is sent there. */
export const tokenAddress: Address = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
export const sessionCookie = 'feiqian';

/** A running service. */
export type PaymentsService = {
  readonly url: string;
  readonly pool: Pool;
  readonly ledger: Ledger;
  readonly topUps: TopUpService;
  readonly follower: GatewayFollower;
  /** Failures of jobs, newest last. */
  readonly jobFailures: readonly unknown[];
  /** Notifications that were not believed, by reason. */
  readonly refused: readonly string[];
  readonly close: () => Promise<void>;
};

/** How a test wants the service. */
export type PaymentsOptions = {
  readonly serviceUrl: string;
  readonly port: number;
  readonly gateway: Gateway;
  readonly delays?: CheckDelays;
  readonly payWithinMs?: number;
  readonly clock?: () => Date;
  readonly bridge?: boolean;
  /** Where payers come back to; the service itself when absent. */
  readonly returnOrigin?: string;
  /** Whether jobs run and orders are swept; without, a test follows orders by hand. */
  readonly hasJobs?: boolean;
};

const sweepMs = 200;
const quickDelays: CheckDelays = { minMs: 150, maxMs: 1000, tailMs: 60_000 };
const key = Buffer.alloc(32, 7);

/** Chains, tokens and the account that issues them, as configured. */
const assets = listAssets([
  {
    chainId,
    name: 'Local',
    native: { symbol: 'ETH', decimals: 18 },
    finality: { kind: 'depth', blocks: 3 },
    ephemeral: true,
    tokens: [{ symbol: 'CNYF', name: 'Feiqian Yuan', address: tokenAddress, decimals: 6, cash: CNY }],
    relay: '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
    startBlock: 0,
  },
]);

export async function startPayments(options: PaymentsOptions): Promise<PaymentsService> {
  const {
    serviceUrl,
    port,
    gateway,
    delays = quickDelays,
    payWithinMs,
    clock = () => new Date(),
    hasJobs = true,
  } = options;
  const pool = openPool({ url: serviceUrl, name: 'payments test', onIdleError: () => undefined });
  const ledger = createLedger({ pool });
  const [jobFailures, refused]: [unknown[], string[]] = [[], []];
  const registry = createGatewayRegistry([gateway]);
  const [attempts, events] = [createAttemptStore(pool), createEventStore(pool)];
  const { prepareIssue } = wireConversions({ pool, ledger, clock, bridge: options.bridge ?? true });
  const returnUrl = (id: string) => `${options.returnOrigin ?? `http://127.0.0.1:${port}`}/top-ups/${id}`;
  const topUps = createTopUpService({
    ...{
      ledger,
      database: pool,
      store: createTopUpStore(pool),
      attempts,
      registry,
      prepareIssue,
      returnUrl,
      clock,
      delays,
    },
    ...(payWithinMs === undefined ? {} : { payWithinMs }),
  });
  const withdrawals = createWithdrawalService({
    ledger,
    store: createWithdrawalStore(pool),
    attempts,
    registry,
    sealer: createSealer(key),
    clock,
    delays,
  });
  const { followPayment, followUnknown } = topUps;
  const follower = createGatewayFollower({
    database: pool,
    attempts,
    events,
    followPayment,
    followUnknownPayment: followUnknown,
    followUnknownPayout: withdrawals.followUnknown,
    followPayout: withdrawals.followPayout,
    clock,
    forgottenMs: 1000,
  });
  const answers = createAnswerOnce({ database: pool, hashKey: key });
  const app = await buildApp({
    logger: false,
    publicUrl: `http://127.0.0.1:${port}`,
    webFolder: '/nowhere',
    sessionCookie,
    findPrincipal: createFindPrincipal(pool),
    // Hundreds of stories ask from one address.
    requestsPerMinuteMax: 1_000_000,
    routes: [
      registerGatewayRoutes({ registry, events, onRefused: (_gateway, reason) => refused.push(reason) }),
      registerTopUpRoutes({ service: topUps, answers }),
      registerWithdrawalRoutes({ service: withdrawals, answers }),
      registerStaffRoutes({ service: wireStaff({ pool, ledger, clock }), answers }),
    ],
    probe: async () => ({ ready: true, parts: {} }),
  });
  await app.listen({ host: '127.0.0.1', port });
  const tasks = { ...follower.tasks, ...topUps.tasks };
  const jobs = hasJobs
    ? await runJobs({ pool, tasks, concurrency: 4, onFailure: (_task, error) => jobFailures.push(error) })
    : undefined;
  const onFailure = (error: unknown) => void jobFailures.push(error);
  const stopSweep = hasJobs
    ? keepSweeping({ sweeps: [follower.sweep, topUps.sweep], intervalMs: sweepMs, onFailure })
    : async () => undefined;
  return {
    url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    pool,
    ledger,
    topUps,
    follower,
    jobFailures,
    refused,
    async close() {
      await app.close();
      await stopSweep();
      await jobs?.stop();
      await ledger.close();
      await pool.end();
    },
  };
}

function wireStaff({
  pool,
  ledger,
  clock,
}: {
  readonly pool: Pool;
  readonly ledger: Ledger;
  readonly clock: () => Date;
}) {
  const findPerson = createFindPerson(pool);
  return createStaffService({
    ledger,
    store: createStaffStore(pool),
    attempts: createAttemptStore(pool),
    findPerson: async (query) => findPerson(readPersonName(query)),
    clock,
  });
}

function wireConversions({
  pool,
  ledger,
  clock,
  bridge,
}: {
  readonly pool: Pool;
  readonly ledger: Ledger;
  readonly clock: () => Date;
  readonly bridge: boolean;
}) {
  const issuer: Address = '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359';
  const noChain = () => Promise.reject(new Error('There is no chain in this test.'));
  return createConversionService({
    ledger,
    store: createConversionStore(pool),
    assets,
    bridge,
    issuer,
    relayer: issuer,
    clock,
    findAddressOwner: async (address) =>
      (await pool.query<{ user_id: string }>('SELECT user_id FROM addresses WHERE address = $1', [address])).rows[0]
        ?.user_id,
    simulate: noChain,
    isIssued: noChain,
  });
}
