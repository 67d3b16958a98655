import { verifyMessage, Wallet } from 'ethers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { accountPath } from './derivation-paths.ts';
import { draftMessage, draftTransaction } from './draft.ts';
import { createKdf, deriveCredentials } from './kdf.ts';
import { encodeBase64Url, seal } from './primitives.ts';
import type { KeyringMethods } from './protocol.ts';
import { aKeyring, anOpenKeyring, cheapKdf, knownPhrase, password } from './testing/open-keyring.ts';
import { encodeContent } from './vault-content.ts';
import { createDataKey, createVaultId, importDataKey, wrapByPassword } from './vault-crypto.ts';
import { contentContext, formatVault, parseVault } from './vault-format.ts';
import { createContent } from './vault-origin.ts';

vi.setConfig({ testTimeout: 60_000 });
afterEach(() => {
  vi.restoreAllMocks();
});

// The addresses of the phrase that every development tool uses.
const first = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266';
const second = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const code = (name: string) => expect.objectContaining({ code: name });

describe('a new vault', () => {
  it('shows no address and signs nothing before it is saved', async () => {
    const { keyring } = aKeyring();
    const created = await keyring.restoreVault({ password, kdf: cheapKdf(), text: knownPhrase });
    expect(created).toMatchObject({ version: 1, follows: [] });
    expect(JSON.stringify(created)).not.toContain(first);
    await expect(keyring.listAccounts()).rejects.toEqual(code('VAULT_NOT_SAVED'));
    await expect(keyring.addAccount({ name: '' })).rejects.toEqual(code('VAULT_NOT_SAVED'));
    await expect(keyring.signMessage({ address: first, draft: draftMessage('a') })).rejects.toEqual(
      code('VAULT_NOT_SAVED'),
    );
    await expect(keyring.confirmSaved({ version: 2 })).rejects.toEqual(code('VAULT_NOT_SAVED'));
    expect(await keyring.confirmSaved({ version: 1 })).toEqual([
      { address: first, kind: 'derived', path: accountPath(0), name: '', isPrimary: true },
    ]);
    expect(await keyring.confirmSaved({ version: 1 })).toHaveLength(1);
  });

  it('asks the system once for the phrase, and not the clock nor the weak generator', async () => {
    const forbidden = () => {
      throw new Error('A key must not depend on this.');
    };
    vi.spyOn(Math, 'random').mockImplementation(forbidden);
    vi.spyOn(Date, 'now').mockImplementation(forbidden);
    const kdf = cheapKdf();
    const asked = vi.spyOn(crypto, 'getRandomValues');
    const { keyring } = aKeyring();
    await keyring.createVault({ password, kdf });
    const answers = asked.mock.results.map(({ value }) => value as Uint8Array);
    expect(answers[0]).toHaveLength(16);
    await keyring.confirmSaved({ version: 1 });
    // Wiped by now, so the phrase is all that is left of the first answer.
    expect([...(answers[0] ?? [1])].every((byte) => byte === 0)).toBe(true);
    expect((await keyring.revealMnemonic({ password })).words).toHaveLength(12);
  });

  it('is not made when the system gives no random numbers', async () => {
    const { keyring } = aKeyring();
    const kdf = cheapKdf();
    vi.spyOn(crypto, 'getRandomValues').mockImplementation(() => {
      throw new DOMException('no entropy', 'OperationError');
    });
    await expect(keyring.createVault({ password, kdf })).rejects.toEqual(code('RANDOM_UNAVAILABLE'));
    expect(await keyring.getStatus()).toMatchObject({ isUnlocked: false });
  });

  it('is different every time', async () => {
    const addresses = new Set<string>();
    for (let time = 0; time < 3; time += 1) {
      const { keyring } = aKeyring();
      await keyring.createVault({ password, kdf: cheapKdf() });
      addresses.add((await keyring.confirmSaved({ version: 1 }))[0]?.address ?? '');
    }
    expect(addresses.size).toBe(3);
  });

  it('is not made with a weak password or weak parameters', async () => {
    const { keyring } = aKeyring();
    await expect(keyring.createVault({ password: 'password1234', kdf: cheapKdf() })).rejects.toEqual(
      code('PASSWORD_WEAK'),
    );
    await expect(keyring.createVault({ password, kdf: { ...cheapKdf(), memoryKib: 1_024 } })).rejects.toEqual(
      code('KDF_PARAMETERS_WEAK'),
    );
    await expect(keyring.restoreVault({ password, kdf: cheapKdf(), text: `${knownPhrase} test` })).rejects.toEqual(
      code('MNEMONIC_MALFORMED'),
    );
  });
});

