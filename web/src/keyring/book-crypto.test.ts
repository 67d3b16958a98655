import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { bookBytesMax, bookBytesMin, deriveBookKey, openBook, sealBook } from './book-crypto.ts';
import { spoiled } from './testing/arbitraries.ts';
import { aKeyring, anOpenKeyring, cheapKdf, knownPhrase, password } from './testing/open-keyring.ts';

// Deriving keys from a password is slow on purpose.
vi.setConfig({ testTimeout: 60_000 });

const corrupt = expect.objectContaining({ code: 'ADDRESS_BOOK_CORRUPT' });
const entropy = new Uint8Array(16).fill(7);
const vaultId = 'AAECAwQFBgcICQoLDA0ODw';
const otherId = 'DwECAwQFBgcICQoLDA0ODw';
const key = await deriveBookKey(entropy, vaultId);
const bytesOf = (text: string) => (JSON.parse(text) as { ciphertext: string }).ciphertext.length;

describe('an encrypted address book', () => {
  it('is read back as it was written, whatever is in it', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 3_000 }).filter((content) => content.isWellFormed());
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 2 ** 31 - 1 }), async (content, version) => {
        const book = await sealBook(key, { vaultId, version, content });
        expect(await openBook(key, vaultId, book)).toEqual({ version, content });
      }),
    );
  });

  it('has one of a few sizes, whatever is in it', async () => {
    const size = async (length: number) =>
      bytesOf(await sealBook(key, { vaultId, version: 1, content: 'x'.repeat(length) }));
    expect(await size(0)).toBe(await size(bookBytesMin - 4));
    expect(await size(bookBytesMin - 3)).toBeGreaterThan(await size(bookBytesMin - 4));
    expect(await size(bookBytesMin - 3)).toBe(await size(2 * bookBytesMin - 4));
  });

  it('takes no more than its largest size', async () => {
    const content = (bytes: number) => sealBook(key, { vaultId, version: 1, content: 'x'.repeat(bytes) });
    await content(bookBytesMax - 4);
    await expect(content(bookBytesMax - 3)).rejects.toEqual(expect.objectContaining({ code: 'ADDRESS_BOOK_FULL' }));
  });

  it('is refused when any character of it was changed', async () => {
    const book = await sealBook(key, { vaultId, version: 12, content: 'Lin' });
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: book.length - 1 }), fc.constantFrom(...'AZaz019_-"'), async (at, letter) => {
        if (book[at] === letter) return;
        await expect(openBook(key, vaultId, book.slice(0, at) + letter + book.slice(at + 1))).rejects.toEqual(corrupt);
      }),
    );
  });

  it('is refused with one code, whatever else stands for it', async () => {
    const book = await sealBook(key, { vaultId, version: 12, content: 'Lin' });
    await fc.assert(
      fc.asyncProperty(spoiled(book), async (text) => {
        if (text === book) return;
        await expect(openBook(key, vaultId, text)).rejects.toEqual(corrupt);
      }),
      { numRuns: 500 },
    );
  });

  it('can be passed off neither as another version nor as another wallet’s', async () => {
    const book = await sealBook(key, { vaultId, version: 1, content: 'Lin' });
    await expect(openBook(key, vaultId, book.replace('"version":1', '"version":2'))).rejects.toEqual(corrupt);
    await expect(openBook(key, otherId, book)).rejects.toEqual(corrupt);
    await expect(openBook(key, otherId, book.replace(vaultId, otherId))).rejects.toEqual(corrupt);
    await expect(openBook(await deriveBookKey(entropy, otherId), vaultId, book)).rejects.toEqual(corrupt);
  });

  it('is refused when it is no book at all, without a word of it', async () => {
    for (const text of [
      '',
      'null',
      '7',
      '[]',
      '{}',
      '{"format":"feiqian-vault"}',
      '{"format":"feiqian-address-book"}',
    ]) {
      await expect(openBook(key, vaultId, text)).rejects.toEqual(corrupt);
    }
  });
});

describe('the keyring', () => {
  it('seals and opens the book on every device of the wallet, also after the password was changed', async () => {
    const { keyring, created } = await anOpenKeyring();
    const sealed = await keyring.sealBook({ version: 3, content: '{"name":"林"}' });
    expect(sealed).toEqual({ vaultId: created.vaultId, version: 3, book: sealed.book });
    expect(sealed.book).not.toContain('林');

    const changed = await keyring.changePassword({
      password,
      newPassword: 'amber cloud silent river',
      newKdf: cheapKdf(),
    });
    await keyring.confirmSaved({ version: changed.version });
    const second = aKeyring().keyring;
    await second.unlock({ vault: changed.vault, password: 'amber cloud silent river' });
    expect(await second.openBook({ book: sealed.book })).toEqual({ version: 3, content: '{"name":"林"}' });
  });

  it('opens no book of another wallet, even of the same phrase', async () => {
    const { keyring } = await anOpenKeyring();
    const other = aKeyring().keyring;
    const created = await other.restoreVault({ password, kdf: cheapKdf(), text: knownPhrase });
    await other.confirmSaved({ version: created.version });
    const { book } = await other.sealBook({ version: 1, content: 'x' });
    await expect(keyring.openBook({ book })).rejects.toEqual(corrupt);
  });

  it('does neither while it is locked, nor before its vault is safe', async () => {
    const { keyring } = aKeyring();
    const locked = expect.objectContaining({ code: 'KEYRING_LOCKED' });
    await expect(keyring.sealBook({ version: 1, content: '' })).rejects.toEqual(locked);
    await expect(keyring.openBook({ book: '' })).rejects.toEqual(locked);
    await keyring.createVault({ password, kdf: cheapKdf() });
    const unsaved = expect.objectContaining({ code: 'VAULT_NOT_SAVED' });
    await expect(keyring.sealBook({ version: 1, content: '' })).rejects.toEqual(unsaved);
  });
});
