/** Ed25519 (RFC 8032) over the canonical texts of PROTOCOL.md. */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign, verify } from 'node:crypto';

/** What a signature is about: no text of one kind can be read as one of another. */
export type SignedText =
  | { readonly kind: 'request'; readonly method: string; readonly target: string }
  | { readonly kind: 'answer'; readonly status: number; readonly requestNonce: string }
  | { readonly kind: 'notification'; readonly url: string };

/** The fields that every signature covers beside its kind. */
export type Envelope = {
  readonly merchant: string;
  readonly key: string;
  /** Seconds since 1970, decimal. */
  readonly timestamp: string;
  readonly nonce: string;
};

/** Signs for one side. `id` tells the other side which key to check with. */
export type SigningKey = { readonly id: string; readonly publicKey: string; readonly sign: (text: string) => string };

/** Checks what the other side signed. */
export type VerifyingKey = { readonly id: string; readonly verify: (text: string, signature: string) => boolean };

// DER of PKCS #8 and SubjectPublicKeyInfo up to the 32 raw bytes (RFC 8410).
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex');
const signatureShape = /^[A-Za-z0-9_-]{86}$/;

/** The text that is signed: one field a line, the body by its SHA-256, so that no two messages share a text. */
export function canonicalText(
  about: SignedText,
  { merchant, key, timestamp, nonce }: Envelope,
  body: Uint8Array,
): string {
  const lines = [
    'SANDBOX-1',
    about.kind,
    merchant,
    key,
    timestamp,
    nonce,
    ...linesOf(about),
    createHash('sha256').update(body).digest('hex'),
  ];
  return `${lines.join('\n')}\n`;
}

function linesOf(about: SignedText): string[] {
  switch (about.kind) {
    case 'request':
      return [about.method, about.target];
    case 'answer':
      return [String(about.status), about.requestNonce];
    case 'notification':
      return [about.url];
  }
}

/** Names a public key: the first 16 hex digits of the SHA-256 of its raw bytes. */
export function keyId(rawPublicKey: Uint8Array): string {
  return createHash('sha256').update(rawPublicKey).digest('hex').slice(0, 16);
}

/** @param seed - 32 bytes, base64url. */
export function createSigningKey(seed: string): SigningKey {
  const privateKey = createPrivateKey({
    key: Buffer.concat([privatePrefix, Buffer.from(seed, 'base64url')]),
    format: 'der',
    type: 'pkcs8',
  });
  const raw = rawPublic(createPublicKey(privateKey));
  return {
    id: keyId(raw),
    publicKey: raw.toString('base64url'),
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64url'),
  };
}

/** @param publicKey - 32 raw bytes, base64url. */
export function createVerifyingKey(publicKey: string): VerifyingKey {
  const raw = Buffer.from(publicKey, 'base64url');
  const key = createPublicKey({ key: Buffer.concat([publicPrefix, raw]), format: 'der', type: 'spki' });
  return {
    id: keyId(raw),
    verify: (text, signature) =>
      signatureShape.test(signature) && verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url')),
  };
}

/** A fresh seed for a key, 32 bytes, base64url. */
export const createSeed = (): string => randomBytes(32).toString('base64url');
/** A fresh nonce: 128 random bits, base64url. */
export const createNonce = (): string => randomBytes(16).toString('base64url');

function rawPublic(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' }).subarray(publicPrefix.length);
}
