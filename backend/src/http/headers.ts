import type { FastifyInstance } from 'fastify';
import { pagePolicy } from './pages.ts';

/**
 * Security headers of every answer (ASVS 5.0.0, 3.4). A handler that sets one itself is left alone.
 *
 * @param publicUrl - The origin that people see.
 */
export function registerSecurityHeaders(app: FastifyInstance, publicUrl: string): void {
  const headers: Record<string, string> = {
    'content-security-policy': pagePolicy,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(self), clipboard-write=(self), geolocation=(), microphone=(), payment=(), usb=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    ...(isForGood(publicUrl) ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {}),
  };
  app.addHook('onSend', async (_request, reply) => {
    for (const [name, value] of Object.entries(headers)) if (!reply.hasHeader(name)) reply.header(name, value);
  });
}

// Names that mean another machine in another network, or on another day (RFC 6761, 6762, 8375; .internal is reserved by ICANN).
const localName = /(?:^|\.)(?:localhost|local|home\.arpa|internal|lan|home|test)$/;

/**
 * Whether a browser may be told to use nothing but HTTPS for this host from now on. On the local network that would outlast the
 * certificate, and at localhost it would shut out every other program on this machine.
 */
export function isForGood(publicUrl: string): boolean {
  const { protocol, hostname } = new URL(publicUrl);
  const isAddress = hostname.startsWith('[') || /^[\d.]+$/.test(hostname);
  return protocol === 'https:' && !isAddress && hostname.includes('.') && !localName.test(hostname);
}
