import type { KdfRecord } from '@feiqian/domain/api/auth';
import { createKdf } from '../kdf.ts';
import { Keyring } from '../keyring-core.ts';
import { createMemorySessionKeys } from './memory-session-keys.ts';

export const password = 'correct horse battery staple';
export const knownPhrase = 'test test test test test test test test test test test junk';

/** The cheapest parameters that are allowed, so that tests are quick. */
export const cheapKdf = (): KdfRecord => ({ ...createKdf(), memoryKib: 47_104, iterations: 1 });

/** A keyring that nobody has used. */
export function aKeyring() {
  const sessionKeys = createMemorySessionKeys();
  return { keyring: new Keyring({ sessionKeys }), sessionKeys };
}

async function prepare() {
  const { keyring, sessionKeys } = aKeyring();
  const kdf = cheapKdf();
  return { kdf, created: await keyring.restoreVault({ password, kdf, phrase: knownPhrase }), key: sessionKeys.key };
}

// Deriving keys from a password is slow on purpose: once is enough.
let prepared: ReturnType<typeof prepare> | undefined;

/** A keyring with a saved vault of the well-known phrase. Each has its own; only the password was derived together. */
export async function anOpenKeyring() {
  prepared ??= prepare();
  const { kdf, created, key } = await prepared;
  const { keyring, sessionKeys } = aKeyring();
  sessionKeys.key = key;
  await keyring.resume({ vault: created.vault, session: created.session ?? '' });
  return { keyring, sessionKeys, created, kdf };
}
