import { createHash, randomUUID } from 'node:crypto';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { buildApp } from '../app.ts';
import { createAnswerOnce } from './idempotency.ts';

const userId = randomUUID();
const account = { number: '6222020000001234' };
let database: TestDatabase;
let app: FastifyInstance;
let runs = 0;
/** What the next runs wait for. */
let gate: Promise<void> = Promise.resolve();
let failure: Error | undefined;

beforeAll(async () => {
  database = await createTestDatabase();
  const { pool } = database;
  // Only commands of the ledger write answers; this stands for one.
  const owner = database.connect('owner');
  const answers = createAnswerOnce({ database: pool, hashKey: Buffer.alloc(32, 1), waitMaxMs: 500 });
  app = await buildApp({
    logger: false,
    publicUrl: 'http://localhost:8080',
    webFolder: '/nowhere',
    sessionCookie: 'feiqian',
    findPrincipal: async () => null,
    probe: async () => ({ ready: true, parts: {} }),
    routes: [
      (typed) => {
        typed.post('/v1/things', (request) =>
          answers.answer(request, { userId, route: 'things' }, async ({ scope, key, requestHash }) => {
            runs += 1;
            const body = { run: runs };
            await gate;
            if (failure) throw failure;
            await owner.query(
              `INSERT INTO idempotency_keys (scope, key, request_hash, status, body) VALUES ($1, $2, decode($3, 'hex'), 201, $4)`,
              [scope, key, requestHash, body],
            );
            return { status: 201, body };
          }),
        );
      },
    ],
  });
});
afterAll(() => app.close());

const post = async (key: string, payload: object = { account }): Promise<LightMyRequestResponse> =>
  app.inject({ method: 'POST', url: '/v1/things', headers: { 'idempotency-key': key }, payload });

/** Holds the work that begins from now on, until it is let go. */
function hold(): () => void {
  const held = Promise.withResolvers<void>();
  gate = held.promise;
  return () => {
    gate = Promise.resolve();
    held.resolve();
  };
}

describe('a request that comes again while it is under way', () => {
  it('waits for the one answer, a hundred times', async () => {
    const [before, key, letGo] = [runs, randomUUID(), hold()];
    const answers = Array.from({ length: 100 }, () => post(key));
    await vi.waitFor(() => expect(runs).toBe(before + 1), { timeout: 20_000 });
    letGo();
    expect(new Set((await Promise.all(answers)).map(({ statusCode, body }) => `${statusCode} ${body}`)).size).toBe(1);
    expect(runs).toBe(before + 1);
  });

  it('is told to come again later when that takes too long, and then gets the answer', async () => {
    const [key, letGo] = [randomUUID(), hold()];
    const first = post(key);
    const second = await post(key);
    expect([second.statusCode, second.json(), second.headers['retry-after']]).toMatchObject([
      409,
      { code: 'IDEMPOTENCY_IN_FLIGHT' },
      '2',
    ]);
    letGo();
    expect((await post(key)).body).toBe((await first).body);
  });

  it('with another body is refused, also while the first is under way', async () => {
    const [before, key, letGo] = [runs, randomUUID(), hold()];
    const first = post(key);
    await vi.waitFor(() => expect(runs).toBe(before + 1), { timeout: 20_000 });
    const other = post(key, { account: { number: '1' } });
    letGo();
    expect((await first).statusCode).toBe(200);
    expect((await other).json()).toMatchObject({ status: 409, code: 'IDEMPOTENCY_KEY_REUSED' });
    expect(runs).toBe(before + 1);
  });

  it('runs again after a failure that nothing remembers', async () => {
    const key = randomUUID();
    failure = new Error('broken');
    expect((await post(key)).statusCode).toBe(500);
    failure = undefined;
    expect((await post(key)).statusCode).toBe(200);
  });
});

describe('what is remembered of a request', () => {
  it('does not let anybody find its content by trying', async () => {
    const key = randomUUID();
    await post(key);
    const { rows } = await database.pool.query<{ request_hash: Buffer }>(
      'SELECT request_hash FROM idempotency_keys WHERE key = $1',
      [key],
    );
    const stored = rows[0]?.request_hash.toString('hex');
    const scope = `user:${userId}:things`;
    for (const guess of [{ account }, [scope, { account }], account, account.number]) {
      const plain = createHash('sha256').update(JSON.stringify(guess)).digest('hex');
      expect(stored).not.toBe(plain);
    }
  });

  it('is the same whatever the order of its fields, and another for another route', async () => {
    const key = randomUUID();
    const first = await post(key, { a: 1, b: { c: 2, d: 3 } });
    expect((await post(key, { b: { d: 3, c: 2 }, a: 1 })).body).toBe(first.body);
  });
});
