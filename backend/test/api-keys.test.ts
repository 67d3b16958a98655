import { randomUUID } from 'node:crypto';
import { type ApiKeyWire, apiKeyScopes, apiKeySecretShape, type CreatedApiKey } from '@feiqian/domain/api/api-keys';
import type { PaymentRequestWire } from '@feiqian/domain/api/payments';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, startTestService, type TestService } from './chain/service.ts';
import { startTestChain, type TestChain } from './support/chain.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';

let chain: TestChain;
let database: TestDatabase;
let test: TestService;
let shop: Person;
let other: Person;

beforeAll(async () => {
  chain = await startTestChain();
  database = await createTestDatabase();
  test = await startTestService(database, chain);
  [shop, other] = [await test.somebody(), await test.somebody()];
});
afterAll(async () => {
  await test.stop();
  await chain.stop();
});

const make = (scopes: readonly string[] = apiKeyScopes, key: string = randomUUID(), name = 'Till') =>
  shop.post<CreatedApiKey>('/v1/api-keys', { name, scopes }, key);

/** A request of the shop's server. */
async function ask(secret: string | null, request: InjectOptions) {
  const answer = await test.inject({
    ...request,
    headers: { authorization: `Bearer ${secret}`, 'idempotency-key': randomUUID(), ...request.headers },
  });
  const body = answer.json() as PaymentRequestWire & { code?: string; items?: PaymentRequestWire[] };
  return { status: answer.statusCode, code: body.code, body };
}
const tea = { money: { asset: 'iso4217:CNY', amount: '1000' }, description: 'Tea' };
const requestTea = { method: 'POST', url: '/v1/payment-requests', payload: tea } as const;
const list = { method: 'GET', url: '/v1/payment-requests' } as const;