describe('unlocking', () => {
  it('opens a saved vault by password on any device', async () => {
    const { created } = await anOpenKeyring();
    const { keyring } = aKeyring();
    const opened = await keyring.unlock({ vault: created.vault, password });
    expect(opened).toMatchObject({
      accounts: [{ address: first }],
      status: { isUnlocked: true, vault: { version: 1 }, isPhraseChecked: false, isKdfWeak: false },
    });
  });

  it('opens right after log-in without deriving twice', async () => {
    const { created, kdf } = await anOpenKeyring();
    const { keyring } = aKeyring();
    expect(await keyring.deriveCredentials({ password, kdf })).toEqual({ authSecret: created.authSecret });
    expect((await keyring.unlock({ vault: created.vault })).accounts).toHaveLength(1);
    // What was derived is gone afterwards.
    await expect(keyring.unlock({ vault: created.vault })).rejects.toEqual(code('PASSWORD_WRONG'));
  });

  it('does not derive for a service with weak parameters', async () => {
    const { keyring } = aKeyring();
    await expect(keyring.deriveCredentials({ password, kdf: { ...createKdf(), memoryKib: 8_192 } })).rejects.toEqual(
      code('KDF_PARAMETERS_WEAK'),
    );
    await expect(
      keyring.deriveCredentials({ password, kdf: cheapKdf(), seen: { memoryKib: 65_536, iterations: 3 } }),
    ).rejects.toEqual(code('KDF_PARAMETERS_WEAK'));
  });

  it('survives a reload by the session, until the session is over', async () => {
    const { created, sessionKeys } = await anOpenKeyring();
    const session = created.session ?? '';
    const { Keyring } = await import('./keyring-core.ts');
    const reloaded = new Keyring({ sessionKeys });
    expect((await reloaded.resume({ vault: created.vault, session })).accounts).toMatchObject([{ address: first }]);
    await expect(reloaded.resume({ vault: created.vault, session: '{}' })).rejects.toEqual(code('KEYRING_LOCKED'));
    await expect(reloaded.resume({ vault: created.vault, session: 'x' })).rejects.toEqual(code('KEYRING_LOCKED'));
    await reloaded.lock();
    await expect(reloaded.resume({ vault: created.vault, session })).rejects.toEqual(code('KEYRING_LOCKED'));
  });

  it('does not open one vault by the session of another', async () => {
    const mine = await anOpenKeyring();
    const { Keyring } = await import('./keyring-core.ts');
    const other = new Keyring({ sessionKeys: mine.sessionKeys });
    const theirs = await other.createVault({ password, kdf: cheapKdf() });
    await expect(mine.keyring.resume({ vault: theirs.vault, session: mine.created.session ?? '' })).rejects.toEqual(
      code('KEYRING_LOCKED'),
    );
  });

  it('shares one session key between tabs', async () => {
    const { created, sessionKeys } = await anOpenKeyring();
    const { Keyring } = await import('./keyring-core.ts');
    const tab = new Keyring({ sessionKeys });
    await tab.unlock({ vault: created.vault, password });
    expect((await tab.resume({ vault: created.vault, session: created.session ?? '' })).accounts).toHaveLength(1);
  });

  it('refuses a version older than one seen before', async () => {
    const { keyring, created } = await anOpenKeyring();
    await expect(keyring.unlock({ vault: created.vault, password, versionMin: 2 })).rejects.toEqual(
      code('VAULT_ROLLED_BACK'),
    );
    await expect(
      keyring.resume({ vault: created.vault, session: created.session ?? '', versionMin: 2 }),
    ).rejects.toEqual(code('VAULT_ROLLED_BACK'));
  });

  it('opens without accounts what was never saved where it should be', async () => {
    const { created } = await anOpenKeyring();
    const { keyring } = aKeyring();
    const opened = await keyring.unlock({ vault: created.vault, password, isSaved: false });
    expect(opened).toMatchObject({ accounts: [], status: { isUnlocked: true, unsavedVersion: 1 } });
    expect(await keyring.confirmSaved({ version: 1 })).toMatchObject([{ address: first }]);
  });

  it('still opens a vault with parameters below the floor, says so, and writes it only with better ones', async () => {
    const weakKdf = { ...createKdf(), memoryKib: 8_192, iterations: 1 };
    const { vaultKey } = await deriveCredentials(password, weakKdf);
    const rawKey = createDataKey();
    const vaultId = createVaultId();
    const head = {
      format: 'feiqian-vault',
      formatVersion: 1,
      vaultId,
      version: 1,
      slots: [await wrapByPassword(rawKey, { vaultId, kdf: weakKdf, vaultKey })],
    } as const;
    const content = encodeContent(createContent());
    const sealed = await seal(await importDataKey(rawKey), content, contentContext(head));
    const vault = formatVault({
      ...head,
      iv: encodeBase64Url(sealed.iv),
      ciphertext: encodeBase64Url(sealed.ciphertext),
    });

    const { keyring } = aKeyring();
    expect((await keyring.unlock({ vault, password })).status.isKdfWeak).toBe(true);
    await expect(keyring.addAccount({ name: '' })).rejects.toEqual(code('KDF_PARAMETERS_WEAK'));
    await expect(keyring.changePassword({ password, newPassword: password, newKdf: weakKdf })).rejects.toEqual(
      code('KDF_PARAMETERS_WEAK'),
    );
    expect(await keyring.listAccounts()).toHaveLength(1);
    const change = await keyring.changePassword({ password, newPassword: password, newKdf: cheapKdf() });
    await keyring.confirmSaved({ version: change.version });
    expect((await keyring.getStatus()).isKdfWeak).toBe(false);
  });
});

