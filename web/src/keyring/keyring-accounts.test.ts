import { encryptKeystoreJson, HDNodeWallet, Mnemonic, verifyMessage, Wallet } from 'ethers';
import { describe, expect, it, vi } from 'vitest';
import { accountPath, schemePath } from './derivation-paths.ts';
import { draftMessage } from './draft.ts';
import { connectKeyring } from './keyring.ts';
import type { Keyring } from './keyring-core.ts';
import type { VaultEdit } from './protocol.ts';
import { createLink } from './testing/create-link.ts';
import { aKeyring, anOpenKeyring, cheapKdf, knownPhrase, password } from './testing/open-keyring.ts';

vi.setConfig({ testTimeout: 60_000 });

const first = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266';
const second = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const foreign = new Wallet(`0x${'11'.repeat(32)}`);
const foreignAddress = foreign.address as typeof first;
const keystore = await encryptKeystoreJson(
  { address: foreign.address, privateKey: foreign.privateKey },
  'their password',
  {
    scrypt: { N: 2, r: 8, p: 1 },
  },
);
const stranger = '0x5FbDB2315678afecb367f032d93F642f64180aa3';
const code = (name: string) => expect.objectContaining({ code: name });
const save = async (keyring: Keyring, edit: Promise<VaultEdit>) => {
  const { version, vault } = await edit;
  return { accounts: await keyring.confirmSaved({ version }), vault };
};
const importKey = (keyring: Keyring, name = '') =>
  save(keyring, keyring.importAccount({ text: foreign.privateKey, name }));

describe('restoring', () => {
  it('a phrase with its passphrase gives the accounts of both, and shows both again', async () => {
    const { keyring } = aKeyring();
    const passphrase = 'größe 世界';
    const created = await keyring.restoreVault({ password, kdf: cheapKdf(), text: knownPhrase, passphrase });
    const [account] = await keyring.confirmSaved({ version: 1 });
    const expected = HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(knownPhrase, passphrase), accountPath(0));
    expect(account?.address).toBe(expected.address);
    expect(await keyring.getStatus()).toMatchObject({ isPhraseChecked: true });
    expect(await keyring.revealMnemonic({ password })).toEqual({ words: knownPhrase.split(' '), passphrase });
    const reopened = await aKeyring().keyring.unlock({ vault: created.vault, password });
    expect(reopened.accounts).toMatchObject([{ address: expected.address }]);
  });

  it.each([
    ['a private key', foreign.privateKey, undefined],
    ['a keystore', keystore, 'their password'],
  ])('%s makes a wallet with a new phrase, in which it is the account that is used', async (_what, text, key) => {
    const { keyring } = aKeyring();
    await keyring.restoreVault({ password, kdf: cheapKdf(), text, ...(key ? { keystorePassword: key } : {}) });
    const accounts = await keyring.confirmSaved({ version: 1 });
    expect(accounts).toMatchObject([
      { kind: 'derived', isPrimary: false },
      { kind: 'imported', address: foreignAddress, isPrimary: true },
    ]);
    expect(await keyring.getStatus()).toMatchObject({ isPhraseChecked: false });
    const signature = await keyring.signMessage({ address: foreignAddress, draft: draftMessage('a') });
    expect(verifyMessage('a', signature)).toBe(foreignAddress);
  });

  it('an address makes a wallet that watches it and pays with its own', async () => {
    const { keyring } = aKeyring();
    await keyring.restoreVault({ password, kdf: cheapKdf(), text: stranger });
    expect(await keyring.confirmSaved({ version: 1 })).toMatchObject([
      { kind: 'derived', isPrimary: true },
      { kind: 'watched', address: stranger, isPrimary: false },
    ]);
  });

  it.each([
    ['nonsense', {}, 'MNEMONIC_MALFORMED'],
    [knownPhrase, { passphrase: 'x'.repeat(600) }, 'MNEMONIC_PASSPHRASE_TOO_LONG'],
    [`0x${'00'.repeat(32)}`, {}, 'PRIVATE_KEY_INVALID'],
  ])('%.12j is refused, and nothing is made', async (text, more, expected) => {
    const { keyring } = aKeyring();
    await expect(keyring.restoreVault({ password, kdf: cheapKdf(), text, ...more })).rejects.toEqual(code(expected));
    expect(await keyring.getStatus()).toMatchObject({ isUnlocked: false });
  });
});

