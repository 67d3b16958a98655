import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { draftMessage } from './draft.ts';
import { listPasskeys, readPasskeys, unwrapByPasskey, wrapByPasskey } from './passkey-slot.ts';
import { encodeBase64Url, hkdfSha256 } from './primitives.ts';
import { aKeyring, anOpenKeyring, cheapKdf, password } from './testing/open-keyring.ts';
import { fromHex, toHexText } from './testing/read-vectors.ts';
import { formatVault, parseVault } from './vault-format.ts';

vi.setConfig({ testTimeout: 60_000 });

const first = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266';
const code = (name: string) => expect.objectContaining({ code: name });
const passkey = { credentialId: 'Y3JlZGVudGlhbA', salt: encodeBase64Url(new Uint8Array(32).fill(1)), name: 'Laptop' };
const output = () => new Uint8Array(32).fill(7);

/** A saved vault with one passkey beside the password. */
async function withPasskey() {
  const { keyring, created } = await anOpenKeyring();
  const edit = await keyring.addPasskey({ password, passkey, output: output() });
  await keyring.confirmSaved({ version: edit.version });
  return { keyring, created, vault: edit.vault };
}

describe('a passkey', () => {
  it('opens the vault without the password, on this device and after a reload', async () => {
    const { vault } = await withPasskey();
    expect(readPasskeys(vault)).toEqual([passkey]);
    const { keyring } = aKeyring();
    const opened = await keyring.unlockByPasskey({ vault, credentialId: passkey.credentialId, output: output() });
    expect(opened.accounts).toMatchObject([{ address: first }]);
    expect(opened.session).toBeTypeOf('string');
    await keyring.signMessage({ address: first, draft: draftMessage('a') });
    // The password opens it as before.
    expect((await aKeyring().keyring.unlock({ vault, password })).accounts).toHaveLength(1);
  });

  it('is named in a vault as it was added, whatever its name', async () => {
    const base64Url = (maxLength: number) => fc.uint8Array({ minLength: 1, maxLength }).map(encodeBase64Url);
    const anyPasskey = fc.record({
      credentialId: base64Url(64),
      salt: base64Url(32),
      name: fc.string({ unit: 'binary', maxLength: 60 }),
    });
    const vault = parseVault((await anOpenKeyring()).created.vault);
    const dataKey = new Uint8Array(32).fill(3);
    await fc.assert(
      fc.asyncProperty(anyPasskey, async (given) => {
        const slot = await wrapByPasskey(dataKey, { vaultId: vault.vaultId, passkey: given, output: output() });
        const text = formatVault({ ...vault, slots: [...vault.slots, slot] });
        expect(readPasskeys(text)).toEqual([given]);
        const { credentialId } = given;
        expect(await unwrapByPasskey(parseVault(text), { credentialId, output: output() })).toEqual(dataKey);
      }),
    );
  });

  it.each([
    ['another output', passkey.credentialId, new Uint8Array(32).fill(8), 'PASSKEY_REFUSED'],
    ['another credential', 'b3RoZXI', output(), 'PASSKEY_REFUSED'],
    ['an output that is none', passkey.credentialId, new Uint8Array(0), 'PASSKEY_UNAVAILABLE'],
  ])('does not open it with %s', async (_what, credentialId, given, expected) => {
    const { vault } = await withPasskey();
    const { keyring } = aKeyring();
    await expect(keyring.unlockByPasskey({ vault, credentialId, output: given })).rejects.toEqual(code(expected));
    expect(await keyring.getStatus()).toMatchObject({ isUnlocked: false });
  });

  it('is not moved to another vault, salt or credential', async () => {
    const { vault } = await withPasskey();
    const parsed = parseVault(vault);
    const dataKey = new Uint8Array(32).fill(3);
    const slot = await wrapByPasskey(dataKey, { vaultId: parsed.vaultId, passkey, output: output() });
    const unwrap = (vaultId: string, change: object) =>
      unwrapByPasskey({ ...parsed, vaultId, slots: [{ ...slot, ...change }] } as typeof parsed, {
        credentialId: 'credentialId' in change ? (change.credentialId as string) : passkey.credentialId,
        output: output(),
      });
    expect(toHexText(await unwrap(parsed.vaultId, {}))).toBe('03'.repeat(32));
    for (const [vaultId, change] of [
      ['AAAAAAAAAAAAAAAAAAAAAA', {}],
      [parsed.vaultId, { salt: 'AA' }],
      [parsed.vaultId, { credentialId: 'b3RoZXI' }],
      [parsed.vaultId, { iv: '!' }],
    ] as const)
      await expect(unwrap(vaultId, change)).rejects.toEqual(code('PASSKEY_REFUSED'));
  });

  it('is added with the password only, and replaces an earlier one of the same credential', async () => {
    const { keyring } = await withPasskey();
    await expect(
      keyring.addPasskey({ password: 'wrong horse battery staple', passkey, output: output() }),
    ).rejects.toEqual(code('PASSWORD_WRONG'));
    const again = await keyring.addPasskey({
      password,
      passkey: { ...passkey, name: 'x'.repeat(99) },
      output: output(),
    });
    expect(readPasskeys(again.vault).map(({ name }) => name)).toEqual(['x'.repeat(60)]);
  });

  it('opens nothing new once it is removed', async () => {
    const { keyring } = await withPasskey();
    const { vault, version } = await keyring.removePasskey({ credentialId: passkey.credentialId });
    await keyring.confirmSaved({ version });
    expect(readPasskeys(vault)).toEqual([]);
    await expect(
      aKeyring().keyring.unlockByPasskey({ vault, credentialId: passkey.credentialId, output: output() }),
    ).rejects.toEqual(code('PASSKEY_REFUSED'));
    // Nor can its slot be put back onto newer content.
    const old = (await withPasskey()).vault;
    const mixed = formatVault({ ...parseVault(vault), slots: parseVault(old).slots });
    await expect(
      aKeyring().keyring.unlockByPasskey({ vault: mixed, credentialId: passkey.credentialId, output: output() }),
    ).rejects.toMatchObject({ code: expect.stringMatching(/VAULT_CORRUPT|PASSKEY_REFUSED/) });
  });

  it('stays when the password is changed', async () => {
    const { keyring } = await withPasskey();
    const change = await keyring.changePassword({ password, newPassword: 'another horse battery', newKdf: cheapKdf() });
    const opened = await aKeyring().keyring.unlockByPasskey({
      vault: change.vault,
      credentialId: passkey.credentialId,
      output: output(),
    });
    expect(opened.accounts).toMatchObject([{ address: first }]);
  });

  it('stays added, and stays removed, when another device has edited meanwhile', async () => {
    const { keyring, created } = await anOpenKeyring();
    const other = aKeyring().keyring;
    await other.unlock({ vault: created.vault, password });
    const theirs = await other.addAccount({ name: 'theirs' });
    await keyring.addPasskey({ password, passkey, output: output() });
    const merged = await keyring.mergeVault({ vault: theirs.vault });
    await keyring.confirmSaved({ version: merged.version });
    expect(readPasskeys(merged.vault)).toEqual([passkey]);
    expect(await keyring.listAccounts()).toHaveLength(2);

    const second = aKeyring().keyring;
    await second.unlock({ vault: merged.vault, password });
    const later = await second.addAccount({ name: 'more' });
    await keyring.removePasskey({ credentialId: passkey.credentialId });
    const again = await keyring.mergeVault({ vault: later.vault });
    expect(listPasskeys(parseVault(again.vault))).toEqual([]);
  });

  it('makes its key as HKDF of its output, for ever in the same way', async () => {
    const info = new TextEncoder().encode('feiqian/1/passkey');
    const key = await hkdfSha256(output(), { salt: new Uint8Array(0), info, length: 32 });
    const raw = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['decrypt']);
    const vaultId = 'AAAAAAAAAAAAAAAAAAAAAA';
    const slot = (await wrapByPasskey(new Uint8Array(32).fill(9), { vaultId, passkey, output: output() })) as Record<
      string,
      string
    >;
    const { credentialId, salt } = passkey;
    const context = JSON.stringify({
      format: 'feiqian-vault',
      formatVersion: 1,
      vaultId,
      kind: 'x-passkey',
      credentialId,
      salt,
    });
    const opened = await crypto.subtle.decrypt(
      { name: 'AES-GCM', iv: fromBase64(slot.iv), additionalData: new TextEncoder().encode(context) },
      raw,
      fromBase64(slot.wrappedKey),
    );
    expect(toHexText(new Uint8Array(opened))).toBe('09'.repeat(32));
  });
});

const fromBase64 = (text = '') => fromHex(Buffer.from(text, 'base64url').toString('hex'));
