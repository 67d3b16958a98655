/** A service with its gateway and people, for tests of the whole way of money through a gateway. */
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import type { TopUp } from '@feiqian/domain/api/cash';
import type { Address } from 'viem';
import { privateKeyToAddress } from 'viem/accounts';
import { expect, vi } from 'vitest';
import { readBalances } from '../../src/ledger/balances.ts';
import type { WithdrawalWire } from '../../src/withdrawals/service.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import {
  CNY,
  chainId,
  type PaymentsOptions,
  type PaymentsService,
  sessionCookie,
  startPayments,
  tokenAddress,
} from './payments-service.ts';
import { type SandboxProcess, startSandboxProcess } from './sandbox-process.ts';

/** Somebody with a live session and an address of their own. */
export type Person = { readonly id: string; readonly token: string; readonly address: Address };

/** An answer of the service. */
export type Reply<Body> = {
  readonly status: number;
  readonly body: Body & { readonly code?: string; readonly details?: Record<string, string> };
};

/** One transfer as the books have it. */
export type BookedTransfer = {
  readonly kind: string;
  readonly phase: string;
  readonly amount: string;
  readonly asset: string;
  readonly debit: string;
  readonly credit: string;
};

/** Everything that a test needs. */
export type Scene = {
  readonly database: TestDatabase;
  readonly sandbox: SandboxProcess;
  readonly service: () => PaymentsService;
  readonly port: number;
  readonly somebody: () => Promise<Person>;
  readonly call: <Body = Record<string, unknown>>(
    person: Person | undefined,
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    options?: { readonly body?: object; readonly key?: string },
  ) => Promise<Reply<Body>>;
  /** Begins a top-up of ¥100 to cash, unless told otherwise. */
  readonly topUp: (
    person: Person,
    options?: { readonly amount?: string; readonly asset?: string; readonly toTokens?: boolean; readonly key?: string },
  ) => Promise<TopUp & { readonly orderNumber: string }>;
  readonly getTopUp: (person: Person, id: string) => Promise<TopUp>;
  readonly withdraw: (
    person: Person,
    options?: { readonly amount?: string; readonly number?: string; readonly key?: string },
  ) => Promise<Reply<WithdrawalWire>>;
  readonly untilState: (person: Person, id: string, state: string) => Promise<void>;
  readonly cashOf: (person: Person, asset?: string) => Promise<bigint>;
  readonly transfersOf: (movementId: string) => Promise<BookedTransfer[]>;
  readonly suspended: () => Promise<bigint>;
  readonly outcomesOf: (orderNumber: string) => Promise<(string | null)[]>;
  /** Resolves when no job is left to do now. */
  readonly untilIdle: () => Promise<void>;
  readonly restart: (options?: Partial<PaymentsOptions>) => Promise<void>;
  /** Ends the service and leaves the rest. */
  readonly stop: () => Promise<void>;
  readonly close: () => Promise<void>;
};

export const tokenAssetId = `eip155:${chainId}/erc20:${tokenAddress}`;
export const newKey = (): string => randomUUID();

/** A TCP port that nobody uses right now. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('No port.')),
      );
    });
  });
}

/** Starts everything; `isServed` false leaves the service out, for tests that run it as a process of its own. */
export async function startScene({
  isServed = true,
  ...options
}: Partial<PaymentsOptions> & { readonly isServed?: boolean } = {}): Promise<Scene> {
  const database = await createTestDatabase();
  const port = await findFreePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const sandbox = await startSandboxProcess({ publicUrl });
  const start = (more: Partial<PaymentsOptions> = {}) =>
    startPayments({
      serviceUrl: database.serviceUrl,
      port,
      gateway: sandbox.connect({ timeoutMs: 2000 }),
      ...options,
      ...more,
    });
  let service = isServed ? await start() : undefined;
  await database.pool.query(
    `INSERT INTO chains (chain_id, epoch, genesis_hash, status) VALUES ($1, 1, '0x00', 'following')`,
    [chainId],
  );
  const scene = createQuestions(database, publicUrl);
  return {
    ...scene,
    database,
    sandbox,
    port,
    service() {
      if (!service) throw new Error('This scene has no service.');
      return service;
    },
    async restart(more) {
      await service?.close();
      service = await start(more);
    },
    async stop() {
      await service?.close();
      service = undefined;
    },
    async close() {
      await service?.close();
      await sandbox.close();
    },
  };
}

type Questions = Omit<Scene, 'database' | 'sandbox' | 'port' | 'service' | 'restart' | 'stop' | 'close'>;

