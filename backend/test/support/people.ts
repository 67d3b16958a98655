/** People for API tests: an app with the account routes and whatever else a test needs, and somebody to act as. */
import { randomBytes, randomUUID } from 'node:crypto';
import { toAmount } from '@feiqian/domain/money';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { buildApp, type RegisterRoutes } from '../../src/app.ts';
import { openPool, type Pool } from '../../src/database/pool.ts';
import type { StepUp } from '../../src/http/step-up.ts';
import { createFindPrincipal } from '../../src/identity/sessions.ts';
import { gatewayReceivable, userCash } from '../../src/ledger/accounts.ts';
import { businessId } from '../../src/ledger/ids.ts';
import { createLedger, type Ledger } from '../../src/ledger/ledger.ts';
import type { TestDatabase } from './database.ts';

/** Somebody with a live session. */
export type Somebody = { readonly id: string; readonly handle: string; readonly email: string; readonly token: string };

/** An app on a test database with its ledger. */
export type TestApp = {
  readonly app: FastifyInstance;
  readonly pool: Pool;
  readonly ledger: Ledger;
  /** Makes a person with a session, straight in the database: registering costs a slow hash and has its own tests. */
  readonly somebody: () => Promise<Somebody>;
  /** Credits cash, as a paid top-up does. */
  readonly fund: (person: Somebody, asset: string, amount: bigint) => Promise<void>;
  readonly as: (person: Somebody, request: InjectOptions) => Promise<LightMyRequestResponse>;
  readonly close: () => Promise<void>;
};

/** Routes, and what stands before them. */
type AppParts = {
  readonly routes: readonly RegisterRoutes[];
  readonly stepUp?: StepUp;
};

const sessionCookie = 'feiqian';

export async function createTestApp(
  database: TestDatabase,
  make: (parts: { pool: Pool; ledger: Ledger }) => readonly RegisterRoutes[] | AppParts,
): Promise<TestApp> {
  const pool = openPool({ url: database.serviceUrl, name: 'test', onIdleError: () => undefined });
  const ledger = createLedger({ pool });
  const parts = make({ pool, ledger });
  const app = await buildApp({
    logger: false,
    publicUrl: 'http://localhost:8080',
    webFolder: '/nowhere',
    sessionCookie,
    findPrincipal: createFindPrincipal(pool),
    ...('routes' in parts ? parts : { routes: parts }),
    probe: async () => ({ ready: true, parts: {} }),
  });
  let people = 0;
  return {
    app,
    pool,
    ledger,
    async somebody() {
      people += 1;
      const person = {
        id: randomUUID(),
        handle: `person${people}`,
        email: `person${people}@example.com`,
        token: randomBytes(32).toString('base64url'),
      };
      await pool.query(
        `INSERT INTO users (id, email, handle, kdf, auth_hash, language, display_currency) VALUES ($1, $2, $3, '{}', '', 'zh', 'CNY')`,
        [person.id, person.email, person.handle],
      );
      await pool.query(
        `INSERT INTO sessions (token_hash, user_id, user_agent, expires_at) VALUES (sha256($1::bytea), $2, '', now() + interval '1 day')`,
        [Buffer.from(person.token), person.id],
      );
      return person;
    },
    async fund(person, asset, amount) {
      const id = businessId('test funding', randomUUID());
      await ledger.post({
        transfers: [
          {
            id,
            phase: 'posted',
            debit: gatewayReceivable('test', asset),
            credit: userCash(person.id, asset),
            amount: toAmount(amount),
            kind: 'top_up',
          },
        ],
      });
    },
    as: (person, request) => app.inject({ ...request, cookies: { [sessionCookie]: person.token } }),
    async close() {
      await app.close();
      await ledger.close();
      await pool.end();
    },
  };
}
