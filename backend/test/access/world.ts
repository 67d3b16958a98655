/** Somebody with one of everything that has an owner, somebody else, and the operator's people, for the access matrix. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiKeyScope, apiKeyScopes, type CreatedApiKey } from '@feiqian/domain/api/api-keys';
import type { TopUp } from '@feiqian/domain/api/cash';
import type { MovementWire, RelayQuote } from '@feiqian/domain/api/chain';
import type { PayCodeWire } from '@feiqian/domain/api/pay-codes';
import type { PaymentRequestWire, PaymentWire } from '@feiqian/domain/api/payments';
import type { PayoutRuleWire } from '@feiqian/domain/api/payouts';
import type { ReturnSecretWire } from '@feiqian/domain/api/return-addresses';
import type { WebhookDeliveryWire, WebhookSecretWire } from '@feiqian/domain/api/webhooks';
import { toAmount } from '@feiqian/domain/money';
import type { RuleSet } from '@feiqian/domain/monitoring/rules';
import { parseEther } from 'viem';
import { createSessionCookie } from '../../src/identity/sessions.ts';
import { createRoster } from '../../src/staff/roster.ts';
import { sandboxAccounts } from '../payments/sandbox-process.ts';
import { draftRelay, signRelay } from '../support/relay.ts';
import { CNY, type Person, startWholeService, type WholeService } from '../support/whole-service.ts';

/** What the owner has, by id. */
type Ids = Readonly<
  Record<
    | 'apiKey'
    | 'conversion'
    | 'delivery'
    | 'endpoint'
    | 'entry'
    | 'hold'
    | 'item'
    | 'open'
    | 'other'
    | 'otherHold'
    | 'payment'
    | 'payoutRule'
    | 'relay'
    | 'request'
    | 'returnAddress'
    | 'suspense'
    | 'topUp'
    | 'transaction'
    | 'withdrawal',
    string
  >
>;

export type World = {
  readonly ids: Ids;
  readonly chainId: number;
  /** The owner's. */
  readonly address: string;
  /** CNYF: its contract, and its asset id. */
  readonly tokenAddress: string;
  readonly token: string;
  /** A payment through the relay that the owner has signed and sent already. */
  readonly relay: object;
  /** A code that somebody shows at a counter just now. */
  readonly showPayCode: () => Promise<string>;
};

/** Holds every transfer of cash above ¥1, and nothing else. */
export const heldRules: RuleSet = {
  rules: [
    { name: 'transfers', rule: 'amount', outcome: 'review', kinds: ['cash_transfer'], above: { default: '100' } },
  ],
  holdHours: 1,
  twoPeopleAbove: { default: '100000' },
};

/** Who asks. */
export const roles = ['nobody', 'logged out', 'key', 'wrong key', 'stranger', 'owner', 'staff'] as const;
export type Role = (typeof roles)[number];

export type RunningWorld = World & {
  readonly service: WholeService;
  /** Somebody with cash, who paid the owner once. */
  readonly payer: Person;
  /** Headers of a request of this role, for a route that keys with this scope may use. Sessions are new each time. */
  readonly headersOf: (role: Role, scope?: ApiKeyScope) => Promise<Record<string, string>>;
};

