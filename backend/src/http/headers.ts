import type { FastifyInstance } from 'fastify';
import { pagePolicy } from './pages.ts';

/** Security headers of every answer (ASVS 5.0.0, 3.4). A handler that sets one itself is left alone. */
export function registerSecurityHeaders(app: FastifyInstance, { https }: { readonly https: boolean }): void {
  const headers: Record<string, string> = {
    'content-security-policy': pagePolicy,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(self), clipboard-write=(self), geolocation=(), microphone=(), payment=(), usb=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    ...(https ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {}),
  };
  app.addHook('onSend', async (_request, reply) => {
    for (const [name, value] of Object.entries(headers)) if (!reply.hasHeader(name)) reply.header(name, value);
  });
}
