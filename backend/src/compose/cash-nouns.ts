import { createHmac } from 'node:crypto';
import type { RegisterRoutes } from '../app.ts';
import { registerCashTransferRoutes } from '../cash-transfers/routes.ts';
import { createCashTransferService, type Person } from '../cash-transfers/service.ts';
import { createFindPerson, readPersonName } from '../cash-transfers/store.ts';
import type { Task } from '../database/jobs.ts';
import { createAttemptStore, defaultCheckDelays } from '../gateways/attempts.ts';
import { createEventStore } from '../gateways/events.ts';
import { createGatewayFollower } from '../gateways/follow.ts';
import type { Gateway } from '../gateways/gateway.ts';
import { createGatewayRegistry, type GatewayRegistry } from '../gateways/registry.ts';
import { registerGatewayRoutes } from '../gateways/routes.ts';
import { createSandboxGateway } from '../gateways/sandbox/sandbox-gateway.ts';
import { voidExpired } from '../ledger/expired-pendings.ts';
import { registerPayCodeRoutes } from '../pay-codes/routes.ts';
import { createPayCodeService } from '../pay-codes/service.ts';
import { createPayCodeStore } from '../pay-codes/store.ts';
import { registerRefundRoutes } from '../payment-requests/refund-routes.ts';
import { registerPaymentRequestRoutes } from '../payment-requests/routes.ts';
import { createRefundService } from '../payment-requests/service.ts';
import { registerPayoutRoutes } from '../payouts/routes.ts';
import { createPayoutService, type PayoutService } from '../payouts/service.ts';
import { createPayoutStore } from '../payouts/store.ts';
import { registerStaffRoutes } from '../staff/routes.ts';
import { createStaffService } from '../staff/service.ts';
import { createStaffStore } from '../staff/store.ts';
import { registerTopUpRoutes } from '../top-ups/routes.ts';
import { createTopUpService } from '../top-ups/service.ts';
import { createTopUpStore } from '../top-ups/store.ts';
import { registerWithdrawalRoutes } from '../withdrawals/routes.ts';
import { createWithdrawalService, type WithdrawalService } from '../withdrawals/service.ts';
import { createWithdrawalStore } from '../withdrawals/store.ts';
import type { ChainNouns } from './chain-nouns.ts';
import type { Foundation } from './foundation.ts';
import { composeMonitoring } from './monitoring.ts';

/** What moves through gateways and inside the books. */
export type CashNouns = {
  readonly routes: readonly RegisterRoutes[];
  readonly tasks: Readonly<Record<string, Task>>;
  /** Plans again what a process that died may have forgotten. */
  readonly sweep: () => Promise<void>;
  /** Those that the operator gave credentials for. */
  readonly gateways: readonly Pick<Gateway, 'name' | 'title'>[];
  /** Whether somebody works for the operator. */
  readonly isStaff: (userId: string) => Promise<boolean>;
};

type CashSide = Pick<ChainNouns, 'conversions' | 'conversionDeps' | 'paymentRequests' | 'paymentRequestDeps'>;

export function composeCashNouns(foundation: Foundation, chainNouns: CashSide): CashNouns {
  const { pool, ledger, postWatched, clock, log, identityStore, assets, answers } = foundation;
  const { paymentRequests } = chainNouns;
  const gatewayNouns = composeGateways(foundation, chainNouns);
  const { registry, attempts, events, topUps, withdrawals, refunds, payouts, follower } = gatewayNouns;
  const currencies = new Set<string>(assets.filter(({ kind }) => kind === 'cash').map(({ id }) => id));
  const findPerson = composeFindPerson(foundation);
  const cashTransferDeps = { postWatched, currencies, findPerson };
  const cashTransfers = createCashTransferService(cashTransferDeps);
  const staffStore = createStaffStore(pool);
  const staff = createStaffService({ ledger, store: staffStore, attempts, findPerson, clock });
  const monitoring = composeMonitoring(foundation, {
    ...{ ...gatewayNouns, ...chainNouns, cashTransferDeps },
    requireStaff: staff.requireStaff,
    onReturned: payouts.hear,
  });
  const payCodes = createPayCodeService({
    store: createPayCodeStore(pool),
    hashKey: foundation.payCodeKey,
    clock,
    currencies,
    getPayable: (payeeId, id) => paymentRequests.getPayable(payeeId, id),
    getRequest: (id) => paymentRequests.get(id),
    payByCash: (...paying) => paymentRequests.payByCash(...paying),
  });
  const getHandle = async (id: string) => (await identityStore.findUser({ id }))?.handle ?? '';
  return {
    routes: [
      registerGatewayRoutes({
        registry,
        events,
        onRefused: (gateway, reason) => log.warn({ gateway, reason }, 'a notification was not believed'),
      }),
      registerTopUpRoutes({ service: topUps, answers }),
      registerWithdrawalRoutes({ service: withdrawals, answers }),
      registerPayoutRoutes({ service: payouts, answers }),
      registerCashTransferRoutes({ service: cashTransfers, answers }),
      ...registerPaymentRequestRoutes({
        service: paymentRequests,
        answers,
        getHandle,
        createSale: (selling) => topUps.createSale(selling),
      }),
      registerPayCodeRoutes({ service: payCodes }),
      registerRefundRoutes({ service: refunds, answers }),
      registerStaffRoutes({ service: staff, answers }),
      ...monitoring.routes,
    ],
    tasks: { ...follower.tasks, ...topUps.tasks, ...payouts.tasks, ...monitoring.tasks },
    async sweep() {
      await follower.sweep();
      await topUps.sweep();
      await paymentRequests.sweep();
      await monitoring.sweep();
      await payouts.sweep();
      await voidExpired({ database: pool, ledger });
    },
    gateways: registry.list(),
    isStaff: staffStore.isStaff,
  };
}

