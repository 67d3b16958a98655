import http from 'node:http';
import https from 'node:https';
import {
  decodeReplies,
  encodeCalls,
  type RpcCall,
  type RpcReply,
  type Transport,
  TransportFailure,
} from './transport.ts';

// A range of logs that is larger than this is asked for in smaller ranges.
const answerBytesMax = 64 * 1024 * 1024;
const socketsMax = 16;

/** JSON-RPC over HTTP with connections that stay open. */
export function createHttpTransport(url: string): Transport {
  const { protocol, hostname, port, pathname, search, username, password } = new URL(url);
  const { Agent, request } = protocol === 'https:' ? https : http;
  const agent = new Agent({ keepAlive: true, maxSockets: socketsMax });
  const target = {
    agent,
    method: 'POST',
    // An IPv6 address stands in brackets in a URL and without in a socket.
    hostname: hostname.replace(/^\[|\]$/g, ''),
    path: `${pathname}${search}`,
    ...(port === '' ? {} : { port: Number(port) }),
    ...(username === '' ? {} : { auth: `${decodeURIComponent(username)}:${decodeURIComponent(password)}` }),
  } as const;

  const post = (body: string, timeoutMs: number): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const fail = (reason: string, options: { cause?: unknown; retryAfterMs?: number } = {}) => {
        reject(new TransportFailure(reason, options));
        outgoing.destroy();
      };
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const outgoing = request({ ...target, headers }, (incoming) => {
        const status = incoming.statusCode ?? 0;
        // Some nodes answer 4xx with a JSON-RPC error inside; overload and server errors are no answer.
        if (status === 429 || status >= 500)
          return fail(`status ${status}`, readRetryAfter(incoming.headers['retry-after']));
        const chunks: Buffer[] = [];
        let size = 0;
        incoming.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > answerBytesMax) fail('the answer is too large');
          else chunks.push(chunk);
        });
        incoming.on('end', () => {
          clearTimeout(timer);
          resolve(Buffer.concat(chunks));
        });
        incoming.on('error', (cause) => fail('the answer broke off', { cause }));
      });
      const timer = setTimeout(() => fail('no answer in time'), timeoutMs);
      outgoing.on('error', (cause) => fail('no connection', { cause }));
      outgoing.on('close', () => clearTimeout(timer));
      outgoing.end(body);
    });

  return {
    async send(calls: readonly RpcCall[], timeoutMs: number): Promise<RpcReply[]> {
      if (calls.length === 0) return [];
      const answer = await post(encodeCalls(calls, 1), timeoutMs);
      return decodeReplies(parseJson(answer), calls.length, 1);
    },
    close: () => agent.destroy(),
  };
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new TransportFailure('the answer is not JSON', { cause });
  }
}

function readRetryAfter(header: string | undefined): { retryAfterMs?: number } {
  const seconds = Number(header);
  return header === undefined || !Number.isFinite(seconds) ? {} : { retryAfterMs: Math.min(seconds, 60) * 1000 };
}
