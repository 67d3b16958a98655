/** The service loses its database and gets yesterday's back: gateways and chain, read again, bring the books to the truth. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TopUp } from '@feiqian/domain/api/cash';
import type { MovementWire } from '@feiqian/domain/api/chain';
import type { SuspenseItemWire } from '@feiqian/domain/api/staff';
import { toTokenAssetId } from '@feiqian/domain/assets';
import { pino } from 'pino';
import { erc20Abi } from 'viem';
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';
import { createService, type Service } from '../src/service.ts';
import { createRoster } from '../src/staff/roster.ts';
import { assertVerified, verifyAll } from '../src/verify/verify-all.ts';
import { type SandboxProcess, sandboxAccounts, startSandboxProcess } from './payments/sandbox-process.ts';
import { findFreePort } from './payments/scene.ts';
import { backupTo, restoreFrom } from './support/backups.ts';
import { startTestChain, type TestChain } from './support/chain.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';

const CNY = 'iso4217:CNY';
const cent = 10_000n;
const backupKey = randomBytes(32);
// What encrypts personal data is no part of a backup: the service gets the same again.
const dataKey = `0x${randomBytes(32).toString('hex')}`;

let port: number;
let origin: string;
let chain: TestChain;
let sandbox: SandboxProcess;
let token: string;
let chainsFile: string;
let service: Service | undefined;
let now: TestDatabase;

beforeAll(async () => {
  now = await createTestDatabase();
  chain = await startTestChain();
  port = await findFreePort();
  origin = `http://localhost:${port}`;
  sandbox = await startSandboxProcess({ publicUrl: origin });
  token = toTokenAssetId(chain.chainId, chain.addresses.cnyf);
  chainsFile = join(mkdtempSync(join(tmpdir(), 'feiqian-restore-')), 'chains.json');
  writeFileSync(chainsFile, JSON.stringify([chain.chain]));
}, 120_000);
afterAll(async () => {
  await service?.stop();
  await sandbox.close();
  await chain.stop();
});

/** @param hasGateway - Without, the service reads the chain only. */
async function start(database: TestDatabase, { hasGateway = true } = {}): Promise<void> {
  await service?.stop();
  now = database;
  const { url, merchant, key, gatewayKeys } = sandbox.registration;
  const gateway = {
    GATEWAY_SANDBOX_URL: url,
    GATEWAY_SANDBOX_MERCHANT: merchant,
    GATEWAY_SANDBOX_KEY: key,
    GATEWAY_SANDBOX_PUBLIC_KEY: gatewayKeys.join(','),
  };
  const config = readConfig({
    PORT: String(port),
    DATABASE_URL: database.serviceUrl,
    CHAINS: chainsFile,
    [`RPC_URL_${chain.chainId}`]: chain.wsUrl,
    ISSUER_KEY: chain.keys.issuer,
    RELAYER_KEY: chain.keys.relayer,
    DATA_KEY: dataKey,
    WEB_FOLDER: '/nowhere',
    ...(hasGateway ? gateway : {}),
  });
  service = await createService(config, pino({ level: process.env.TEST_LOG ?? 'silent' }));
  await service.start();
  await service.app.listen({ port, host: '127.0.0.1' });
}

type Person = {
  readonly id: string;
  readonly account: PrivateKeyAccount;
  readonly get: <T>(path: string) => Promise<T>;
  readonly post: <T>(path: string, body: object) => Promise<T>;
};