describe('an imported account', () => {
  it('signs and is exported, also after the vault is opened on another device', async () => {
    const { keyring } = await anOpenKeyring();
    const { vault, accounts } = await importKey(keyring, 'Old phone');
    expect(accounts).toMatchObject([
      { address: first, isPrimary: true },
      { kind: 'imported', name: 'Old phone' },
    ]);
    const other = aKeyring().keyring;
    await other.unlock({ vault, password });
    const keystorePassword = 'a different long passphrase';
    const { json } = await other.exportKeystore({ address: foreignAddress, password, keystorePassword });
    expect((await Wallet.fromEncryptedJson(json, keystorePassword)).privateKey).toBe(foreign.privateKey);
    expect(vault).not.toContain('1111111111');
  });

  it('is not added twice, in any form, also after an attempt that could not be saved', async () => {
    const { keyring } = await anOpenKeyring();
    await keyring.importAccount({ text: foreign.privateKey, name: 'lost' });
    await importKey(keyring);
    expect((await keyring.listAccounts()).map(({ address }) => address)).toEqual([first, foreignAddress]);
    for (const text of [foreign.privateKey, foreignAddress, Wallet.fromPhrase(knownPhrase).privateKey])
      await expect(keyring.importAccount({ text, name: '' })).rejects.toEqual(code('ACCOUNT_EXISTS'));
  });

  it('is never a second phrase', async () => {
    const { keyring } = await anOpenKeyring();
    await expect(keyring.importAccount({ text: knownPhrase, name: '' })).rejects.toEqual(code('VAULT_HAS_PHRASE'));
  });

  it('is gone from memory after locking', async () => {
    const { keyring } = await anOpenKeyring();
    await importKey(keyring);
    await keyring.lock();
    await expect(keyring.signMessage({ address: foreignAddress, draft: draftMessage('a') })).rejects.toEqual(
      code('KEYRING_LOCKED'),
    );
  });

  it('stays when two devices add one each, with its key', async () => {
    const { keyring, created } = await anOpenKeyring();
    const other = aKeyring().keyring;
    await other.unlock({ vault: created.vault, password });
    const theirs = await importKey(other);
    await save(other, other.importAccount({ text: stranger, name: '' }));
    const another = new Wallet(`0x${'22'.repeat(32)}`);
    await keyring.importAccount({ text: another.privateKey, name: '' });
    await keyring.addAccount({ name: 'mine' });
    const { accounts, vault } = await save(keyring, keyring.mergeVault({ vault: theirs.vault }));
    expect(accounts.map(({ address }) => address)).toEqual(
      expect.arrayContaining([first, second, foreignAddress, another.address]),
    );
    const reopened = aKeyring().keyring;
    await reopened.unlock({ vault, password });
    for (const wallet of [foreign, another]) {
      const address = wallet.address as typeof first;
      expect(verifyMessage('a', await reopened.signMessage({ address, draft: draftMessage('a') }))).toBe(address);
    }
  });
});

describe('a watched address', () => {
  it('signs nothing, exports nothing, is never the one that pays, and says why', async () => {
    const { keyring } = await anOpenKeyring();
    await save(keyring, keyring.importAccount({ text: stranger, name: 'Safe' }));
    const refused = code('ACCOUNT_WATCH_ONLY');
    await expect(keyring.signMessage({ address: stranger, draft: draftMessage('a') })).rejects.toEqual(refused);
    await expect(keyring.choosePrimary({ address: stranger })).rejects.toEqual(refused);
    await expect(
      keyring.exportKeystore({ address: stranger, password, keystorePassword: 'a different long passphrase' }),
    ).rejects.toEqual(refused);
  });

  it('becomes an account when its key is brought along', async () => {
    const { keyring } = await anOpenKeyring();
    await save(keyring, keyring.importAccount({ text: foreignAddress, name: 'watched' }));
    const { accounts } = await importKey(keyring, 'mine');
    expect(accounts).toMatchObject([{ address: first }, { address: foreignAddress, kind: 'imported', name: 'mine' }]);
  });
});

