import { encryptKeystoreJsonSync, Wallet } from 'ethers';
import fc from 'fast-check';
import { privateKeyToAddress } from 'viem/accounts';
import { describe, expect, it, vi } from 'vitest';
import { isKeystore, readKeystore, readKeystoreAddress, writeKeystore } from './keystore.ts';
import { Secret } from './secret.ts';
import { spoiled } from './testing/arbitraries.ts';
import { fromHex, readVectors, toHexText } from './testing/read-vectors.ts';

// Vectors and random cases are many, and a busy machine is slow.
vi.setConfig({ testTimeout: 60_000 });

type Keystore = { json: object; password: string; priv: string };
const keystores = Object.entries(
  readVectors<Record<string, Record<string, Keystore>>>('keystore-v3/keystores.json'),
).flatMap(([source, cases]) =>
  Object.entries(cases).map(([name, vector]) => ({ name: `${source} ${name}`, ...vector })),
);

// Two rounds instead of 131,072: what is read matters here, not how long guessing takes.
const cheapPassword = 'a further password';
const cheapKey = '5c'.repeat(32);
const cheap = encryptKeystoreJsonSync(
  { address: privateKeyToAddress(`0x${cheapKey}`), privateKey: `0x${cheapKey}` },
  cheapPassword,
  { scrypt: { N: 2, r: 1, p: 1 } },
);

describe('writeKeystore', () => {
  it('is read back by us and by ethers, whatever key and password', { timeout: 180_000 }, async () => {
    const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).filter((bytes) => (bytes[0] ?? 0) < 255);
    const password = fc.string({ unit: 'grapheme', minLength: 12, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(key, password, async (bytes, secret) => {
        const hex = toHexText(bytes);
        const address = privateKeyToAddress(`0x${hex}`);
        const json = await writeKeystore(address, new Secret(Uint8Array.from(bytes)), secret);
        expect(isKeystore(json)).toBe(true);
        expect(readKeystoreAddress(json)).toBe(address);
        (await readKeystore(json, secret.normalize('NFD'))).use((read) => expect(toHexText(read)).toBe(hex));
        const theirs = await Wallet.fromEncryptedJson(json, secret);
        expect([theirs.address, theirs.privateKey]).toEqual([address, `0x${hex}`]);
        expect(json).not.toContain(hex);
      }),
      // Each is hashed as slowly as a real one, three times.
      { numRuns: 2, endOnFailure: true },
    );
  });
});

describe('readKeystore', () => {
  it.each(keystores)('reads $name', async ({ json, password, priv }) => {
    const key = await readKeystore(JSON.stringify(json), password);
    key.use((bytes) => expect(toHexText(bytes)).toBe(priv));
  });

  it('reads the wallets of the ethers vectors, as far as they are keystores of version 3', {
    timeout: 120_000,
  }, async () => {
    type Row = { type: string; address: string; password: string; content: string };
    let read = 0;
    for (const { type, address, password, content } of readVectors<Row[]>('ethers/wallets.json.gz')) {
      const text = new TextDecoder().decode(fromHex(password));
      const opened = readKeystore(content, text);
      if (type === 'crowdsale') {
        await expect(opened).rejects.toMatchObject({ code: 'KEYSTORE_INVALID' });
        continue;
      }
      (await opened).use((bytes) => expect(privateKeyToAddress(`0x${toHexText(bytes)}`)).toBe(address));
      read += 1;
    }
    expect(read).toBeGreaterThan(0);
  });

  const [sample] = keystores.filter(({ json }) => JSON.stringify(json).includes('pbkdf2'));

  it('tells a wrong password from a damaged file, and quotes neither', async () => {
    const json = JSON.stringify(sample?.json);
    const wrong = await readKeystore(json, 'not the password').catch((caught: unknown) => caught);
    expect(wrong).toMatchObject({ code: 'KEYSTORE_PASSWORD_WRONG' });
    const broken = await readKeystore(json.replace('aes-128-ctr', 'aes-128-xyz'), sample?.password ?? '').catch(
      (caught: unknown) => caught,
    );
    expect(broken).toMatchObject({ code: 'KEYSTORE_INVALID' });
    expect(JSON.stringify([String(wrong), String(broken), wrong, broken])).not.toMatch(/not the password|testpassword/);
  });

  const [scrypt] = keystores.filter(({ json }) => JSON.stringify(json).includes('scrypt'));
  it.each([
    ['more memory than a browser has', scrypt, /"n":\d+/, '"n":1073741824'],
    ['more work than a person waits for, in scrypt', scrypt, /"p":\d+/, '"p":1000000'],
    ['more work than a person waits for, in PBKDF2', sample, /"c":\d+/, '"c":1000000000'],
    ['a longer key than anybody needs', sample, /"dklen":\d+/, '"dklen":1000000'],
    ['less than nothing', scrypt, /"n":\d+/, '"n":-1'],
    ['another derivation', sample, '"pbkdf2"', '"bcrypt"'],
  ])('does not spend on a file %s', async (_what, keystore, part, greedy) => {
    const json = JSON.stringify(keystore?.json);
    const altered = json.replace(part, greedy);
    expect(altered).not.toBe(json);
    await expect(readKeystore(altered, keystore?.password ?? '')).rejects.toMatchObject({ code: 'KEYSTORE_INVALID' });
  });

  it.each([
    ['"n":2', '"n":1073741824,"N":2'],
    ['"kdfparams":', '"KdfParams":{"n":1073741824,"r":8,"p":1,"dklen":32,"salt":"00"},"kdfparams":'],
  ])('judges the cost by the name that opens it where %s is written twice', async (once, twice) => {
    const altered = cheap.replace(once, twice);
    expect(altered).not.toBe(cheap);
    await expect(readKeystore(altered, cheapPassword)).rejects.toMatchObject({
      code: 'KEYSTORE_INVALID',
      details: { reason: 'cost' },
    });
  });

  it('opens it or says what is wrong, whatever else stands in a file', async () => {
    await fc.assert(
      fc.asyncProperty(spoiled(cheap), async (json) => {
        const outcome = await readKeystore(json, cheapPassword).catch((caught: unknown) => caught);
        const code = expect.stringMatching(/^KEYSTORE_(?:INVALID|PASSWORD_WRONG)$/);
        if (outcome instanceof Secret) outcome.use((bytes) => expect(bytes).toHaveLength(32));
        else expect(outcome).toMatchObject({ name: 'AppError', code });
        expect(isKeystore(json)).toBeTypeOf('boolean');
        expect(readKeystoreAddress(json) ?? '0x').toMatch(/^0x/);
      }),
      { numRuns: 300 },
    );
  });

  it.each(['', '{}', 'null', '{"version":1}'])('refuses %j', async (text) => {
    await expect(readKeystore(text, 'a')).rejects.toMatchObject({ code: 'KEYSTORE_INVALID' });
  });
});
