/** The only way out for webhooks. Each delivery has a connection of its own, to an address that was judged when it was looked up. */
import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import type { WebhookFailure } from '@feiqian/domain/api/webhooks';
import { AppError } from '@feiqian/domain/errors';
import { Agent, buildConnector, request } from 'undici';
import { isAllowed, parseTarget, refused, type Target } from './target.ts';

/** What came of one try. */
export type Outcome = {
  readonly status: number | undefined;
  /** Absent when it was delivered. */
  readonly error: WebhookFailure | undefined;
  /** The beginning of the answer, at most 1 kB of UTF-8. */
  readonly answer: string;
  readonly durationMs: number;
};

/** Finds all addresses of a name. */
export type Resolve = (hostname: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;

/** Delivers over HTTP. */
export type WebhookClient = {
  /**
   * Looks at a URL as far as that can be done without connecting.
   *
   * @throws {AppError} WEBHOOK_URL_REFUSED.
   */
  readonly check: (url: string) => Promise<void>;
  /** Posts once. @param signal - Gives up, without an outcome. @throws when `signal` is aborted. */
  readonly post: (
    url: string,
    message: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
    signal: AbortSignal,
  ) => Promise<Outcome>;
  readonly close: () => Promise<void>;
};

const timeoutMsDefault = 15_000;
const answerBytesMax = 1024;
const headerBytesMax = 16_384;
const agentName = 'Feiqian-Webhooks/1';

/**
 * @param allowsLoopback - Whether a shop under development may be on this machine; only where the deployment itself is.
 * @param timeoutMs - For everything together, from the look-up to the end of what is read.
 */
export function createWebhookClient({
  allowsLoopback,
  resolve = (hostname) => lookup(hostname, { all: true }),
  timeoutMs = timeoutMsDefault,
}: {
  readonly allowsLoopback: boolean;
  readonly resolve?: Resolve;
  readonly timeoutMs?: number;
}): WebhookClient {
  const agents = { public: openAgent('public', resolve), loopback: openAgent('loopback', resolve) };
  return {
    async check(text) {
      const { url, side } = parseTarget(text, allowsLoopback);
      const addresses = await resolve(url.hostname.replace(/^\[(.*)\]$/, '$1')).catch(() => []);
      if (addresses.length === 0) throw refused('unresolved');
      if (!addresses.every(({ address }) => isAllowed(address, side))) throw refused('address');
    },

    async post(text, message, signal) {
      const startedAt = performance.now();
      const deadline = AbortSignal.timeout(timeoutMs);
      const end = (outcome: Omit<Outcome, 'durationMs'>) => ({
        ...outcome,
        durationMs: Math.round(performance.now() - startedAt),
      });
      try {
        const { url, side } = parseTarget(text, allowsLoopback);
        return end(await exchange(agents[side], url, message, AbortSignal.any([signal, deadline])));
      } catch (error) {
        signal.throwIfAborted();
        return end({ status: undefined, error: toFailure(error, deadline.aborted), answer: '' });
      }
    },

    async close() {
      await Promise.all(Object.values(agents).map((agent) => agent.destroy()));
    },
  };
}

/** Redirects are not followed: `request` has no such thing unless it is asked for. */
async function exchange(
  dispatcher: Agent,
  url: URL,
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  signal: AbortSignal,
): Promise<Omit<Outcome, 'durationMs'>> {
  const response = await request(url, {
    dispatcher,
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': agentName, ...headers },
    body,
    signal,
    // One delivery for each connection, so that each is judged; a kept one could also break just when it is used again.
    reset: true,
  });
  const { statusCode: status } = response;
  const answer = await readBeginning(response.body);
  const isDelivered = status >= 200 && status < 300;
  const isRedirect = status >= 300 && status < 400;
  return { status, error: isDelivered ? undefined : isRedirect ? 'REDIRECT' : 'STATUS', answer };
}

/** Reads no more than is kept. An answer that breaks off or never ends is as good: its status has been given. */
async function readBeginning(body: AsyncIterable<Buffer> & { destroy: () => unknown }): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk.subarray(0, answerBytesMax - bytes));
      bytes += chunk.length;
      if (bytes >= answerBytesMax) break;
    }
  } catch {
    // Cut off by its sender or by our patience.
  }
  body.destroy();
  // The database takes no NUL. What is no UTF-8 grows when it is replaced, so it is cut once more.
  const text = decode(Buffer.concat(chunks)).replaceAll('\0', '\uFFFD');
  return decode(Buffer.from(text).subarray(0, answerBytesMax));
}

/** UTF-8 without a character that is cut in two at the end. */
const decode = (bytes: Buffer): string => new TextDecoder().decode(bytes, { stream: true });

function openAgent(side: Target['side'], resolve: Resolve): Agent {
  const judgedLookup: LookupFunction = (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses;
        if (!first || !addresses.every(({ address }) => isAllowed(address, side)))
          return callback(refused('address'), '', 0);
        if (options.all) return callback(null, [...addresses]);
        return callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    );
  };
  const connect = buildConnector({ lookup: judgedLookup, timeout: timeoutMsDefault });
  return new Agent({
    // An address in the URL itself is not looked up, and a look-up could be got around: the socket says where it really ends.
    connect: (options, callback) =>
      connect(options, (error, socket) => {
        if (!socket) return callback(error ?? new Error('Not connected.'), null);
        if (isAllowed(socket.remoteAddress ?? '', side)) return callback(null, socket);
        socket.destroy();
        return callback(refused('address'), null);
      }),
    maxHeaderSize: headerBytesMax,
    pipelining: 1,
  });
}

function toFailure(error: unknown, isLate: boolean): WebhookFailure {
  if (isLate) return 'TIMEOUT';
  // Made above, or wrapped when Node tried several addresses of one name.
  const causes = error instanceof AggregateError ? error.errors : [error];
  if (causes.some((cause) => cause instanceof AppError)) return 'ADDRESS_REFUSED';
  return 'CONNECTION_FAILED';
}
