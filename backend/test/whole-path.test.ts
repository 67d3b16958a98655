import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Me } from '@feiqian/domain/api/auth';
import type { TopUp } from '@feiqian/domain/api/cash';
import type { Balances, MovementWire, RelayQuote } from '@feiqian/domain/api/chain';
import type { HistoryEntry } from '@feiqian/domain/api/history';
import type { AuthorizedPayment, PaymentRequestWire, PaymentWire } from '@feiqian/domain/api/payments';
import { toTokenAssetId } from '@feiqian/domain/assets';
import { buildRedeemTypedData, buildRelayTypedData } from '@feiqian/domain/authorizations';
import { pino } from 'pino';
import type { Address, Hex } from 'viem';
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';
import { compareHistory } from '../src/history/rebuild.ts';
import { createService, type Service } from '../src/service.ts';
import { assertVerified } from '../src/verify/verify-all.ts';
import { type Sink, startSink } from './mail/sink.ts';
import { type SandboxProcess, sandboxAccounts, startSandboxProcess } from './payments/sandbox-process.ts';
import { startTestChain, type TestChain } from './support/chain.ts';
import { signPayment } from './support/checkout.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';

const CNY = 'iso4217:CNY';
const cent = 10_000n;
let database: TestDatabase;
let chain: TestChain;
let sandbox: SandboxProcess;
let sink: Sink;
let service: Service;
let origin: string;
let token: string;

beforeAll(async () => {
  database = await createTestDatabase();
  chain = await startTestChain();
  const port = await freePort();
  origin = `http://localhost:${port}`;
  sandbox = await startSandboxProcess({ publicUrl: origin });
  sink = await startSink();
  token = toTokenAssetId(chain.chainId, chain.addresses.cnyf);
  service = await start(port);
}, 120_000);
afterAll(async () => {
  await service.stop();
  await sandbox.close();
  await sink.close();
  await chain.stop();
});

