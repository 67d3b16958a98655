import type { ApiKeyScope } from '@feiqian/domain/api/api-keys';
import { AppError } from '@feiqian/domain/errors';
import type { FastifyRequest } from 'fastify';

/** Who is asking: the owner of a live session. */
export type Principal = {
  readonly userId: string;
  /** Hex of the session's stored hash: names the session without being able to stand in for it. */
  readonly sessionId: string;
};

/** The server of a shop, as far as its key goes. */
export type KeyHolder = { readonly keyId: string; readonly userId: string; readonly scopes: readonly ApiKeyScope[] };

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before routing when a valid session cookie came along, else null. */
    principal: Principal | null;
    /** Set before routing when a valid API key came along; then no cookie counts. */
    keyHolder: KeyHolder | null;
  }
  interface FastifyContextConfig {
    /** What a key must be allowed to do to be answered here; absent: no key is. */
    scope?: ApiKeyScope;
  }
}

/**
 * The person behind a request.
 *
 * @throws {AppError} SESSION_EXPIRED when nobody is logged in (any more).
 */
export function requirePrincipal(request: FastifyRequest): Principal {
  if (!request.principal) throw new AppError('SESSION_EXPIRED', 'Log in first.');
  return request.principal;
}

/**
 * The person for whom a route with a `scope` is asked: the one who is logged in, or the owner of the key that came along.
 *
 * @throws {AppError} SESSION_EXPIRED when it is neither.
 */
export function requireCaller(request: FastifyRequest): { readonly userId: string } {
  return request.keyHolder ?? requirePrincipal(request);
}

/**
 * Keeps keys to what they are made for. Routes that name no scope are closed to all of them, so that none is forgotten.
 *
 * @throws {AppError} SCOPE_MISSING
 */
export function assertScope({ keyHolder, routeOptions }: FastifyRequest): void {
  if (!keyHolder) return;
  const { scope } = routeOptions.config;
  if (scope === undefined) throw new AppError('SCOPE_MISSING', 'Keys may not do that: log in.');
  if (!keyHolder.scopes.includes(scope))
    throw new AppError('SCOPE_MISSING', 'This key may not do that.', { details: { scope } });
}
