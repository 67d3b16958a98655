import { AppError } from '@feiqian/domain/errors';
import type { Hex } from 'viem';

/** One JSON-RPC call. */
export type RpcCall = { readonly method: string; readonly params: readonly unknown[] };

/** What a node answered to one call: a result, or its refusal. */
export type RpcReply = { readonly result: unknown } | { readonly refusal: RpcRefusal };

/** A way to a node. */
export type Transport = {
  /**
   * Sends calls as one request and gives the replies in the order of the calls.
   *
   * @throws {TransportFailure} when the node did not answer them.
   */
  readonly send: (calls: readonly RpcCall[], timeoutMs: number) => Promise<RpcReply[]>;
  readonly close: () => void;
};

/**
 * The node answered that it will not do what was asked. Its message is for logs of the node's operator, never for people:
 * other people's messages can carry addresses with keys.
 */
export class RpcRefusal extends Error {
  override readonly name = 'RpcRefusal';
  /** JSON-RPC error code; 3 and -32000 mean a reverted call on most nodes. */
  readonly code: number;
  /** What a reverted call returned, when the node told. */
  readonly data: Hex | undefined;
  /** The node's own words, for recognising kinds of refusals that have no code of their own. */
  readonly nodeMessage: string;

  constructor(code: number, nodeMessage: string, data: Hex | undefined) {
    super('The node refused the request.');
    this.code = code;
    this.data = data;
    this.nodeMessage = nodeMessage;
  }
}

/** The node did not answer: no connection, no answer in time, an overload, or an answer that is not JSON-RPC. */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure';
  /** How long the node asked to be left alone, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(
    reason: string,
    { cause, retryAfterMs }: { readonly cause?: unknown; readonly retryAfterMs?: number } = {},
  ) {
    super(reason, cause === undefined ? undefined : { cause });
    this.retryAfterMs = retryAfterMs;
  }
}

/** What people are told when no node answers. */
export function chainUnavailable(cause?: unknown): AppError {
  return new AppError('CHAIN_UNAVAILABLE', 'No node of this chain answers.', cause === undefined ? {} : { cause });
}

/** Writes calls as a JSON-RPC request; ids are positions plus `firstId`. */
export function encodeCalls(calls: readonly RpcCall[], firstId: number): string {
  const bodies = calls.map(({ method, params }, index) => ({ jsonrpc: '2.0', id: firstId + index, method, params }));
  return JSON.stringify(bodies.length === 1 ? bodies[0] : bodies);
}

/**
 * Reads the answer to {@link encodeCalls}: every call must be answered exactly once.
 *
 * @throws {TransportFailure} otherwise.
 */
export function decodeReplies(answer: unknown, count: number, firstId: number): RpcReply[] {
  const items: readonly unknown[] = Array.isArray(answer) ? answer : [answer];
  const replies = new Array<RpcReply | undefined>(count).fill(undefined);
  for (const item of items) {
    if (typeof item !== 'object' || item === null) throw new TransportFailure('an answer is no object');
    const { id, error } = item as { id?: unknown; error?: unknown };
    if (typeof id !== 'number') throw toBatchFailure(error);
    replies[id - firstId] =
      error === undefined || error === null
        ? { result: (item as { result?: unknown }).result }
        : { refusal: toRefusal(error) };
  }
  return replies.map((reply) => {
    if (reply === undefined) throw new TransportFailure('a call was not answered');
    return reply;
  });
}

function toRefusal(error: unknown): RpcRefusal {
  const { code, message, data } = (typeof error === 'object' ? error : {}) as {
    code?: unknown;
    message?: unknown;
    data?: unknown;
  };
  return new RpcRefusal(
    typeof code === 'number' ? code : 0,
    typeof message === 'string' ? message.slice(0, 500) : '',
    findData(data),
  );
}

// geth gives the returned bytes as `data`, Hardhat as `data.data`, others one level deeper.
function findData(data: unknown, depth = 0): Hex | undefined {
  if (typeof data === 'string') return /^0x(?:[0-9a-f]{2})*$/i.test(data) ? (data.toLowerCase() as Hex) : undefined;
  if (typeof data !== 'object' || data === null || depth > 2) return undefined;
  const { data: inner, originalError } = data as { data?: unknown; originalError?: unknown };
  return findData(inner, depth + 1) ?? findData(originalError, depth + 1);
}

// An error without id concerns the request as a whole, such as a rate limit.
function toBatchFailure(error: unknown): TransportFailure {
  return new TransportFailure(error === undefined ? 'an answer has no id' : 'the node refused the whole request');
}
