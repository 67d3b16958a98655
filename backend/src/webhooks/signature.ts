/** Signatures of Standard Webhooks 1.0.0, symmetric (`v1`). */
import { createHmac, randomBytes } from 'node:crypto';

/** What is signed. */
export type SignedMessage = {
  readonly id: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  /** Exactly as it is sent. */
  readonly body: string;
};

const prefix = 'whsec_';
const secretBytes = 32;
// The specification's bounds of a secret.
const [secretBytesMin, secretBytesMax] = [24, 64];

/** Draws a secret for one endpoint: `whsec_` and base64 of 32 random bytes. */
export function createSecret(): string {
  return `${prefix}${randomBytes(secretBytes).toString('base64')}`;
}

/**
 * The three headers of a delivery. With several secrets, as during a rotation, a signature by each: receivers accept any.
 *
 * @throws {Error} for what is no secret of ours.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signMessage(
  { id, timestamp, body }: SignedMessage,
  secrets: readonly string[],
): Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> {
  const signatures = secrets.map(
    (secret) =>
      `v1,${createHmac('sha256', readSecret(secret)).update(`${id}.${timestamp}.${body}`, 'utf8').digest('base64')}`,
  );
  return { 'webhook-id': id, 'webhook-timestamp': `${timestamp}`, 'webhook-signature': signatures.join(' ') };
}

function readSecret(secret: string): Buffer {
  const encoded = secret.slice(prefix.length);
  const key = Buffer.from(encoded, 'base64');
  if (
    !secret.startsWith(prefix) ||
    key.toString('base64') !== encoded ||
    key.length < secretBytesMin ||
    key.length > secretBytesMax
  )
    throw new Error('Not a secret of Standard Webhooks.');
  return key;
}
