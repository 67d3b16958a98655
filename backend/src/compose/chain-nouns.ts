import { decodeAmount } from '@feiqian/domain/money';
import type { Address } from 'viem';
import type { RegisterRoutes } from '../app.ts';
import { readIsIssued, requireFollowed, simulateCall } from '../chain/access.ts';
import { createCarrier } from '../chain/carrier.ts';
import { type Chains, createChains } from '../chain/chains.ts';
import type { EndedTransaction } from '../chain/follow-up.ts';
import { preflight } from '../chain/preflight.ts';
import { registerChainRoutes } from '../chain/routes.ts';
import { readTokenFacts } from '../chain/token-facts.ts';
import type { ConversionDeps } from '../conversions/checks.ts';
import { registerConversionRoutes } from '../conversions/routes.ts';
import { type ConversionService, createConversionService } from '../conversions/service.ts';
import { createSettlement } from '../conversions/settlement.ts';
import { createConversionStore } from '../conversions/store.ts';
import type { Deps as PaymentRequestDeps } from '../payment-requests/deps.ts';
import { createEventStore } from '../payment-requests/event-store.ts';
import type { RequestFeed } from '../payment-requests/feed.ts';
import { createObserver } from '../payment-requests/observe.ts';
import { createRefundStore } from '../payment-requests/refund-store.ts';
import { createPaymentRequestService, type PaymentRequestService } from '../payment-requests/service.ts';
import { createPaymentRequestStore } from '../payment-requests/store.ts';
import type { RelayDeps } from '../relays/deps.ts';
import { registerRelayRoutes } from '../relays/routes.ts';
import { createRelayService, type RelayService } from '../relays/service.ts';
import { createRelayStore } from '../relays/store.ts';
import { createReturnAddressStore } from '../return-addresses/store.ts';
import { registerTokenRoutes } from '../tokens/routes.ts';
import { createTokenService, type TokenService } from '../tokens/service.ts';
import { createTokenStore } from '../tokens/store.ts';
import { registerTransactionRoutes } from '../transactions/routes.ts';
import { createTransactionService, type TransactionDeps, type TransactionService } from '../transactions/service.ts';
import { createTransactionStore } from '../transactions/store.ts';
import type { Foundation } from './foundation.ts';
import { composePaymentPage } from './payment-page.ts';
import { composeSafety } from './safety.ts';

/** What moves on chains, and what the books make of it. */
export type ChainNouns = {
  readonly chains: Chains;
  readonly conversions: ConversionService;
  /** What conversions that were held are asked for with. */
  readonly conversionDeps: ConversionDeps;
  readonly tokens: TokenService;
  readonly paymentRequests: PaymentRequestService;
  /** What refunds, which need gateways too, share with payment requests. */
  readonly paymentRequestDeps: PaymentRequestDeps;
  readonly requestFeed: RequestFeed;
  readonly routes: readonly RegisterRoutes[];
};

/** Joins the chains with the nouns that act on them: each is handed the functions that it needs of the others. */
export function composeChainNouns(foundation: Foundation): ChainNouns {
  const { config, pool, ledger, postWatched, assets, clock, log, identityStore, answers } = foundation;
  const findAddressOwner = (address: Address) => identityStore.findAddressOwner(address);
  const getEpoch = async (chainId: number) => (await requireFollowed(chains.get(chainId))).epoch;
  const simulate = (chainId: number, call: Parameters<typeof simulateCall>[1]) =>
    simulateCall(chains.get(chainId), call);
  const conversionStore = createConversionStore(pool);
  const paymentRequestStore = createPaymentRequestStore(pool);
  const settle = composeFollower(foundation, { conversionStore, paymentRequestStore });

  const chains: Chains = createChains({
    pool,
    chains: config.chains,
    rpcUrls: config.rpcUrls,
    issuerKey: config.ISSUER_KEY,
    relayerKey: config.RELAYER_KEY,
    log,
    ...readPace(config),
    onAdvance: ({ at }) => settle(at.chainId),
    onEpoch: ({ at }) => settle(at.chainId),
    onEnded: (ended) => handleEnded(ended),
  });
  const senders = chains.list()[0]?.senders;
  if (!senders) throw new Error('A deployment has at least one chain.');
  const carrier = createCarrier({ database: pool, relayer: senders.relayer, simulate, getEpoch });
  const chainSide = { store: paymentRequestStore, carrier, relayer: senders.relayer };
  const paymentRequestDeps = composePaymentRequests(foundation, chainSide);
  const paymentRequests = createPaymentRequestService(paymentRequestDeps);
  const paymentPage = composePaymentPage(foundation, paymentRequests);
  const conversionDeps: ConversionDeps = {
    ledger,
    postWatched,
    store: conversionStore,
    assets,
    bridge: config.BRIDGE,
    ...senders,
    clock,
    findAddressOwner,
    simulate,
    isIssued: (chainId, token, reference) => readIsIssued(chains.get(chainId), token, reference),
  };
  const conversions = createConversionService(conversionDeps);
  const relays = composeRelays(foundation, { relayer: senders.relayer, carrier, findAddressOwner });
  const handleEnded = async (ended: EndedTransaction): Promise<void> => {
    await conversions.handleEnded(ended);
    await paymentRequests.handleEnded(ended);
  };
  const tokens = composeTokens(foundation, chains);
  const transactions = composeTransactions(foundation, { chains, tokens, getEpoch, findAddressOwner });
  return {
    chains,
    conversions,
    conversionDeps,
    tokens,
    paymentRequests,
    paymentRequestDeps,
    requestFeed: paymentPage.feed,
    routes: [
      registerChainRoutes({ chains, bridge: config.BRIDGE, mail: config.mail !== undefined }),
      registerConversionRoutes({ service: conversions, answers }),
      registerRelayRoutes({ service: relays, answers }),
      registerTransactionRoutes({ service: transactions, answers }),
      registerTokenRoutes({ service: tokens }),
      ...composeSafety(foundation, chains),
      ...paymentPage.routes,
    ],
  };
}

