import { privateKeyToAddress } from 'viem/accounts';
import { describe, expect, it, vi } from 'vitest';
import { readKeystore } from './keystore.ts';
import { fromHex, readVectors, toHexText } from './testing/read-vectors.ts';

// Vectors and random cases are many, and a busy machine is slow.
vi.setConfig({ testTimeout: 60_000 });

type Keystore = { json: object; password: string; priv: string };
const keystores = Object.entries(
  readVectors<Record<string, Record<string, Keystore>>>('keystore-v3/keystores.json'),
).flatMap(([source, cases]) =>
  Object.entries(cases).map(([name, vector]) => ({ name: `${source} ${name}`, ...vector })),
);

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

  it.each(['', '{}', 'null', '{"version":1}'])('refuses %j', async (text) => {
    await expect(readKeystore(text, 'a')).rejects.toMatchObject({ code: 'KEYSTORE_INVALID' });
  });
});
