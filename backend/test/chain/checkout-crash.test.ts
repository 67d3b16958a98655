/** Kills the service itself around a payment in tokens: the payer asks again, and is charged once. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkoutAbi } from '@feiqian/contracts/abi/checkout';
import type { AuthorizedPayment, PaymentRequestWire, PaymentWire } from '@feiqian/domain/api/payments';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readWay, signPayment } from '../support/checkout.ts';
import { type CheckoutScene, startCheckoutScene } from './checkout-scene.ts';
import { newDataKey, type Person } from './service.ts';

vi.setConfig({ testTimeout: 90_000 });

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
/** Every place between a signature that was handed in and the payment that it is. */
const failpoints = [
  'before_ledger_post',
  'after_ledger_commit',
  'after_sign_before_commit',
  'after_commit_before_broadcast',
  'after_broadcast_before_update',
  'after_final_before_told',
  'after_told_before_update',
] as const;

let scene: CheckoutScene;
let env: Record<string, string>;
let origin: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  scene = await startCheckoutScene();
  const { chain, database } = scene;
  await chain.finalize();
  // From here on the service is a process of its own.
  await scene.test.stop();
  const chains = join(mkdtempSync(join(tmpdir(), 'feiqian-checkout-crash-')), 'chains.json');
  writeFileSync(chains, JSON.stringify([chain.chain]));
  const port = await findFreePort();
  origin = `http://127.0.0.1:${port}`;
  env = {
    ...{ PORT: `${port}`, PUBLIC_URL: origin, DATABASE_URL: database.serviceUrl, CHAINS: chains, LOG_LEVEL: 'fatal' },
    ...{ [`RPC_URL_${chain.chainId}`]: chain.rpcUrl, ISSUER_KEY: chain.keys.issuer, RELAYER_KEY: chain.keys.relayer },
    ...{
      DATA_KEY: newDataKey(),
      WEB_FOLDER: '/nowhere',
      CHAIN_LEASE_MS: '600',
      CHAIN_RECHECK_MS: '100',
      SWEEP_MS: '300',
    },
  };
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await scene.chain.stop();
});

function findFreePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function startService(failAt?: string): ChildProcess {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      ...env,
      ...(failAt === undefined ? {} : { FAIL_AT: failAt }),
    },
  });
  children.push(child);
  return child;
}

/** Waits longer than others: processes start meanwhile. */
async function until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  let found: T | undefined | false;
  await vi.waitFor(
    async () => {
      found = await look();
      expect(found !== undefined && found !== false, what).toBe(true);
    },
    { timeout: 40_000, interval: 50 },
  );
  return found as T;
}

/** Ends a process and waits for that. */
async function end(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

/** Asks until something answers, always under the same key, as wallets do. */
function insist<T>(person: Person | undefined, path: string, body?: object): Promise<T> {
  const key = randomUUID();
  return until(`${path} is answered`, async () => {
    const answer = await fetch(`${origin}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        origin,
        'idempotency-key': key,
        ...(person ? { cookie: `feiqian=${person.token}` } : {}),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    }).catch(() => undefined);
    if (answer?.ok) return (await answer.json()) as T;
    // It has just started and has not seen the chain yet.
    if (answer && answer.status < 500) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return undefined;
  });
}

describe('a service that dies', () => {
  it.each(failpoints.map((name, index) => [name, index % 2 === 0 ? 'a guest' : 'somebody with an account'] as const))(
    'at %s while it carries a payment of %s carries it once',
    async (failAt, who) => {
      const { chain, shop, payer, guest, database } = scene;
      const first = startService(failAt);
      const died = new Promise<string | null>((resolve) => first.once('exit', (_code, signal) => resolve(signal)));
      let second: ChildProcess | undefined;
      void died.then(() => {
        second = startService();
      });
      // Blocks come by themselves, as on a real chain.
      const mining = setInterval(() => void chain.client.mine({ blocks: 1 }).catch(() => undefined), 150);
      try {
        const request = await insist<PaymentRequestWire>(shop, '/v1/payment-requests', {
          money: { asset: 'iso4217:CNY', amount: '30000' },
          description: 'Tea',
          address: shop.account.address,
        });
        const person = who === 'a guest' ? undefined : payer;
        const wire = await signPayment(person ? payer.account : guest, request);
        const { paymentId } = await insist<AuthorizedPayment>(
          person,
          `/v1/payment-requests/${request.id}/authorizations`,
          wire,
        );
        expect(await died).toBe('SIGKILL');
        await until('it is settled', async () => {
          const { state } = await insist<PaymentRequestWire>(undefined, `/v1/payment-requests/${request.id}`);
          return state === 'settled';
        });
        const { items } = await insist<{ items: PaymentWire[] }>(shop, `/v1/payment-requests/${request.id}/payments`);
        expect(items).toMatchObject([{ id: paymentId, state: 'final' }]);
        const { contract, reference } = readWay(request);
        const events = {
          address: contract,
          abi: checkoutAbi,
          eventName: 'Paid',
          args: { reference },
          fromBlock: 0n,
        } as const;
        expect(await chain.client.getContractEvents(events)).toHaveLength(1);
        await until(
          'all that ended was told',
          async () =>
            (
              await database.pool.query(
                `SELECT FROM chain_transactions WHERE state NOT IN ('final', 'failed') OR handled_at IS NULL`,
              )
            ).rowCount === 0,
        );
        await scene.assertVerified();
      } finally {
        clearInterval(mining);
        await end(first);
        await died;
        await end(second);
      }
    },
  );
});
