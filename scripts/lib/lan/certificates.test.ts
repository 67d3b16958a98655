import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type RequestOptions, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Certificates, ensureCertificates } from './certificates.ts';
import { issueServer } from './issue.ts';

const names = ['localhost', '127.0.0.1', '::1', '192.168.1.5', 'desk.local'];
const dayMs = 86_400_000;
const now = new Date();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'feiqian-certificates-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = ({ serverFile, authorityFile }: Certificates) => ({
  server: new X509Certificate(readFileSync(serverFile)),
  authority: new X509Certificate(readFileSync(authorityFile)),
});

/** Connects as a browser does that trusts the authority. @returns the answer's status, or why there was none. */
async function connect(
  pair: { readonly certificate: string; readonly key: string },
  authority: string,
  options: RequestOptions,
): Promise<string> {
  const server = createServer({ cert: pair.certificate, key: pair.key }, (_request, response) => response.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await new Promise((resolve) => {
      request({ host: '127.0.0.1', port, ca: authority, agent: false, ...options }, (response) =>
        resolve(String(response.resume().statusCode)),
      )
        .once('error', (error) => resolve(error.message))
        .end();
    });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('ensureCertificates', () => {
  it('makes a server certificate that whoever trusts the authority accepts, for each of its names and no other', async () => {
    const made = await ensureCertificates(folder, names, now);
    const { server, authority } = read(made);
    expect(made.made).toBe('authority');
    expect(server.checkIssued(authority) && server.verify(authority.publicKey)).toBe(true);
    expect(authority.ca).toBe(true);
    expect(server.ca).toBe(false);
    expect(made.fingerprint).toBe(authority.fingerprint256);
    const pair = { certificate: readFileSync(made.serverFile, 'utf8'), key: readFileSync(made.keyFile, 'utf8') };
    const ca = readFileSync(made.authorityFile, 'utf8');
    expect(await connect(pair, ca, {})).toBe('200');
    expect(await connect(pair, ca, { servername: 'localhost' })).toBe('200');
    for (const name of names) expect(server.checkHost(name) ?? server.checkIP(name)).toBeDefined();
    expect(server.checkHost('wallet.example')).toBeUndefined();
    expect(server.checkIP('192.168.1.6')).toBeUndefined();
    const other = await ensureCertificates(join(folder, 'other'), names, now);
    expect(await connect(pair, readFileSync(other.authorityFile, 'utf8'), {})).not.toBe('200');
  });

  it('makes an authority that cannot vouch for anything on the internet', async () => {
    const { authorityFile } = await ensureCertificates(folder, names, now);
    const certificate = readFileSync(authorityFile, 'utf8');
    const authority = { certificate, key: readFileSync(join(folder, 'authority.key'), 'utf8') };
    const steal = (name: string) => issueServer(authority, [name, '127.0.0.1'], now);
    expect(await connect(await steal('desk.local'), certificate, { servername: 'desk.local' })).toBe('200');
    for (const name of ['bank.example', 'example.com', 'notlocal'])
      expect(await connect(await steal(name), certificate, { servername: name })).toBe('permitted subtree violation');
    expect(await connect(await steal('8.8.8.8'), certificate, {})).toBe('permitted subtree violation');
  });

  it('keeps its certificates for no longer than browsers accept, and from a day ago on for phones whose clock is behind', async () => {
    const { server } = read(await ensureCertificates(folder, names, now));
    const [from, to] = [Date.parse(server.validFrom), Date.parse(server.validTo)];
    expect((to - from) / dayMs).toBeLessThanOrEqual(397);
    expect(from).toBeLessThanOrEqual(now.getTime() - dayMs);
  });

  it('keeps keys to the user who started it', async () => {
    await ensureCertificates(folder, names, now);
    const files = readdirSync(folder);
    expect(files.sort()).toEqual(['authority.crt', 'authority.key', 'server.crt', 'server.key']);
    for (const file of files) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
  });

  it('changes nothing while everything is good, and only the server certificate when addresses change or it nears its end', async () => {
    const first = await ensureCertificates(folder, names, now);
    const before = read(first);
    expect((await ensureCertificates(folder, names, now)).made).toBe('nothing');
    expect(read(first).server.fingerprint256).toBe(before.server.fingerprint256);
    const moved = await ensureCertificates(folder, [...names, '10.0.0.9'], now);
    expect(moved.made).toBe('server');
    expect(read(moved).server.checkIP('10.0.0.9')).toBeDefined();
    const later = await ensureCertificates(folder, names, new Date(now.getTime() + 370 * dayMs));
    expect(later.made).toBe('server');
    expect(Date.parse(read(later).server.validTo)).toBeGreaterThan(now.getTime() + 700 * dayMs);
    expect(read(later).authority.fingerprint256).toBe(before.authority.fingerprint256);
  });

  it('makes another authority when the old one ends, is damaged, or may not vouch for a name that was asked for', async () => {
    const first = await ensureCertificates(folder, names, now);
    const ended = await ensureCertificates(folder, names, new Date(now.getTime() + 1800 * dayMs));
    expect(ended.made).toBe('authority');
    expect(ended.fingerprint).not.toBe(first.fingerprint);
    writeFileSync(join(folder, 'authority.key'), 'not a key');
    expect((await ensureCertificates(folder, names, now)).made).toBe('authority');
    const named = await ensureCertificates(folder, [...names, 'wallet.example'], now);
    expect(named.made).toBe('authority');
    const pair = { certificate: readFileSync(named.serverFile, 'utf8'), key: readFileSync(named.keyFile, 'utf8') };
    const ca = readFileSync(named.authorityFile, 'utf8');
    expect(await connect(pair, ca, { servername: 'wallet.example' })).toBe('200');
    expect((await ensureCertificates(folder, [...names, 'wallet.example'], now)).made).toBe('nothing');
  });
});