describe('a key', () => {
  it('has a secret that is shown once and stored nowhere', async () => {
    const key = randomUUID();
    const { status, body } = await make(undefined, key);
    expect(status).toBe(201);
    expect(body.secret).toMatch(apiKeySecretShape);
    expect(body.secret?.endsWith(body.hint)).toBe(true);
    const again = await make(undefined, key);
    expect(again).toEqual({ status: 201, body: { ...body, secret: null } });
    expect((await make(['payment_requests:read'], key)).body.code).toBe('IDEMPOTENCY_KEY_REUSED');
    const { items } = await shop.get<{ items: ApiKeyWire[] }>('/v1/api-keys');
    expect(items.filter(({ id }) => id === body.id)).toHaveLength(1);
    expect(items[0]).not.toHaveProperty('secret');
    const { rows } = await database.pool.query<{ tables: string }>(
      `SELECT (SELECT string_agg(k::text, ' ') FROM api_keys k) || (SELECT coalesce(string_agg(a::text, ' '), '') FROM idempotency_keys a) AS tables`,
    );
    expect(rows[0]?.tables).toContain(body.id);
    expect(rows[0]?.tables).not.toContain(body.secret?.slice(4));
  });

  it('acts for its owner within its scopes, and is seen to be used', async () => {
    const [{ body: both }, { body: reader }] = [await make(), await make(['payment_requests:read'])];
    const { status, body } = await ask(both.secret, requestTea);
    expect({ status, body }).toMatchObject({ status: 201, body: { state: 'new', money: tea.money } });
    expect((await ask(reader.secret, list)).body.items?.map(({ id }) => id)).toContain(body.id);
    expect(await ask(reader.secret, requestTea)).toMatchObject({ status: 403, code: 'SCOPE_MISSING' });
    const cancel = { method: 'POST', url: `/v1/payment-requests/${body.id}/cancel` } as const;
    expect(await ask(reader.secret, cancel)).toMatchObject({ status: 403, code: 'SCOPE_MISSING' });
    expect(await ask(both.secret, cancel)).toMatchObject({
      status: 200,
      body: { state: 'invalid', reason: 'CANCELLED' },
    });
    const { items } = await shop.get<{ items: ApiKeyWire[] }>('/v1/api-keys');
    expect(items.find(({ id }) => id === reader.id)?.lastUsedAt).not.toBeNull();
  });

  it('opens no route that names no scope, whatever its own scopes are, not even to a logged-in browser', async () => {
    const { secret } = (await make()).body;
    const { paths } = (await test.inject({ url: '/docs/json' })).json() as { paths: Record<string, object> };
    const open: string[] = [];
    for (const [path, methods] of Object.entries(paths).filter(([name]) => name.startsWith('/v1/'))) {
      for (const method of Object.keys(methods).map((name) => name.toUpperCase() as 'GET')) {
        const answer = await test.inject({
          method,
          url: path.replace(/\{[^}]+\}/g, randomUUID()),
          headers: { authorization: `Bearer ${secret}` },
          cookies: { feiqian: shop.token },
        });
        if (answer.json().code !== 'SCOPE_MISSING') open.push(`${method} ${path}`);
      }
    }
    expect(open.filter((route) => !route.includes('/webhook-')).sort()).toEqual([
      'DELETE /v1/items/{id}',
      'GET /v1/items',
      'GET /v1/payment-requests',
      'GET /v1/payment-requests/{id}',
      'GET /v1/payment-requests/{id}/payments',
      'GET /v1/payment-requests/{id}/refunds',
      'GET /v1/payout-rules',
      'GET /v1/payouts',
      'PATCH /v1/items/{id}',
      'POST /v1/items',
      'POST /v1/payment-requests',
      'POST /v1/payment-requests/{id}/accept',
      'POST /v1/payment-requests/{id}/cancel',
      'POST /v1/payment-requests/{id}/pay-code',
      'POST /v1/refunds',
    ]);
  });

  it('is dead from the moment it is revoked, and stays so', async () => {
    const { id, secret } = (await make()).body;
    expect((await ask(secret, list)).status).toBe(200);
    const revoke = (person: Person) =>
      test.inject({ method: 'DELETE', url: `/v1/api-keys/${id}`, cookies: { feiqian: person.token } });
    expect((await revoke(other)).statusCode).toBe(404);
    expect((await ask(secret, list)).status).toBe(200);
    expect((await revoke(shop)).json()).toMatchObject({ id, revokedAt: expect.any(String) });
    expect(await ask(secret, list)).toMatchObject({ status: 401, code: 'API_KEY_INVALID' });
    const first = (await revoke(shop)).json();
    expect((await revoke(shop)).json()).toEqual(first);
    await expect(database.pool.query('UPDATE api_keys SET revoked_at = NULL WHERE id = $1', [id])).rejects.toThrow(
      'stays revoked',
    );
    await expect(
      database.pool.query(`UPDATE api_keys SET scopes = '{payment_requests:write}' WHERE id = $1`, [id]),
    ).rejects.toThrow('permission denied');
  });

  it.each([
    ['no key at all', 'Bearer '],
    ['another form', 'Bearer fqk_short'],
    ['a key that nobody made', `Bearer fqk_${'A'.repeat(43)}`],
  ])('is not %s, even beside a valid session', async (_what, authorization) => {
    const answer = await test.inject({ ...list, headers: { authorization }, cookies: { feiqian: shop.token } });
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'API_KEY_INVALID']);
  });

  it('has nothing to do with another scheme, which a proxy in front may use', async () => {
    const answer = await test.inject({
      ...list,
      headers: { authorization: 'Basic Zm9vOmJhcg==' },
      cookies: { feiqian: shop.token },
    });
    expect(answer.statusCode).toBe(200);
  });

  it('is one of fifty at most', async () => {
    const live = (await other.get<{ items: ApiKeyWire[] }>('/v1/api-keys')).items;
    expect(live).toEqual([]);
    const makeOther = () => other.post<CreatedApiKey>('/v1/api-keys', { name: 'Till', scopes: apiKeyScopes });
    for (let made = 0; made < 50; made += 1) expect((await makeOther()).status).toBe(201);
    expect((await makeOther()).body.code).toBe('API_KEYS_TOO_MANY');
  });
});