function composeRelays(
  { config, pool, ledger, postWatched, assets, clock }: Foundation,
  chain: Pick<RelayDeps, 'relayer' | 'carrier' | 'findAddressOwner'>,
): RelayService {
  return createRelayService({
    ...chain,
    ledger,
    postWatched,
    store: createRelayStore(pool),
    chains: config.chains,
    assets,
    fee: decodeAmount(config.RELAY_FEE),
    clock,
  });
}

function composeTokens({ pool }: Foundation, chains: Chains): TokenService {
  return createTokenService({
    store: createTokenStore(pool),
    getChain: (chainId) => chains.get(chainId).chain,
    readFacts: ({ chainId, address }) => readTokenFacts(chains.get(chainId), address),
  });
}

function composeTransactions(
  { pool, ledger }: Foundation,
  {
    chains,
    tokens,
    ...functions
  }: Pick<TransactionDeps, 'getEpoch' | 'findAddressOwner'> & Pick<ChainNouns, 'chains' | 'tokens'>,
): TransactionService {
  return createTransactionService({
    ...functions,
    ledger,
    store: createTransactionStore(pool),
    getChain: (chainId) => chains.get(chainId).chain,
    listAddedTokens: async (userId, chainId) =>
      (await tokens.list(userId)).filter((token) => token.chainId === chainId).map(({ address }) => address),
    preflight: (chainId, sender, call, block) => preflight(chains.get(chainId), sender, call, block),
  });
}

function composePaymentRequests(
  { config, pool, ledger, postWatched, assets, clock, identityStore }: Foundation,
  chain: Pick<PaymentRequestDeps, 'store' | 'carrier' | 'relayer'>,
): PaymentRequestDeps {
  const returnAddresses = createReturnAddressStore(pool);
  return {
    ...chain,
    ledger,
    postWatched,
    refunds: createRefundStore(pool),
    assets,
    chains: config.chains,
    publicUrl: config.publicUrl,
    clock,
    findAddressOwner: (address) => identityStore.findAddressOwner(address),
    fee: decodeAmount(config.RELAY_FEE),
    minedMax: decodeAmount(config.SETTLE_AT_MINED_MAX),
    isReturnUrl: async (payeeId, url) => (await returnAddresses.find(payeeId, url)) !== undefined,
  };
}

/** How often chains are looked at and how patient the sender is. */
function readPace(config: Foundation['config']) {
  const { CHAIN_LEASE_MS: leaseMs, CHAIN_RECHECK_MS: recheckMs, CHAIN_REPRICE_MS: repriceAfterMs } = config;
  return { leaseMs, settings: { recheckMs, holdMs: recheckMs, repriceAfterMs } };
}

/** Brings the books and the payment requests to a chain, one look at a time; a call meanwhile makes it look once more. */
function composeFollower(
  { config, pool, ledger, assets, clock, log }: Foundation,
  stores: {
    readonly conversionStore: ReturnType<typeof createConversionStore>;
    readonly paymentRequestStore: ReturnType<typeof createPaymentRequestStore>;
  },
): (chainId: number) => void {
  const startAfter = (chainId: number) =>
    BigInt(config.chains.find((chain) => chain.chainId === chainId)?.startBlock ?? 0) - 1n;
  const settlement = createSettlement({
    ledger,
    store: stores.conversionStore,
    assets,
    startAfter,
    onSuspense: ({ name, txHash, logIndex }) =>
      log.error({ event: name, txHash, logIndex }, 'a token event without a known owner went to suspense'),
  });
  const events = createEventStore(pool);
  const observer = createObserver({ ledger, store: stores.paymentRequestStore, events, clock, startAfter });
  const running = new Map<number, { again: boolean }>();
  const settle = async (chainId: number, state: { again: boolean }): Promise<void> => {
    do {
      state.again = false;
      try {
        await settlement.settleFinalized(chainId);
        await observer.observe(chainId);
      } catch (error) {
        // The next advance of the chain tries again; nothing is ever skipped.
        log.error(
          {
            chainId,
            code: (error as { code?: unknown }).code,
            name: (error as Error).name,
            message: (error as Error).message,
          },
          'the chain could not be booked',
        );
      }
    } while (state.again);
    running.delete(chainId);
  };
  return (chainId) => {
    const state = running.get(chainId);
    if (state) state.again = true;
    else {
      const begun = { again: false };
      running.set(chainId, begun);
      void settle(chainId, begun);
    }
  };
}
