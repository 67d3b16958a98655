import { createHash } from 'node:crypto';
import { AppError } from '@feiqian/domain/errors';
import type { FastifyRequest } from 'fastify';
import type { Queryable } from '../database/pool.ts';
import type { StoredAnswer } from '../ledger/command.ts';

/** The caller's name for one intended change, with what was asked for under it. */
export type Idempotency = Pick<StoredAnswer, 'scope' | 'key' | 'requestHash'>;

/** An answer as it was given. */
type StoredResponse = Pick<StoredAnswer, 'status' | 'body'>;

const keyShape = /^[\x21-\x7e]{8,255}$/;

/**
 * Reads the `Idempotency-Key` header of a request that changes something.
 *
 * @param route - A stable name of the route; keys of different routes or people never meet.
 * @throws {AppError} IDEMPOTENCY_KEY_MISSING when the header is absent or not 8 to 255 visible ASCII characters.
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
export function readIdempotency(request: FastifyRequest, userId: string, route: string): Idempotency {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string' || !keyShape.test(key)) {
    throw new AppError('IDEMPOTENCY_KEY_MISSING', 'Send an Idempotency-Key header of 8 to 255 visible characters.');
  }
  return { scope: `user:${userId}:${route}`, key, requestHash: hashRequest(request.body) };
}

/** SHA-256 of a body in canonical form (keys sorted), hex. */
export function hashRequest(body: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sortKeys(body)) ?? '')
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

/**
 * Answers a request whose only effect is one ledger command that carries its answer. The command itself finds out whether the request was
 * answered before; only a request that is refused needs a look, because what refuses it now may be what it did the first time.
 *
 * @throws {AppError} what `work` throws, or IDEMPOTENCY_KEY_REUSED when the key came with another request.
 */
export async function answerOnce(
  database: Queryable,
  idempotency: Idempotency,
  work: () => Promise<StoredResponse>,
): Promise<StoredResponse> {
  try {
    return await work();
  } catch (error) {
    const earlier = await findAnswer(database, idempotency);
    if (earlier) return earlier;
    throw error;
  }
}
