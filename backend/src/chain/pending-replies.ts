import { decodeReplies, type RpcReply, TransportFailure } from './transport.ts';

/** Requests on one connection that wait for their answers. */
export type PendingReplies = {
  /** Takes the ids for so many calls; the first one names the request. */
  readonly takeIds: (count: number) => number;
  /** Resolves with the replies to the request, or fails when they do not come in time. */
  readonly wait: (firstId: number, count: number, timeoutMs: number) => Promise<RpcReply[]>;
  /** An answer came, to one call or to a batch. */
  readonly settle: (message: object) => void;
  readonly failAll: (reason: string) => void;
};

type Waiting = {
  readonly resolve: (replies: RpcReply[]) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
  readonly count: number;
};

/** Matches answers to requests by the ids of JSON-RPC. */
export function createPendingReplies(): PendingReplies {
  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  const take = (firstId: number): Waiting | undefined => {
    const entry = waiting.get(firstId);
    clearTimeout(entry?.timer);
    waiting.delete(firstId);
    return entry;
  };
  return {
    takeIds(count) {
      const firstId = nextId;
      nextId += count;
      return firstId;
    },
    wait: (firstId, count, timeoutMs) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => take(firstId)?.reject(new TransportFailure('no answer in time')), timeoutMs);
        waiting.set(firstId, { resolve, reject, timer, count });
      }),
    settle(message) {
      // A batch may be answered in any order: the lowest id is the one that it is waited for under.
      const firstId = Math.min(...(Array.isArray(message) ? message : [message]).map(readId));
      const entry = take(firstId);
      if (!entry) return;
      try {
        entry.resolve(decodeReplies(message, entry.count, firstId));
      } catch (error) {
        entry.reject(error as Error);
      }
    },
    failAll(reason) {
      for (const firstId of [...waiting.keys()]) take(firstId)?.reject(new TransportFailure(reason));
    },
  };
}

function readId(reply: unknown): number {
  const id = (reply as { id?: unknown } | null)?.id;
  return typeof id === 'number' ? id : Number.POSITIVE_INFINITY;
}