describe('accounts', () => {
  it('are added as BIP-44 numbers them, and used once saved', async () => {
    const { keyring, created } = await anOpenKeyring();
    const edit = await keyring.addAccount({ name: ' Savings\n' });
    expect(edit).toMatchObject({ version: 2, follows: [created.vault] });
    expect(await keyring.listAccounts()).toHaveLength(1);
    await expect(keyring.signMessage({ address: second, draft: draftMessage('a') })).rejects.toEqual(
      code('ACCOUNT_UNKNOWN'),
    );
    expect(await keyring.confirmSaved({ version: 2 })).toMatchObject([
      { address: first },
      { address: second, name: 'Savings' },
    ]);
    const reopened = await aKeyring().keyring.unlock({ vault: edit.vault, password });
    expect(reopened.accounts).toEqual(await keyring.listAccounts());
  });

  it('are not lost when one edit follows another that was never saved', async () => {
    const { keyring, created } = await anOpenKeyring();
    const lost = await keyring.addAccount({ name: 'one' });
    const next = await keyring.addAccount({ name: 'two' });
    expect([lost.version, next.version]).toEqual([2, 2]);
    expect(next.follows).toEqual([created.vault, lost.vault]);
    expect((await keyring.confirmSaved({ version: 2 })).map(({ name }) => name)).toEqual(['', 'one', 'two']);
  });

  it('get other names', async () => {
    const { keyring } = await anOpenKeyring();
    await keyring.renameAccount({ address: first, name: 'Wallet' });
    expect(await keyring.confirmSaved({ version: 2 })).toMatchObject([{ name: 'Wallet' }]);
    await expect(keyring.renameAccount({ address: second, name: 'x' })).rejects.toEqual(code('ACCOUNT_UNKNOWN'));
  });

  it('of two devices are joined, and the phrase stays', async () => {
    const { keyring, created } = await anOpenKeyring();
    const other = aKeyring().keyring;
    await other.unlock({ vault: created.vault, password });
    await other.addAccount({ name: 'theirs' });
    await other.confirmSaved({ version: 2 });
    const theirs = await other.renameAccount({ address: first, name: 'first' });
    await keyring.addAccount({ name: 'mine' });
    const merged = await keyring.mergeVault({ vault: theirs.vault });
    expect(merged.version).toBe(4);
    expect(merged.follows).toContain(theirs.vault);
    expect(await keyring.confirmSaved({ version: 4 })).toMatchObject([
      { name: 'first', address: first },
      { address: second, name: 'theirs' },
    ]);
    expect(parseVault(merged.vault).vaultId).toBe(created.vaultId);
  });

  it('of another phrase are never joined', async () => {
    const { keyring, created } = await anOpenKeyring();
    const other = await aKeyring().keyring.createVault({ password, kdf: cheapKdf() });
    await expect(keyring.mergeVault({ vault: other.vault })).rejects.toEqual(code('VAULT_CONFLICT'));
    await expect(keyring.refreshVault({ vault: other.vault })).rejects.toEqual(code('VAULT_CONFLICT'));
    const renamed = { ...parseVault(other.vault), vaultId: created.vaultId };
    await expect(keyring.mergeVault({ vault: formatVault(renamed) })).rejects.toEqual(code('VAULT_CORRUPT'));
  });

  it('of a newer version are taken without the password', async () => {
    const { keyring, created } = await anOpenKeyring();
    const other = aKeyring().keyring;
    await other.unlock({ vault: created.vault, password });
    const edit = await other.addAccount({ name: 'theirs' });
    expect(await keyring.refreshVault({ vault: edit.vault })).toMatchObject([{}, { name: 'theirs' }]);
    await expect(keyring.refreshVault({ vault: edit.vault })).rejects.toEqual(code('VAULT_ROLLED_BACK'));
  });
});

