import { AppError } from '@feiqian/domain/errors';
import { scrypt as hashScrypt } from 'hash-wasm';
import { type Address, bytesToHex, getAddress, hexToBytes, isAddress } from 'viem';
import { randomBytes } from './primitives.ts';
import { Secret } from './secret.ts';

/** Web3 Secret Storage version 3: one key in a file that other wallets read. */

/** The parameters that go-ethereum calls standard: 2^17 rounds, 128 MiB. About a second. */
const scrypt = { N: 131_072, r: 8, p: 1 };

/**
 * Files are made by strangers: more than this is not strength but a way to stop a browser. Memory in bytes; work as N·r·p, four
 * times what the strongest common files have (2^18·8); rounds of PBKDF2, where common files have 262,144.
 */
const limits = {
  scryptBytes: 512 * 1024 * 1024,
  scryptWork: 2 ** 23,
  pbkdf2Rounds: 2_000_000,
  derivedBytes: 64,
} as const;

/** ethers is large and needed once in a wallet's life, so it is loaded then. */
async function loadEthers() {
  const [wallet, crypto] = await Promise.all([import('ethers/wallet'), import('ethers/crypto')]);
  // The platform's scrypt, where there is one, refuses parameters that real files have; this one is the same everywhere.
  crypto.scrypt.register(async (password, salt, cost, blockSize, parallelism, length) => {
    return hashScrypt({
      password,
      salt,
      costFactor: cost,
      blockSize,
      parallelism,
      hashLength: length,
      outputType: 'binary',
    });
  });
  return wallet;
}

/**
 * Writes a key as a keystore file.
 *
 * @returns JSON text.
 */
export async function writeKeystore(address: Address, key: Secret, password: string): Promise<string> {
  const { encryptKeystoreJson } = await loadEthers();
  const options = {
    scrypt,
    salt: randomBytes(32),
    iv: randomBytes(16),
    uuid: bytesToHex(randomBytes(16)),
    client: 'feiqian',
  };
  return key.use((bytes) =>
    encryptKeystoreJson({ address, privateKey: bytesToHex(bytes) }, password.normalize('NFKC'), options),
  );
}

/**
 * Reads a keystore file.
 *
 * @returns the private key, 32 bytes. Wipe it after use.
 * @throws {AppError} KEYSTORE_PASSWORD_WRONG; KEYSTORE_INVALID for another format and for keys that do not have 32 bytes, since
 * programs disagree about how to fill them up and so about the address.
 */
export async function readKeystore(json: string, password: string): Promise<Secret> {
  if (!isKeystore(json)) throw new AppError('KEYSTORE_INVALID', 'Not a keystore of version 3.');
  checkCost(json);
  const { decryptKeystoreJson } = await loadEthers();
  try {
    const { privateKey } = await decryptKeystoreJson(json, password.normalize('NFKC'));
    return new Secret(hexToBytes(privateKey as `0x${string}`));
  } catch (cause) {
    // The library's messages can quote values; only its kind of failure is passed on.
    const isPassword = cause instanceof Error && cause.message.startsWith('incorrect password');
    throw isPassword
      ? new AppError('KEYSTORE_PASSWORD_WRONG', 'The password does not open the keystore.')
      : new AppError('KEYSTORE_INVALID', 'The keystore is damaged.');
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** Whether a text is a keystore of version 3, going by its form. Names of fields are written in either case. */
export function isKeystore(json: string): boolean {
  const { version, crypto } = parseFields(json);
  return toNumber(version) === 3 && typeof crypto === 'object' && crypto !== null;
}

/** The address that a keystore says it is for. Only its key decides. */
export function readKeystoreAddress(json: string): Address | undefined {
  const { address } = parseFields(json);
  const text = typeof address === 'string' ? `0x${address.replace(/^0x/i, '').toLowerCase()}` : '';
  return isAddress(text) ? getAddress(text) : undefined;
}

/** @throws {AppError} KEYSTORE_INVALID for parameters that would take a browser minutes or more memory than it has. */
function checkCost(json: string): void {
  const crypto = lowerNames(parseFields(json).crypto);
  const parameters = lowerNames(crypto.kdfparams);
  const number = (name: string): number => {
    const value = toNumber(parameters[name]);
    if (!Number.isSafeInteger(value) || value < 1)
      throw new AppError('KEYSTORE_INVALID', 'Not parameters of a keystore.');
    return value;
  };
  const kdf = typeof crypto.kdf === 'string' ? crypto.kdf.toLowerCase() : undefined;
  if (kdf !== 'scrypt' && kdf !== 'pbkdf2') throw new AppError('KEYSTORE_INVALID', 'Another key derivation.');
  const tooMuch =
    number('dklen') > limits.derivedBytes ||
    (kdf === 'scrypt'
      ? number('n') * number('r') * 128 > limits.scryptBytes ||
        number('n') * number('r') * number('p') > limits.scryptWork
      : number('c') > limits.pbkdf2Rounds);
  if (tooMuch) throw new AppError('KEYSTORE_INVALID', 'The file asks for too much.', { details: { reason: 'cost' } });
}

function parseFields(json: string): Fields {
  try {
    return lowerNames(JSON.parse(json));
  } catch {
    // A parser's message quotes what it read.
    return {};
  }
}

/** Of a name that is written twice the first counts, as it does for the library that opens the file. */
function lowerNames(value: unknown): Fields {
  if (typeof value !== 'object' || value === null) return {};
  const entries = Object.entries(value).map(([name, inner]) => [name.toLowerCase(), inner] as const);
  return Object.fromEntries(entries.reverse());
}

/** Programs write numbers as such or as text; of anything else there is none. */
function toNumber(value: unknown): number {
  return typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
}
