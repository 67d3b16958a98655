import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Me } from '@feiqian/domain/api/auth';
import type { TopUp } from '@feiqian/domain/api/cash';
import type { Balances } from '@feiqian/domain/api/chain';
import type { HistoryEntry } from '@feiqian/domain/api/history';
import { toTokenAssetId } from '@feiqian/domain/assets';
import type { RouteOptions } from 'fastify';
import { pino } from 'pino';
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';
import { readConfig } from '../../src/config.ts';
import { createService, type Service } from '../../src/service.ts';
import { type SandboxProcess, startSandboxProcess } from '../payments/sandbox-process.ts';
import { startTestChain, type TestChain } from './chain.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';

/** The whole service on a real database, chain and gateway, reached over HTTP as a browser or a shop does. */
export type WholeService = {
  readonly database: TestDatabase;
  readonly chain: TestChain;
  readonly sandbox: SandboxProcess;
  readonly origin: string;
  /** Everything that it answers. */
  readonly routes: readonly RouteOptions[];
  /** Asset id of CNYF. */
  readonly token: string;
  readonly register: (email: string) => Promise<Person>;
  /** Somebody without an account. */
  readonly guest: Caller;
  /** Waits until what is asked for is there, mining meanwhile so that blocks become final. */
  readonly until: <T>(read: () => Promise<T | undefined>) => Promise<T>;
  readonly topUp: (person: Person, amount: string, isToken: boolean) => Promise<HistoryEntry>;
  /** The entry once it is no longer pending. */
  readonly settled: (person: Person, historyId: string) => Promise<HistoryEntry>;
  readonly stop: () => Promise<void>;
};

/** Who asks the service. `post` fails unless the status is the expected one (or, by default, a success). */
export type Caller = {
  readonly get: <T>(path: string) => Promise<T>;
  readonly post: <T>(path: string, body: object, expected?: number, key?: string) => Promise<T>;
};

/** A person with a wallet, as far as the service can tell. */
export type Person = Caller & { readonly me: Me; readonly account: PrivateKeyAccount };

export const CNY = 'iso4217:CNY';

export async function startWholeService(settings: Readonly<Record<string, string>> = {}): Promise<WholeService> {
  const [database, chain, port] = [await createTestDatabase(), await startTestChain(), await freePort()];
  const origin = `http://localhost:${port}`;
  const sandbox = await startSandboxProcess({ publicUrl: origin });
  const service = await startService({ database, chain, sandbox, port, settings });
  const token = toTokenAssetId(chain.chainId, chain.addresses.cnyf);
  const until: WholeService['until'] = async (read) => {
    const deadline = Date.now() + 20_000;
    for (;;) {
      const value = await read();
      if (value !== undefined) return value;
      if (Date.now() > deadline) throw new Error('It did not come to that in time.');
      await chain.client.mine({ blocks: 1, interval: 0 });
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  };
  const settled: WholeService['settled'] = (person, id) =>
    until(async () => {
      const entry = await person.get<HistoryEntry>(`/v1/history/${id}`);
      return entry.status === 'pending' ? undefined : entry;
    });
  return {
    ...{ database, chain, sandbox, origin, token, until, settled, routes: service.app.routeTable },
    register: (email) => register({ origin, chain }, email),
    guest: createCaller(origin),
    async topUp(person, amount, isToken) {
      const target = isToken ? { kind: 'token', token, address: person.account.address } : { kind: 'cash' };
      const order = { gateway: 'sandbox', money: { asset: CNY, amount }, target };
      const made = await person.post<TopUp>('/v1/top-ups', order);
      if (made.redirectUrl === null) throw new Error('Expected a page to pay on.');
      const back = await sandbox.pressOnPage(made.redirectUrl, 'pay');
      if (back !== `${origin}/top-ups/${made.id}`) throw new Error(`The page leads back to ${back}.`);
      return settled(person, made.historyId);
    },
    async stop() {
      await service.stop();
      await sandbox.close();
      await chain.stop();
    },
  };
}

/** What somebody has of an asset, in cash or on chain. */
export async function balanceOf(person: Person, asset: string): Promise<bigint> {
  const { cash, onChain } = await person.get<Balances>('/v1/balances');
  const row = cash.find((one) => one.asset === asset)?.available ?? onChain.find((one) => one.asset === asset)?.amount;
  return BigInt(row ?? '0');
}

async function startService({
  database,
  chain,
  sandbox,
  port,
  settings,
}: Pick<WholeService, 'database' | 'chain' | 'sandbox'> & {
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
}): Promise<Service> {
  const chainsFile = join(mkdtempSync(join(tmpdir(), 'feiqian-whole-')), 'chains.json');
  writeFileSync(chainsFile, JSON.stringify([chain.chain]));
  const config = readConfig({
    PORT: String(port),
    DATABASE_URL: database.serviceUrl,
    CHAINS: chainsFile,
    [`RPC_URL_${chain.chainId}`]: chain.wsUrl,
    ISSUER_KEY: chain.keys.issuer,
    RELAYER_KEY: chain.keys.relayer,
    DATA_KEY: `0x${randomBytes(32).toString('hex')}`,
    GATEWAY_SANDBOX_URL: sandbox.registration.url,
    GATEWAY_SANDBOX_MERCHANT: sandbox.registration.merchant,
    GATEWAY_SANDBOX_KEY: sandbox.registration.key,
    GATEWAY_SANDBOX_PUBLIC_KEY: sandbox.registration.gatewayKeys.join(','),
    WEB_FOLDER: '/nowhere',
    ...settings,
  });
  const made = await createService(config, pino({ level: process.env.TEST_LOG ?? 'silent' }));
  await made.start();
  await made.app.listen({ port, host: '127.0.0.1' });
  return made;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function createCaller(origin: string): Caller {
  let cookie = '';
  const call = async <T>(
    method: string,
    path: string,
    {
      body,
      expected,
      key = randomUUID(),
    }: { body?: object; expected?: number | undefined; key?: string | undefined } = {},
  ): Promise<T> => {
    const response = await fetch(`${origin}${path}`, {
      method,
      headers: { cookie, origin, 'idempotency-key': key, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (expected === undefined ? !response.ok : response.status !== expected)
      throw new Error(`${method} ${path}: ${response.status} ${text}`);
    cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
    return (text === '' ? undefined : JSON.parse(text)) as T;
  };
  return {
    get: (path) => call('GET', path),
    post: (path, body, expected, key) => call('POST', path, { body, expected, key }),
  };
}

async function register({ origin, chain }: Pick<WholeService, 'origin' | 'chain'>, email: string): Promise<Person> {
  const account = privateKeyToAccount(generatePrivateKey());
  const caller = createCaller(origin);
  const kdf = {
    algorithm: 'argon2id',
    version: 19,
    memoryKib: 65_536,
    iterations: 3,
    parallelism: 1,
    salt: randomBytes(16).toString('base64url'),
  };
  const authSecret = randomBytes(32).toString('base64url');
  await caller.post('/v1/auth/register', { email, kdf, authSecret, language: 'zh' });
  const challenge = { address: account.address, chainId: chain.chainId };
  const { message } = await caller.post<{ message: string }>('/v1/me/addresses/challenge', challenge);
  const me = await caller.post<Me>('/v1/me/addresses', { message, signature: await account.signMessage({ message }) });
  return { ...caller, me, account };
}
