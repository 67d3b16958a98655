/** The certificates of `npm start -- --lan`: made once, kept in the data folder, renewed when they no longer fit. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { KeyedCertificate } from './issue.ts';
import { encodeSubtree, listBeyondLocal } from './name-constraints.ts';

/** Where the certificates are, and what became of them just now. */
export type Certificates = {
  readonly authorityFile: string;
  readonly serverFile: string;
  readonly keyFile: string;
  /** SHA-256 of the authority, as phones show it. */
  readonly fingerprint: string;
  readonly made: 'authority' | 'server' | 'nothing';
};

const dayMs = 86_400_000;
const renewBeforeDays = 30;

/**
 * Makes sure of an authority and of a server certificate that holds for all `names`. An authority that is still good stays, so
 * that phones which trust it need not be asked again.
 */
export async function ensureCertificates(
  folder: string,
  names: readonly string[],
  now: Date = new Date(),
): Promise<Certificates> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const beyond = listBeyondLocal(names);
  const kept = readPair(folder, 'authority', now);
  const isKept = kept !== undefined && mayVouchFor(kept, beyond);
  const authority = isKept ? kept : await makeAuthority(folder, beyond, now);
  const server = readPair(folder, 'server', now);
  const isGood = server !== undefined && isIssuedBy(server, authority) && holdsFor(server, names);
  if (!isGood) writePair(folder, 'server', await (await import('./issue.ts')).issueServer(authority, names, now));
  return {
    authorityFile: join(folder, 'authority.crt'),
    serverFile: join(folder, 'server.crt'),
    keyFile: join(folder, 'server.key'),
    fingerprint: new X509Certificate(authority.certificate).fingerprint256,
    made: isKept ? (isGood ? 'nothing' : 'server') : 'authority',
  };
}

async function makeAuthority(folder: string, beyond: readonly string[], now: Date): Promise<KeyedCertificate> {
  // Only now: the library takes longer to load than everything else here.
  const { issueAuthority } = await import('./issue.ts');
  const authority = await issueAuthority(`Feiqian on ${hostname()}`, beyond, now);
  writePair(folder, 'authority', authority);
  return authority;
}

/** A certificate with its key, unless it is missing, damaged or near its end. */
function readPair(folder: string, name: string, now: Date): KeyedCertificate | undefined {
  const paths = [join(folder, `${name}.crt`), join(folder, `${name}.key`)] as const;
  if (!paths.every((path) => existsSync(path))) return undefined;
  const [certificate, key] = [readFileSync(paths[0], 'utf8'), readFileSync(paths[1], 'utf8')];
  try {
    const parsed = new X509Certificate(certificate);
    const isDue = Date.parse(parsed.validTo) - now.getTime() < renewBeforeDays * dayMs;
    return isDue || !parsed.checkPrivateKey(createPrivateKey(key)) ? undefined : { certificate, key };
  } catch {
    // Somebody changed the files: what can't be read is made again.
    return undefined;
  }
}

function mayVouchFor({ certificate }: KeyedCertificate, beyond: readonly string[]): boolean {
  const { raw } = new X509Certificate(certificate);
  return beyond.every((name) => raw.includes(encodeSubtree(name)));
}

function isIssuedBy(server: KeyedCertificate, authority: KeyedCertificate): boolean {
  const issuer = new X509Certificate(authority.certificate);
  const certificate = new X509Certificate(server.certificate);
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function holdsFor({ certificate }: KeyedCertificate, names: readonly string[]): boolean {
  const parsed = new X509Certificate(certificate);
  return names.every((name) => (isIP(name) ? parsed.checkIP(name) : parsed.checkHost(name)) !== undefined);
}

/** Key first: a certificate without its key would be taken for damaged and made again. */
function writePair(folder: string, name: string, { certificate, key }: KeyedCertificate): void {
  for (const [ending, text] of [
    ['key', key],
    ['crt', certificate],
  ] as const) {
    const path = join(folder, `${name}.${ending}`);
    writeFileSync(`${path}.draft`, text, { mode: 0o600, flush: true });
    renameSync(`${path}.draft`, path);
  }
}
