/** A node's HTTP side with faults on demand: away, another chain behind the same address, or answers that are not true. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Call = { readonly id: number; readonly method: string; readonly params: readonly unknown[] };
type Reply = { readonly id: number; result?: unknown; error?: unknown };
/** What is answered instead of the truth, or undefined for the truth. */
type Disturb = (
  calls: readonly Call[],
  truth: string,
) => { readonly status?: number; readonly headers?: Record<string, string>; readonly body: string } | undefined;
type Tamper = (call: Call, result: unknown) => unknown;

/** How a node fails: connections are cut; every call gets an error; answers break off in the middle; nothing is ever answered. */
export type NodeFault = 'away' | 'error' | 'truncated' | 'silent';

/** A node that tests can break. It does not offer WebSocket. */
export type NodeProxy = {
  readonly url: string;
  /** Methods that were called since the start. */
  readonly seen: string[];
  readonly setTarget: (url: string) => void;
  /** `true`: connections are cut. */
  readonly setAway: (isAway: boolean) => void;
  /** Fails in one way until told otherwise; undefined: answers again. */
  readonly setFault: (fault: NodeFault | undefined) => void;
  /** Changes results on their way; undefined: the truth again. */
  readonly tamper: (change: Tamper | undefined) => void;
  /** Answers something else as a whole; undefined: the truth again. */
  readonly disturb: (change: Disturb | undefined) => void;
  readonly close: () => void;
};

/** Puts a proxy in front of a node. */
export async function startNodeProxy(firstTarget: string): Promise<NodeProxy> {
  let target = firstTarget;
  let fault: NodeFault | undefined;
  let change: Tamper | undefined;
  let disturbance: Disturb | undefined;
  const seen: string[] = [];

  const forward = async (body: string, response: ServerResponse) => {
    const calls = toList(JSON.parse(body) as Call | Call[]);
    seen.push(...calls.map(({ method }) => method));
    if (fault === 'silent') return;
    if (fault === 'error') return void response.end(JSON.stringify(calls.map(toError)));
    const answer = await fetch(target, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const parsed = (await answer.json()) as Reply | Reply[];
    for (const reply of toList(parsed)) {
      const call = calls.find(({ id }) => id === reply.id);
      if (call && change && 'result' in reply) reply.result = change(call, reply.result);
    }
    const truth = JSON.stringify(parsed);
    const { status = 200, headers = {}, body: said } = disturbance?.(calls, truth) ?? { body: truth };
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(fault === 'truncated' ? said.slice(0, said.length / 2) : said);
  };
  const server = createServer((request, response) => {
    if (fault === 'away') return void request.socket.destroy();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      forward(Buffer.concat(chunks).toString(), response).catch(() => response.destroy());
    });
  });
  server.on('upgrade', (_, socket) => socket.destroy());
  const setFault = (next: NodeFault | undefined) => {
    fault = next;
    // Those who wait for a silent node would wait for it when it speaks again.
    if (next !== 'silent') server.closeAllConnections();
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    setTarget: (url) => {
      target = url;
    },
    setFault,
    setAway: (isAway) => setFault(isAway ? 'away' : undefined),
    tamper: (next) => {
      change = next;
    },
    disturb: (next) => {
      disturbance = next;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function toError({ id }: Call): Reply & { readonly jsonrpc: '2.0' } {
  return { jsonrpc: '2.0', id, error: { code: -32_603, message: 'Internal error' } };
}

function toList<T>(value: T | T[]): T[] {
  return Array.isArray(value) ? value : [value];
}
