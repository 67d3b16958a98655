/** The part of the service that moves money through gateways, wired as the service wires it: over HTTP, with its jobs, on a real database. */
import { createHmac } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { Address } from 'viem';
import { buildApp } from '../../src/app.ts';
import { registerCashTransferRoutes } from '../../src/cash-transfers/routes.ts';
import { createCashTransferService } from '../../src/cash-transfers/service.ts';
import { createFindPerson, readPersonName } from '../../src/cash-transfers/store.ts';
import { composeMonitoring } from '../../src/compose/monitoring.ts';
import type { ConversionDeps } from '../../src/conversions/checks.ts';
import { registerConversionRoutes } from '../../src/conversions/routes.ts';
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
import type { PostWatched } from '../../src/ledger/watched.ts';
import { createSealRecipient } from '../../src/mail/dispatcher.ts';
import { createPostWatched } from '../../src/monitoring/guard.ts';
import { registerPayCodeRoutes } from '../../src/pay-codes/routes.ts';
import { createPayCodeService } from '../../src/pay-codes/service.ts';
import { createPayCodeStore } from '../../src/pay-codes/store.ts';
import { registerRefundRoutes } from '../../src/payment-requests/refund-routes.ts';
import { registerPaymentRequestRoutes } from '../../src/payment-requests/routes.ts';
import { createPaymentRequestService, createRefundService } from '../../src/payment-requests/service.ts';
import { registerPayoutRoutes } from '../../src/payouts/routes.ts';
import { createPayoutService, type PayoutService } from '../../src/payouts/service.ts';
import { createPayoutStore } from '../../src/payouts/store.ts';
import { registerStaffRoutes } from '../../src/staff/routes.ts';
import { createStaffService } from '../../src/staff/service.ts';
import { createStaffStore } from '../../src/staff/store.ts';
import { registerTopUpRoutes } from '../../src/top-ups/routes.ts';
import { createTopUpService, type TopUpService } from '../../src/top-ups/service.ts';
import { createTopUpStore } from '../../src/top-ups/store.ts';
import { registerWithdrawalRoutes } from '../../src/withdrawals/routes.ts';
import { createWithdrawalService } from '../../src/withdrawals/service.ts';
import { createWithdrawalStore } from '../../src/withdrawals/store.ts';
import { createGetHandle, createIdleDeps, idleAssets, idleChain } from '../support/payment-requests.ts';
import { keepSweeping } from './keep-sweeping.ts';