describe('signing', () => {
  it('is done by the account that is named, and by no other', async () => {
    const { keyring } = await anOpenKeyring();
    const signature = await keyring.signMessage({
      address: first.toLowerCase() as typeof first,
      draft: draftMessage('你好'),
    });
    expect(verifyMessage('你好', signature)).toBe(first);
    const draft = draftTransaction({
      type: 'eip1559',
      chainId: 1n,
      nonce: 0n,
      gas: 21_000n,
      to: second,
      value: 1n,
      data: '0x',
      maxFeePerGas: 1n,
      maxPriorityFeePerGas: 1n,
      accessList: [],
    });
    await expect(keyring.signTransaction({ address: second, draft })).rejects.toEqual(code('ACCOUNT_UNKNOWN'));
    expect((await keyring.signTransaction({ address: first, draft })).raw).toBe(
      await Wallet.fromPhrase(knownPhrase).signTransaction({
        type: 2,
        chainId: 1,
        nonce: 0,
        gasLimit: 21_000,
        to: second,
        value: 1,
        maxFeePerGas: 1,
        maxPriorityFeePerGas: 1,
      }),
    );
  });
});

describe('the phrase', () => {
  it('is shown for the password only', async () => {
    const { keyring } = await anOpenKeyring();
    expect(await keyring.revealMnemonic({ password })).toEqual({ words: knownPhrase.split(' ') });
    await expect(keyring.revealMnemonic({ password: `${password}!` })).rejects.toEqual(code('PASSWORD_WRONG'));
  });

  it('is checked after it was shown, some words at once, a few times', async () => {
    const { keyring } = await anOpenKeyring();
    const right = [
      { position: 12, word: ' Junk ' },
      { position: 1, word: 'test' },
      { position: 5, word: 'test' },
    ];
    const wrong = [
      { position: 12, word: 'test' },
      { position: 1, word: 'test' },
      { position: 5, word: 'test' },
    ];
    const closed = code('MNEMONIC_CHECK_CLOSED');
    await expect(keyring.checkMnemonicWords({ answers: right })).rejects.toEqual(closed);
    await keyring.revealMnemonic({ password });
    await expect(keyring.checkMnemonicWords({ answers: right.slice(1) })).rejects.toEqual(closed);
    await expect(
      keyring.checkMnemonicWords({ answers: [right[1], right[1], right[1]] as typeof right }),
    ).rejects.toEqual(closed);
    for (let attempt = 0; attempt < 4; attempt += 1)
      expect(await keyring.checkMnemonicWords({ answers: wrong })).toEqual({ isCorrect: false });
    const { isCorrect, edit } = await keyring.checkMnemonicWords({ answers: right });
    expect([isCorrect, edit?.version]).toEqual([true, 2]);
    await expect(keyring.checkMnemonicWords({ answers: right })).rejects.toEqual(closed);
    await keyring.confirmSaved({ version: 2 });
    expect((await keyring.getStatus()).isPhraseChecked).toBe(true);
    await keyring.revealMnemonic({ password });
    expect(await keyring.checkMnemonicWords({ answers: right })).toEqual({ isCorrect: true });
  });
});

