/** What `npm run bench -- keys` has measured inside of the browser. */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { HDKey } from '@scure/bip32';
import { argon2id } from 'hash-wasm';
import { bytesToHex, keccak256 } from 'viem';
import { publicKeyToAddress } from 'viem/utils';
import { accountPath, defaultParentPath } from '../derivation-paths.ts';
import { HdAccounts } from '../hd-accounts.ts';
import { createKdf } from '../kdf.ts';
import { Keyring } from '../keyring-core.ts';
import { toSeed } from '../mnemonic.ts';
import { decodeBase64Url } from '../primitives.ts';
import { Secret } from '../secret.ts';
import { signDigest } from '../signing.ts';

type Round = { readonly figure: number; readonly limit: number };

const count = 1_000;
const password = 'lantern harbour quiet maple';
const phrase = 'test test test test test test test test test test test junk';
const noSession = { find: async () => undefined, save: async () => undefined, clear: async () => undefined };

/** Milliseconds of a piece of work. */
async function time(work: () => unknown): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

const kdf = createKdf();
const keyring = new Keyring({ sessionKeys: noSession });
const saved = keyring.restoreVault({ password, kdf, text: phrase });

/** Opening a saved vault: the password, the vault, the first account. */
async function measureUnlock(): Promise<Round> {
  const { vault } = await saved;
  const { memoryKib: memorySize, iterations, parallelism } = kdf;
  const salt = decodeBase64Url(kdf.salt) ?? new Uint8Array(16);
  const limit = await time(() =>
    argon2id({ password, salt, memorySize, iterations, parallelism, hashLength: 32, outputType: 'binary' }),
  );
  return { figure: await time(() => keyring.unlock({ vault, password })), limit };
}

/** The addresses of 1,000 accounts below the account node. */
async function measureDerive(): Promise<Round> {
  const seed = await toSeed(phrase);
  const accounts = new HdAccounts(seed, [accountPath(0)]);
  const node = HDKey.fromMasterSeed(seed).derive(defaultParentPath);
  const theirs: string[] = [];
  const limit = await time(() => {
    for (let index = 0; index < count; index += 1) {
      const { publicKey } = node.deriveChild(index);
      if (!publicKey) throw new Error('A node has a public key.');
      theirs.push(publicKeyToAddress(bytesToHex(secp256k1.Point.fromBytes(publicKey).toBytes(false))));
    }
  });
  const ours: string[] = [];
  const figure = await time(() => {
    for (let index = 0; index < count; index += 1) ours.push(accounts.address(accountPath(index)));
  });
  if (ours.join() !== theirs.join()) throw new Error('The addresses differ.');
  return { figure, limit };
}

/** 1,000 signatures of different digests by one key. */
async function measureSign(): Promise<Round> {
  const key = new Uint8Array(32).fill(7);
  const secret = new Secret(key.slice());
  const digests = Array.from({ length: count }, (_, index) => keccak256(new Uint8Array([index & 255, index >> 8])));
  const bytes = digests.map((digest) =>
    Uint8Array.from(digest.slice(2).match(/../g) ?? [], (one) => Number.parseInt(one, 16)),
  );
  const limit = await time(() => {
    for (const digest of bytes) secp256k1.sign(digest, key, { prehash: false });
  });
  const figure = await time(async () => {
    for (const digest of digests) await signDigest(secret, digest);
  });
  return { figure, limit };
}

const measures: Readonly<Record<string, () => Promise<Round>>> = {
  unlock: measureUnlock,
  derive: measureDerive,
  sign: measureSign,
};
Object.assign(globalThis, { measureKeys: (name: string) => measures[name]?.() });
