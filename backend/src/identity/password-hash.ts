import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';

// OWASP Password Storage: argon2id with 19 MiB, 2 passes, 1 lane. The input is itself the end of a 64 MiB derivation in the browser.
const parameters = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const tagLength = 32;
const shape = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

function derive(
  secret: string,
  nonce: Buffer,
  { memory, passes, parallelism }: { memory: number; passes: number; parallelism: number },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    argon2('argon2id', { message: secret, nonce, memory, passes, parallelism, tagLength }, (error, tag) =>
      error ? reject(error) : resolve(tag),
    );
  });
}

const encode = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');

/** Hashes the secret that a browser derived from the password, as a PHC string. */
export async function hashSecret(secret: string): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await derive(secret, nonce, parameters);
  return `$argon2id$v=19$m=${parameters.memory},t=${parameters.passes},p=${parameters.parallelism}$${encode(nonce)}$${encode(tag)}`;
}

/** Compares in constant time; a malformed hash matches nothing. */
export async function verifySecret(secret: string, hash: string): Promise<boolean> {
  const match = shape.exec(hash);
  if (!match) return false;
  const [, memory, passes, parallelism, nonce = '', expected = ''] = match;
  const tag = await derive(secret, Buffer.from(nonce, 'base64'), {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
  });
  const stored = Buffer.from(expected, 'base64');
  return stored.length === tag.length && timingSafeEqual(stored, tag);
}