async function register(email: string): Promise<Person> {
  const account = privateKeyToAccount(generatePrivateKey());
  let cookie = '';
  const call = async <T>(path: string, init: RequestInit): Promise<T> => {
    const response = await fetch(`${origin}${path}`, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
    return (text === '' ? undefined : JSON.parse(text)) as T;
  };
  const get = <T>(path: string) => call<T>(path, { headers: { cookie } });
  const post = <T>(path: string, body: object) => {
    const headers = { cookie, origin, 'idempotency-key': randomUUID(), 'content-type': 'application/json' };
    return call<T>(path, { method: 'POST', headers, body: JSON.stringify(body) });
  };
  const salt = randomBytes(16).toString('base64url');
  const kdf = { algorithm: 'argon2id', version: 19, memoryKib: 65_536, iterations: 3, parallelism: 1, salt };
  await post('/v1/auth/register', { email, kdf, authSecret: salt.repeat(2).slice(0, 43), language: 'zh' });
  const challenge = { address: account.address, chainId: chain.chainId };
  const { message } = await post<{ message: string }>('/v1/me/addresses/challenge', challenge);
  await post('/v1/me/addresses', { message, signature: await account.signMessage({ message }) });
  const { rows } = await now.pool.query<{ id: string }>('SELECT id FROM users WHERE email = $1', [email]);
  return { id: rows[0]?.id ?? '', account, get, post };
}

/** Waits until a check holds, mining meanwhile so that blocks become final. */
async function until<T>(what: string, read: () => Promise<T | undefined | false>): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const value = await read();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`It did not come to that in time: ${what}.`);
    await chain.client.mine({ blocks: 1, interval: 0 });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const read = async <T>(text: string, ...values: unknown[]): Promise<T | undefined> =>
  (await now.pool.query<{ value: T }>(text, values)).rows[0]?.value;
const stateOf = (id: string) => read<string>('SELECT state AS value FROM movements WHERE id = $1', id);
const untilState = (id: string, state: string) => until(`${id} ${state}`, async () => (await stateOf(id)) === state);
const orderOf = (id: string) =>
  until('an order', () =>
    read<string>('SELECT order_number AS value FROM gateway_attempts WHERE movement_id = $1', id),
  );
const cashOf = (person: Person) =>
  read<string>(
    `SELECT (credits_posted - debits_posted - debits_pending)::text AS value FROM ledger_accounts WHERE name = $1 AND asset = $2`,
    `user:${person.id}:cash`,
    CNY,
  );
/** What suspense owes people (credits) less what is owed to it. */
const suspendedOf = async (asset: string) =>
  BigInt(
    (await read<string>(
      `SELECT (credits_posted - debits_posted)::text AS value FROM ledger_accounts WHERE name = 'suspense' AND asset = $1`,
      asset,
    )) ?? 0,
  );
const readSupply = () =>
  chain.client.readContract({ abi: erc20Abi, address: chain.addresses.cnyf, functionName: 'totalSupply' });
const tokensOf = (person: Person) =>
  chain.client.readContract({
    abi: erc20Abi,
    address: chain.addresses.cnyf,
    functionName: 'balanceOf',
    args: [person.account.address],
  });
const noticeOf = (order: string) =>
  until(`a notice of ${order}`, async () =>
    (await sandbox.state()).notices.find(({ orderNumber }) => orderNumber === order),
  );

const beginTopUp = (person: Person, amount: string, toTokens: boolean) =>
  person.post<TopUp>('/v1/top-ups', {
    gateway: 'sandbox',
    money: { asset: CNY, amount },
    target: toTokens ? { kind: 'token', token, address: person.account.address } : { kind: 'cash' },
  });
async function topUp(person: Person, amount: string, toTokens: boolean): Promise<string> {
  const { id } = await beginTopUp(person, amount, toTokens);
  await sandbox.act(await orderOf(id), 'pay');
  await untilState(id, toTokens ? 'issued' : 'credited');
  return id;
}
const withdraw = (person: Person, amount: string, number: string) =>
  person.post<MovementWire>('/v1/withdrawals', {
    gateway: 'sandbox',
    money: { asset: CNY, amount },
    bankAccount: { holder: '李伟', number },
  });