/** What moves through gateways, and what follows it there. */
function composeGateways(foundation: Foundation, { conversions, paymentRequests, paymentRequestDeps }: CashSide) {
  const { config, pool, ledger, postWatched, sealer, clock, partyKey } = foundation;
  const registry = createGatewayRegistry(openGateways(foundation));
  const attempts = createAttemptStore(pool);
  const events = createEventStore(pool);
  const delays = { ...defaultCheckDelays, minMs: config.GATEWAY_CHECK_MS };
  const topUps = createTopUpService({
    ledger,
    database: pool,
    store: createTopUpStore(pool),
    attempts,
    registry,
    prepareIssue: (input) => conversions.prepareIssue(input),
    // Who pays a request at a gateway comes back to its page.
    returnUrl: ({ id, sale }) => `${config.publicUrl}${sale ? `/pay/${sale.requestId}` : `/top-ups/${id}`}`,
    describeSale: (id, payerId) => paymentRequests.describeSale(id, payerId),
    bookSale: (paid) => paymentRequests.bookSale(paid),
    clock,
    delays,
    awaitingMs: config.SWEEP_MS * 2,
  });
  const withdrawalDeps = {
    ...{ ledger, postWatched, attempts, registry, sealer, clock, delays },
    store: createWithdrawalStore(pool),
    nameParty: (text: string) => createHmac('sha256', partyKey).update(text).digest('hex'),
  };
  const withdrawals = createWithdrawalService(withdrawalDeps);
  const refundDeps = { ...paymentRequestDeps, attempts, registry, delays };
  const refunds = createRefundService(refundDeps);
  const payouts = composePayouts(foundation, { registry, withdrawals, conversions });
  const follower = createGatewayFollower({
    database: pool,
    attempts,
    events,
    followPayment: topUps.followPayment,
    followPayout: async (attempt) => {
      const isAnswered = await withdrawals.followPayout(attempt);
      await payouts.hear(attempt.movementId);
      return isAnswered;
    },
    followRefund: refunds.followRefund,
    followRefundsOf: refunds.followRefundsOf,
    followUnknownPayment: topUps.followUnknown,
    followUnknownPayout: withdrawals.followUnknown,
    clock,
    forgottenMs: config.SWEEP_MS / 2,
  });
  return { registry, attempts, events, topUps, withdrawals, withdrawalDeps, refunds, refundDeps, payouts, follower };
}

type Payers = Pick<ChainNouns, 'conversions'> & {
  readonly registry: GatewayRegistry;
  readonly withdrawals: WithdrawalService;
};

/** Paying out by rule: a rule's payout is a withdrawal or a conversion like any other. */
function composePayouts(
  { pool, ledger, config, sealer, clock, identityStore, assets }: Foundation,
  { registry, withdrawals, conversions }: Payers,
): PayoutService {
  return createPayoutService({
    ledger,
    database: pool,
    store: createPayoutStore(pool),
    registry,
    sealer,
    assets,
    bridge: config.BRIDGE,
    clock,
    findAddressOwner: (address) => identityStore.findAddressOwner(address),
    beginWithdrawal: withdrawals.create,
    beginIssue: conversions.convert,
  });
}

/** The gateways that the operator gave credentials for. */
function openGateways({ config, clock }: Foundation): Gateway[] {
  const {
    GATEWAY_SANDBOX_URL: url,
    GATEWAY_SANDBOX_MERCHANT: merchant,
    GATEWAY_SANDBOX_KEY: key,
    GATEWAY_SANDBOX_PUBLIC_KEY: publicKey,
  } = config;
  if (url === undefined || key === undefined || publicKey === undefined) return [];
  return [
    createSandboxGateway({ url, merchant, key, gatewayKeys: publicKey.split(','), publicUrl: config.publicUrl, clock }),
  ];
}

/** Finds the one person with an e-mail address or a handle; what is neither is nobody's. */
function composeFindPerson({ pool }: Foundation): (query: string) => Promise<Person | undefined> {
  const findPerson = createFindPerson(pool);
  return async (query) => findPerson(readPersonName(query));
}
