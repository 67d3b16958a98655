import type { Address } from 'viem';
import { HdAccounts } from './hd-accounts.ts';
import { toPhrase, toSeed } from './mnemonic.ts';
import { Secret, withWiped } from './secret.ts';
import type { VaultContent, VaultSecrets, VaultSummary } from './vault-content.ts';

/** The keys of all accounts of one vault: those below its phrase, and those that were brought along. */
export class AccountKeys {
  readonly hd: HdAccounts;
  readonly #imported: ReadonlyMap<Address, Secret>;

  constructor(hd: HdAccounts, imported: ReadonlyMap<Address, Secret>) {
    this.hd = hd;
    this.#imported = imported;
  }

  /** Whether every account of a summary can be used with what is here. */
  covers({ accounts, imported }: VaultSummary): boolean {
    return (
      accounts.every(({ path }) => this.hd.has(path)) && imported.every(({ address }) => this.#imported.has(address))
    );
  }

  /** The key of an imported account. */
  findImported(address: Address): Secret | undefined {
    return this.#imported.get(address);
  }

  /** Overwrites all keys. */
  wipe(): void {
    this.hd.wipe();
    for (const key of this.#imported.values()) key.wipe();
  }

  /** @throws always: keys are never written. */
  toJSON(): never {
    throw new Error('Keys are never written.');
  }
}

/** Prepares the keys of a vault's content. They are copies: the content stays its owner's to overwrite. */
export async function deriveKeys(content: VaultContent): Promise<AccountKeys> {
  const { summary, keys } = content;
  const paths = summary.accounts.map(({ path }) => path);
  const hd = await withSeed(content, (seed) => new HdAccounts(seed, paths));
  const imported = summary.imported.flatMap(({ address }, index): [Address, Secret][] => {
    const key = keys[index];
    return key ? [[address, new Secret(key.slice())]] : [];
  });
  return new AccountKeys(hd, new Map(imported));
}

/** Lends the seed of a phrase, with its passphrase where there is one, and overwrites it afterwards. */
export async function withSeed<Result>(
  { entropy, passphrase, summary }: Omit<VaultSecrets, 'keys'> & { readonly summary: Pick<VaultSummary, 'language'> },
  work: (seed: Uint8Array) => Result | Promise<Result>,
): Promise<Result> {
  const phrase = await toPhrase(entropy, summary.language);
  return withWiped(await toSeed(phrase, new TextDecoder('utf-8', { ignoreBOM: true }).decode(passphrase)), work);
}
