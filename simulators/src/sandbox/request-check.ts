import type { IncomingHttpHeaders } from 'node:http';
import { Refusal } from './refusal.ts';
import { canonicalText, type VerifyingKey } from './signature.ts';

/** Checks that a request was signed by the merchant, now, and once. */
export type RequestCheck = (request: {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}) => void;

/** How far the two clocks may differ, either way. */
export const windowSeconds = 300;

const nonceShape = /^[A-Za-z0-9_-]{22}$/;
const timestampShape = /^[1-9][0-9]{9,11}$/;
const noncesMax = 100_000;

/** @throws {Refusal} 401 from the returned check, with the reason as its code. */
export function createRequestCheck({
  merchantId,
  key,
  clock,
}: {
  readonly merchantId: string;
  readonly key: VerifyingKey;
  readonly clock: () => Date;
}): RequestCheck {
  // Nonces in the order in which they came; those that the timestamp check would refuse by now are forgotten.
  const seen = new Map<string, number>();
  return ({ method, target, headers, body }) => {
    const read = (name: string): string => {
      const value = headers[name];
      return typeof value === 'string' ? value : '';
    };
    const nowSeconds = Math.floor(clock().getTime() / 1000);
    const envelope = {
      merchant: read('sandbox-merchant'),
      key: read('sandbox-key'),
      timestamp: read('sandbox-timestamp'),
      nonce: read('sandbox-nonce'),
    };
    if (envelope.merchant !== merchantId) throw new Refusal(401, 'MERCHANT_UNKNOWN');
    if (read('sandbox-algorithm') !== 'ed25519') throw new Refusal(401, 'ALGORITHM_REFUSED');
    if (envelope.key !== key.id) throw new Refusal(401, 'KEY_UNKNOWN');
    if (!timestampShape.test(envelope.timestamp) || Math.abs(nowSeconds - Number(envelope.timestamp)) > windowSeconds)
      throw new Refusal(401, 'TIMESTAMP_REFUSED');
    if (!nonceShape.test(envelope.nonce)) throw new Refusal(401, 'NONCE_REFUSED');
    if (!key.verify(canonicalText({ kind: 'request', method, target }, envelope, body), read('sandbox-signature')))
      throw new Refusal(401, 'SIGNATURE_REFUSED');
    rememberNonce(seen, envelope.nonce, nowSeconds);
  };
}

function rememberNonce(seen: Map<string, number>, nonce: string, nowSeconds: number): void {
  if (seen.has(nonce)) throw new Refusal(401, 'NONCE_REFUSED');
  for (const [old, atSeconds] of seen) {
    if (nowSeconds - atSeconds <= 2 * windowSeconds && seen.size < noncesMax) break;
    seen.delete(old);
  }
  seen.set(nonce, nowSeconds);
}
