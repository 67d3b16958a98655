import { AppError } from '@feiqian/domain/errors';
import { isAddressEqual } from 'viem';
import { accountPath } from './derivation-paths.ts';
import { createEntropy } from './mnemonic.ts';
import { encodeText } from './primitives.ts';
import type { KeyringAccount, VaultEdit } from './protocol.ts';
import { type Origin, readOrigin } from './recognize.ts';
import type { UnlockedVault } from './unlocked-vault.ts';
import { type AddedAccount, passphraseBytesMax, toAccountName, type VaultContent } from './vault-content.ts';

/** What a new vault begins with: accounts that somebody brings along, or nothing but a new phrase. */

const firstAccounts = [{ path: accountPath(0), name: '', changedIn: 1 }] as const;

const emptyContent = (entropy: Uint8Array): VaultContent => ({
  entropy,
  passphrase: new Uint8Array(0),
  keys: [],
  summary: { language: 'english', accounts: firstAccounts, isPhraseChecked: false, imported: [], watched: [] },
});

/** The content of a vault with a new phrase. Its secrets are the caller's to overwrite. */
export function createContent(): VaultContent {
  return emptyContent(createEntropy());
}

/**
 * The content of a vault for what a text holds. A key or an address comes beside a new phrase; a phrase that somebody types
 * is written down somewhere. Its secrets are the caller's to overwrite.
 *
 * @throws {AppError} MNEMONIC_PASSPHRASE_TOO_LONG, and what `readOrigin` says.
 */
export async function restoreContent(
  text: string,
  { passphrase = '', keystorePassword }: { passphrase?: string; keystorePassword?: string | undefined },
): Promise<VaultContent> {
  const origin = await readOrigin(text, keystorePassword);
  if (origin.kind === 'phrase') {
    const secret = encodeText(passphrase.normalize('NFKD'));
    if (secret.length > passphraseBytesMax)
      throw new AppError('MNEMONIC_PASSPHRASE_TOO_LONG', 'Longer than what can be kept.');
    const content = emptyContent(origin.entropy);
    const summary = { ...content.summary, language: origin.language, isPhraseChecked: true };
    return { ...content, passphrase: secret, summary };
  }
  const content = createContent();
  const added = [{ address: origin.address, name: '', changedIn: 1 }];
  if (origin.kind === 'address') return { ...content, summary: { ...content.summary, watched: added } };
  const primary = { address: origin.address, changedIn: 1 };
  const keys = [origin.key.use((bytes) => bytes.slice())];
  origin.key.wipe();
  return { ...content, keys, summary: { ...content.summary, imported: added, primary } };
}

/** Overwrites the secrets of a content. */
export function wipeContent({ entropy, passphrase, keys }: VaultContent): void {
  for (const secret of [entropy, passphrase, ...keys]) secret.fill(0);
}

/**
 * Adds an account that exists elsewhere to an open vault.
 *
 * @throws {AppError} VAULT_HAS_PHRASE, ACCOUNT_EXISTS, ACCOUNTS_TOO_MANY, and what `readOrigin` says.
 */
export async function importAccount(
  vault: UnlockedVault,
  { text, keystorePassword, name }: { text: string; keystorePassword?: string | undefined; name: string },
): Promise<VaultEdit> {
  const origin = await readOrigin(text, keystorePassword);
  if (origin.kind === 'phrase') {
    origin.entropy.fill(0);
    throw new AppError('VAULT_HAS_PHRASE', 'A vault has one phrase.');
  }
  try {
    checkNew(origin, vault.listAccounts());
    // An attempt that could not be saved may have left it in the draft already.
    const add = (accounts: readonly AddedAccount[], changedIn: number): readonly AddedAccount[] => [
      ...accounts.filter(({ address }) => address !== origin.address),
      { address: origin.address, name: toAccountName(name), changedIn },
    ];
    if (origin.kind === 'address')
      return await vault.edit((summary, version) => ({ ...summary, watched: add(summary.watched, version) }));
    return await origin.key.use((key) =>
      vault.edit((summary, version) => ({ ...summary, imported: add(summary.imported, version) }), {
        keys: new Map([[origin.address, key]]),
      }),
    );
  } finally {
    if (origin.kind === 'key') origin.key.wipe();
  }
}

/** An address that was only watched may get its key; anything else that is there already is there already. */
function checkNew(origin: Exclude<Origin, { kind: 'phrase' }>, accounts: readonly KeyringAccount[]): void {
  const known = accounts.find(({ address }) => isAddressEqual(address, origin.address));
  if (known && (known.kind !== 'watched' || origin.kind === 'address'))
    throw new AppError('ACCOUNT_EXISTS', 'The account is there already.');
}
