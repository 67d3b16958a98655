import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { Address } from 'viem';
import { registerAddressBookRoutes } from './address-book/routes.ts';
import { createAddressBookStore } from './address-book/store.ts';
import { createReadBearer } from './api-keys/service.ts';
import { createFindKeyHolder } from './api-keys/store.ts';
import { buildApp, type RegisterRoutes } from './app.ts';
import { registerBalanceRoutes } from './balances/routes.ts';
import { readOnChainBalances } from './chain/balances.ts';
import { type CashNouns, composeCashNouns } from './compose/cash-nouns.ts';
import { type ChainNouns, composeChainNouns } from './compose/chain-nouns.ts';
import { type Foundation, openFoundation } from './compose/foundation.ts';
import { composeIdentity } from './compose/identity-nouns.ts';
import { composeMail } from './compose/mail-noun.ts';
import { composeShopNouns } from './compose/shop-nouns.ts';
import { composeWebhooks } from './compose/webhook-noun.ts';
import type { Config } from './config.ts';
import { type JobRunner, runJobs } from './database/jobs.ts';
import { createHistoryFeed } from './history/feed.ts';
import { registerHistoryRoutes } from './history/routes.ts';
import { createHistoryService } from './history/service.ts';
import { createHistoryStore } from './history/store.ts';
import type { HealthProbe } from './http/health.ts';
import { createFindPrincipal, createSessionCookie } from './identity/sessions.ts';
import { readBalances } from './ledger/balances.ts';
import { createRelayStore } from './relays/store.ts';
import { registerVaultRoutes } from './vault/routes.ts';
import { createVaultStore } from './vault/store.ts';
import { type BackgroundVerifier, createBackgroundVerifier } from './verify/background.ts';

/** The whole service in one process; any number may run on one database. */
export type Service = {
  readonly app: FastifyInstance;
  /** Begins to follow chains, to run jobs and to tell of changes; requests are answered from then on. */
  readonly start: () => Promise<void>;
  /** Finishes what is under way and closes everything. */
  readonly stop: () => Promise<void>;
};

/** Joins every part. Nothing is read from or sent to the outside before `start`. */
export async function createService(config: Config, log: FastifyBaseLogger): Promise<Service> {
  const foundation = openFoundation(config, log);
  const { pool } = foundation;
  const chainNouns = composeChainNouns(foundation);
  const cashNouns = composeCashNouns(foundation, chainNouns);
  const webhooks = composeWebhooks(foundation);
  const mail = composeMail(foundation, cashNouns);
  const feed = createHistoryFeed({ pool });
  const cookie = createSessionCookie(config.publicUrl);
  const vaultStore = createVaultStore(pool);
  const identity = composeIdentity(foundation, {
    vaultStore,
    cookie,
    isStaff: cashNouns.isStaff,
    onSessionEnded: feed.endSession,
  });
  const verifier = composeVerifier(foundation);
  const app = await buildApp({
    logger: log,
    publicUrl: config.publicUrl,
    tls: config.tls,
    webFolder: config.webFolder,
    sessionCookie: cookie.name,
    findPrincipal: createFindPrincipal(pool),
    readBearer: createReadBearer(createFindKeyHolder(pool)),
    stepUp: identity.stepUp,
    probe: composeProbe(foundation),
    probeBooks: verifier.latest,
    queues: { probeWebhooks: webhooks.probe, probeMails: mail.probe },
    requestsPerMinuteMax: config.REQUESTS_PER_MINUTE_MAX,
    routes: [
      ...identity.routes,
      registerVaultRoutes({ store: vaultStore }),
      registerAddressBookRoutes({ store: createAddressBookStore(pool) }),
      ...composeShopNouns(foundation),
      composeBalanceRoutes(foundation, chainNouns),
      registerHistoryRoutes({ service: createHistoryService({ store: createHistoryStore(pool) }), feed }),
      ...chainNouns.routes,
      ...cashNouns.routes,
      ...webhooks.routes,
      ...mail.routes,
    ],
  });
  let jobs: JobRunner | undefined;
  let sweeps: NodeJS.Timeout | undefined;
  const sweep = composeSweep(foundation, cashNouns);
  return {
    app,
    async start() {
      await Promise.all([feed.start(), chainNouns.requestFeed.start()]);
      await chainNouns.chains.start();
      jobs = await runJobs({
        pool,
        tasks: cashNouns.tasks,
        onFailure: (task, error) =>
          log.warn(
            { task, code: (error as { code?: unknown }).code, name: (error as Error).name },
            'a job failed and is tried again',
          ),
      });
      await sweep();
      sweeps = setInterval(() => void sweep(), config.SWEEP_MS);
      await Promise.all([webhooks.dispatcher.start(), mail.dispatcher?.start()]);
      verifier.start();
    },
    async stop() {
      clearInterval(sweeps);
      await verifier.stop();
      await Promise.all([feed.close(), chainNouns.requestFeed.close()]);
      await app.close();
      await jobs?.stop();
      await Promise.all([webhooks.dispatcher.stop(), mail.dispatcher?.stop()]);
      await chainNouns.chains.stop();
      await foundation.close();
    },
  };
}

function composeSweep({ log }: Foundation, cashNouns: CashNouns): () => Promise<void> {
  return () =>
    cashNouns
      .sweep()
      .catch((error: unknown) => log.warn({ code: (error as { code?: unknown }).code }, 'the sweep failed'));
}

function composeBalanceRoutes(
  { pool, identityStore }: Foundation,
  { chains, tokens }: Pick<ChainNouns, 'chains' | 'tokens'>,
): RegisterRoutes {
  return registerBalanceRoutes({
    readCash: async (userId) =>
      (await readBalances(pool, userId)).map(({ asset, available, pending }) => ({
        asset,
        available: `${available}`,
        pending: `${pending}`,
      })),
    listAddresses: async (userId) =>
      (await identityStore.listAddresses(userId)).map(({ address }) => address as Address),
    readOnChain: async (userId, addresses) => readOnChainBalances(chains.list(), addresses, await tokens.list(userId)),
    readHeld: (userId) => createRelayStore(pool).listHeld(userId),
  });
}

function composeVerifier({ pool, config, log }: Foundation): BackgroundVerifier {
  return createBackgroundVerifier({
    pool,
    everyMs: config.VERIFY_EVERY_SECONDS * 1000,
    onBroken: ({ name, figure, violations }) =>
      log.error({ invariant: name, figure, violations }, 'the books are broken'),
    onFailure: (error) => log.warn({ code: (error as { code?: unknown }).code }, 'the books could not be looked at'),
  });
}

function composeProbe({ pool, config }: Foundation): HealthProbe {
  return async () => {
    try {
      const { rows } = await pool.query<{ chain_id: number; status: string }>('SELECT chain_id, status FROM chains');
      const known = new Map(rows.map((row) => [row.chain_id, row.status]));
      const chains = config.chains.map(
        ({ chainId }) => [`chain ${chainId}`, known.get(chainId) ?? 'unavailable'] as const,
      );
      // A chain that is away does not make the service unready: the wallet opens and says so.
      return { ready: true, parts: { database: 'ok', ...Object.fromEntries(chains) } };
    } catch {
      return { ready: false, parts: { database: 'unavailable' } };
    }
  };
}
