import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Encrypts small personal data (a bank account number) for the database, and reads it again. */
export type Sealer = {
  /** @param context - What the text is and whose, such as `withdrawal:<id>`: the same context is needed to read it. */
  readonly sealText: (text: string, context: string) => string;
  /** @throws {Error} when the text was sealed with another key or for another context. */
  readonly openText: (sealed: string, context: string) => string;
};

// AES-256-GCM, NIST SP 800-38D: 96-bit nonce, 128-bit tag.
const nonceBytes = 12;
const tagBytes = 16;
const version = 's1';

/**
 * @param dataKey - 32 bytes from the operator's configuration (`DATA_KEY`).
 */
export function createSealer(dataKey: Uint8Array): Sealer {
  const key = Buffer.from(hkdfSync('sha256', dataKey, '', 'feiqian sealed text', 32));
  return {
    sealText(text, context) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return `${version}.${Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url')}`;
    },
    openText(sealed, context) {
      const [prefix, encoded = ''] = sealed.split('.');
      const bytes = Buffer.from(encoded, 'base64url');
      if (prefix !== version || bytes.length < nonceBytes + tagBytes) throw new Error('Not a sealed text.');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
        .setAAD(Buffer.from(context))
        .setAuthTag(bytes.subarray(-tagBytes));
      return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]).toString('utf8');
    },
  };
}