it('a lost tail is read again from gateway and chain: nothing is lost, nothing is issued or paid twice', async () => {
  await start(now);
  const li = await register('li@example.com');
  await topUp(li, '10000', true);
  await topUp(li, '20000', false);
  // Under way when the backup is taken.
  const opened = await beginTopUp(li, '3000', true);
  const openedOrder = await orderOf(opened.id);
  const leaving = await withdraw(li, '4000', sandboxAccounts.undecided);
  await untilState(leaving.id, 'sent');
  await until('the order is open', () =>
    read(`SELECT true AS value FROM gateway_attempts WHERE order_number = $1 AND state = 'open'`, openedOrder),
  );
  const backup = await backupTo(now, backupKey);

  // The tail that will be lost: what was under way ends, and things happen that the backup knows nothing of.
  await sandbox.act(openedOrder, 'pay');
  await untilState(opened.id, 'issued');
  await sandbox.decidePayout(await orderOf(leaving.id), 'settled');
  await untilState(leaving.id, 'settled');
  const unknownIssue = await li.post<MovementWire>('/v1/conversions', {
    direction: 'issue',
    money: { asset: CNY, amount: '500' },
    token,
    address: li.account.address,
  });
  await untilState(unknownIssue.id, 'issued');
  const unknownTopUp = await orderOf((await beginTopUp(li, '7000', false)).id);
  await sandbox.arm('notice_held', unknownTopUp);
  await sandbox.act(unknownTopUp, 'pay');
  const unknownLeaving = await withdraw(li, '600', sandboxAccounts.undecided);
  await untilState(unknownLeaving.id, 'sent');
  const unknownPayout = await orderOf(unknownLeaving.id);
  await sandbox.arm('notice_held', unknownPayout);
  await sandbox.decidePayout(unknownPayout, 'settled');
  const notices = [await noticeOf(unknownTopUp), await noticeOf(unknownPayout)];
  const [supply, tokens] = [await readSupply(), await tokensOf(li)];
  expect([supply, tokens]).toEqual([13_500n * cent, 13_500n * cent]);

  // The database is gone. The chain is read again sooner than the gateway, which is the harder order.
  const lost = now;
  await service?.stop();
  service = undefined;
  lost.skipVerify();
  const restored = await createTestDatabase();
  await restoreFrom(restored, backupKey, backup);
  await assertVerified(restored.pool);
  await start(restored, { hasGateway: false });
  expect(await stateOf(opened.id)).toBe('paying');
  await until('both issues are in suspense', async () => (await suspendedOf(token)) === -3_500n * cent);
  await assertVerified(restored.pool);

  await start(restored);
  for (const { id } of notices) await sandbox.release(id);
  await untilState(opened.id, 'issued');
  await untilState(leaving.id, 'settled');
  await until('what nobody ordered is in suspense', async () => (await suspendedOf(CNY)) === 7000n - 600n);

  // What the backup knew of has ended as it did; what it did not know of waits for a person, to the unit.
  expect(await cashOf(li)).toBe(`${20_000 - 4000}`);
  expect(await suspendedOf(token)).toBe(-500n * cent);
  expect([await readSupply(), await tokensOf(li)]).toEqual([supply, tokens]);
  const checks = await verifyAll(restored.pool, { readSupply: async () => supply });
  expect(checks.filter(({ violations }) => violations > 0)).toEqual([]);

  // Life goes on, with the nonces that the chain has counted meanwhile.
  const wang = await register('wang@example.com');
  await topUp(wang, '100', true);
  expect([await readSupply(), await tokensOf(wang)]).toEqual([supply + 100n * cent, 100n * cent]);

  // What the backup did not know of is in front of the operator's people.
  const owner = restored.connect('owner', 1);
  expect(await createRoster(owner).grant('wang@example.com')).toBe('changed');
  await owner.end();
  const { items } = await wang.get<{ items: SuspenseItemWire[] }>('/v1/admin/suspense');
  expect(items.map(({ reason, money }) => [reason, money.amount]).sort()).toEqual([
    ['ISSUE_UNKNOWN', `${500n * cent}`],
    ['ORDER_UNKNOWN', '7000'],
    ['PAYOUT_UNKNOWN', '600'],
  ]);
  await assertVerified(restored.pool);
}, 240_000);
