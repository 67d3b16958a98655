import { AppError } from '@feiqian/domain/errors';
import type { FastifyRequest } from 'fastify';

/** Who is asking: the owner of a live session. */
export type Principal = {
  readonly userId: string;
  /** Hex of the session's stored hash: names the session without being able to stand in for it. */
  readonly sessionId: string;
};

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before routing when a valid session cookie came along, else null. */
    principal: Principal | null;
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