describe('the password', () => {
  it('is changed for vault and service together, and the old one opens nothing new', async () => {
    const { keyring, created } = await anOpenKeyring();
    const newPassword = 'another horse battery staple';
    const newKdf = cheapKdf();
    const change = await keyring.changePassword({ password, newPassword, newKdf });
    expect(change.authSecret).toBe(created.authSecret);
    expect(change.newAuthSecret).toBe((await deriveCredentials(newPassword, newKdf)).authSecret);
    await keyring.confirmSaved({ version: 2 });
    const other = aKeyring().keyring;
    await expect(other.unlock({ vault: change.vault, password })).rejects.toEqual(code('PASSWORD_WRONG'));
    expect((await other.unlock({ vault: change.vault, password: newPassword })).accounts).toMatchObject([
      { address: first },
    ]);
    // Neither can the old slot be put onto the new content.
    const mixed = formatVault({ ...parseVault(change.vault), slots: parseVault(created.vault).slots });
    await expect(other.unlock({ vault: mixed, password })).rejects.toEqual(code('VAULT_CORRUPT'));
  });

  it('stays when the change is given up, also in what is saved later', async () => {
    const { keyring } = await anOpenKeyring();
    const change = await keyring.changePassword({ password, newPassword: 'another horse battery', newKdf: cheapKdf() });
    await keyring.discardEdit({ version: change.version });
    const { vault } = await keyring.addAccount({ name: '' });
    expect((await aKeyring().keyring.unlock({ vault, password })).accounts).toHaveLength(2);
  });

  it('is asked for a keystore, which ethers opens', async () => {
    const { keyring } = await anOpenKeyring();
    const keystorePassword = 'a different long passphrase';
    await expect(keyring.exportKeystore({ address: first, password: 'wrong', keystorePassword })).rejects.toEqual(
      code('PASSWORD_WRONG'),
    );
    await expect(keyring.exportKeystore({ address: first, password, keystorePassword: 'short' })).rejects.toEqual(
      code('PASSWORD_WEAK'),
    );
    await expect(keyring.exportKeystore({ address: second, password, keystorePassword })).rejects.toEqual(
      code('ACCOUNT_UNKNOWN'),
    );
    const { json } = await keyring.exportKeystore({ address: first, password, keystorePassword });
    expect(JSON.parse(json)).toMatchObject({ version: 3 });
    expect((await Wallet.fromEncryptedJson(json, keystorePassword)).privateKey).toBe(
      Wallet.fromPhrase(knownPhrase).privateKey,
    );
  });
});

/** Every method with an input that it would take, for asking it in states in which it must refuse. */
const inputs = (
  vault: string,
  session: string,
): { [Method in keyof KeyringMethods]?: Parameters<KeyringMethods[Method]>[0] } => ({
  confirmSaved: { version: 1 },
  refreshVault: { vault },
  listAccounts: {},
  addAccount: { name: '' },
  addAccounts: { paths: [accountPath(1)] },
  importAccount: { text: second, name: '' },
  renameAccount: { address: first, name: 'x' },
  choosePrimary: { address: first },
  deriveAddresses: { scheme: 'bip44', from: 0, count: 1 },
  discardEdit: { version: 2 },
  mergeVault: { vault },
  signTransaction: { address: first, draft: { kind: 'transaction', bytes: '0x' } },
  signMessage: { address: first, draft: draftMessage('a') },
  signTypedData: { address: first, draft: { kind: 'typed_data', json: '{}' } },
  revealMnemonic: { password },
  checkMnemonicWords: { answers: [1, 2, 3].map((position) => ({ position, word: 'test' })) },
  exportKeystore: { address: first, password, keystorePassword: password },
  checkPassword: { password },
  addPasskey: { password, passkey: { credentialId: 'AA', salt: 'AA', name: '' }, output: new Uint8Array(32) },
  removePasskey: { credentialId: 'AA' },
  changePassword: { password, newPassword: password, newKdf: cheapKdf() },
  resume: { vault, session },
  unlock: { vault, password },
});
type Ask = (input: unknown) => Promise<unknown>;

describe('each method of a locked keyring', () => {
  it.each(Object.keys(inputs('', '')).filter((method) => method !== 'unlock'))(
    '%s refuses and reveals nothing',
    async (method) => {
      const { keyring, created } = await anOpenKeyring();
      await keyring.lock();
      const input = inputs(created.vault, created.session ?? '')[method as keyof KeyringMethods];
      const error = await (keyring[method as keyof KeyringMethods] as Ask)
        .call(keyring, input)
        .catch((caught: unknown) => caught);
      expect(error).toEqual(code('KEYRING_LOCKED'));
      expect(`${error} ${JSON.stringify(error)}`).not.toMatch(/horse|test test|junk/);
      expect(await keyring.getStatus()).toEqual({ isUnlocked: false, isPhraseChecked: false, isKdfWeak: false });
    },
  );
});