/** @param settings - Of the service, besides those that it needs here. */
export async function startWorld(settings: Readonly<Record<string, string>> = {}): Promise<RunningWorld> {
  const webFolder = mkdtempSync(join(tmpdir(), 'feiqian-pages-'));
  for (const page of ['index.html', 'pay.html']) writeFileSync(join(webFolder, page), '<!doctype html>');
  const service = await startWholeService({
    WEB_FOLDER: webFolder,
    REQUESTS_PER_MINUTE_MAX: '100000',
    // Mail is on; nothing takes it.
    SMTP_URL: 'smtp://127.0.0.1:40010',
    MAIL_FROM: 'Feiqian <receipts@wallet.example>',
    ...settings,
  });
  const { chain, token, database } = service;
  const [owner, stranger, payer, clerk] = [
    await service.register('owner@example.com'),
    await service.register('stranger@example.com'),
    await service.register('payer@example.com'),
    await service.register('clerk@example.com'),
  ];
  await createRoster(database.connect('owner', 1)).grant('clerk@example.com');
  const keys = new Map<ApiKeyScope | undefined, string>();
  const makeKey = (scopes: readonly ApiKeyScope[]) =>
    owner.post<CreatedApiKey>('/v1/api-keys', { name: 'Till', scopes });
  keys.set(undefined, (await makeKey(apiKeyScopes)).secret ?? '');
  for (const scope of apiKeyScopes)
    keys.set(scope, (await makeKey(apiKeyScopes.filter((other) => other !== scope))).secret ?? '');

  const { relay, ids } = await own(service, owner, payer);
  const cookie = createSessionCookie(service.origin).name;
  const session = async ({ me }: Person, lasts: string): Promise<Record<string, string>> => {
    const secret = randomBytes(32).toString('base64url');
    await database.pool.query(
      `INSERT INTO sessions (token_hash, user_id, user_agent, expires_at) VALUES (sha256($1::bytea), $2, '', now() + $3::interval)`,
      [Buffer.from(secret), me.id, lasts],
    );
    return { cookie: `${cookie}=${secret}` };
  };
  const bearer = (secret: string | undefined) => ({ authorization: `Bearer ${secret}` });
  return {
    ...{ service, payer, relay, ids, token },
    chainId: chain.chainId,
    address: owner.account.address,
    tokenAddress: chain.addresses.cnyf,
    showPayCode: async () => (await payer.post<PayCodeWire>('/v1/pay-codes', {})).code,
    headersOf: async (role, scope) =>
      ({
        nobody: async () => ({}),
        'logged out': () => session(owner, '-1 second'),
        key: async () => bearer(keys.get(undefined)),
        'wrong key': async () => bearer(keys.get(scope)),
        stranger: () => session(stranger, '1 hour'),
        owner: () => session(owner, '1 hour'),
        staff: () => session(clerk, '1 hour'),
      })[role](),
  };
}

