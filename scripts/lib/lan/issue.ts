/** Issues X.509 certificates: an authority that may vouch for local names only, and servers' certificates under it. */
import 'reflect-metadata';
import { createPrivateKey } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';
import { encodeNameConstraints, nameConstraintsId } from './name-constraints.ts';

/** A certificate and its private key (PKCS #8), both PEM. */
export type KeyedCertificate = { readonly certificate: string; readonly key: string };

const dayMs = 86_400_000;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
// A phone's clock may be behind ours.
const backdatedDays = 1;
const authorityDays = 1825;

/** How long a server's certificate holds: no browser accepts more than 398 days. */
export const serverDaysMax = 397;

/**
 * Makes an authority of our own.
 *
 * @param title - Its name, as a phone's settings show it.
 * @param beyondLocal - Names that it may vouch for besides local ones.
 */
export async function issueAuthority(
  title: string,
  beyondLocal: readonly string[],
  now: Date,
): Promise<KeyedCertificate> {
  const keys = await makeKeys();
  const name = [{ CN: [title] }, { O: ['Feiqian'] }];
  const certificate = await x509.X509CertificateGenerator.create({
    subject: name,
    issuer: name,
    notBefore: daysFrom(now, -backdatedDays),
    notAfter: daysFrom(now, authorityDays),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: keys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.Extension(nameConstraintsId, true, encodeNameConstraints(beyondLocal)),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return toPem(certificate, keys.privateKey);
}

/** Issues a server's certificate that holds for these names and addresses, for as long as browsers accept and the authority lasts. */
export async function issueServer(
  authority: KeyedCertificate,
  names: readonly string[],
  now: Date,
): Promise<KeyedCertificate> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const der = new Uint8Array(createPrivateKey(authority.key).export({ format: 'der', type: 'pkcs8' }));
  const signingKey = await crypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']);
  const keys = await makeKeys();
  const end = daysFrom(now, serverDaysMax - backdatedDays);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: [{ CN: ['Feiqian'] }],
    issuer: issuer.subject,
    notBefore: daysFrom(now, -backdatedDays),
    notAfter: end < issuer.notAfter ? end : issuer.notAfter,
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return toPem(certificate, keys.privateKey);
}

function makeKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

async function toPem(certificate: x509.X509Certificate, privateKey: CryptoKey): Promise<KeyedCertificate> {
  const der = await crypto.subtle.exportKey('pkcs8', privateKey);
  return {
    certificate: `${certificate.toString('pem')}\n`,
    key: `${x509.PemConverter.encode(der, 'PRIVATE KEY')}\n`,
  };
}

function daysFrom(now: Date, days: number): Date {
  return new Date(now.getTime() + days * dayMs);
}
