import { randomBytes, randomUUID } from 'node:crypto';
import { problemSchema } from '@feiqian/domain/api/common';
import { cashAssets } from '@feiqian/domain/assets';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerApiKeyRoutes } from '../src/api-keys/routes.ts';
import { createApiKeyService } from '../src/api-keys/service.ts';
import { createApiKeyStore } from '../src/api-keys/store.ts';
import { registerCashTransferRoutes } from '../src/cash-transfers/routes.ts';
import { createCashTransferService } from '../src/cash-transfers/service.ts';
import { createFindPerson, readPersonName } from '../src/cash-transfers/store.ts';
import { createSealer } from '../src/database/sealed.ts';
import { createAnswerOnce } from '../src/http/idempotency.ts';
import { readBalances } from '../src/ledger/balances.ts';
import { postUnwatched } from '../src/ledger/watched.ts';
import { createIsLarge } from '../src/second-factors/large.ts';
import { registerSecondFactorRoutes } from '../src/second-factors/routes.ts';
import { createSecondFactorService } from '../src/second-factors/service.ts';
import { computeTotp, stepAt } from '../src/second-factors/totp.ts';
import { createTestDatabase } from './support/database.ts';
import { createTestApp, type Somebody, type TestApp } from './support/people.ts';

const CNY = 'iso4217:CNY';
const hourMs = 3_600_000;
const sealer = createSealer(randomBytes(32));
let now = new Date('2026-11-30T08:00:00Z');
let test: TestApp;

beforeAll(async () => {
  test = await createTestApp(await createTestDatabase(), ({ pool, ledger }) => {
    const findPerson = createFindPerson(pool);
    const service = createCashTransferService({
      postWatched: postUnwatched(ledger),
      currencies: new Set([CNY]),
      findPerson: async (query) => findPerson(readPersonName(query)),
    });
    const answers = createAnswerOnce({ database: pool, hashKey: randomBytes(32) });
    const secondFactors = createSecondFactorService({
      pool,
      sealer,
      codeKey: randomBytes(32),
      clock: () => now,
      issuer: 'Feiqian',
      relyingParty: { id: 'localhost', origin: 'http://localhost:8080' },
      isLarge: createIsLarge(cashAssets, new Map([['CNY', 100_000n]])),
      tellOwner: async () => undefined,
      verifyPassword: async () => 'somebody@example.com',
      onSessionsEnded: () => undefined,
    });
    return {
      stepUp: secondFactors,
      routes: [
        registerCashTransferRoutes({ service, answers }),
        registerApiKeyRoutes({ service: createApiKeyService({ store: createApiKeyStore(pool) }) }),
        registerSecondFactorRoutes({ service: secondFactors }),
      ],
    };
  });
});
afterAll(() => test.close());

type Careful = Somebody & { readonly secret: Buffer };

/** Somebody with cash and an authenticator app, who has shown no code for long. */
async function somebodyCareful(): Promise<Careful> {
  const person = await test.somebody();
  await test.fund(person, CNY, 1_000_000n);
  const [id, secret] = [randomUUID(), randomBytes(20)];
  await test.pool.query('INSERT INTO totp_factors (id, user_id, secret, confirmed_at) VALUES ($1, $2, $3, now())', [
    id,
    person.id,
    sealer.sealText(secret.toString('base64url'), `totp:${id}`),
  ]);
  now = new Date(now.getTime() + hourMs);
  return { ...person, secret };
}

const post = (person: Somebody, url: string, payload: object, idempotencyKey: string = randomUUID()) =>
  test.as(person, { method: 'POST', url, payload, headers: { 'idempotency-key': idempotencyKey } } as InjectOptions);
const stepUp = (person: Careful) =>
  post(person, '/v1/auth/step-up', { proof: { kind: 'totp', code: computeTotp(person.secret, stepAt(now)) } });
const send = (person: Somebody, to: Somebody, amount: string, key?: string) =>
  post(person, '/v1/cash-transfers', { recipient: to.handle, money: { asset: CNY, amount } }, key);
const problem = (response: { json: () => unknown }) => problemSchema.parse(response.json());
const available = async (person: Somebody) =>
  (await readBalances(test.pool, person.id)).find(({ asset }) => asset === CNY)?.available ?? 0n;

describe('a large payment', () => {
  it('waits for a second factor, and the same request then pays once', async () => {
    const [person, friend] = [await somebodyCareful(), await test.somebody()];
    const key = randomUUID();
    expect((await send(person, friend, '100000')).statusCode).toBe(201);
    const refused = await send(person, friend, '100001', key);
    expect([refused.statusCode, problem(refused).code, problem(refused).details]).toEqual([
      403,
      'STEP_UP_REQUIRED',
      { factors: 'totp' },
    ]);
    expect(await available(friend)).toBe(100_000n);
    expect((await stepUp(person)).statusCode).toBe(204);
    const answers = [await send(person, friend, '100001', key), await send(person, friend, '100001', key)];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 201]);
    expect(await available(friend)).toBe(200_001n);
    now = new Date(now.getTime() + 300_001);
    expect(problem(await send(person, friend, '100001')).code).toBe('STEP_UP_REQUIRED');
  });

  it('asks nobody who has no second factor', async () => {
    const [person, friend] = [await test.somebody(), await test.somebody()];
    await test.fund(person, CNY, 1_000_000n);
    expect((await send(person, friend, '900000')).statusCode).toBe(201);
  });

  it('is not let through by a factor that was shown in another session', async () => {
    const [person, friend] = [await somebodyCareful(), await test.somebody()];
    await stepUp(person);
    const other = { ...person, token: randomBytes(32).toString('base64url') };
    await test.pool.query(
      `INSERT INTO sessions (token_hash, user_id, user_agent, expires_at) VALUES (sha256($1::bytea), $2, '', now() + interval '1 day')`,
      [Buffer.from(other.token), person.id],
    );
    expect(problem(await send(other, friend, '100001')).code).toBe('STEP_UP_REQUIRED');
  });

  it('has to wait a day after a second factor was removed; small ones do not', async () => {
    const [person, friend] = [await somebodyCareful(), await test.somebody()];
    await stepUp(person);
    const removed = await test.as(person, { method: 'DELETE', url: '/v1/me/second-factors/totp' });
    expect(removed.statusCode).toBe(204);
    const until = new Date(now.getTime() + 24 * hourMs).toISOString();
    const refused = await send(person, friend, '100001');
    expect([refused.statusCode, problem(refused).code, problem(refused).details]).toEqual([
      403,
      'COOLING_OFF',
      { until },
    ]);
    expect((await send(person, friend, '100000')).statusCode).toBe(201);
    await expect(
      test.pool.query('UPDATE cooling_offs SET ends_at = now() WHERE user_id = $1', [person.id]),
    ).rejects.toMatchObject({ code: '23001' });
    now = new Date(now.getTime() + 24 * hourMs);
    expect((await send(person, friend, '100001')).statusCode).toBe(201);
    expect(await available(friend)).toBe(200_001n);
  });
});

describe('a key for the server of a shop', () => {
  it('is made only after a second factor', async () => {
    const person = await somebodyCareful();
    const make = () => post(person, '/v1/api-keys', { name: 'Shop', scopes: ['payment_requests:read'] });
    expect(problem(await make()).code).toBe('STEP_UP_REQUIRED');
    await stepUp(person);
    expect((await make()).statusCode).toBe(201);
  });
});
