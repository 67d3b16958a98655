import { inspect } from 'node:util';
import { HDNodeWallet } from 'ethers';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { accountPath } from './derivation-paths.ts';
import { deriveWatchedAddress, HdAccounts } from './hd-accounts.ts';
import { fromHex, readVectors, toHexText } from './testing/read-vectors.ts';

// Vectors and random cases are many, and a busy machine is slow.
vi.setConfig({ testTimeout: 60_000 });

type Chain = { path: string; pub: string; prv: string };
type Vector = { n: number; seed: string | null; chains: Chain[]; invalid: { key: string; why: string }[] };
const vectors = readVectors<Vector[]>('bip32/bip32.json');
const seed = fromHex(
  'c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531f09a6987599d18264c1e1c92f2cf141630c7a3c4ab7c81b2f001698e7463b04',
);

describe('the vectors of BIP-32', () => {
  const chains = vectors.flatMap(({ seed: hex, chains: list }) => list.map((chain) => ({ hex: hex ?? '', ...chain })));

  it.each(chains.filter(({ path }) => path !== 'm'))('derives $path', async ({ hex, path, prv }) => {
    const expected = HDNodeWallet.fromExtendedKey(prv) as HDNodeWallet;
    const accounts = new HdAccounts(fromHex(hex), [path]);
    expect(accounts.address(path)).toBe(expected.address);
    await accounts.withKey(path, async (key) =>
      key.use((bytes) => expect(`0x${toHexText(bytes)}`).toBe(expected.privateKey)),
    );
  });

  it.each(chains)('reads both extended keys at $path', ({ pub, prv }) => {
    const expected = HDNodeWallet.fromExtendedKey(prv) as HDNodeWallet;
    expect([deriveWatchedAddress(pub, 'm'), deriveWatchedAddress(prv, 'm')]).toEqual([
      expected.address,
      expected.address,
    ]);
    expect(deriveWatchedAddress(pub, 'm/7')).toBe(expected.deriveChild(7).address);
  });

  it('refuses every other text for an extended key, without quoting it', () => {
    const keys = fc.constantFrom(...chains.flatMap(({ pub, prv }) => [pub, prv]));
    const altered = fc
      .tuple(keys, fc.nat(), fc.constantFrom(...'123abcXYZ0OIl '))
      .map(([key, at, letter]) => [key, `${key.slice(0, at % key.length)}${letter}${key.slice((at % key.length) + 1)}`])
      .filter(([key, text]) => key !== text)
      .map(([, text = '']) => text);
    fc.assert(
      fc.property(fc.oneof(altered, fc.string({ unit: 'binary', maxLength: 120 })), (text) => {
        let refusal: unknown;
        try {
          deriveWatchedAddress(text, 'm');
        } catch (error) {
          refusal = error;
        }
        expect(refusal).toMatchObject({ code: 'EXTENDED_KEY_INVALID' });
        if (text.length > 20) expect(`${String(refusal)}${JSON.stringify(refusal)}`).not.toContain(text.slice(4, 20));
      }),
    );
  });

  it.each(vectors.flatMap(({ invalid }) => invalid))('refuses an extended key: $why', ({ key }) => {
    expect(() => deriveWatchedAddress(key, 'm')).toThrow(expect.objectContaining({ code: 'EXTENDED_KEY_INVALID' }));
  });
});

describe('HdAccounts', () => {
  it('gives the addresses that ethers gives', () => {
    const paths = [0, 1, 2, 19, 2_147_483_647].map(accountPath);
    const accounts = new HdAccounts(seed, paths);
    const root = HDNodeWallet.fromSeed(seed);
    expect(paths.map((path) => accounts.address(path))).toEqual(paths.map((path) => root.derivePath(path).address));
  });

  it('derives other accounts below a known node without the seed, and none elsewhere', () => {
    const accounts = new HdAccounts(seed, [accountPath(0)]);
    expect(accounts.has(accountPath(9))).toBe(true);
    expect(accounts.has("m/44'/60'/1'/0/0")).toBe(false);
    expect(accounts.address(accountPath(9))).toBe(HDNodeWallet.fromSeed(seed).derivePath(accountPath(9)).address);
    expect(() => accounts.address("m/44'/60'/1'/0/0")).toThrow(expect.objectContaining({ code: 'KEYRING_LOCKED' }));
  });

  it('has no keys left after wiping, lent ones neither', async () => {
    const accounts = new HdAccounts(seed, [accountPath(0)]);
    let lent: Uint8Array = new Uint8Array();
    await accounts.withKey(accountPath(0), async (key) =>
      key.use((bytes) => {
        lent = bytes;
      }),
    );
    expect([...lent].some((byte) => byte !== 0)).toBe(true);
    accounts.address(accountPath(0));
    accounts.wipe();
    expect([...lent].every((byte) => byte === 0)).toBe(true);
    expect(() => accounts.address(accountPath(0))).toThrow(expect.objectContaining({ code: 'KEYRING_LOCKED' }));
    expect(() => accounts.withKey(accountPath(0), async () => 1)).toThrow(
      expect.objectContaining({ code: 'KEYRING_LOCKED' }),
    );
  });

  it('shows nothing of its keys to whatever walks over it', () => {
    const accounts = new HdAccounts(seed, [accountPath(0)]);
    expect(() => JSON.stringify(accounts)).toThrow('never written');
    const shown = `${inspect(accounts, { showHidden: true, depth: 9 })}${String(accounts)}${JSON.stringify(structuredClone(accounts))}`;
    expect(shown).not.toMatch(/xprv|[0-9a-f]{16}|Uint8Array|HDKey/);
  });

  it.each(['m', '', 'x/0', "m/44'/60'/0'/0/-1", 'm/2147483648', 'm/01'])('refuses the path %j', (path) => {
    expect(() => new HdAccounts(seed, [path])).toThrow();
  });
});
