import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { sendNotFound } from './problems.ts';

/**
 * What the page may do: its own scripts and styles, requests to its own origin, and nothing `unsafe-*`. Text becomes a script
 * nowhere (Trusted Types); the two policies named here make one address each, of the keyring and of the service worker.
 */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types feiqian-keyring feiqian-offline',
].join('; ');

/** What the keyring worker may do: compute. Even a poisoned dependency inside it has no way out. */
export const keyringPolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "connect-src 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** What a file may do that somebody opens as if it were a page: nothing. Shorter than the page's policy, which it has no use for. */
const filePolicy = "default-src 'none'";

const keyringFile = /^keyring[.-]/;
const yearSeconds = 31_536_000;

/** Paths that are never a page: asking for them wrongly is an error, not the wallet. */
const servicePaths = /^\/(?:v1|rpc|docs|healthz|readyz|metrics|assets)(?:\/|$)/;

/**
 * Serves what was built: hashed files under /assets for a year, the page that payers are sent to, and the wallet's one page for every
 * other route.
 *
 * @param folder - The build's output; when it does not exist (development), only the service answers.
 */
export async function registerPages(app: FastifyInstance, folder: string): Promise<void> {
  if (!existsSync(join(folder, 'index.html'))) {
    app.setNotFoundHandler(sendNotFound);
    return;
  }
  await app.register(fastifyStatic, {
    root: folder,
    wildcard: true,
    preCompressed: true,
    index: false,
    cacheControl: false,
    setHeaders: (response, path) => {
      const name = basename(path);
      const isHashed = path.includes('/assets/');
      response.header('cache-control', isHashed ? `public, max-age=${yearSeconds}, immutable` : 'no-cache');
      if (keyringFile.test(name)) response.header('content-security-policy', keyringPolicy);
      else if (isHashed) response.header('content-security-policy', filePolicy);
    },
  });
  const page = (reply: FastifyReply, file = 'index.html') =>
    reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').sendFile(file);
  app.get('/', { schema: { hide: true } }, (_request, reply) => page(reply));
  // Whatever the id is: the page says what became of it, also that there is none.
  app.get('/pay/:id', { schema: { hide: true } }, (_request, reply) => page(reply, 'pay.html'));
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    const wantsPage = request.method === 'GET' && !servicePaths.test(path) && !basename(path).includes('.');
    return wantsPage ? page(reply) : sendNotFound(request, reply);
  });
}
