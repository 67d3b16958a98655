/** The whole service on a test chain, with people whose sessions are made straight in the database (registering costs a slow hash). */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Problem } from '@feiqian/domain/api/common';
import type { HistoryEntry } from '@feiqian/domain/api/history';
import type { InjectOptions } from 'fastify';
import type { Pool } from 'pg';
import { pino } from 'pino';
import { readConfig } from '../../src/config.ts';
import { createSessionCookie } from '../../src/identity/sessions.ts';
import { createService, type Service } from '../../src/service.ts';
import type { SandboxRegistration } from '../payments/sandbox-process.ts';
import type { TestChain } from '../support/chain.ts';
import type { TestDatabase } from '../support/database.ts';
import { addUser, until } from './harness.ts';
import type { TestAccount } from './traffic.ts';

/** An answer of the API. */
export type Reply<T> = { readonly status: number; readonly body: T & Partial<Problem> };

/** Somebody with a session and, perhaps, addresses. */
export type Person = {
  readonly id: string;
  readonly token: string;
  readonly get: <T>(url: string) => Promise<T>;
  /** A request with an Idempotency-Key: a new one unless it is given. */
  readonly post: <T>(url: string, body: object, key?: string) => Promise<Reply<T>>;
  /** A request that needs no key. */
  readonly call: <T>(method: 'GET' | 'PUT' | 'DELETE', url: string) => Promise<Reply<T>>;
  readonly entry: (historyId: string) => Promise<HistoryEntry>;
};

/** A running service. */
export type TestService = {
  readonly service: Service;
  readonly pool: Pool;
  readonly somebody: (...accounts: readonly TestAccount[]) => Promise<Person>;
  /** The same person, asking this replica. */
  readonly as: (id: string, token: string) => Person;
  readonly inject: Service['app']['inject'];
  readonly stop: () => Promise<void>;
};

/** What differs from a service of its own without a gateway. */
type TestServiceOptions = {
  readonly rpcUrl?: string;
  /** Further chains, as the operator lists them. */
  readonly others?: readonly Pick<TestChain, 'chain' | 'rpcUrl'>[];
  /** Replicas on one database have the same one. */
  readonly dataKey?: string;
  readonly gateway?: SandboxRegistration;
  /** More settings. */
  readonly env?: Readonly<Record<string, string>>;
};

export const newDataKey = (): string => `0x${randomBytes(32).toString('hex')}`;

/** Starts the service on a database and a chain. */
export async function startTestService(
  database: TestDatabase,
  chain: TestChain,
  { rpcUrl = chain.rpcUrl, others = [], dataKey = newDataKey(), gateway, env = {} }: TestServiceOptions = {},
): Promise<TestService> {
  const file = join(mkdtempSync(join(tmpdir(), 'feiqian-chain-')), 'chains.json');
  writeFileSync(file, JSON.stringify([chain.chain, ...others.map((other) => other.chain)]));
  const config = readConfig({
    DATABASE_URL: database.serviceUrl,
    CHAINS: file,
    [`RPC_URL_${chain.chainId}`]: rpcUrl,
    ...Object.fromEntries(others.map((other) => [`RPC_URL_${other.chain.chainId}`, other.rpcUrl])),
    ISSUER_KEY: chain.keys.issuer,
    RELAYER_KEY: chain.keys.relayer,
    DATA_KEY: dataKey,
    ...(gateway && toEnvironment(gateway)),
    WEB_FOLDER: '/nowhere',
    ...env,
  });
  const cookie = createSessionCookie(config.publicUrl).name;
  const service = await createService(config, pino({ level: process.env.TEST_LOG ?? 'silent' }));
  await service.start();
  await service.app.ready();
  const { pool } = database;
  await until(
    'the chain is followed',
    async () =>
      (await pool.query(`SELECT FROM chains WHERE status = 'following' AND head_number IS NOT NULL`)).rowCount ===
      1 + others.length,
  );

  const somebody = async (...accounts: readonly TestAccount[]): Promise<Person> => {
    const id = await addUser(pool, ...accounts.map(({ address }) => address));
    const token = randomBytes(32).toString('base64url');
    await pool.query(
      `INSERT INTO sessions (token_hash, user_id, user_agent, expires_at) VALUES (sha256($1::bytea), $2, '', now() + interval '1 day')`,
      [Buffer.from(token), id],
    );
    return as(id, token);
  };
  const as = (id: string, token: string): Person => {
    const call = async (request: InjectOptions) => {
      const response = await service.app.inject({ ...request, cookies: { [cookie]: token } });
      return { status: response.statusCode, body: (response.body === '' ? undefined : response.json()) as never };
    };
    const get = async <T>(url: string) => (await call({ method: 'GET', url })).body as T;
    return {
      id,
      token,
      get,
      post: (url, body, key = randomUUID()) =>
        call({ method: 'POST', url, payload: body, headers: { 'idempotency-key': key } }),
      call: (method, url) => call({ method, url }),
      entry: (historyId) => get(`/v1/history/${historyId}`),
    };
  };
  return {
    service,
    pool,
    somebody,
    as,
    inject: service.app.inject.bind(service.app) as Service['app']['inject'],
    stop: () => service.stop(),
  };
}

function toEnvironment({ url, merchant, key, gatewayKeys, publicUrl }: SandboxRegistration): Record<string, string> {
  return {
    PUBLIC_URL: publicUrl,
    GATEWAY_SANDBOX_URL: url,
    GATEWAY_SANDBOX_MERCHANT: merchant,
    GATEWAY_SANDBOX_KEY: key,
    GATEWAY_SANDBOX_PUBLIC_KEY: gatewayKeys.join(','),
  };
}
