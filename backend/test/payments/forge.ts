/** Notifications made by the test itself, with a key that the service was told to trust (or not). */
import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  randomUUID,
  sign,
} from 'node:crypto';

/** Somebody who signs as a gateway. */
export type Forger = {
  /** Raw public key, base64url. */
  readonly publicKey: string;
  /** A signed notification; every field can be made wrong. */
  readonly notice: (changes?: NoticeChanges) => { readonly headers: Record<string, string>; readonly body: string };
};

/** What differs from a true notification of a paid ¥100. */
export type NoticeChanges = {
  readonly url?: string;
  readonly merchant?: string;
  readonly timestamp?: string;
  readonly content?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: (body: string) => string;
};

/** @param url - The notification URL that signatures cover. */
export function createForger(url: string): Forger {
  const { privateKey } = generateKeyPairSync('ed25519');
  const { x = '' } = privateKey.export({ format: 'jwk' });
  return { publicKey: x, notice: (changes = {}) => makeNotice(privateKey, x, url, changes) };
}

function makeNotice(
  key: KeyObject,
  publicKey: string,
  url: string,
  changes: NoticeChanges,
): { headers: Record<string, string>; body: string } {
  const merchant = changes.merchant ?? 'feiqian';
  const content = {
    eventId: randomUUID(),
    type: 'payment.paid',
    merchant,
    orderNumber: 'ORDER00000001',
    currency: 'CNY',
    amount: '10000',
    occurredAt: new Date().toISOString(),
    ...changes.content,
  };
  const body = JSON.stringify(content);
  const keyId = createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('hex').slice(0, 16);
  const timestamp = changes.timestamp ?? String(Math.floor(Date.now() / 1000));
  const nonce = randomBytes(16).toString('base64url');
  const lines = [
    'SANDBOX-1',
    'notification',
    merchant,
    keyId,
    timestamp,
    nonce,
    changes.url ?? url,
    createHash('sha256').update(body).digest('hex'),
  ];
  const signature = sign(
    null,
    Buffer.from(lines.map((line) => `${line}\n`).join('')),
    createPrivateKey(key.export({ format: 'pem', type: 'pkcs8' })),
  ).toString('base64url');
  const headers = {
    'content-type': 'application/json',
    'sandbox-merchant': merchant,
    'sandbox-algorithm': 'ed25519',
    'sandbox-key': keyId,
    'sandbox-timestamp': timestamp,
    'sandbox-nonce': nonce,
    'sandbox-signature': signature,
    ...changes.headers,
  };
  return { headers, body: changes.body?.(body) ?? body };
}
