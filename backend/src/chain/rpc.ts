import { setTimeout as delay } from 'node:timers/promises';
import { createHttpTransport } from './http-transport.ts';
import { createSocketTransport, type SocketTransport } from './socket-transport.ts';
import { chainUnavailable, type RpcCall, type RpcReply, type Transport, TransportFailure } from './transport.ts';

/** How to reach the nodes of one chain. */
export type RpcOptions = {
  /** `http(s)://` or `ws(s)://`, in order of preference. They may carry keys and are never shown or logged. */
  readonly urls: readonly string[];
  /** For one request to one node, milliseconds. */
  readonly timeoutMs?: number;
  /** Requests that one call may cost before it counts as unanswered. */
  readonly attemptsMax?: number;
};

/** The nodes of one chain, seen as one. */
export type Rpc = {
  /**
   * One call.
   *
   * @throws {AppError} CHAIN_UNAVAILABLE when no node answers.
   * @throws {RpcRefusal} when a node answers with an error.
   */
  readonly call: (method: string, params: readonly unknown[]) => Promise<unknown>;
  /**
   * Several calls answered by the same node, each with its result or refusal, in order.
   *
   * @throws {AppError} CHAIN_UNAVAILABLE when no node answers.
   */
  readonly batch: (calls: readonly RpcCall[]) => Promise<RpcReply[]>;
  /**
   * As {@link batch}, for calls that must all succeed.
   *
   * @throws {AppError} CHAIN_UNAVAILABLE, and the first {@link RpcRefusal}.
   */
  readonly callAll: (calls: readonly RpcCall[]) => Promise<unknown[]>;
  /** Uses another node from now on, because this one contradicted itself. */
  readonly failOver: () => void;
  /** The connection that can tell of new heads, if one is configured. */
  readonly headSocket: SocketTransport | undefined;
  readonly close: () => void;
};

type Endpoint = { readonly transport: Transport; restUntil: number };

const batchMax = 100;
const chunksInFlightMax = 4;
const timeoutMsDefault = 10_000;
const attemptsMaxDefault = 4;
const pauseFirstMs = 50;
const pauseMaxMs = 1_000;
// EIP-1474: "limit exceeded". For logs it means that the range is too wide, which the caller must hear.
const limitExceeded = -32_005;

/** Reaches the nodes of a chain: tries the next address when one does not answer, a few times, with growing pauses. */
export function createRpc({ urls, timeoutMs = timeoutMsDefault, attemptsMax = attemptsMaxDefault }: RpcOptions): Rpc {
  const sockets = urls.map((url) => (/^wss?:/.test(url) ? createSocketTransport(url) : undefined));
  const endpoints = urls.map(
    (url, index): Endpoint => ({ transport: sockets[index] ?? createHttpTransport(url), restUntil: 0 }),
  );
  // Local nodes offer WebSocket at their HTTP address; elsewhere the operator names it.
  const spare = urls.filter(isLoopbackHttp).map((url) => createSocketTransport(url.replace(/^http/, 'ws')))[0];
  const headSocket = sockets.find((socket) => socket !== undefined) ?? spare;
  let preferred = 0;
  let isClosed = false;

  const sendChunk = async (calls: readonly RpcCall[]): Promise<RpcReply[]> => {
    let last: unknown;
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      const index = chooseEndpoint(endpoints, preferred);
      const endpoint = endpoints[index];
      if (!endpoint || isClosed) break;
      if (attempt > 0) await delay(pauseBefore(attempt, endpoint.restUntil));
      try {
        const replies = await endpoint.transport.send(calls, timeoutMs);
        throwIfOverloaded(calls, replies);
        preferred = index;
        return replies;
      } catch (error) {
        if (!(error instanceof TransportFailure)) throw error;
        last = error;
        endpoint.restUntil = Date.now() + (error.retryAfterMs ?? 0);
        preferred = (index + 1) % endpoints.length;
      }
    }
    throw chainUnavailable(last);
  };

  const batch = async (calls: readonly RpcCall[]): Promise<RpcReply[]> => {
    if (calls.length <= batchMax) return calls.length === 0 ? [] : sendChunk(calls);
    const chunks = Array.from({ length: Math.ceil(calls.length / batchMax) }, (_, index) =>
      calls.slice(index * batchMax, (index + 1) * batchMax),
    );
    const replies: RpcReply[] = [];
    for (let at = 0; at < chunks.length; at += chunksInFlightMax) {
      const group = await Promise.all(chunks.slice(at, at + chunksInFlightMax).map(sendChunk));
      replies.push(...group.flat());
    }
    return replies;
  };

  const callAll = async (calls: readonly RpcCall[]): Promise<unknown[]> => (await batch(calls)).map(takeResult);

  return {
    batch,
    callAll,
    call: async (method, params) => (await callAll([{ method, params }]))[0],
    failOver: () => {
      preferred = (preferred + 1) % Math.max(endpoints.length, 1);
    },
    headSocket,
    close() {
      isClosed = true;
      for (const { transport } of endpoints) transport.close();
      spare?.close();
    },
  };
}

/** The result of a reply, or its refusal thrown. */
export function takeResult(reply: RpcReply): unknown {
  if ('refusal' in reply) throw reply.refusal;
  return reply.result;
}

function isLoopbackHttp(url: string): boolean {
  return url.startsWith('http:') && /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(new URL(url).hostname);
}

/** The preferred address, unless it asked to be left alone and another did not. */
function chooseEndpoint(endpoints: readonly Endpoint[], preferred: number): number {
  const now = Date.now();
  for (let step = 0; step < endpoints.length; step += 1) {
    const index = (preferred + step) % endpoints.length;
    if ((endpoints[index]?.restUntil ?? 0) <= now) return index;
  }
  return preferred;
}

function pauseBefore(attempt: number, restUntil: number): number {
  const growing = Math.min(pauseFirstMs * 2 ** (attempt - 1), pauseMaxMs);
  // Jitter, so that many callers do not come back at the same moment.
  const spread = growing / 2 + (growing / 2) * Math.random();
  return Math.max(spread, Math.min(restUntil - Date.now(), pauseMaxMs));
}

function throwIfOverloaded(calls: readonly RpcCall[], replies: readonly RpcReply[]): void {
  replies.forEach((reply, index) => {
    const isLimit = 'refusal' in reply && (reply.refusal.code === limitExceeded || reply.refusal.code === 429);
    if (isLimit && calls[index]?.method !== 'eth_getLogs') throw new TransportFailure('the node is overloaded');
  });
}
