/**
 * `npm run bench -- checkout`: how many payment requests a second the service makes, beside an empty route that gets the same requests; and
 * how soon after a block the shop is told of the payment in it, beside a process that only hears of blocks and posts a message.
 */
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import autocannon from 'autocannon';
import { type BenchResult, type RunBench, toBenchResult } from '../lib/bench-result.ts';
import { type CheckoutScene, startCheckoutScene } from './checkout-scene.ts';

const connections = 64;
const rounds = 3;
const sliceSeconds = 3;
const payments = 100;
const patienceMs = 30_000;

/** Measures the cases `create-64` (requests/s) and `told-p50`, `told-p99` (milliseconds from block to message). */
export const runBench: RunBench = async (report, { cases }) => {
  const isWanted = (name: string) => cases.length === 0 || cases.some((one) => name.startsWith(one));
  const scene = await startCheckoutScene(payments);
  try {
    if (isWanted('told')) for (const result of await measureTold(scene)) report(result);
    if (isWanted('create')) report(await measureCreate(scene));
  } finally {
    await scene.stop();
  }
};

async function measureTold({ payOne, toldAt, minedAt }: CheckoutScene): Promise<BenchResult[]> {
  const [figures, limits]: [number[], number[]] = [[], []];
  // The first ones find everything cold.
  for (let round = 0; round < payments; round += 1) {
    const id = await payOne();
    const deadline = performance.now() + patienceMs;
    while (!toldAt.has(id) || !(minedAt.get(id)?.bare ?? Number.NaN)) {
      if (performance.now() > deadline) throw new Error('A payment was not told of in time.');
      await delay(1);
    }
    const { seen = 0, bare = 0 } = minedAt.get(id) ?? {};
    if (round < 5) continue;
    figures.push((toldAt.get(id) ?? 0) - seen);
    limits.push(bare - seen);
  }
  return ([50, 99] as const).map((percent) =>
    toBenchResult({
      bench: 'checkout',
      case: `told-p${percent}`,
      figure: percentile(figures, percent),
      limit: percentile(limits, percent),
      unit: 'ms',
    }),
  );
}

function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0) * 10) / 10;
}

async function measureCreate({ url, apiKey, shopAddress }: CheckoutScene): Promise<BenchResult> {
  const empty = await startEmptyServer();
  const slice = (origin: string) => createAsFastAsPossible(origin, { apiKey, shopAddress });
  const [figures, limits]: [number[], number[]] = [[], []];
  try {
    await slice(url);
    for (let round = 0; round < rounds; round += 1) {
      limits.push(await slice(empty.url));
      figures.push(await slice(url));
    }
  } finally {
    empty.stop();
  }
  const [figure, limit] = [percentile(figures, 50), percentile(limits, 50)];
  return toBenchResult({ bench: 'checkout', case: 'create-64', figure, limit, unit: 'requests/s' });
}

async function createAsFastAsPossible(
  url: string,
  { apiKey, shopAddress }: Pick<CheckoutScene, 'apiKey' | 'shopAddress'>,
): Promise<number> {
  const body = JSON.stringify({
    money: { asset: 'iso4217:CNY', amount: '2500' },
    description: 'Tea',
    address: shopAddress,
    expiresIn: 900,
  });
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  const result = await autocannon({
    url,
    connections,
    duration: sliceSeconds,
    requests: [
      {
        method: 'POST',
        path: '/v1/payment-requests',
        setupRequest: (request) => ({ ...request, headers: { ...headers, 'idempotency-key': randomUUID() }, body }),
      },
    ],
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx} requests got an error, ${result.errors} no answer.`);
  return result['2xx'] / result.duration;
}

async function startEmptyServer(): Promise<{ readonly url: string; readonly stop: () => void }> {
  const child = fork(join(import.meta.dirname, 'checkout-empty-server.ts'));
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(Number(message)));
    child.once('exit', () => reject(new Error('The empty server ended.')));
  });
  return { url: `http://127.0.0.1:${port}`, stop: () => child.disconnect() };
}
