/** Our side of the sandbox gateway's signatures. The algorithm is pinned: what a message says about it can only be wrong. */
import { createHash, createPrivateKey, createPublicKey, randomBytes, sign, verify } from 'node:crypto';

/** What a signature is about, besides the fields that every signature covers. */
export type Subject =
  | { readonly kind: 'request'; readonly method: string; readonly target: string }
  | { readonly kind: 'answer'; readonly status: number; readonly requestNonce: string }
  | { readonly kind: 'notification'; readonly url: string };

/** Reads a header; empty when it is absent. */
export type ReadHeader = (name: string) => string;

/** Why a message was not accepted. */
export type SignatureFault = 'MERCHANT' | 'ALGORITHM' | 'KEY' | 'TIMESTAMP' | 'NONCE' | 'SIGNATURE';

/** Signs requests of one merchant. */
export type Signer = (
  subject: Subject,
  body: Uint8Array,
  nowMs: number,
) => { readonly headers: Readonly<Record<string, string>>; readonly nonce: string };

/** Checks a message of the gateway; answers with what is wrong with it, or nothing. */
export type Verifier = (
  subject: Subject,
  readHeader: ReadHeader,
  body: Uint8Array,
  nowMs: number,
) => SignatureFault | undefined;

const version = 'SANDBOX-1';
const algorithm = 'ed25519';
// Both ways: a message from the future is as suspicious as an old one.
const windowSeconds = 300;

const nonceShape = /^[A-Za-z0-9_-]{22}$/;
const timestampShape = /^[1-9][0-9]{9,11}$/;
const signatureShape = /^[A-Za-z0-9_-]{86}$/;
const keyShape = /^[A-Za-z0-9_-]{43}$/;

// DER of PKCS #8 and SubjectPublicKeyInfo up to the 32 raw bytes (RFC 8410).
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * @param seed - Our Ed25519 private key, 32 bytes, base64url.
 * @throws {Error} for anything else.
 */
export function createSigner(merchant: string, seed: string): Signer {
  const key = createPrivateKey({ key: Buffer.concat([privatePrefix, decodeKey(seed)]), format: 'der', type: 'pkcs8' });
  const keyId = nameKey(createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(publicPrefix.length));
  return (subject, body, nowMs) => {
    const timestamp = String(Math.floor(nowMs / 1000));
    const nonce = randomBytes(16).toString('base64url');
    const text = writeText(subject, { merchant, keyId, timestamp, nonce }, body);
    const headers = {
      'sandbox-merchant': merchant,
      'sandbox-algorithm': algorithm,
      'sandbox-key': keyId,
      'sandbox-timestamp': timestamp,
      'sandbox-nonce': nonce,
      'sandbox-signature': sign(null, text, key).toString('base64url'),
    };
    return { headers, nonce };
  };
}

/**
 * @param publicKeys - The gateway's Ed25519 public keys, 32 bytes each, base64url; more than one while it rotates.
 * @throws {Error} for anything else.
 */
export function createVerifier(merchant: string, publicKeys: readonly string[]): Verifier {
  const keys = new Map(
    publicKeys.map((text) => {
      const raw = decodeKey(text);
      return [
        nameKey(raw),
        createPublicKey({ key: Buffer.concat([publicPrefix, raw]), format: 'der', type: 'spki' }),
      ] as const;
    }),
  );
  return (subject, readHeader, body, nowMs) => {
    const keyId = readHeader('sandbox-key');
    const timestamp = readHeader('sandbox-timestamp');
    const nonce = readHeader('sandbox-nonce');
    const signature = readHeader('sandbox-signature');
    const key = keys.get(keyId);
    if (readHeader('sandbox-merchant') !== merchant) return 'MERCHANT';
    if (readHeader('sandbox-algorithm') !== algorithm) return 'ALGORITHM';
    if (!key) return 'KEY';
    if (!timestampShape.test(timestamp) || Math.abs(Math.floor(nowMs / 1000) - Number(timestamp)) > windowSeconds)
      return 'TIMESTAMP';
    if (!nonceShape.test(nonce)) return 'NONCE';
    const text = writeText(subject, { merchant, keyId, timestamp, nonce }, body);
    const signed = Buffer.from(signature, 'base64url');
    // The last character has bits to spare: of the sixteen texts for the same bytes one is right.
    const isCanonical = signatureShape.test(signature) && signed.toString('base64url') === signature;
    return isCanonical && verify(null, text, key, signed) ? undefined : 'SIGNATURE';
  };
}

function writeText(
  subject: Subject,
  envelope: { merchant: string; keyId: string; timestamp: string; nonce: string },
  body: Uint8Array,
): Buffer {
  const { merchant, keyId, timestamp, nonce } = envelope;
  const lines = [
    version,
    subject.kind,
    merchant,
    keyId,
    timestamp,
    nonce,
    ...linesOf(subject),
    createHash('sha256').update(body).digest('hex'),
  ];
  return Buffer.from(lines.map((line) => `${line}\n`).join(''));
}

function linesOf(subject: Subject): string[] {
  switch (subject.kind) {
    case 'request':
      return [subject.method, subject.target];
    case 'answer':
      return [String(subject.status), subject.requestNonce];
    case 'notification':
      return [subject.url];
    default:
      return subject satisfies never;
  }
}

function nameKey(raw: Uint8Array): string {
  return createHash('sha256').update(raw).digest('hex').slice(0, 16);
}

function decodeKey(text: string): Buffer {
  if (!keyShape.test(text)) throw new Error('A key of the sandbox gateway is 32 bytes, base64url.');
  return Buffer.from(text, 'base64url');
}
