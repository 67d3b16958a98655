import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createRpc } from './rpc.ts';
import { RpcRefusal } from './transport.ts';

type Call = { readonly id: number; readonly method: string; readonly params: readonly unknown[] };
type Behaviour = (calls: readonly Call[], response: ServerResponse, request: IncomingMessage) => void;

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A node that behaves as told. The address carries a key, as those of providers do. */
async function aNode(behave: Behaviour): Promise<{ url: string; seen: string[] }> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Call | Call[];
      const calls = Array.isArray(body) ? body : [body];
      seen.push(...calls.map(({ method }) => method));
      behave(calls, response, request);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v3/secret-key`, seen };
}

const answer = (calls: readonly Call[], response: ServerResponse, make: (call: Call) => object) => {
  const replies = calls.map((call) => ({ jsonrpc: '2.0', id: call.id, ...make(call) }));
  response.end(JSON.stringify(replies.length === 1 ? replies[0] : replies));
};
const echo: Behaviour = (calls, response) => answer(calls, response, ({ method }) => ({ result: method }));
const fail =
  (status: number, headers: Record<string, string> = {}): Behaviour =>
  (_, response) =>
    void response.writeHead(status, headers).end('upstream broke');

describe('reaching nodes', () => {
  it('gives answers in the order of the calls, whatever order the node answers in', async () => {
    const { url } = await aNode((calls, response) =>
      answer([...calls].reverse(), response, ({ method }) => ({ result: method })),
    );
    const rpc = createRpc({ urls: [url] });
    expect(await rpc.callAll(['a', 'b', 'c'].map((method) => ({ method, params: [] })))).toEqual(['a', 'b', 'c']);
  });

  it('splits what is too much for one request', async () => {
    const { url, seen } = await aNode(echo);
    const answers = await createRpc({ urls: [url] }).callAll(
      Array.from({ length: 250 }, (_, index) => ({ method: `m${index}`, params: [] })),
    );
    expect(answers.at(-1)).toBe('m249');
    expect(seen).toHaveLength(250);
  });

  it.each([
    ['answers with a server error', fail(502)],
    ['is overloaded', fail(429, { 'retry-after': '1' })],
    ['answers something that is not JSON', (_: unknown, response: ServerResponse) => void response.end('<html>')],
    [
      'answers only the beginning',
      (_: unknown, response: ServerResponse) =>
        void response.writeHead(200, { 'content-length': '1000' }).write('{"jsonrpc"', () => response.destroy()),
    ],
    ['closes the connection', (_: unknown, response: ServerResponse) => void response.destroy()],
    [
      'leaves a call out',
      (calls: readonly Call[], response: ServerResponse) => answer(calls.slice(1), response, () => ({ result: 1 })),
    ],
    ['says nothing', () => undefined],
    [
      'says that it is overloaded in JSON',
      (calls: readonly Call[], response: ServerResponse) =>
        answer(calls, response, () => ({ error: { code: -32005, message: 'limit' } })),
    ],
  ] as const)('asks the next node when one %s', async (_, behave) => {
    const broken = await aNode(behave as Behaviour);
    const sound = await aNode(echo);
    const rpc = createRpc({ urls: [broken.url, sound.url], timeoutMs: 200 });
    expect(await rpc.call('eth_blockNumber', [])).toBe('eth_blockNumber');
    await rpc.call('eth_chainId', []);
    expect(broken.seen, 'it stays with the one that answers').toHaveLength(1);
  });

  it('tries again when the only node fails once', async () => {
    let requests = 0;
    const { url } = await aNode((calls, response, request) => {
      requests += 1;
      return requests === 1 ? fail(503)(calls, response, request) : echo(calls, response, request);
    });
    expect(await createRpc({ urls: [url] }).call('eth_blockNumber', [])).toBe('eth_blockNumber');
  });

  it('says CHAIN_UNAVAILABLE when no node answers, without the address of any', async () => {
    const { url } = await aNode(fail(500));
    const error: unknown = await createRpc({ urls: [url], attemptsMax: 2 })
      .call('eth_blockNumber', [])
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'CHAIN_UNAVAILABLE' });
    const { message, details, cause, stack } = error as Error & { details: object };
    expect(JSON.stringify([message, details, (cause as Error).message, stack])).not.toContain('secret-key');
  });

  it('gives a refusal with its code and the returned bytes, wherever the node puts them', async () => {
    const { url } = await aNode((calls, response) =>
      answer(calls, response, () => ({
        error: { code: 3, message: 'execution reverted: at https://key@host', data: { data: '0xABcd' } },
      })),
    );
    const error: unknown = await createRpc({ urls: [url] })
      .call('eth_call', [])
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(RpcRefusal);
    expect(error).toMatchObject({ code: 3, data: '0xabcd', message: 'The node refused the request.' });
  });

  it('lets the caller hear that a range of logs is too wide', async () => {
    const { url } = await aNode((calls, response) =>
      answer(calls, response, () => ({ error: { code: -32005, message: 'query returned more than 10000 results' } })),
    );
    await expect(createRpc({ urls: [url] }).call('eth_getLogs', [])).rejects.toBeInstanceOf(RpcRefusal);
  });

  it('asks nobody once it is closed', async () => {
    const { url, seen } = await aNode(echo);
    const rpc = createRpc({ urls: [url] });
    rpc.close();
    await expect(rpc.call('eth_blockNumber', [])).rejects.toMatchObject({ code: 'CHAIN_UNAVAILABLE' });
    expect(seen).toEqual([]);
  });
});
