import { decodeReplies, encodeCalls, type RpcCall, type RpcReply, type Transport, TransportFailure } from './transport.ts';

/** A WebSocket to a node that tells of new heads. */
export type SocketTransport = Transport & {
  /**
   * Tells of each new head until the connection ends, which `onEnd` tells once.
   *
   * @param onHead - Gets the header as the node sent it, unchecked.
   * @throws {TransportFailure} when the node does not offer it.
   */
  readonly watchHeads: (onHead: (header: unknown) => void, onEnd: () => void) => Promise<void>;
};

type Waiting = { readonly resolve: (replies: RpcReply[]) => void; readonly reject: (error: Error) => void; readonly timer: NodeJS.Timeout; readonly count: number };

const openTimeoutMs = 5_000;

/** JSON-RPC over one WebSocket, opened when first used and again after it broke. */
export function createSocketTransport(url: string): SocketTransport {
  const waiting = new Map<number, Waiting>();
  let socket: WebSocket | undefined;
  let opening: Promise<WebSocket> | undefined;
  let nextId = 1;
  let onHead: ((header: unknown) => void) | undefined;
  let onEnd: (() => void) | undefined;

  const dropAll = (reason: string) => {
    socket = undefined;
    opening = undefined;
    for (const [id, entry] of waiting) {
      clearTimeout(entry.timer);
      waiting.delete(id);
      entry.reject(new TransportFailure(reason));
    }
    const told = onEnd;
    onHead = undefined;
    onEnd = undefined;
    told?.();
  };

  const receive = (text: unknown) => {
    const message = parseMessage(text);
    if (message === undefined) return;
    if (!Array.isArray(message) && message.method === 'eth_subscription') {
      onHead?.((message.params as { result?: unknown } | undefined)?.result);
      return;
    }
    // Nodes may answer a batch in any order: the lowest id is the one that it was registered under.
    const ids = (Array.isArray(message) ? message : [message]).map(({ id }) => (typeof id === 'number' ? id : Number.POSITIVE_INFINITY));
    const firstId = Math.min(...ids);
    const entry = waiting.get(firstId);
    if (!entry) return;
    clearTimeout(entry.timer);
    waiting.delete(firstId);
    try {
      entry.resolve(decodeReplies(message, entry.count, firstId));
    } catch (error) {
      entry.reject(error as Error);
    }
  };

  const open = (): Promise<WebSocket> => {
    if (socket) return Promise.resolve(socket);
    opening ??= new Promise<WebSocket>((resolve, reject) => {
      const fresh = new WebSocket(url);
      const timer = setTimeout(() => fresh.close(), openTimeoutMs);
      fresh.onopen = () => {
        clearTimeout(timer);
        socket = fresh;
        opening = undefined;
        resolve(fresh);
      };
      fresh.onmessage = (event) => receive(event.data);
      fresh.onclose = () => {
        clearTimeout(timer);
        reject(new TransportFailure('no connection'));
        dropAll('the connection broke');
      };
    });
    return opening;
  };

  const send = async (calls: readonly RpcCall[], timeoutMs: number): Promise<RpcReply[]> => {
    if (calls.length === 0) return [];
    const connection = await open();
    const firstId = nextId;
    nextId += calls.length;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(firstId);
        reject(new TransportFailure('no answer in time'));
      }, timeoutMs);
      waiting.set(firstId, { resolve, reject, timer, count: calls.length });
      connection.send(encodeCalls(calls, firstId));
    });
  };

  return {
    send,
    async watchHeads(listener, ended) {
      const [reply] = await send([{ method: 'eth_subscribe', params: ['newHeads'] }], openTimeoutMs);
      if (!reply || 'refusal' in reply) throw new TransportFailure('the node does not tell of new heads');
      onHead = listener;
      onEnd = ended;
    },
    close() {
      onEnd = undefined;
      socket?.close();
      dropAll('closed');
    },
  };
}

type Message = { readonly id?: unknown; readonly method?: unknown; readonly params?: unknown };

function parseMessage(text: unknown): Message | Message[] | undefined {
  try {
    const value: unknown = JSON.parse(String(text));
    return typeof value === 'object' && value !== null ? (value as Message) : undefined;
  } catch {
    // Not JSON-RPC: whoever waits for the answer runs into the time limit.
    return undefined;
  }
}
