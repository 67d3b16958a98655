import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeEnvironment, readConfig } from './config.ts';

const chains = [
  {
    chainId: 31337,
    name: 'Local',
    native: { symbol: 'ETH', decimals: 18 },
    finality: { kind: 'depth', blocks: 3 },
    ephemeral: true,
    tokens: [],
    relay: '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
    checkout: '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
    startBlock: 0,
  },
];
const path = join(mkdtempSync(join(tmpdir(), 'config-')), 'chains.json');
writeFileSync(path, JSON.stringify(chains));

const good = {
  DATABASE_URL: 'postgres://127.0.0.1/x',
  CHAINS: path,
  RPC_URL_31337: 'http://127.0.0.1:8545',
  ISSUER_KEY: `0x${'11'.repeat(32)}`,
  RELAYER_KEY: `0x${'22'.repeat(32)}`,
  DATA_KEY: `0x${'33'.repeat(32)}`,
};

it('fills in what has a safe default, and nothing else', () => {
  const config = readConfig(good);
  expect(config).toMatchObject({
    PORT: 8080,
    HOST: ['127.0.0.1'],
    tls: undefined,
    publicUrl: 'http://localhost:8080',
    BRIDGE: true,
    chains,
  });
  expect(config.rpcUrls.get(31337)).toEqual(['http://127.0.0.1:8545']);
});

it('answers HTTPS itself when it is given a certificate, and is then seen by https', () => {
  const [cert, key] = ['cert.pem', 'key.pem'].map((name) => join(dirname(path), name)) as [string, string];
  writeFileSync(cert, 'a certificate');
  writeFileSync(key, 'a key');
  const secure = { ...good, TLS_CERT_FILE: cert, TLS_KEY_FILE: key, HOST: '127.0.0.1,192.168.1.5' };
  expect(readConfig(secure)).toMatchObject({
    HOST: ['127.0.0.1', '192.168.1.5'],
    tls: { certificate: 'a certificate', key: 'a key', authority: undefined },
    publicUrl: 'https://localhost:8080',
  });
  expect(readConfig({ ...secure, TLS_AUTHORITY_FILE: cert }).tls?.authority).toBe('a certificate');
  expect(() => readConfig({ ...secure, TLS_KEY_FILE: '' })).toThrow(
    'TLS_CERT_FILE: belongs together with TLS_KEY_FILE',
  );
  expect(() => readConfig({ ...secure, TLS_KEY_FILE: `${key}.gone` })).toThrow('TLS_KEY_FILE: not a readable file');
  expect(() => readConfig({ ...secure, PUBLIC_URL: 'http://localhost:8080' })).toThrow('PUBLIC_URL: must be https');
});

describe('mail', () => {
  const mail = {
    SMTP_URL: 'smtps://us%40er:pass%3Aword@mail.example',
    MAIL_FROM: 'Feiqian 飞钱 <receipts@wallet.example>',
  };

  it('is off without a server', () => {
    expect(readConfig(good).mail).toBeUndefined();
  });

  it.each([
    [
      'smtps://us%40er:pass%3Aword@mail.example',
      { host: 'mail.example', port: 465, encryption: 'tls', auth: { user: 'us@er', pass: 'pass:word' } },
    ],
    ['smtps://mail.example:4650', { host: 'mail.example', port: 4650, encryption: 'tls', auth: undefined }],
    // Nothing goes in clear beyond this machine, whatever the server offers.
    ['smtp://mail.example', { host: 'mail.example', port: 587, encryption: 'starttls', auth: undefined }],
    [
      'smtp://127.0.0.1.mail.example:25',
      { host: '127.0.0.1.mail.example', port: 25, encryption: 'starttls', auth: undefined },
    ],
    ['smtp://localhost', { host: 'localhost', port: 25, encryption: 'none', auth: undefined }],
    ['smtp://[::1]:2525', { host: '::1', port: 2525, encryption: 'none', auth: undefined }],
  ])('is handed in at %s as it is said', (SMTP_URL, server) => {
    expect(readConfig({ ...good, ...mail, SMTP_URL }).mail).toEqual({
      server,
      from: { name: 'Feiqian 飞钱', address: 'receipts@wallet.example' },
    });
  });

  it('comes from an address alone, too', () => {
    expect(readConfig({ ...good, ...mail, MAIL_FROM: 'receipts@wallet.example' }).mail?.from).toEqual({
      name: '',
      address: 'receipts@wallet.example',
    });
  });

  it.each([
    ['http://mail.example', mail.MAIL_FROM, 'SMTP_URL'],
    ['mail.example', mail.MAIL_FROM, 'SMTP_URL'],
    ['', mail.MAIL_FROM, 'SMTP_URL'],
    [mail.SMTP_URL, '', 'MAIL_FROM'],
    [mail.SMTP_URL, 'somebody', 'MAIL_FROM'],
    [mail.SMTP_URL, 'a <a@b.example>, c@d.example', 'MAIL_FROM'],
    [mail.SMTP_URL, 'a\r\nBcc: c@d.example <a@b.example>', 'MAIL_FROM'],
  ])('is not sent by %j from %j', (SMTP_URL, MAIL_FROM, name) => {
    expect(() => readConfig({ ...good, SMTP_URL, MAIL_FROM })).toThrow(name);
    expect(() => readConfig({ ...good, SMTP_URL, MAIL_FROM })).not.toThrow('pass');
  });
});