async function start(port: number): Promise<Service> {
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
    SMTP_URL: `smtp://${sink.server.host}:${sink.server.port}`,
    MAIL_FROM: 'Feiqian <receipts@wallet.example>',
    WEB_FOLDER: '/nowhere',
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

/** A person with a wallet, as far as the service can tell. */
type Person = {
  readonly me: Me;
  readonly account: PrivateKeyAccount;
  readonly get: <T>(path: string) => Promise<T>;
  readonly post: <T>(path: string, body: object, expected?: number) => Promise<T>;
};

async function register(email: string): Promise<Person> {
  const account = privateKeyToAccount(generatePrivateKey());
  let cookie = '';
  const call = async <T>(method: string, path: string, body?: object, expected?: number): Promise<T> => {
    const response = await fetch(`${origin}${path}`, {
      method,
      headers: {
        cookie,
        origin,
        'idempotency-key': randomUUID(),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (expected === undefined ? !response.ok : response.status !== expected)
      throw new Error(`${method} ${path}: ${response.status} ${text}`);
    cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
    return (text === '' ? undefined : JSON.parse(text)) as T;
  };
  const kdf = {
    algorithm: 'argon2id',
    version: 19,
    memoryKib: 65_536,
    iterations: 3,
    parallelism: 1,
    salt: randomBytes(16).toString('base64url'),
  };
  await call('POST', '/v1/auth/register', {
    email,
    kdf,
    authSecret: randomBytes(32).toString('base64url'),
    language: 'zh',
  });
  const { message } = await call<{ message: string }>('POST', '/v1/me/addresses/challenge', {
    address: account.address,
    chainId: chain.chainId,
  });
  const me = await call<Me>('POST', '/v1/me/addresses', { message, signature: await account.signMessage({ message }) });
  return {
    me,
    account,
    get: (path) => call('GET', path),
    post: (path, body, expected) => call('POST', path, body, expected),
  };
}

/** Waits until what is asked for is there, mining meanwhile so that blocks become final. */
async function until<T>(read: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const value = await read();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error('It did not come to that in time.');
    await chain.client.mine({ blocks: 1, interval: 0 });
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

const entry = (person: Person, id: string) => person.get<HistoryEntry>(`/v1/history/${id}`);
const settled = (person: Person, id: string) =>
  until(async () => {
    const found = await entry(person, id);
    return found.status === 'pending' ? undefined : found;
  });
const balance = async (person: Person, asset: string): Promise<bigint> => {
  const { cash, onChain } = await person.get<Balances>('/v1/balances');
  const row =
    cash.find((candidate) => candidate.asset === asset)?.available ??
    onChain.find((candidate) => candidate.asset === asset)?.amount;
  return BigInt(row ?? '0');
};

async function topUp(person: Person, amount: string, isToken: boolean): Promise<HistoryEntry> {
  const target = isToken ? { kind: 'token', token, address: person.account.address } : { kind: 'cash' };
  const made = await person.post<TopUp>('/v1/top-ups', { gateway: 'sandbox', money: { asset: CNY, amount }, target });
  if (made.redirectUrl === null) throw new Error('Expected a page to pay on.');
  expect(await sandbox.pressOnPage(made.redirectUrl, 'pay')).toBe(`${origin}/top-ups/${made.id}`);
  return settled(person, made.historyId);
}

async function relay(from: Person, to: Address, amount: bigint): Promise<HistoryEntry> {
  const quote = await from.post<RelayQuote>('/v1/quotes', { kind: 'relay', asset: token });
  const word = (): Hex => `0x${randomBytes(32).toString('hex')}`;
  const request = {
    token: chain.addresses.cnyf,
    from: from.account.address,
    to,
    amount,
    fee: BigInt(quote.fee),
    feeReceiver: quote.feeReceiver,
    reference: word(),
    validAfter: 0n,
    validBefore: BigInt(Math.floor(Date.now() / 1000) + 3000),
    salt: word(),
  };
  const domain = { name: 'Feiqian CNY', version: '1', chainId: chain.chainId, verifyingContract: chain.addresses.cnyf };
  const signature = await from.account.signTypedData(buildRelayTypedData(domain, quote.relay, request));
  const numbers = { amount: `${amount}`, fee: quote.fee, validAfter: '0', validBefore: `${request.validBefore}` };
  const made = await from.post<MovementWire>('/v1/relays', {
    ...request,
    ...numbers,
    quoteId: quote.id,
    chainId: chain.chainId,
    signature,
  });
  return settled(from, made.historyId);
}

it('money goes from the bank to the chain, to others, and back, and one history shows it', async () => {
  const [li, wang] = [await register('li@example.com'), await register('wang@example.com')];

  const topped = await topUp(li, '10000', true);
  expect(topped).toMatchObject({
    kind: 'top_up',
    status: 'completed',
    stage: 'issued',
    money: { asset: CNY, amount: '10000' },
    counterMoney: { asset: token, amount: `${10_000n * cent}` },
  });
  expect(new Set(topped.legs.map(({ rail }) => rail))).toEqual(new Set(['gateway', 'ledger', 'chain']));
  expect(await balance(li, token)).toBe(100_000_000n);
  expect(await chain.client.getBalance({ address: li.account.address })).toBe(0n);
  expect((await li.get<{ items: HistoryEntry[] }>('/v1/history')).items).toHaveLength(1);

  const sent = await relay(li, wang.account.address, 25_000_000n);
  expect(sent).toMatchObject({
    kind: 'token_transfer',
    direction: 'out',
    status: 'completed',
    fee: { amount: '20000' },
    counterparty: { kind: 'person', value: wang.me.handle },
  });
  expect(await balance(wang, token)).toBe(25_000_000n);
  const [received] = (await wang.get<{ items: HistoryEntry[] }>('/v1/history')).items;
  expect(received).toMatchObject({
    direction: 'in',
    status: 'completed',
    money: { amount: '25000000' },
    counterparty: { kind: 'person', value: li.me.handle },
  });

  const link = await wang.post<PaymentRequestWire>('/v1/payment-requests', {
    money: { asset: CNY, amount: '1000' },
    description: '两杯拿铁',
    address: wang.account.address,
  });
  expect(await li.get('/v1/chains')).toMatchObject({ mail: true });
  await li.post(`/v1/payment-requests/${link.id}/receipts`, { email: 'li@example.com', language: 'zh' }, 202);
  const authorized = await li.post<AuthorizedPayment>(
    `/v1/payment-requests/${link.id}/authorizations`,
    await signPayment(li.account, link),
  );
  const paid = await settled(li, authorized.historyId ?? '');
  expect(paid).toMatchObject({ kind: 'payment', direction: 'out', status: 'completed', note: '两杯拿铁' });
  await until(async () =>
    (await wang.get<PaymentRequestWire>(`/v1/payment-requests/${link.id}`)).state === 'settled' ? true : undefined,
  );
  await sink.untilReceived(1);
  const [receipt] = await sink.received();
  const [payment] = (await wang.get<{ items: PaymentWire[] }>(`/v1/payment-requests/${link.id}/payments`)).items;
  expect(receipt?.recipients).toEqual(['li@example.com']);
  for (const line of [
    '¥10.00 CNY',
    '用途（收款人填写）：两杯拿铁',
    `交易哈希：${payment?.txHash}`,
    `付款链接：${origin}/pay/${link.id}`,
  ])
    expect(receipt?.text.split('\n')).toContain(line);
  const payments = (await wang.get<{ items: HistoryEntry[] }>('/v1/history?kind=payment')).items;
  expect(payments).toMatchObject([{ direction: 'in', status: 'completed', paymentRequestId: link.id }]);

  await topUp(li, '1000', false);
  await li.post('/v1/cash-transfers', { recipient: wang.me.email, money: { asset: CNY, amount: '500' }, note: '车费' });
  expect([await balance(li, CNY), await balance(wang, CNY)]).toEqual([500n, 500n]);

  const reference: Hex = `0x${randomBytes(32).toString('hex')}`;
  const validBefore = BigInt(Math.floor(Date.now() / 1000) + 3000);
  const domain = { name: 'Feiqian CNY', version: '1', chainId: chain.chainId, verifyingContract: chain.addresses.cnyf };
  const holder = li.account.address;
  const signature = await li.account.signTypedData(
    buildRedeemTypedData(domain, { holder, reference, amount: 50_000_000n, validAfter: 0n, validBefore }),
  );
  const redemption = {
    direction: 'redeem',
    chainId: chain.chainId,
    token: chain.addresses.cnyf,
    holder,
    reference,
    amount: '50000000',
    validAfter: '0',
    validBefore: `${validBefore}`,
    signature,
  };
  const redeeming = await li.post<MovementWire>('/v1/conversions', redemption);
  expect(await settled(li, redeeming.historyId)).toMatchObject({
    kind: 'conversion',
    status: 'completed',
    stage: 'redeemed',
    counterMoney: { asset: CNY, amount: '5000' },
  });
  expect(await balance(li, CNY)).toBe(5_500n);

  const issuing = await li.post<MovementWire>('/v1/conversions', {
    direction: 'issue',
    money: { asset: CNY, amount: '500' },
    token,
    address: holder,
  });
  expect(await settled(li, issuing.historyId)).toMatchObject({
    kind: 'conversion',
    status: 'completed',
    stage: 'issued',
  });

  const bankAccount = { holder: '李伟', number: sandboxAccounts.good };
  const leaving = await li.post<MovementWire>('/v1/withdrawals', {
    gateway: 'sandbox',
    money: { asset: CNY, amount: '5000' },
    bankAccount,
  });
  expect(await settled(li, leaving.historyId)).toMatchObject({
    kind: 'withdrawal',
    status: 'completed',
    stage: 'settled',
  });
  expect(await balance(li, CNY)).toBe(0n);

  const returning = await wang.post<MovementWire>('/v1/withdrawals', {
    gateway: 'sandbox',
    money: { asset: CNY, amount: '500' },
    bankAccount: { ...bankAccount, number: sandboxAccounts.returned },
  });
  expect(await settled(wang, returning.historyId)).toMatchObject({ kind: 'withdrawal', stage: 'returned' });
  expect(await balance(wang, CNY)).toBe(500n);

  await assertVerified(database.pool);
  expect((await compareHistory(database.pool)).differences).toEqual([]);
}, 120_000);

it('refuses what cannot be, and moves nothing', async () => {
  const poor = await register('poor@example.com');
  const refusal = async (path: string, body: object, status: number) =>
    (await poor.post<{ code: string }>(path, body, status)).code;
  const money = { asset: CNY, amount: '100' };
  expect(
    await refusal(
      '/v1/withdrawals',
      { gateway: 'sandbox', money, bankAccount: { holder: 'x', number: '123456' } },
      409,
    ),
  ).toBe('INSUFFICIENT_FUNDS');
  expect(
    await refusal('/v1/conversions', { direction: 'issue', money, token, address: poor.account.address }, 409),
  ).toBe('INSUFFICIENT_FUNDS');
  expect(
    await refusal('/v1/conversions', { direction: 'issue', money, token, address: chain.addresses.relay }, 403),
  ).toBe('ADDRESS_NOT_LINKED');
  expect(await refusal('/v1/top-ups', { gateway: 'nobody', money, target: { kind: 'cash' } }, 400)).toBe(
    'GATEWAY_UNKNOWN',
  );
  expect(
    await refusal(
      '/v1/top-ups',
      { gateway: 'sandbox', money: { asset: CNY, amount: '1.5' }, target: { kind: 'cash' } },
      400,
    ),
  ).toBe('AMOUNT_MALFORMED');
  await expect(relay(poor, chain.addresses.relay, 1_000_000n)).rejects.toThrow('ADDRESS_IS_TOKEN');
  await expect(relay(poor, chain.addresses.cnyf, 1_000_000n)).rejects.toThrow('ADDRESS_IS_TOKEN');
  await expect(relay(poor, poor.account.address, 1_000_000n)).rejects.toThrow('INSUFFICIENT_FUNDS');
  expect((await poor.get<{ items: unknown[] }>('/v1/history')).items).toEqual([]);
});
