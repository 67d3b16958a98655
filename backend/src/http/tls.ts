import { X509Certificate } from 'node:crypto';
import {
  createServer as createHttpServer,
  type Server as HttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer } from 'node:https';
import type { Socket } from 'node:net';
import { phonePage, phonePagePolicy } from './phone-page.ts';

/** What the service answers HTTPS with; all PEM. */
export type Tls = {
  readonly certificate: string;
  readonly key: string;
  /** An authority of one's own, for phones in the local network to download and trust. */
  readonly authority?: string | undefined;
};

/** The first byte of a TLS connection: a handshake record (RFC 8446, 5.1). No method of HTTP begins with it. */
const handshakeByte = 0x16;
const firstByteMs = 10_000;

/**
 * A server for HTTPS that also understands who comes by plain HTTP to the same port: they are sent to `publicUrl`, or given the
 * authority that they lack. Nothing else is answered in the clear.
 */
export function createTlsServer(
  handler: RequestListener,
  { certificate, key, authority }: Tls,
  publicUrl: string,
): HttpServer {
  const secure = createServer({ cert: certificate, key, minVersion: 'TLSv1.2' }, handler);
  const plain = createHttpServer(createPlainHandler(publicUrl, authority));
  const sockets = new Set<Socket>();
  const beginTls = secure.listeners('connection') as ((socket: Socket) => void)[];
  secure.removeAllListeners('connection');
  secure.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    const giveUp = () => socket.destroy();
    socket.once('error', giveUp);
    socket.setTimeout(firstByteMs, giveUp);
    socket.once('data', (first: Buffer) => {
      socket.pause();
      socket.removeListener('timeout', giveUp).removeListener('error', giveUp).setTimeout(0);
      socket.unshift(first);
      if (first[0] === handshakeByte) for (const begin of beginTls) begin.call(secure, socket);
      else plain.emit('connection', socket);
      process.nextTick(() => socket.resume());
    });
  });
  // Browsers open connections ahead of need; one that has said nothing yet must not hold up an ending service either.
  const closeAll = secure.closeAllConnections.bind(secure);
  secure.closeAllConnections = () => {
    closeAll();
    for (const socket of sockets) socket.destroy();
  };
  // The same methods and events; only the types of Node and Fastify keep the two apart.
  return secure as unknown as HttpServer;
}

/** Answers what comes in the clear. */
function createPlainHandler(publicUrl: string, authority: string | undefined): RequestListener {
  const file = authority === undefined ? undefined : new X509Certificate(authority).raw;
  return (request, response) => {
    const path = request.url?.split('?')[0];
    if (request.method !== 'GET' && request.method !== 'HEAD') send(response, 403, 'text/plain', 'HTTPS only.\n');
    else if (file && path === '/feiqian-ca.crt') send(response, 200, 'application/x-x509-ca-cert', file);
    else if (file && path === '/phone')
      send(response, 200, 'text/html; charset=utf-8', phonePage(publicUrl, request.headers['accept-language']));
    else redirect(request, response, publicUrl);
  };
}

function send(response: ServerResponse, status: number, type: string, body: string | Uint8Array): void {
  response.writeHead(status, {
    'content-type': type,
    'content-security-policy': phonePagePolicy,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}

/** Never permanent: the same port may speak plain HTTP tomorrow. */
function redirect(request: IncomingMessage, response: ServerResponse, publicUrl: string): void {
  const path = request.url?.startsWith('/') ? request.url.replace(/^\/+/, '/') : '/';
  response.writeHead(307, { location: `${publicUrl}${path}`, 'cache-control': 'no-store' });
  response.end();
}