export const CNY = 'iso4217:CNY';
export const { chainId } = idleChain;
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
  readonly payouts: PayoutService;
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
/** What the service seals with. */
export const dataKey = Buffer.alloc(32, 7);
const key = dataKey;

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
  const bridge = options.bridge ?? true;
  const sealer = createSealer(key);
  const postWatched = createPostWatched({
    database: pool,
    ledger,
    assets: idleAssets,
    sealer,
    clock,
    sealRecipient: createSealRecipient(sealer),
  });
  const conversionDeps = wireConversions({ pool, ledger, postWatched, clock, bridge });
  const conversions = createConversionService(conversionDeps);
  const { prepareIssue, convert } = conversions;
  const origin = options.returnOrigin ?? `http://127.0.0.1:${port}`;
  const findAddressOwner = createFindAddressOwner(pool);
  const requestDeps = createIdleDeps({ pool, ledger, postWatched, clock, findAddressOwner });
  const paymentRequests = createPaymentRequestService(requestDeps);
  const topUps = createTopUpService({
    ...{
      ledger,
      database: pool,
      store: createTopUpStore(pool),
      attempts,
      registry,
      prepareIssue,
      returnUrl: ({ id, sale }) => `${origin}${sale ? `/pay/${sale.requestId}` : `/top-ups/${id}`}`,
      describeSale: paymentRequests.describeSale,
      bookSale: paymentRequests.bookSale,
      clock,
      delays,
    },
    ...(payWithinMs === undefined ? {} : { payWithinMs }),
  });
  const payCodes = createPayCodeService({
    ...{ store: createPayCodeStore(pool), hashKey: key, clock, currencies: new Set([CNY]) },
    getPayable: paymentRequests.getPayable,
    getRequest: paymentRequests.get,
    payByCash: paymentRequests.payByCash,
  });
  const withdrawalDeps = {
    ...{ ledger, postWatched, attempts, registry, sealer, clock, delays },
    store: createWithdrawalStore(pool),
    nameParty: (text: string) => createHmac('sha256', key).update(text).digest('hex'),
  };
  const withdrawals = createWithdrawalService(withdrawalDeps);
  const refundDeps = { ...requestDeps, attempts, registry, delays };
  const refunds = createRefundService(refundDeps);
  const payouts = createPayoutService({
    ...{ ledger, database: pool, store: createPayoutStore(pool), registry, sealer, assets: idleAssets, bridge, clock },
    findAddressOwner,
    beginWithdrawal: withdrawals.create,
    beginIssue: convert,
  });
  const answers = createAnswerOnce({ database: pool, hashKey: key });
  const staff = wireStaff({ pool, ledger, clock });
  const findPerson = createFindPerson(pool);
  const cashTransferDeps = {
    postWatched,
    currencies: new Set([CNY]),
    findPerson: async (query: string) => findPerson(readPersonName(query)),
  };
  const monitoring = composeMonitoring(
    { pool, ledger, sealer, clock, answers },
    {
      ...{ cashTransferDeps, withdrawalDeps, paymentRequestDeps: requestDeps, conversionDeps, refundDeps },
      requireStaff: staff.requireStaff,
      onReturned: payouts.hear,
    },
  );
  const { followPayment, followUnknown } = topUps;
  const follower = createGatewayFollower({
    database: pool,
    attempts,
    events,
    followPayment,
    followUnknownPayment: followUnknown,
    followUnknownPayout: withdrawals.followUnknown,
    followPayout: withdrawals.followPayout,
    followRefund: refunds.followRefund,
    followRefundsOf: refunds.followRefundsOf,
    clock,
    forgottenMs: 1000,
  });
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
      ...registerPaymentRequestRoutes({
        service: paymentRequests,
        answers,
        getHandle: createGetHandle(pool),
        createSale: topUps.createSale,
      }),
      registerPayCodeRoutes({ service: payCodes }),
      registerRefundRoutes({ service: refunds, answers }),
      registerPayoutRoutes({ service: payouts, answers }),
      registerStaffRoutes({ service: staff, answers }),
      registerCashTransferRoutes({ service: createCashTransferService(cashTransferDeps), answers }),
      registerConversionRoutes({ service: conversions, answers }),
      ...monitoring.routes,
    ],
    probe: async () => ({ ready: true, parts: {} }),
  });
  await app.listen({ host: '127.0.0.1', port });
  const tasks = { ...follower.tasks, ...topUps.tasks, ...payouts.tasks, ...monitoring.tasks };
  const jobs = hasJobs
    ? await runJobs({ pool, tasks, concurrency: 4, onFailure: (_task, error) => jobFailures.push(error) })
    : undefined;
  const onFailure = (error: unknown) => void jobFailures.push(error);
  const stopSweep = hasJobs
    ? keepSweeping({
        sweeps: [follower.sweep, topUps.sweep, paymentRequests.sweep, monitoring.sweep, payouts.sweep],
        intervalMs: sweepMs,
        onFailure,
      })
    : async () => undefined;
  return {
    url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    pool,
    ledger,
    topUps,
    follower,
    payouts,
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
  postWatched,
  clock,
  bridge,
}: {
  readonly pool: Pool;
  readonly ledger: Ledger;
  readonly postWatched: PostWatched;
  readonly clock: () => Date;
  readonly bridge: boolean;
}): ConversionDeps {
  const issuer: Address = '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359';
  const noChain = () => Promise.reject(new Error('There is no chain in this test.'));
  return {
    ledger,
    postWatched,
    store: createConversionStore(pool),
    assets: idleAssets,
    bridge,
    issuer,
    relayer: issuer,
    clock,
    findAddressOwner: createFindAddressOwner(pool),
    simulate: noChain,
    isIssued: noChain,
  };
}

const createFindAddressOwner = (pool: Pool) => async (address: Address) =>
  (await pool.query<{ user_id: string }>('SELECT user_id FROM addresses WHERE address = $1', [address])).rows[0]
    ?.user_id;
