import { inspect } from 'node:util';
import { privateKeyToAddress } from 'viem/accounts';
import { describe, expect, it } from 'vitest';
import { accountPath } from './derivation-paths.ts';
import { HdAccounts } from './hd-accounts.ts';
import { connectKeyring } from './keyring.ts';
import type { KeyringMethods } from './protocol.ts';
import { Secret, withWiped } from './secret.ts';
import { createLink } from './testing/create-link.ts';
import { anOpenKeyring, knownPhrase, password } from './testing/open-keyring.ts';
import { fromHex, readVectors, toHexText } from './testing/read-vectors.ts';

/** Everything that a program can get hold of by walking over an object, as text. */
function showAll(value: unknown): string {
  const parts = [
    inspect(value, { depth: 20, showHidden: true, getters: true, maxArrayLength: null, maxStringLength: null }),
    String(value),
  ];
  const seen = new Set<unknown>();
  const walk = (item: unknown): void => {
    if ((typeof item !== 'object' && typeof item !== 'function') || item === null || seen.has(item)) return;
    seen.add(item);
    if (ArrayBuffer.isView(item)) parts.push(toHexText(new Uint8Array(item.buffer, item.byteOffset, item.byteLength)));
    for (const key of Reflect.ownKeys(item)) {
      parts.push(String(key));
      const descriptor = Object.getOwnPropertyDescriptor(item, key);
      if (descriptor && 'value' in descriptor) walk(descriptor.value);
    }
    walk(Object.getPrototypeOf(item));
  };
  walk(value);
  for (const write of [
    () => JSON.stringify(value),
    () => inspect(structuredClone(value), { depth: 20, showHidden: true }),
  ]) {
    try {
      parts.push(write());
    } catch (error) {
      parts.push(String(error));
    }
  }
  return parts.join('\n');
}

const privateKey = 'ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';
const secrets = [
  privateKey,
  Buffer.from(privateKey, 'hex').toString('base64').slice(0, 40),
  [...Buffer.from(privateKey, 'hex')].slice(0, 8).join(', '),
  BigInt(`0x${privateKey}`).toString(),
  'test test test',
  'df9bf37e6fcdf9bf37e6fcdf9bf37e3c', // the entropy
  'xprv',
  password,
];

describe('a secret', () => {
  it('shows nothing to whatever walks over it', () => {
    const secret = new Secret(fromHex(privateKey));
    const shown = showAll({ deep: [secret], error: new Error('x', { cause: secret }) });
    for (const part of secrets) expect(shown).not.toContain(part);
    expect(() => JSON.stringify({ secret })).toThrow('never written');
    expect(`${secret}`).toBe('[secret]');
  });

  it('lends its bytes until it is wiped, and overwrites them then', () => {
    const bytes = fromHex(privateKey);
    const secret = new Secret(bytes);
    expect(secret.use(toHexText)).toBe(privateKey);
    secret.wipe();
    secret.wipe();
    expect(toHexText(bytes)).toBe('00'.repeat(32));
    expect(() => secret.use(toHexText)).toThrow(expect.objectContaining({ code: 'KEYRING_LOCKED' }));
  });

  it('is overwritten after use, however that ends', async () => {
    const bytes = fromHex(privateKey);
    await expect(withWiped(bytes, () => Promise.reject(new Error('on purpose')))).rejects.toThrow('on purpose');
    expect(toHexText(bytes)).toBe('00'.repeat(32));
  });
});

describe('an open keyring', { timeout: 60_000 }, () => {
  it('shows nothing of its keys, nor do its answers, its client and its failures', async () => {
    const { keyring, sessionKeys, created } = await anOpenKeyring();
    const client = connectKeyring(createLink(keyring));
    const [account] = await client.listAccounts({});
    expect(account?.address).toBe(privateKeyToAddress(`0x${privateKey}`));
    const failures = await Promise.all([
      client
        .restoreVault({ password, kdf: {} as never, text: `${knownPhrase} extra` })
        .catch((error: unknown) => error),
      client.restoreVault({ password, kdf: {} as never, text: knownPhrase }).catch((error: unknown) => error),
      client.unlock({ vault: created.vault, password: `${password}x` }).catch((error: unknown) => error),
      client
        .signTypedData({ address: account?.address ?? '0x', draft: null as never })
        .catch((error: unknown) => error),
      client
        .signTransaction({ address: account?.address ?? '0x', draft: { kind: 'transaction', bytes: '0x02c0' } })
        .catch((error: unknown) => error),
    ]);
    const reachable = [
      keyring,
      client,
      created,
      sessionKeys,
      await client.getStatus({}),
      account,
      failures,
      failures.map((error) => (error as Error).stack),
    ];
    const shown = reachable.map(showAll).join('\n');
    for (const part of secrets) expect(shown).not.toContain(part);
    expect(() => JSON.stringify(keyring)).toThrow('never written');
  });

  it('tells the page nothing of a failure that it did not expect', async () => {
    const methods = {
      getStatus: () => Promise.reject(new Error(`Invalid word in ${knownPhrase}`, { cause: privateKey })),
    } as unknown as KeyringMethods;
    const error = await connectKeyring(createLink(methods))
      .getStatus({})
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'INTERNAL', message: 'The keyring failed.' });
    for (const part of secrets) expect(showAll(error)).not.toContain(part);
  });
});

describe('the account vectors of ethers', () => {
  it('have the addresses that our derivation of an address gives', async () => {
    const rows = readVectors<{ privateKey: string; address: string }[]>('ethers/accounts.json.gz');
    for (const { privateKey: key, address } of rows) expect(privateKeyToAddress(`0x${key.slice(2)}`)).toBe(address);
    expect(rows.length).toBeGreaterThan(100);
    expect(new HdAccounts(new Uint8Array(64).fill(1), [accountPath(0)]).address(accountPath(0))).toMatch(
      /^0x[0-9a-fA-F]{40}$/,
    );
  });
});