/** Gives the owner one of everything. */
async function own(service: WholeService, owner: Person, payer: Person): Promise<Pick<World, 'relay' | 'ids'>> {
  const { chain, token } = service;
  const { address } = owner.account;
  const money = { asset: CNY, amount: '1000' };
  const entry = await service.topUp(owner, '10000', true);
  await service.topUp(owner, '5000', false);
  await service.topUp(payer, '5000', false);

  const conversion = await owner.post<MovementWire>('/v1/conversions', { direction: 'issue', money, token, address });
  await service.settled(owner, conversion.historyId);
  const quote = await owner.post<RelayQuote>('/v1/quotes', { kind: 'relay', asset: token });
  const soon = Math.floor(Date.now() / 1000) + 600;
  const terms = draftRelay(chain, quote, { from: address, to: payer.account.address, validAfter: `${soon}` });
  const relay = await signRelay(chain, owner.account, terms);
  const relayed = await owner.post<MovementWire>('/v1/relays', relay);

  const request = await owner.post<PaymentRequestWire>('/v1/payment-requests', { money, description: 'Tea', address });
  await payer.post(`/v1/payment-requests/${request.id}/payments`, { rail: 'cash' });
  const { items: payments } = await owner.get<{ items: PaymentWire[] }>(`/v1/payment-requests/${request.id}/payments`);
  const open = await owner.post<PaymentRequestWire>('/v1/payment-requests', { money, description: 'Tea to come' });
  const other = await owner.post<PaymentRequestWire>('/v1/payment-requests', { money, description: 'More tea' });
  const item = await owner.post<{ id: string }>('/v1/items', { name: 'Tea', money });
  const returnAddress = await owner.post<ReturnSecretWire>('/v1/return-addresses', {
    url: 'https://shop.example/paid',
  });
  const apiKey = await owner.post<CreatedApiKey>('/v1/api-keys', { name: 'Old till', scopes: ['items:read'] });
  const endpoint = await owner.post<WebhookSecretWire>('/v1/webhook-endpoints', {
    url: 'http://127.0.0.1:40009/hooks',
  });
  await owner.post(`/v1/webhook-endpoints/${endpoint.id}/test`, {});
  const { items: deliveries } = await owner.get<{ items: WebhookDeliveryWire[] }>(
    `/v1/webhook-endpoints/${endpoint.id}/deliveries`,
  );

  const topUp = await owner.post<TopUp>('/v1/top-ups', { gateway: 'sandbox', money, target: { kind: 'cash' } });
  const bankAccount = { holder: 'Ann', number: sandboxAccounts.good };
  const withdrawal = await owner.post<{ id: string }>('/v1/withdrawals', { gateway: 'sandbox', money, bankAccount });
  const payoutRule = await owner.post<PayoutRuleWire>('/v1/payout-rules', {
    asset: CNY,
    target: { kind: 'bank', gateway: 'sandbox', bankAccount },
    keep: '100000000',
    min: '100',
    schedule: { kind: 'daily', hour: 3 },
  });
  const suspense = await suspend(service);
  const [hold, otherHold] = [await beHeld(service, owner), await beHeld(service, owner)];
  await chain.client.setBalance({ address, value: parseEther('1') });
  const transaction = await owner.post<MovementWire>('/v1/transactions', await signTransaction(service, owner, payer));
  const payment = payments[0]?.id ?? '';
  const delivery = deliveries[0]?.id ?? '';
  const made = {
    apiKey,
    conversion,
    endpoint,
    entry,
    item,
    open,
    other,
    payoutRule,
    request,
    returnAddress,
    topUp,
    transaction,
  };
  const byName = Object.fromEntries(
    Object.entries({ ...made, withdrawal, relay: relayed }).map(([name, { id }]) => [name, id]),
  );
  return { relay, ids: { ...byName, payment, delivery, suspense, hold, otherHold } as Ids };
}

/** Cash that waits for staff. */
async function beHeld({ database }: WholeService, owner: Person): Promise<string> {
  await database.pool.query(
    `INSERT INTO monitoring_rules (version, rules, note, created_by) VALUES (1, $1, 'All transfers', gen_random_uuid()) ON CONFLICT DO NOTHING`,
    [JSON.stringify(heldRules)],
  );
  const money = { asset: CNY, amount: '101' };
  const { id } = await owner.post<{ id: string }>('/v1/cash-transfers', { recipient: 'payer@example.com', money });
  return id;
}

/** Money that was paid under an order number that nobody here has given out. */
async function suspend({ sandbox, database, until, origin }: WholeService): Promise<string> {
  const orderNumber = randomUUID().replaceAll('-', '');
  await sandbox.connect().createPayment({
    orderNumber,
    money: { asset: CNY, amount: toAmount(10_000n) },
    description: 'Lost',
    returnUrl: `${origin}/`,
    expiresAt: new Date(Date.now() + 60_000),
  });
  await sandbox.act(orderNumber, 'pay');
  return until(async () => {
    const { rows } = await database.pool.query<{ id: string }>(`SELECT id FROM suspense_items`);
    return rows[0]?.id;
  });
}

/** One that waits: blocks are made no more. */
async function signTransaction({ chain }: WholeService, { account }: Person, to: Person): Promise<object> {
  const nonce = await chain.client.getTransactionCount({ address: account.address });
  await chain.client.setAutomine(false);
  const raw = await account.signTransaction({
    type: 'eip1559',
    chainId: chain.chainId,
    nonce,
    to: to.account.address,
    value: 1n,
    gas: 21_000n,
    maxFeePerGas: 20_000_000_000n,
    maxPriorityFeePerGas: 1_000_000_000n,
  });
  return { chainId: chain.chainId, raw };
}
