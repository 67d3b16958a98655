import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type IncomingMessage, get as plainGet, request as plainRequest } from 'node:http';
import { get } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildApp } from '../../../backend/src/app.ts';
import { listenAlso } from '../../../backend/src/http/listen-also.ts';
import { ensureCertificates } from './certificates.ts';

type Answer = { readonly status: number | undefined; readonly headers: Record<string, unknown>; readonly body: Buffer };

const publicUrl = 'https://192.168.1.5:8080';
const folder = mkdtempSync(join(tmpdir(), 'feiqian-tls-'));
let ca: string;
let port: number;
let app: Awaited<ReturnType<typeof buildApp>>;

beforeAll(async () => {
  const files = await ensureCertificates(folder, ['localhost', '127.0.0.1', '::1', '192.168.1.5']);
  ca = readFileSync(files.authorityFile, 'utf8');
  app = await buildApp({
    logger: false,
    publicUrl,
    tls: {
      certificate: readFileSync(files.serverFile, 'utf8'),
      key: readFileSync(files.keyFile, 'utf8'),
      authority: ca,
    },
    webFolder: folder,
    sessionCookie: '__Host-feiqian',
    findPrincipal: async () => null,
    routes: [],
    probe: async () => ({ ready: true, parts: {} }),
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  port = (app.server.address() as AddressInfo).port;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ask = (scheme: 'http' | 'https', path: string, headers: Record<string, string> = {}, host = '127.0.0.1') =>
  new Promise<Answer>((resolve, reject) => {
    const options = { host, port, path, headers, agent: false };
    const read = (response: IncomingMessage) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }),
      );
    };
    (scheme === 'https' ? get({ ...options, ca }, read) : plainGet(options, read)).once('error', reject);
  });

it('answers https, and tells no browser to insist on it at an address of the local network', async () => {
  const { status, headers } = await ask('https', '/healthz');
  expect(status).toBe(200);
  expect(headers['strict-transport-security']).toBeUndefined();
  expect(headers['content-security-policy']).toContain("default-src 'none'");
});

it('sends whoever comes in the clear to https, never to another host, and answers nothing else there', async () => {
  expect(await ask('http', '/history?asset=CNY', { host: 'evil.example' })).toMatchObject({
    status: 307,
    headers: { location: `${publicUrl}/history?asset=CNY` },
  });
  expect((await ask('http', '//evil.example/')).headers.location).toBe(`${publicUrl}/evil.example/`);
  const status = await new Promise((resolve) => {
    plainRequest({ host: '127.0.0.1', port, path: '/v1/auth/login', method: 'POST', agent: false }, (response) =>
      resolve(response.resume().statusCode),
    ).end('{}');
  });
  expect(status).toBe(403);
});

it('gives a phone the authority and says how to trust it, in its language', async () => {
  const file = await ask('http', '/feiqian-ca.crt');
  expect(file.headers['content-type']).toBe('application/x-x509-ca-cert');
  expect(new X509Certificate(file.body).fingerprint256).toBe(new X509Certificate(ca).fingerprint256);
  const zh = await ask('http', '/phone', { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' });
  expect(zh.body.toString()).toContain('证书信任设置');
  expect(zh.body.toString()).toContain(`href="${publicUrl}/"`);
  expect(zh.headers['content-security-policy']).not.toContain('unsafe');
  const en = await ask('http', '/phone', { 'accept-language': 'en-GB,en;q=0.9' });
  expect(en.body.toString()).toContain('Certificate Trust Settings');
});

it('answers at further addresses too', async () => {
  await listenAlso(app.server, port, '::1');
  expect((await ask('https', '/healthz', {}, '::1')).status).toBe(200);
  expect((await ask('http', '/', {}, '::1')).status).toBe(307);
});

it('is not held up at its end by a connection that says nothing', async () => {
  let wasWaitedFor = false;
  app.server.on('connection', (socket) => socket.once('timeout', () => (wasWaitedFor = true)));
  const silent = connect(port, '127.0.0.1');
  await new Promise((resolve) => silent.once('connect', resolve));
  await ask('https', '/healthz');
  const gone = new Promise((resolve) => silent.once('close', resolve));
  await app.close();
  await gone;
  expect(wasWaitedFor).toBe(false);
});