describe('the account that receives and pays', () => {
  it('is the first until somebody chooses another, and the later choice of two devices wins', async () => {
    const { keyring, created } = await anOpenKeyring();
    await save(keyring, keyring.addAccount({ name: '' }));
    const { accounts, vault } = await save(keyring, keyring.choosePrimary({ address: second }));
    expect(accounts.map(({ isPrimary }) => isPrimary)).toEqual([false, true]);
    expect((await aKeyring().keyring.unlock({ vault, password })).accounts).toEqual(accounts);
    const other = aKeyring().keyring;
    await other.unlock({ vault: created.vault, password });
    await importKey(other);
    await other.choosePrimary({ address: foreignAddress });
    const merged = await save(other, other.mergeVault({ vault }));
    expect(merged.accounts.filter(({ isPrimary }) => isPrimary)).toMatchObject([{ address: second }]);
  });

  it('keeps its name and gets another, whatever kind it is', async () => {
    const { keyring } = await anOpenKeyring();
    await importKey(keyring);
    await save(keyring, keyring.importAccount({ text: stranger, name: '' }));
    for (const address of [first, foreignAddress, stranger] as const)
      await save(keyring, keyring.renameAccount({ address, name: ` ${address.slice(0, 6)} ` }));
    expect((await keyring.listAccounts()).map(({ name }) => name)).toEqual(
      [first, foreignAddress, stranger].map((address) => address.slice(0, 6)),
    );
  });
});

describe('addresses below the phrase', () => {
  const root = HDNodeWallet.fromPhrase(knownPhrase, '', 'm');

  it.each([
    ['bip44', "m/44'/60'/0'/0/7"],
    ['ledger_live', "m/44'/60'/7'/0/0"],
    ['mew', "m/44'/60'/0'/7"],
  ] as const)('are numbered as %s does, and added as accounts that sign', async (scheme, path) => {
    expect(schemePath(scheme, 7)).toBe(path);
    const { keyring } = await anOpenKeyring();
    const derived = await keyring.deriveAddresses({ scheme, from: 7, count: 2 });
    expect(derived[0]).toEqual({ path, address: root.derivePath(path).address });
    expect(derived).toHaveLength(2);
    const { accounts, vault } = await save(keyring, keyring.addAccounts({ paths: [path, path, accountPath(0)] }));
    expect(accounts).toHaveLength(2);
    const other = aKeyring().keyring;
    await other.unlock({ vault, password });
    const address = root.derivePath(path).address as typeof first;
    expect(verifyMessage('a', await other.signMessage({ address, draft: draftMessage('a') }))).toBe(address);
  });

  it('are at most a hundred at once', async () => {
    const { keyring } = await anOpenKeyring();
    expect(await keyring.deriveAddresses({ scheme: 'bip44', from: 0, count: 100_000 })).toHaveLength(100);
  });

  it('are refused where they are no paths', async () => {
    const { keyring } = await anOpenKeyring();
    await expect(keyring.addAccounts({ paths: ['m/x'] })).rejects.toEqual(code('VAULT_CORRUPT'));
    expect(await keyring.listAccounts()).toHaveLength(1);
  });
});

describe('a vault that is full', () => {
  it.each([
    ['more accounts than anybody has', 1_000, accountPath],
    ['more text than can be kept', 900, (index: number) => `m/${"2147483647'/".repeat(6)}${index}`],
  ])('says so for %s, and stays as it is', async (_what, count, pathOf) => {
    const { keyring } = await anOpenKeyring();
    const paths = Array.from({ length: count + 1 }, (_, index) => pathOf(index + 1));
    const outcome = await keyring.addAccounts({ paths }).catch(({ code: found }) => found);
    expect(outcome === 'ACCOUNTS_TOO_MANY').toBe(true);
    expect(await keyring.listAccounts()).toHaveLength(1);
  });
});

describe('the messages between page and worker', () => {
  it('hold no secret while anything is recognised, restored, imported and named', async () => {
    const { keyring } = aKeyring();
    const link = createLink(keyring);
    const answers: unknown[] = [];
    link.addEventListener('message', ({ data }) => answers.push(data));
    const client = connectKeyring(link);
    const passphrase = 'a further word';
    const broken = knownPhrase.replace('junk', 'junkk');
    for (const text of [knownPhrase, broken, foreign.privateKey, stranger, 'x']) {
      await client.recognize({ text });
      await client.importAccount({ text, name: '' }).catch(() => undefined);
      await client.restoreVault({ password, kdf: cheapKdf(), text, passphrase }).catch(() => undefined);
      await client.confirmSaved({ version: 1 }).catch(() => undefined);
    }
    await client.restoreVault({ password, kdf: cheapKdf(), text: knownPhrase });
    await client.confirmSaved({ version: 1 });
    await client.importAccount({ text: foreign.privateKey, name: 'a' });
    await client.deriveAddresses({ scheme: 'mew', from: 0, count: 3 });
    const told = JSON.stringify(answers);
    expect(answers.length).toBeGreaterThan(20);
    for (const secret of ['test test test', '1111111111', passphrase, password, 'junkk'])
      expect(told.includes(secret)).toBe(false);
  });
});