it('reports every problem at once by name and never by value', () => {
  const secret = 'not-a-key-but-somebody-thought-so';
  try {
    readConfig({ ISSUER_KEY: secret, BRIDGE: 'maybe', PORT: 'http' });
    expect.unreachable();
  } catch (error) {
    const text = String(error);
    for (const name of ['DATABASE_URL', 'CHAINS', 'ISSUER_KEY', 'RELAYER_KEY', 'DATA_KEY', 'BRIDGE', 'PORT'])
      expect(text).toContain(name);
    expect(text).not.toContain(secret);
  }
});

it.each([
  [
    'a key that Hardhat prints',
    { ISSUER_KEY: '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80' },
    'ISSUER_KEY',
  ],
  ['one key for two tasks', { RELAYER_KEY: good.ISSUER_KEY }, 'RELAYER_KEY'],
  ['a chain node reached in clear beyond loopback', { RPC_URL_31337: 'http://10.0.0.8:8545' }, 'RPC_URL_31337'],
  ['a public address in clear', { PUBLIC_URL: 'http://wallet.example' }, 'PUBLIC_URL'],
  [
    'to kill itself where people are served',
    { PUBLIC_URL: 'https://wallet.example', FAIL_AT: 'before_ledger_post' },
    'FAIL_AT',
  ],
  ['a pace that would never rest', { SWEEP_MS: '0' }, 'SWEEP_MS'],
  ['a chain without a node', { RPC_URL_31337: '' }, 'RPC_URL_31337'],
  ['a chains file that is not there', { CHAINS: '/nowhere.json' }, 'CHAINS'],
])('refuses %s', (_what, change, name) => {
  expect(() => readConfig({ ...good, ...change })).toThrow(name);
});

it('describes every variable for .env.example', () => {
  for (const name of [...Object.keys(good), 'PORT', 'BRIDGE', 'LOG_LEVEL'])
    expect(describeEnvironment()).toContain(`\n${name}=`);
});

describe('the list of chains', () => {
  const token = { symbol: 'PEAR', name: 'Pear', address: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', decimals: 18 };
  const [local] = chains;
  const { relay: _relay, checkout: _checkout, ...bare } = local as NonNullable<typeof local>;
  const read = (list: readonly object[]) => {
    const file = join(dirname(path), 'list.json');
    writeFileSync(file, JSON.stringify(list));
    return readConfig({ ...good, CHAINS: file, RPC_URL_1: 'https://node.example' }).chains;
  };

  it('needs no contracts of the operator’s where it issues nothing', () => {
    expect(read([local as object, { ...bare, chainId: 1, tokens: [token] }])).toMatchObject([
      local as object,
      { chainId: 1, tokens: [token], relay: null, checkout: null },
    ]);
    expect(read([bare])).toMatchObject([{ tokens: [], relay: null, checkout: null }]);
  });

  it.each([
    ['a token that is issued without a relay', [{ ...bare, tokens: [{ ...token, cash: 'iso4217:CNY' }] }], 'relay'],
    ['a currency that is not here', [{ ...bare, tokens: [{ ...token, cash: 'iso4217:EUR' }] }], 'cash'],
    ['a token twice', [{ ...bare, tokens: [token, token] }], 'twice'],
    ['the relay as a token', [{ ...local, tokens: [{ ...token, address: local?.relay }] }], 'twice'],
    ['a chain twice', [bare, bare], 'another chain'],
    ['no chain', [], 'CHAINS'],
  ])('is refused with %s', (_, list, reason) => {
    expect(() => read(list)).toThrow(reason);
  });
});
