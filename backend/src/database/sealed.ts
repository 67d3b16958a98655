import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

/** Encrypts small personal data (a bank account number) for the database, and reads it again. */
export type Sealer = {
  /** @param context - What the text is and whose, such as `withdrawal:<id>`: the same context is needed to read it. */
  readonly sealText: (text: string, context: string) => string;
  /** @throws {Error} when the text was sealed under a key that is not there any more, for another context, or was changed. */
  readonly openText: (sealed: string, context: string) => string;
};

/** What puts sealed texts under another key-encryption key, without reading them. */
export type Rewrapper = {
  /** What every text that is under the current key begins with. */
  readonly currentPrefix: string;
  /** @throws {Error} when the key that it is under is not there. */
  readonly rewrap: (sealed: string) => string;
};

type Key = Uint8Array;
type Wrapping = { readonly id: string; readonly key: Key };

// AES-256-GCM, NIST SP 800-38D: 96-bit nonce, 128-bit tag.
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const version = 's2';

/**
 * Seals by envelope: each text under a key of its own, which lies beside it under a key-encryption key (NIST SP 800-57 part 1,
 * 5.3.6). So a new key-encryption key takes rewriting 60 bytes of each, and never the texts.
 *
 * `s2.<id of the key-encryption key>.<its own key, wrapped>.<the text>`, the last two in base64url: nonce, ciphertext, tag.
 *
 * @param keys - Key-encryption keys of 32 bytes: the first seals, all open. At least one.
 */
export function createSealer(...keys: readonly [Key, ...Key[]]): Sealer & Rewrapper {
  const wrappings = keys.map(toWrapping);
  const [current] = wrappings as [Wrapping, ...Wrapping[]];
  const wrap = (key: Key) => encrypt(current.key, key, `key:${current.id}`);
  const unwrap = (id: string, wrapped: string) => {
    const wrapping = wrappings.find((one) => one.id === id);
    if (!wrapping) throw new Error(`Sealed under the key ${id}, which is not there.`);
    return decrypt(wrapping.key, wrapped, `key:${id}`);
  };
  return {
    currentPrefix: `${version}.${current.id}.`,
    sealText(text, context) {
      const key = randomBytes(keyBytes);
      return [version, current.id, wrap(key), encrypt(key, Buffer.from(text), context)].join('.');
    },
    openText(sealed, context) {
      const { id, wrapped, body } = split(sealed);
      return decrypt(unwrap(id, wrapped), body, context).toString('utf8');
    },
    rewrap(sealed) {
      const { id, wrapped, body } = split(sealed);
      return [version, current.id, wrap(unwrap(id, wrapped)), body].join('.');
    },
  };
}

/** What names a key-encryption key in what it seals. It says nothing about the key. */
export function nameKey(key: Key): string {
  return createHash('sha256').update('feiqian key-encryption key').update(key).digest('base64url').slice(0, 8);
}

function toWrapping(key: Key): Wrapping {
  if (key.length !== keyBytes) throw new Error(`A key-encryption key has ${keyBytes} bytes.`);
  return { id: nameKey(key), key: Buffer.from(hkdfSync('sha256', key, '', 'feiqian key encryption', keyBytes)) };
}

function split(sealed: string): { readonly id: string; readonly wrapped: string; readonly body: string } {
  const [prefix, id, wrapped, body, ...more] = sealed.split('.');
  if (prefix !== version || !id || !wrapped || !body || more.length > 0) throw new Error('Not a sealed text.');
  return { id, wrapped, body };
}

function encrypt(key: Key, bytes: Uint8Array, context: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
  return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]).toString('base64url');
}

function decrypt(key: Key, encoded: string, context: string): Buffer {
  const bytes = Buffer.from(encoded, 'base64url');
  if (bytes.length < nonceBytes + tagBytes) throw new Error('Not a sealed text.');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
    .setAAD(Buffer.from(context))
    .setAuthTag(bytes.subarray(-tagBytes));
  return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]);
}
