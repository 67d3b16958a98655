import { AppError } from '@feiqian/domain/errors';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { HDKey } from '@scure/bip32';
import { type Address, bytesToHex } from 'viem';
import { publicKeyToAddress } from 'viem/utils';
import { Secret } from './secret.ts';

/**
 * Keys below one seed. The node above the accounts is kept, so that another account costs one step and not five.
 * Holds private keys; nothing that walks over objects finds them.
 */
export class HdAccounts {
  readonly #parents = new Map<string, HDKey>();
  readonly #addresses = new Map<string, Address>();
  readonly #keys = new Map<string, Secret>();

  /**
   * Prepares accounts and forgets the seed, which stays the caller's to overwrite.
   *
   * @param paths - Accounts whose addresses and keys will be asked for.
   */
  constructor(seed: Uint8Array, paths: readonly string[]) {
    const master = HDKey.fromMasterSeed(seed);
    for (const path of paths) {
      const { parent } = splitPath(path);
      if (!this.#parents.has(parent)) this.#parents.set(parent, master.derive(parent));
    }
    // The master may be one of the parents (path `m/0`); it is needed then.
    if (!this.#parents.has('m')) master.wipePrivateData();
  }

  /** Whether an account can be derived without the seed. */
  has(path: string): boolean {
    return this.#parents.has(splitPath(path).parent);
  }

  /** The address of an account, EIP-55. */
  address(path: string): Address {
    const known = this.#addresses.get(path);
    if (known) return known;
    const child = this.#derive(path);
    const address = toAddress(child);
    child.wipePrivateData();
    this.#addresses.set(path, address);
    return address;
  }

  /** Lends the private key of an account. It is derived once and overwritten with the rest. */
  withKey<Result>(path: string, work: (privateKey: Secret) => Promise<Result>): Promise<Result> {
    const known = this.#keys.get(path);
    if (known) return work(known);
    const child = this.#derive(path);
    const bytes = child.privateKey;
    child.wipePrivateData();
    if (!bytes) throw new AppError('KEYRING_LOCKED', 'The keys have been wiped.');
    const key = new Secret(bytes);
    this.#keys.set(path, key);
    return work(key);
  }

  /** Overwrites all keys. */
  wipe(): void {
    for (const parent of this.#parents.values()) parent.wipePrivateData();
    for (const key of this.#keys.values()) key.wipe();
    this.#keys.clear();
    this.#parents.clear();
    this.#addresses.clear();
  }

  /** @throws always: keys are never written. */
  toJSON(): never {
    throw new Error('Keys are never written.');
  }

  #derive(path: string): HDKey {
    const { parent, index } = splitPath(path);
    const node = this.#parents.get(parent);
    if (!node) throw new AppError('KEYRING_LOCKED', 'The keys are not in memory.');
    return node.deriveChild(index);
  }
}

/**
 * An address below a BIP-32 extended key (`xpub…` or `xprv…`), for watching accounts whose keys lie elsewhere.
 *
 * @param path - From the extended key downwards, such as `m/0`.
 * @throws {AppError} EXTENDED_KEY_INVALID for keys that BIP-32 calls invalid.
 */
export function deriveWatchedAddress(extendedKey: string, path: string): Address {
  try {
    return toAddress(HDKey.fromExtendedKey(extendedKey).derive(path));
  } catch {
    // No cause: the library's message can quote the key.
    throw new AppError('EXTENDED_KEY_INVALID', 'Not an extended key of BIP-32.');
  }
}

function toAddress({ publicKey }: HDKey): Address {
  if (!publicKey) throw new Error('A node has a public key.');
  // Addresses are hashes of the whole point; BIP-32 keeps it compressed.
  return publicKeyToAddress(bytesToHex(secp256k1.Point.fromBytes(publicKey).toBytes(false)));
}

/** BIP-32: indexes from here on are hardened. */
const hardened = 0x80000000;

function splitPath(path: string): { parent: string; index: number } {
  const at = path.lastIndexOf('/');
  const last = path.slice(at + 1);
  const index = Number.parseInt(last, 10);
  if (at < 1 || !/^(?:0|[1-9][0-9]*)'?$/.test(last) || index >= hardened) throw new Error('Not a derivation path.');
  return { parent: path.slice(0, at), index: last.endsWith("'") ? index + hardened : index };
}
