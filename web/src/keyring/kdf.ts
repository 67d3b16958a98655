import type { KdfRecord } from '@feiqian/domain/api/auth';
import { AppError } from '@feiqian/domain/errors';
import { argon2id } from 'hash-wasm';
import { decodeBase64Url, encodeBase64Url, encodeText, hkdfSha256, importAesKey, randomBytes } from './primitives.ts';
import { withWiped } from './secret.ts';

/**
 * One password, two keys: `password → Argon2id → root`, then from the root one key that is shown to the service and one
 * that never leaves the browser. Neither can be computed from the other (HKDF, RFC 5869).
 */

/** What logging in and opening a vault need. */
export type Credentials = {
  /** 32 bytes, base64url: proves the password to the service, which keeps a slow hash of it. */
  readonly authSecret: string;
  /** Wraps the vault's data key. Not even this realm can read it. */
  readonly vaultKey: CryptoKey;
};

/** RFC 9106's second recommended setting: 64 MiB, three passes. About a third of a second on a small machine. */
const preferred = { algorithm: 'argon2id', version: 19, memoryKib: 65_536, iterations: 3, parallelism: 1 } as const;

/** OWASP ASVS 5.0.0, appendix C: Argon2id with at least 46 MiB and one pass. */
const floor = { memoryKib: 47_104, iterations: 1 } as const;

/** More than this is not strength but a way to hang a browser. */
const ceiling = { memoryKib: 1_048_576, iterations: 16, parallelism: 4 } as const;

const saltBytes = 16;

/** The parameters of key derivation, without the salt: what is remembered of them on this device. */
export type KdfStrength = Pick<KdfRecord, 'memoryKib' | 'iterations'>;

/** Chooses parameters and a fresh salt for a new password. */
export function createKdf(): KdfRecord {
  return { ...preferred, salt: encodeBase64Url(randomBytes(saltBytes)) };
}

/**
 * Refuses parameters that would make the password cheap to guess. The service hands them out before log-in, so a false
 * service could ask for weak ones and learn an `authSecret` that it can guess from.
 *
 * @param seen - The strongest parameters that this device has met for the account. They may only grow.
 * @throws {AppError} KDF_PARAMETERS_WEAK below the floor or below `seen`, or when they make no sense.
 */
export function checkKdf(kdf: KdfRecord, seen?: KdfStrength): void {
  const isKnown = kdf.algorithm === 'argon2id' && kdf.version === 19 && decodeBase64Url(kdf.salt)?.length === saltBytes;
  const numbers = [kdf.memoryKib, kdf.iterations, kdf.parallelism];
  const isSane = numbers.every((number) => Number.isSafeInteger(number) && number >= 1);
  if (!isKnown || !isSane) throw new AppError('KDF_PARAMETERS_WEAK', 'Not parameters of Argon2id that we know.');
  if (
    kdf.memoryKib > ceiling.memoryKib ||
    kdf.iterations > ceiling.iterations ||
    kdf.parallelism > ceiling.parallelism
  ) {
    throw new AppError('KDF_PARAMETERS_WEAK', 'Parameters beyond the ceiling.');
  }
  if (isBelowFloor(kdf)) throw new AppError('KDF_PARAMETERS_WEAK', 'Parameters below the floor.');
  if (seen && (kdf.memoryKib < seen.memoryKib || kdf.iterations < seen.iterations)) {
    throw new AppError('KDF_PARAMETERS_WEAK', 'Parameters weaker than those seen before.');
  }
}

/** Whether parameters are below what may be written or shown to a service. An old vault still opens with them. */
export function isBelowFloor(kdf: KdfStrength): boolean {
  return kdf.memoryKib < floor.memoryKib || kdf.iterations < floor.iterations;
}

/** The stronger of what was seen and what is seen now, in each part. */
export function strengthen(seen: KdfStrength | undefined, { memoryKib, iterations }: KdfStrength): KdfStrength {
  return {
    memoryKib: Math.max(seen?.memoryKib ?? 0, memoryKib),
    iterations: Math.max(seen?.iterations ?? 0, iterations),
  };
}

// Fixed for ever: they are part of every account. The version stands in the text, should they ever have to change.
const authInfo = encodeText('feiqian/1/auth');
const vaultInfo = encodeText('feiqian/1/vault');
const noSalt = new Uint8Array(0);

/**
 * Derives both keys of a password. Costs a third of a second on purpose.
 *
 * The password is taken in Unicode form NFKC (NIST SP 800-63B, 3.1.1.2), so that every keyboard gives the same bytes.
 */
export async function deriveCredentials(password: string, kdf: KdfRecord): Promise<Credentials> {
  const root = await withWiped(encodeText(password.normalize('NFKC')), (bytes) => deriveRoot(bytes, kdf));
  return withWiped(root, async () => {
    const auth = await hkdfSha256(root, { salt: noSalt, info: authInfo, length: 32 });
    const vault = await hkdfSha256(root, { salt: noSalt, info: vaultInfo, length: 32 });
    return { authSecret: await withWiped(auth, encodeBase64Url), vaultKey: await withWiped(vault, importAesKey) };
  });
}

function deriveRoot(password: Uint8Array, kdf: KdfRecord): Promise<Uint8Array> {
  const salt = decodeBase64Url(kdf.salt);
  if (password.length === 0 || !salt) throw new AppError('PASSWORD_WRONG', 'No password, or no salt.');
  return argon2id({
    password,
    salt,
    memorySize: kdf.memoryKib,
    iterations: kdf.iterations,
    parallelism: kdf.parallelism,
    hashLength: 32,
    outputType: 'binary',
  });
}
