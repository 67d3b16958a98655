import type { FactorKind } from '@feiqian/domain/api/second-factors';
import { AppError, type ErrorCode, errorCodes, isAppError } from '@feiqian/domain/errors';
import { factorPrompt } from './second-factor/prompt.ts';

/** A wire schema: checks what the service answered. Both ends use the same one. */
export type Schema<Value> = { readonly parse: (value: unknown) => Value };

export type SendOptions<Value> = {
  readonly method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | undefined;
  readonly path: string;
  readonly body?: unknown;
  /** Leave it out where the answer is empty. */
  readonly schema: Schema<Value>;
  /** The name of this one intended change: the same for every attempt at it, so that it happens once. */
  readonly idempotencyKey?: string | undefined;
};

// A page that waits longer says that the service cannot be reached; the change may still have happened, and the
// idempotency key makes the next attempt safe.
const timeoutMs = 20_000;

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorCodes, code);
}

/** Turns an answer that is not 2xx into the error it stands for. Answers of proxies are not problem JSON. */
export async function toHttpError(response: Response): Promise<AppError> {
  let problem: { code?: unknown; details?: unknown; requestId?: unknown } = {};
  try {
    problem = (await response.json()) as typeof problem;
  } catch {
    // Not JSON: a proxy or a crashed service answered. The status decides.
  }
  const details: Record<string, string> = {};
  if (typeof problem.details === 'object' && problem.details !== null) {
    for (const [name, value] of Object.entries(problem.details)) if (typeof value === 'string') details[name] = value;
  }
  if (typeof problem.requestId === 'string') details.requestId = problem.requestId;
  if (isErrorCode(problem.code)) return new AppError(problem.code, 'The service refused.', { details });
  if (response.status === 401)
    return new AppError('SESSION_EXPIRED', 'The service does not know the session.', { details });
  if (response.status === 404) return new AppError('NOT_FOUND', 'The service has no such thing.', { details });
  if (response.status === 429) return new AppError('RATE_LIMITED', 'The service asks to wait.', { details });
  return new AppError(response.status >= 502 ? 'SERVICE_UNAVAILABLE' : 'INTERNAL', 'The service failed.', { details });
}

async function request(path: string, init: RequestInit): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', redirect: 'error', ...init });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new AppError('SERVICE_UNAVAILABLE', 'The service cannot be reached.', { cause });
  }
  if (!response.ok) throw await toHttpError(response);
  if (response.status === 204) return undefined;
  try {
    return await response.json();
  } catch (cause) {
    throw new AppError('SERVICE_UNAVAILABLE', 'The answer broke off.', { cause });
  }
}

function check<Value>(schema: Schema<Value>, answer: unknown): Value {
  try {
    return schema.parse(answer);
  } catch (cause) {
    throw new AppError('INTERNAL', 'The answer does not have the agreed form.', { cause });
  }
}

/**
 * Reads from the service.
 *
 * @throws {AppError} the service's own code, or SERVICE_UNAVAILABLE when there is no answer.
 */
export async function getJson<Value>(path: string, schema: Schema<Value>, signal?: AbortSignal): Promise<Value> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const answer = await request(path, {
    headers: { accept: 'application/json' },
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  });
  return check(schema, answer);
}

/**
 * Asks the service to change something.
 *
 * @throws {AppError} the service's own code, or SERVICE_UNAVAILABLE when there is no answer; then try again with the
 * same idempotency key.
 */
export async function sendJson<Value>({
  method = 'POST',
  path,
  body,
  schema,
  idempotencyKey,
}: SendOptions<Value>): Promise<Value> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
  const send = () =>
    request(path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
  return check(schema, await stepUpFor(send));
}

/** Sends once more, the very same, after the person has shown a second factor, where the service asks for one. */
async function stepUpFor(send: () => Promise<unknown>): Promise<unknown> {
  try {
    return await send();
  } catch (error) {
    if (!isAppError(error) || error.code !== 'STEP_UP_REQUIRED') throw error;
    const factors = (error.details.factors ?? '').split(',') as FactorKind[];
    await factorPrompt.ask({
      purpose: 'step-up',
      factors,
      // Checked where it is used: the schema is no part of the first load.
      askPasskey: () => sendJson({ path: '/v1/auth/step-up/passkey-options', schema: unchecked }),
      show: (proof) => sendJson({ path: '/v1/auth/step-up', body: { proof }, schema: nothing }),
    });
    return await send();
  }
}

const unchecked: Schema<unknown> = { parse: (answer) => answer };

/** The schema of an answer without content. */
export const nothing: Schema<undefined> = { parse: () => undefined };
