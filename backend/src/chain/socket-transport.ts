import { createPendingReplies } from './pending-replies.ts';
import { encodeCalls, type RpcCall, type RpcReply, type Transport, TransportFailure } from './transport.ts';

/** A WebSocket to a node that tells of new heads. */
export type SocketTransport = Transport & {
  /**
   * Tells of each new head until it is stopped or the connection ends.
   *
   * @param onHead - Gets the header as the node sent it, unchecked.
   * @param onEnd - Told once when the connection ends by itself.
   * @returns what stops it.
   * @throws {TransportFailure} when the node does not offer it.
   */
  readonly watchHeads: (onHead: (header: unknown) => void, onEnd: () => void) => Promise<() => void>;
};

type Watch = { readonly id: unknown; readonly onHead: (header: unknown) => void; readonly onEnd: () => void };
type Message = {
  readonly method?: unknown;
  readonly params?: { readonly subscription?: unknown; readonly result?: unknown };
};

const openTimeoutMs = 5_000;

/** JSON-RPC over one WebSocket, opened when first used and again after it broke. */
export function createSocketTransport(url: string): SocketTransport {
  const pending = createPendingReplies();
  let current: { readonly socket: WebSocket; readonly opened: Promise<WebSocket> } | undefined;
  let watch: Watch | undefined;

  const lose = (socket: WebSocket) => {
    // A connection that was given up before may say so late.
    if (current?.socket !== socket) return;
    current = undefined;
    pending.failAll('the connection broke');
    const ended = watch;
    watch = undefined;
    ended?.onEnd();
  };
  const receive = (message: Message | undefined) => {
    if (message?.method !== 'eth_subscription') return message && pending.settle(message);
    const { subscription, result } = message.params ?? {};
    if (subscription === watch?.id) watch?.onHead(result);
  };
  const open = (): Promise<WebSocket> => {
    current ??= openSocket(url, receive, lose);
    return current.opened;
  };
  const send = async (calls: readonly RpcCall[], timeoutMs: number): Promise<RpcReply[]> => {
    if (calls.length === 0) return [];
    const socket = await open();
    const firstId = pending.takeIds(calls.length);
    const replies = pending.wait(firstId, calls.length, timeoutMs);
    socket.send(encodeCalls(calls, firstId));
    return replies;
  };

  return {
    send,
    async watchHeads(onHead, onEnd) {
      const [reply] = await send([{ method: 'eth_subscribe', params: ['newHeads'] }], openTimeoutMs);
      if (!reply || 'refusal' in reply) throw new TransportFailure('the node does not tell of new heads');
      const started = { id: reply.result, onHead, onEnd };
      watch = started;
      return () => {
        if (watch !== started) return;
        watch = undefined;
        // Without an answer the node goes on telling, and nobody listens.
        send([{ method: 'eth_unsubscribe', params: [started.id] }], openTimeoutMs).catch(() => undefined);
      };
    },
    close() {
      watch = undefined;
      current?.socket.close();
      current = undefined;
      pending.failAll('closed');
    },
  };
}

function openSocket(url: string, receive: (message: Message | undefined) => void, lose: (socket: WebSocket) => void) {
  const socket = new WebSocket(url);
  const opened = new Promise<WebSocket>((resolve, reject) => {
    const timer = setTimeout(() => socket.close(), openTimeoutMs);
    socket.onopen = () => {
      clearTimeout(timer);
      resolve(socket);
    };
    socket.onclose = () => {
      clearTimeout(timer);
      reject(new TransportFailure('no connection'));
      lose(socket);
    };
  });
  socket.onmessage = (event) => receive(parseMessage(event.data));
  return { socket, opened };
}

function parseMessage(text: unknown): Message | undefined {
  try {
    const value: unknown = JSON.parse(String(text));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    // Not JSON-RPC: whoever waits for the answer runs into the time limit.
    return undefined;
  }
}
