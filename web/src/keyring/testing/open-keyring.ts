import type { KdfRecord } from '@feiqian/domain/api/auth';
import { createKdf, deriveCredentials } from '../kdf.ts';
import { Keyring } from '../keyring-core.ts';
import { toEdit } from '../unlocked-vault.ts';
import {
  createDataKey,
  createVaultId,
  importDataKey,
  sealVault,
  wrapByPassword,
  wrapForSession,
} from '../vault-crypto.ts';
import { restoreContent } from '../vault-origin.ts';
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

/** The well-known phrase in a vault of version 1, as if it had been drawn here: nobody has written it down yet. */
async function prepare() {
  const sessionKeys = createMemorySessionKeys();
  const kdf = cheapKdf();
  const { authSecret, vaultKey } = await deriveCredentials(password, kdf);
  const [vaultId, rawKey] = [createVaultId(), createDataKey()];
  const slots = [await wrapByPassword(rawKey, { vaultId, kdf, vaultKey })];
  const restored = await restoreContent(knownPhrase, {});
  const content = { ...restored, summary: { ...restored.summary, isPhraseChecked: false } };
  const head = { format: 'feiqian-vault', formatVersion: 1, vaultId, version: 1, slots } as const;
  const vault = await sealVault(head, await importDataKey(rawKey), content);
  const session = await wrapForSession(rawKey, vaultId, sessionKeys);
  return { kdf, created: { ...toEdit(vault), authSecret, session }, key: sessionKeys.key };
}

// Deriving keys from a password is slow on purpose: once is enough.
let prepared: ReturnType<typeof prepare> | undefined;

/** A keyring with a saved vault of the well-known phrase. Each has its own; only the password was derived together. */
export async function anOpenKeyring() {
  prepared ??= prepare();
  const { kdf, created, key } = await prepared;
  const { keyring, sessionKeys } = aKeyring();
  sessionKeys.key = key;
  await keyring.resume({ vault: created.vault, session: created.session });
  return { keyring, sessionKeys, created, kdf };
}
