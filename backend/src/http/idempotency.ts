import { createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@feiqian/domain/errors';
import type { FastifyRequest } from 'fastify';
import type { Queryable } from '../database/pool.ts';
import type { StoredAnswer } from '../ledger/command.ts';

/** The caller's name for one intended change, with what was asked for under it. */
export type Idempotency = Pick<StoredAnswer, 'scope' | 'key' | 'requestHash'>;

/** An answer as it was given. */
type StoredResponse = Pick<StoredAnswer, 'status' | 'body'>;

/** Does once what was asked for; its answer is stored together with the change itself. */
type Work = (idempotency: Idempotency) => Promise<StoredResponse>;

/** Who asks for what. */
type Caller = {
  readonly userId: string;
  /** A stable name of the route; keys of different routes or people never meet. */
  readonly route: string;
  /** The only effect is one ledger command, which finds by itself that it was answered before: saves a look beforehand. */
  readonly isOneCommand?: boolean;
};

/** Gives repeated requests the answer that the first one got. */
export type AnswerOnce = {
  /**
   * Answers a request that changes something, by its `Idempotency-Key` header. Copies that arrive while the first is under way
   * wait for its answer, and after ten seconds are told to come again. Copies at other replicas do the work as well: whatever
   * it does is named by the key, so that it happens once, and the answer that was stored first is everybody's.
   *
   * @throws {AppError} IDEMPOTENCY_KEY_MISSING when the header is absent or not 8 to 255 visible ASCII characters,
   *   IDEMPOTENCY_KEY_REUSED when the key came with another request, IDEMPOTENCY_IN_FLIGHT, and what `work` throws.
   * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
   */
  readonly answer: (request: FastifyRequest, caller: Caller, work: Work) => Promise<StoredResponse>;
};

type Options = {
  readonly database: Queryable;
  /** Bodies can hold few-valued secrets such as account numbers: without this key nobody finds them from their hash. */
  readonly hashKey: Uint8Array;
  readonly waitMaxMs?: number;
};

const keyShape = /^[\x21-\x7e]{8,255}$/;
const waitMaxMsDefault = 10_000;

/** Makes what answers this process's requests once. */
export function createAnswerOnce({ database, hashKey, waitMaxMs = waitMaxMsDefault }: Options): AnswerOnce {
  const underWay = new Map<string, { readonly requestHash: string; readonly answer: Promise<StoredResponse> }>();

  const begin = (idempotency: Idempotency, isOneCommand: boolean, work: Work): Promise<StoredResponse> => {
    const name = JSON.stringify([idempotency.scope, idempotency.key]);
    const answer = workOnce(database, idempotency, isOneCommand, work).finally(() => underWay.delete(name));
    underWay.set(name, { requestHash: idempotency.requestHash, answer });
    return answer;
  };

  return {
    async answer(request, { userId, route, isOneCommand = false }, work) {
      const idempotency = readIdempotency(request, `user:${userId}:${route}`, hashKey);
      const name = JSON.stringify([idempotency.scope, idempotency.key]);
      for (const endsAt = Date.now() + waitMaxMs; ; ) {
        const first = underWay.get(name);
        if (!first) return begin(idempotency, isOneCommand, work);
        await waitFor(first.answer, endsAt - Date.now());
        // Another request under the same key is judged by what became of the first.
        if (first.requestHash === idempotency.requestHash) return first.answer;
      }
    },
  };
}

/** @throws {AppError} IDEMPOTENCY_IN_FLIGHT when it takes longer. */
async function waitFor(answer: Promise<StoredResponse>, ms: number): Promise<void> {
  const timer = new AbortController();
  const isOver = answer.then(
    () => true,
    () => true,
  );
  const isLate = delay(Math.max(ms, 0), false, { signal: timer.signal }).catch(() => false);
  const ended = await Promise.race([isOver, isLate]);
  timer.abort();
  if (!ended) throw new AppError('IDEMPOTENCY_IN_FLIGHT', 'The first request with this key is still under way.');
}

async function workOnce(
  database: Queryable,
  idempotency: Idempotency,
  isOneCommand: boolean,
  work: Work,
): Promise<StoredResponse> {
  const stored = isOneCommand ? undefined : await findAnswer(database, idempotency);
  if (stored) return stored;
  try {
    return await work(idempotency);
  } catch (error) {
    // What refuses it now may be what it did the first time, here or at another replica.
    const earlier = await findAnswer(database, idempotency);
    if (earlier) return earlier;
    throw error;
  }
}

/** @throws {AppError} IDEMPOTENCY_KEY_MISSING when the header is absent or not 8 to 255 visible ASCII characters. */
export function readIdempotencyKey(request: FastifyRequest): string {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string' || !keyShape.test(key)) {
    throw new AppError('IDEMPOTENCY_KEY_MISSING', 'Send an Idempotency-Key header of 8 to 255 visible characters.');
  }
  return key;
}

function readIdempotency(request: FastifyRequest, scope: string, hashKey: Uint8Array): Idempotency {
  const key = readIdempotencyKey(request);
  return { scope, key, requestHash: hashRequest(hashKey, scope, request.body) };
}

/** HMAC-SHA256 of whose request it is and its body in canonical form (keys sorted), hex. */
function hashRequest(hashKey: Uint8Array, scope: string, body: unknown): string {
  return createHmac('sha256', hashKey)
    .update(JSON.stringify([scope, sortKeys(body ?? null)]))
    .digest('hex');
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, inner]) => [key, sortKeys(inner)]),
  );
}

/**
 * The answer that this request got before, if it did.
 *
 * @throws {AppError} IDEMPOTENCY_KEY_REUSED when the key came with another request.
 */
export async function findAnswer(
  database: Queryable,
  { scope, key, requestHash }: Idempotency,
): Promise<StoredResponse | undefined> {
  const { rows } = await database.query<{ status: number; body: object; request_hash: string }>({
    name: 'find_answer',
    text: `SELECT status, body, encode(request_hash, 'hex') AS request_hash FROM idempotency_keys WHERE scope = $1 AND key = $2`,
    values: [scope, key],
  });
  const [row] = rows;
  if (!row) return undefined;
  if (row.request_hash !== requestHash)
    throw new AppError('IDEMPOTENCY_KEY_REUSED', 'This key came with another request before.');
  return { status: row.status, body: row.body };
}
