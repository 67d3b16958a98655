/** Accounts, sessions and second factors of one replica, without chain and money. */
import { hkdfSync, randomBytes } from 'node:crypto';
import type { KdfRecord, Me } from '@feiqian/domain/api/auth';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { buildApp } from '../../src/app.ts';
import { openPool } from '../../src/database/pool.ts';
import { openPrisma } from '../../src/database/prisma.ts';
import { createSealer } from '../../src/database/sealed.ts';
import { createSwapCredentials } from '../../src/identity/credentials.ts';
import { registerIdentityRoutes } from '../../src/identity/routes.ts';
import { createIdentityService, createVerifyPassword } from '../../src/identity/service.ts';
import { createFindPrincipal, createSessionCookie } from '../../src/identity/sessions.ts';
import { createIdentityStore } from '../../src/identity/store.ts';
import { createTellOwner } from '../../src/notices/security-mail.ts';
import { registerSecondFactorRoutes } from '../../src/second-factors/routes.ts';
import { createSecondFactorService } from '../../src/second-factors/service.ts';
import { relyingPartyOf } from '../../src/second-factors/webauthn.ts';
import { createStaffStore } from '../../src/staff/store.ts';
import { registerVaultRoutes } from '../../src/vault/routes.ts';
import { createVaultStore } from '../../src/vault/store.ts';
import type { TestDatabase } from './database.ts';

/** A mail that waits to be sent. */
export type WaitingMail = { readonly to: string; readonly template: string; readonly data: Record<string, unknown> };

export type TestAccounts = {
  readonly app: FastifyInstance;
  /** Registers somebody new; gives what is needed to act as them. */
  readonly register: (change?: object) => Promise<{
    readonly response: LightMyRequestResponse;
    readonly email: string;
    readonly authSecret: string;
    readonly kdf: KdfRecord;
    readonly me: Me;
    readonly cookie: string;
  }>;
  /** What waits to be sent to people, oldest first. */
  readonly readMails: () => Promise<WaitingMail[]>;
  readonly close: () => Promise<void>;
};

type Options = {
  readonly database: TestDatabase;
  /** Of the operator; the same for all replicas. */
  readonly dataKey: Uint8Array;
  readonly clock: () => Date;
  /** Told which address was linked. */
  readonly onAddressLinked?: (address: string) => void;
};

/** Strong enough for the service; nothing is derived here. */
export const kdf: KdfRecord = {
  algorithm: 'argon2id',
  version: 19,
  memoryKib: 65_536,
  iterations: 3,
  parallelism: 1,
  salt: 'AAECAwQFBgcICQoLDA0ODw',
};

export const publicUrl = 'http://localhost:8080';
const recipientContext = (mailId: string) => `mail:${mailId}`;
let people = 0;

export async function startAccounts({ database, dataKey, clock, onAddressLinked }: Options): Promise<TestAccounts> {
  const pool = openPool({ url: database.serviceUrl, name: 'test', onIdleError: () => undefined });
  const prisma = openPrisma(pool);
  const cookie = createSessionCookie(publicUrl);
  const store = createIdentityStore(prisma);
  const sealer = createSealer(dataKey);
  const secondFactors = createSecondFactorService({
    pool,
    sealer,
    codeKey: new Uint8Array(hkdfSync('sha256', dataKey, '', 'codes', 32)),
    clock,
    relyingParty: relyingPartyOf(publicUrl),
    issuer: 'Feiqian',
    isLarge: () => true,
    tellOwner: createTellOwner({
      isOn: true,
      sealRecipient: (email, mailId) => sealer.sealText(email, recipientContext(mailId)),
    }),
    verifyPassword: createVerifyPassword(store),
    onSessionsEnded: () => undefined,
  });
  const service = createIdentityService({
    store,
    decoyKey: randomBytes(32),
    publicUrl,
    chainIds: [31337],
    clock,
    isStaff: createStaffStore(pool).isStaff,
    secondFactors,
    onAddressLinked: async (address) => onAddressLinked?.(address),
    swapCredentials: createSwapCredentials({
      pool,
      appendVault: (connection, userId, vault) => createVaultStore(connection).append(userId, vault),
    }),
    findVault: createVaultStore(pool).findLatest,
  });
  const app = await buildApp({
    logger: false,
    publicUrl,
    webFolder: '/nowhere',
    sessionCookie: cookie.name,
    findPrincipal: createFindPrincipal(pool),
    stepUp: secondFactors,
    routes: [
      registerIdentityRoutes({ service, cookie }),
      registerSecondFactorRoutes({ service: secondFactors }),
      registerVaultRoutes({ store: createVaultStore(pool) }),
    ],
    probe: async () => ({ ready: true, parts: {} }),
  });
  return {
    app,
    async register(change = {}) {
      people += 1;
      const authSecret = randomBytes(32).toString('base64url');
      const email = `person${people}@example.com`;
      const payload = { email, kdf, authSecret, language: 'zh', ...change };
      const response = await app.inject({ method: 'POST', url: '/v1/auth/register', payload });
      return { response, email, authSecret, kdf, me: response.json<Me>(), cookie: response.cookies[0]?.value ?? '' };
    },
    async readMails() {
      const { rows } = await pool.query<{ id: string; recipient: string; template: string; data: WaitingMail['data'] }>(
        'SELECT id, recipient, template, data FROM mails ORDER BY created_at, id',
      );
      return rows.map(({ id, recipient, template, data }) => ({
        to: sealer.openText(recipient, recipientContext(id)),
        template,
        data,
      }));
    },
    async close() {
      await app.close();
      await prisma.$disconnect();
      await pool.end();
    },
  };
}
