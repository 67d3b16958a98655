import { parseHash, parseIndex } from './quantity.ts';
import type { Rpc } from './rpc.ts';

/** A new head as a node announced it. */
export type HeadHint = { readonly number: number; readonly hash: string; readonly parentHash: string };

/** Says when to look at the node. */
export type HeadWatch = {
  /** Resolves when there is something to look at, with the announcement when it is the only one. */
  readonly next: () => Promise<HeadHint | undefined>;
  /** Makes {@link next} resolve at once. */
  readonly wake: () => void;
  /** A look found something new: look more often for a while where nobody announces. */
  readonly noteNews: () => void;
  readonly close: () => void;
};

/** How often to look where no WebSocket tells, and how soon to try the WebSocket again; milliseconds. */
export type WatchPace = {
  readonly pollMinMs: number;
  readonly pollMaxMs: number;
  readonly pollWithSocketMs: number;
  readonly reconnectMs: number;
};

export const paceDefault: WatchPace = { pollMinMs: 100, pollMaxMs: 1_000, pollWithSocketMs: 2_000, reconnectMs: 2_000 };

/** Watches for new heads: told over a WebSocket where there is one, and by looking again and again, ever more rarely while nothing happens. */
export function watchHeads(rpc: Rpc, pace: WatchPace = paceDefault): HeadWatch {
  let hints: (HeadHint | undefined)[] = [];
  let waiting: ((hint: HeadHint | undefined) => void) | undefined;
  let pollMs = pace.pollMinMs;
  let isTold = false;
  let isClosed = false;
  let reconnecting: NodeJS.Timeout | undefined;
  let poll: NodeJS.Timeout | undefined;
  let stopSocket: (() => void) | undefined;

  const deliver = (hint: HeadHint | undefined) => {
    if (!waiting) {
      // More than one means no more than "look".
      if (hints.length < 2) hints.push(hint);
      return;
    }
    clearTimeout(poll);
    const resolve = waiting;
    waiting = undefined;
    resolve(hint);
  };

  const subscribe = async (): Promise<void> => {
    const socket = rpc.headSocket;
    if (!socket || isClosed) return;
    const again = () => {
      isTold = false;
      if (!isClosed) reconnecting = setTimeout(() => void subscribe(), pace.reconnectMs);
    };
    try {
      stopSocket = await socket.watchHeads((header) => deliver(toHint(header)), again);
      isTold = true;
      if (isClosed) stopSocket();
    } catch {
      // A node without WebSocket is looked at instead; it may have one after its next start.
      again();
    }
  };
  void subscribe();

  return {
    next: () => {
      if (hints.length > 0) {
        const [hint] = hints;
        const isSingle = hints.length === 1;
        hints = [];
        return Promise.resolve(isSingle ? hint : undefined);
      }
      return new Promise((resolve) => {
        waiting = resolve;
        poll = setTimeout(
          () => {
            pollMs = Math.min(pollMs * 1.5, pace.pollMaxMs);
            deliver(undefined);
          },
          isTold ? pace.pollWithSocketMs : pollMs,
        );
      });
    },
    wake: () => deliver(undefined),
    noteNews: () => {
      pollMs = pace.pollMinMs;
    },
    close() {
      isClosed = true;
      clearTimeout(reconnecting);
      stopSocket?.();
      deliver(undefined);
    },
  };
}

function toHint(header: unknown): HeadHint | undefined {
  try {
    const { number, hash, parentHash } = header as { number?: unknown; hash?: unknown; parentHash?: unknown };
    return { number: parseIndex(number), hash: parseHash(hash), parentHash: parseHash(parentHash) };
  } catch {
    // Only a reason to look.
    return undefined;
  }
}
