/** Cash transfers over HTTP: 64 connections against the service's own route, beside an empty route. */
import { fork } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { type BenchDatabase, type BenchPerson, benchAsset } from './ledger-database.ts';
import type { HttpServerOptions, HttpServerPorts } from './ledger-http-server.ts';
import type { Slice } from './ledger-load.ts';

/** The two ways, and how to end their server. */
export type HttpBench = { readonly transfers: Slice; readonly empty: Slice; readonly stop: () => Promise<void> };

const connections = 64;
const sessionCookie = 'feiqian';

export async function startHttpBench({ serviceUrl, people }: BenchDatabase): Promise<HttpBench> {
  const options: HttpServerOptions = { databaseUrl: serviceUrl, sessionCookie };
  const child = fork(join(import.meta.dirname, 'ledger-http-server.ts'), [JSON.stringify(options)]);
  const ports = await new Promise<HttpServerPorts>((resolve, reject) => {
    child.once('message', (message) => resolve(message as HttpServerPorts));
    child.once('exit', (code) => reject(new Error(`The server of the benchmark ended with ${code}.`)));
  });
  return {
    transfers: measure(`http://127.0.0.1:${ports.service}`, '/v1/cash-transfers', people),
    empty: measure(`http://127.0.0.1:${ports.bare}`, '/', people),
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.disconnect();
      }),
  };
}

/** Both ways send the same requests, so that making them costs the same. */
function measure(url: string, path: string, people: readonly BenchPerson[]): Slice {
  return async (seconds) => {
    const result = await autocannon({
      url,
      connections,
      duration: seconds,
      requests: [{ method: 'POST', path, setupRequest: (request) => ({ ...request, ...aRequest(people) }) }],
    });
    if (result.non2xx > 0 || result.errors > 0)
      throw new Error(`${path} answered ${result.non2xx} requests with an error, ${result.errors} with none.`);
    return result['2xx'] / result.duration;
  };
}

function aRequest(people: readonly BenchPerson[]): { headers: Record<string, string>; body: string } {
  const half = people.length >> 1;
  const from = people[randomInt(half)];
  const to = people[half + randomInt(half)];
  return {
    headers: {
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
      cookie: `${sessionCookie}=${from?.token}`,
      origin: 'http://localhost:8080',
    },
    body: JSON.stringify({ recipient: to?.handle, money: { asset: benchAsset, amount: '7' } }),
  };
}
