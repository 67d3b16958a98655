/** A process of its own that serves the cash transfer route of the service, and beside it an empty route on a bare server. Argument: JSON. */
import { randomBytes } from 'node:crypto';
import { listAssets } from '@feiqian/domain/chains';
import Fastify, { type FastifyInstance } from 'fastify';
import { buildApp } from '../../backend/src/app.ts';
import { registerCashTransferRoutes } from '../../backend/src/cash-transfers/routes.ts';
import { createCashTransferService } from '../../backend/src/cash-transfers/service.ts';
import { createFindPerson, readPersonName } from '../../backend/src/cash-transfers/store.ts';
import { openPool } from '../../backend/src/database/pool.ts';
import { createAnswerOnce } from '../../backend/src/http/idempotency.ts';
import { createFindPrincipal } from '../../backend/src/identity/sessions.ts';
import { createLedger } from '../../backend/src/ledger/ledger.ts';
import { postUnwatched } from '../../backend/src/ledger/watched.ts';

/** What the process is told. */
export type HttpServerOptions = { readonly databaseUrl: string; readonly sessionCookie: string };

/** What it says once both servers listen. */
export type HttpServerPorts = { readonly service: number; readonly bare: number };

const { databaseUrl, sessionCookie } = JSON.parse(process.argv[2] ?? '{}') as HttpServerOptions;

const pool = openPool({ url: databaseUrl, max: 16, name: 'feiqian bench', onIdleError: () => undefined });
const ledger = createLedger({ pool });

function serviceApp(): Promise<FastifyInstance> {
  const currencies = new Set<string>(listAssets([]).map(({ id }) => id));
  const findPerson = createFindPerson(pool);
  const service = createCashTransferService({
    // What deciding costs beside posting has a benchmark of its own.
    postWatched: postUnwatched(ledger),
    currencies,
    findPerson: async (query) => findPerson(readPersonName(query)),
  });
  const answers = createAnswerOnce({ database: pool, hashKey: randomBytes(32) });
  return buildApp({
    logger: false,
    publicUrl: 'http://localhost:8080',
    webFolder: '/nowhere',
    sessionCookie,
    findPrincipal: createFindPrincipal(pool),
    routes: [registerCashTransferRoutes({ service, answers })],
    probe: async () => ({ ready: true, parts: {} }),
    requestsPerMinuteMax: Number.MAX_SAFE_INTEGER,
  });
}

/** HTTP and JSON with nothing behind them. */
function bareApp(): FastifyInstance {
  const app = Fastify();
  const response = { type: 'object', properties: { ok: { type: 'boolean' } } };
  app.post('/', { schema: { body: { type: 'object' }, response: { 200: response } } }, async () => ({ ok: true }));
  return app;
}

async function listen(app: FastifyInstance): Promise<number> {
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return Number(new URL(url).port);
}

const ports: HttpServerPorts = { service: await listen(await serviceApp()), bare: await listen(bareApp()) };
process.send?.(ports);
// The parent that goes away, whichever way, takes this process with it.
process.on('disconnect', () => process.exit(0));