function createQuestions({ pool, connect }: TestDatabase, publicUrl: string): Questions {
  const owner = connect('owner', 2);
  const call: Scene['call'] = async (person, method, path, { body, key } = {}) => {
    const response = await fetch(`${publicUrl}${path}`, {
      method,
      headers: {
        ...(person ? { cookie: `${sessionCookie}=${person.token}` } : {}),
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: response.status, body: (response.status === 204 ? {} : await response.json()) as never };
  };
  const getTopUp: Scene['getTopUp'] = async (person, id) =>
    (await call<TopUp>(person, 'GET', `/v1/top-ups/${id}`)).body;
  const orderOf = async (movementId: string) =>
    (
      await pool.query<{ order_number: string }>(
        'SELECT order_number FROM gateway_attempts WHERE movement_id = $1 ORDER BY created_at DESC LIMIT 1',
        [movementId],
      )
    ).rows[0]?.order_number ?? '';
  return {
    call,
    getTopUp,
    somebody: () => insertPerson(pool),
    async topUp(person, { amount = '10000', asset = CNY, toTokens = false, key = newKey() } = {}) {
      const target = toTokens ? { kind: 'token', token: tokenAssetId, address: person.address } : { kind: 'cash' };
      const { status, body } = await call<TopUp>(person, 'POST', '/v1/top-ups', {
        body: { gateway: 'sandbox', money: { asset, amount }, target },
        key,
      });
      expect([status, body.code]).toEqual([201, undefined]);
      return { ...body, orderNumber: await orderOf(body.id) };
    },
    withdraw: (person, { amount = '2500', number = '6222020000001234', key = newKey() } = {}) =>
      call<WithdrawalWire>(person, 'POST', '/v1/withdrawals', {
        body: { gateway: 'sandbox', money: { asset: CNY, amount }, bankAccount: { holder: '李雷', number } },
        key,
      }),
    untilState: (person, id, state) =>
      until(async () => {
        const { rows } = await pool.query<{ state: string }>(
          'SELECT state FROM movements WHERE id = $1 AND user_id = $2',
          [id, person.id],
        );
        expect(rows[0]?.state).toBe(state);
      }),
    cashOf: async (person, asset = CNY) =>
      (await readBalances(pool, person.id)).find((balance) => balance.asset === asset)?.available ?? 0n,
    async transfersOf(movementId) {
      const { rows } = await pool.query<BookedTransfer>(
        `SELECT t.kind, t.phase, t.amount::text, t.asset, d.name AS debit, c.name AS credit FROM ledger_transfers t
         JOIN ledger_accounts d ON d.id = t.debit_account_id JOIN ledger_accounts c ON c.id = t.credit_account_id
         WHERE t.movement_id = $1 ORDER BY t.sequence`,
        [movementId],
      );
      return rows;
    },
    suspended: async () =>
      BigInt(
        (
          await pool.query<{ sum: string }>(
            `SELECT coalesce(sum(credits_posted - debits_posted), 0)::text AS sum FROM ledger_accounts WHERE name = 'suspense'`,
          )
        ).rows[0]?.sum ?? 0,
      ),
    outcomesOf: async (orderNumber) =>
      (
        await pool.query<{ outcome: string | null }>(
          'SELECT outcome FROM gateway_events WHERE order_number = $1 ORDER BY received_at, event_id',
          [orderNumber],
        )
      ).rows.map(({ outcome }) => outcome),
    untilIdle: () =>
      until(async () => {
        // The queue's tables are its owner's.
        const { rows } = await owner.query(
          'SELECT FROM graphile_worker._private_jobs WHERE run_at <= now() AND attempts < max_attempts',
        );
        expect(rows).toHaveLength(0);
      }),
  };
}

/** Waits until a check holds. */
export function until(check: () => Promise<void> | void): Promise<void> {
  return vi.waitFor(check, { timeout: 20_000, interval: 25 });
}

async function insertPerson(pool: TestDatabase['pool']): Promise<Person> {
  const id = randomUUID();
  const token = randomBytes(32).toString('base64url');
  const address = privateKeyToAddress(`0x${randomBytes(32).toString('hex')}`);
  const name = `p${id.slice(0, 8)}`;
  await pool.query(
    `INSERT INTO users (id, email, handle, kdf, auth_hash, language, display_currency) VALUES ($1, $2, $3, '{}', '', 'zh', 'CNY')`,
    [id, `${name}@example.com`, name],
  );
  await pool.query(
    `INSERT INTO sessions (token_hash, user_id, user_agent, expires_at) VALUES (sha256($1::bytea), $2, '', now() + interval '1 day')`,
    [Buffer.from(token), id],
  );
  await pool.query(`INSERT INTO addresses (address, user_id, message, signature) VALUES ($1, $2, '', '')`, [
    address,
    id,
  ]);
  return { id, token, address };
}
