import { AppError } from '@feiqian/domain/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses requests that another site made a logged-in browser send: one that changes something and carries a session
 * must come from a page of this origin. SameSite=Strict cookies already prevent it; this holds where they fail.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export function registerCsrfGuard(app: FastifyInstance, publicOrigin: string): void {
  app.addHook('onRequest', async (request) => {
    if (safeMethods.has(request.method) || request.headers.cookie === undefined) return;
    if (!isSameOrigin(request, publicOrigin))
      throw new AppError('CSRF_REJECTED', 'This request came from another site.');
  });
}

function isSameOrigin(request: FastifyRequest, publicOrigin: string): boolean {
  const { origin } = request.headers;
  if (origin === undefined) {
    const site = request.headers['sec-fetch-site'];
    return site === undefined || site === 'same-origin' || site === 'none';
  }
  if (origin === publicOrigin) return true;
  try {
    return new URL(origin).host === request.headers.host;
  } catch {
    // "null" and other opaque origins are never ours.
    return false;
  }
}