describe('each method that takes the password', () => {
  it.each(['unlock', 'revealMnemonic', 'exportKeystore', 'checkPassword', 'addPasskey', 'changePassword'] as const)(
    '%s refuses a wrong one and changes nothing',
    async (method) => {
      const { keyring, created } = await anOpenKeyring();
      const before = await keyring.getStatus();
      const input = { ...inputs(created.vault, '')[method], password: 'wrong horse battery staple' };
      const error = await (keyring[method] as Ask).call(keyring, input).catch((caught: unknown) => caught);
      expect(error).toEqual(code('PASSWORD_WRONG'));
      expect(`${(error as Error).stack} ${JSON.stringify(error)}`).not.toMatch(/wrong horse/);
      expect([await keyring.getStatus(), await keyring.listAccounts()]).toMatchObject([before, [{ address: first }]]);
    },
  );
});

describe('each method that reads a vault', () => {
  const corruptions: [string, (vault: string) => string][] = [
    ['nothing', () => ''],
    ['half of it', (vault) => vault.slice(0, vault.length / 2)],
    ['JSON of something else', () => '{"a":1}'],
    ['a blank more', (vault) => `${vault} `],
    ['another version number', (vault) => vault.replace('"version":1,"slots"', '"version":9,"slots"')],
    [
      'another ciphertext',
      (vault) => formatVault({ ...parseVault(vault), ciphertext: encodeBase64Url(new Uint8Array(80)) }),
    ],
    ['another nonce', (vault) => formatVault({ ...parseVault(vault), iv: encodeBase64Url(new Uint8Array(12)) })],
    [
      'a further slot',
      (vault) =>
        formatVault({ ...parseVault(vault), slots: [...parseVault(vault).slots, { kind: 'x-passkey', id: 'evil' }] }),
    ],
    ['a field more', (vault) => vault.replace('{', '{"more":1,')],
    ['endless text', (vault) => vault.replace('"ciphertext":"', `"ciphertext":"${'A'.repeat(70_000)}`)],
  ];
  it.each(corruptions)('refuses a vault of which it gets %s', async (_what, corrupt) => {
    const { keyring, created } = await anOpenKeyring();
    const vault = corrupt(created.vault);
    expect(vault).not.toBe(created.vault);
    const errors = [
      await keyring.unlock({ vault, password }).catch((caught: unknown) => caught),
      await keyring.resume({ vault, session: created.session ?? '' }).catch((caught: unknown) => caught),
      await keyring.mergeVault({ vault }).catch((caught: unknown) => caught),
    ];
    expect(errors).toEqual([code('VAULT_CORRUPT'), code('VAULT_CORRUPT'), code('VAULT_CORRUPT')]);
    expect(await keyring.listAccounts()).toHaveLength(1);
  });

  it('calls a tampered wrapping a wrong password, because nobody can tell', async () => {
    const { keyring, created } = await anOpenKeyring();
    const vault = parseVault(created.vault);
    const altered = formatVault({
      ...vault,
      slots: vault.slots.map((slot) => ({
        ...slot,
        wrappedKey: encodeBase64Url(new Uint8Array(48)),
      })) as typeof vault.slots,
    });
    await expect(keyring.unlock({ vault: altered, password })).rejects.toEqual(code('PASSWORD_WRONG'));
  });
});

describe('each method while the browser cannot store', () => {
  it('creates, opens and edits all the same; only staying unlocked is lost', async () => {
    const { keyring, sessionKeys } = aKeyring();
    sessionKeys.failing = true;
    const created = await keyring.createVault({ password, kdf: cheapKdf() });
    expect('session' in created).toBe(false);
    expect('session' in (await keyring.unlock({ vault: created.vault, password }))).toBe(false);
    await expect(keyring.addAccount({ name: '' })).resolves.toMatchObject({ version: 2 });
  });

  it('is locked by locking even when the session key cannot be deleted', async () => {
    const { keyring, sessionKeys } = await anOpenKeyring();
    sessionKeys.failing = true;
    await expect(keyring.lock()).rejects.toThrow('disk is full');
    await expect(keyring.listAccounts()).rejects.toEqual(code('KEYRING_LOCKED'));
  });
});
