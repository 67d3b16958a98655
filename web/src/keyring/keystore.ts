import { AppError } from '@feiqian/domain/errors';
import { scrypt as hashScrypt } from 'hash-wasm';
import { type Address, bytesToHex, hexToBytes } from 'viem';
import { randomBytes } from './primitives.ts';
import { Secret } from './secret.ts';

/** Web3 Secret Storage version 3: one key in a file that other wallets read. */

/** The parameters that go-ethereum calls standard: 2^17 rounds, 128 MiB. About a second. */
const scrypt = { N: 131_072, r: 8, p: 1 };

/** Files are made by strangers: more memory than this is not strength but a way to stop a browser. */
const scryptBytesMax = 512 * 1024 * 1024;

/** ethers is large and needed once in a wallet's life, so it is loaded then. */
async function loadEthers() {
  const [wallet, crypto] = await Promise.all([import('ethers/wallet'), import('ethers/crypto')]);
  // The platform's scrypt, where there is one, refuses parameters that real files have; this one is the same everywhere.
  crypto.scrypt.register(async (password, salt, cost, blockSize, parallelism, length) => {
    if (cost * blockSize * 128 > scryptBytesMax) throw new RangeError('The file asks for too much memory.');
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
 * @throws {AppError} PASSWORD_WRONG; KEYSTORE_INVALID for another format and for keys that do not have 32 bytes, since
 * programs disagree about how to fill them up and so about the address.
 */
export async function readKeystore(json: string, password: string): Promise<Secret> {
  const { decryptKeystoreJson, isKeystoreJson } = await loadEthers();
  if (!isKeystoreJson(json)) throw new AppError('KEYSTORE_INVALID', 'Not a keystore of version 3.');
  try {
    const { privateKey } = await decryptKeystoreJson(json, password.normalize('NFKC'));
    return new Secret(hexToBytes(privateKey as `0x${string}`));
  } catch (cause) {
    // The library's messages can quote values; only its kind of failure is passed on.
    const isPassword = cause instanceof Error && cause.message.startsWith('incorrect password');
    throw isPassword
      ? new AppError('PASSWORD_WRONG', 'The password does not open the keystore.')
      : new AppError('KEYSTORE_INVALID', 'The keystore is damaged.');
  }
}
