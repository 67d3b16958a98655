import { randomBytes } from 'node:crypto';
import type { Me } from '@feiqian/domain/api/auth';
import { problemSchema } from '@feiqian/domain/api/common';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kdf, publicUrl, startAccounts, type TestAccounts } from './support/accounts.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';

const linked: string[] = [];
let now = new Date('2026-11-22T08:00:00Z');
let app: FastifyInstance;
let database: TestDatabase;
let accounts: TestAccounts;

beforeAll(async () => {
  database = await createTestDatabase();
  accounts = await startAccounts({
    database,
    dataKey: randomBytes(32),
    clock: () => now,
    onAddressLinked: (address) => linked.push(address),
  });
  app = accounts.app;
});
afterAll(async () => {
  await accounts?.close();
});

const secret = () => randomBytes(32).toString('base64url');
const register = (change?: object) => accounts.register(change);
const as = (cookie: string, request: InjectOptions) => app.inject({ ...request, cookies: { feiqian: cookie } });
const problem = (response: { json: () => unknown }) => problemSchema.parse(response.json());

describe('registering and logging in', () => {
  it('opens an account with a handle from the e-mail and a session that scripts cannot read', async () => {
    const { response, me } = await register();
    expect(response.statusCode).toBe(201);
    expect(me).toMatchObject({
      language: 'zh',
      displayCurrency: 'CNY',
      addresses: [],
      vaultVersion: 0,
      isStaff: false,
    });
    expect(me.handle).toMatch(/^person/);
    expect(response.headers['set-cookie']).toMatch(/HttpOnly; SameSite=Strict/);
  });

  it('logs in with the derived secret in any spelling of the e-mail, and with no other secret', async () => {
    const { email, authSecret, me, cookie } = await register();
    const right = await app.inject({
      method: 'POST',
      url: '/v1/auth/login',
      payload: { email: ` ${email.toUpperCase()} `, authSecret },
    });
    expect(right.statusCode).toBe(200);
    expect(right.json<Me>().id).toBe(me.id);
    expect(right.cookies[0]?.value).not.toBe(cookie);
    const wrong = await app.inject({ method: 'POST', url: '/v1/auth/login', payload: { email, authSecret: secret() } });
    const unknown = await app.inject({
      method: 'POST',
      url: '/v1/auth/login',
      payload: { email: 'nobody@example.com', authSecret: secret() },
    });
    expect([wrong.statusCode, problem(wrong).code]).toEqual([401, 'CREDENTIALS_WRONG']);
    expect({ ...problem(unknown), requestId: '' }).toEqual({ ...problem(wrong), requestId: '' });
  });

  it('answers the same made-up parameters for an unknown e-mail every time, and the real ones for a known', async () => {
    const ask = async (email: string) =>
      (await app.inject({ method: 'POST', url: '/v1/auth/parameters', payload: { email } })).json<{ kdf: typeof kdf }>()
        .kdf;
    const { email } = await register();
    expect(await ask(email)).toEqual(kdf);
    expect(await ask('ghost@example.com')).toEqual(await ask('Ghost@Example.com'));
    expect((await ask('ghost@example.com')).salt).not.toBe((await ask('ghost2@example.com')).salt);
    expect(Object.keys(await ask('ghost@example.com')).sort()).toEqual(Object.keys(kdf).sort());
  });

  it.each([
    ['the same e-mail again', 'EMAIL_TAKEN', async () => ({ email: (await register()).email })],
    ['a handle that somebody has', 'HANDLE_TAKEN', async () => ({ handle: (await register()).me.handle })],
    ['something that is no e-mail', 'EMAIL_MALFORMED', async () => ({ email: 'me' })],
    ['a derivation that is too cheap', 'KDF_PARAMETERS_WEAK', async () => ({ kdf: { ...kdf, memoryKib: 1024 } })],
    ['a field that does not exist', 'REQUEST_INVALID', async () => ({ isAdmin: true })],
    ['a secret of another form', 'REQUEST_INVALID', async () => ({ authSecret: 'password' })],
  ])('refuses %s', async (_what, code, change) => {
    const { response } = await register(await change());
    expect(problem(response).code).toBe(code);
    expect(response.cookies).toEqual([]);
  });

  it('ends the session at log-out, on the server', async () => {
    const { cookie } = await register();
    expect((await as(cookie, { url: '/v1/me' })).statusCode).toBe(200);
    expect((await as(cookie, { method: 'POST', url: '/v1/auth/logout' })).statusCode).toBe(204);
    expect(problem(await as(cookie, { url: '/v1/me' })).code).toBe('SESSION_EXPIRED');
  });

  it('stores neither the secret nor the session in a form that could be used', async () => {
    const { authSecret, cookie } = await register();
    const dump = JSON.stringify(
      (await database.pool.query('SELECT u.*, s.* FROM users u JOIN sessions s ON s.user_id = u.id')).rows,
    );
    expect(dump).toContain('$argon2id$');
    expect(dump).not.toContain(authSecret);
    expect(dump).not.toContain(cookie);
  });
});

describe('requests from elsewhere', () => {
  it('are refused when they carry a session and another origin, and accepted from our own page', async () => {
    const { cookie } = await register();
    const change = (headers: Record<string, string>) =>
      as(cookie, { method: 'PATCH', url: '/v1/me', headers, payload: { language: 'en' } });
    for (const origin of ['https://evil.example', 'null', 'http://localhost:8080.evil.example'])
      expect(problem(await change({ origin })).code).toBe('CSRF_REJECTED');
    expect(problem(await change({ 'sec-fetch-site': 'cross-site' })).code).toBe('CSRF_REJECTED');
    expect((await change({ origin: publicUrl })).json<Me>().language).toBe('en');
  });

  it('get security headers, problem JSON with a request id, and no hint of what broke', async () => {
    const response = await app.inject({ url: '/v1/nothing' });
    expect(response.headers['content-security-policy']).toContain("default-src 'none'");
    expect(response.headers['content-security-policy']).not.toContain('unsafe');
    expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(problem(response)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });

  it.each([
    ['malformed JSON', { payload: '{', headers: { 'content-type': 'application/json' } }, 400],
    [
      'another media type',
      { payload: 'email=a', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
    ],
    ['a huge body', { payload: { email: 'x'.repeat(400_000) } }, 413],
  ])('are told plainly about %s', async (_what, request, status) => {
    const response = await app.inject({ method: 'POST', url: '/v1/auth/login', ...request });
    expect(response.statusCode).toBe(status);
    expect(problem(response).code).toBe('REQUEST_INVALID');
  });
});

describe('linking an address', () => {
  const challenge = async (cookie: string, address: string) =>
    (
      await as(cookie, { method: 'POST', url: '/v1/me/addresses/challenge', payload: { address, chainId: 31337 } })
    ).json<{ message: string }>().message;
  const link = (cookie: string, message: string, signature: string) =>
    as(cookie, { method: 'POST', url: '/v1/me/addresses', payload: { message, signature } });

  it('needs the signature of that very address over the message that was handed out', async () => {
    const { cookie } = await register();
    const account = privateKeyToAccount(generatePrivateKey());
    const stranger = privateKeyToAccount(generatePrivateKey());
    const message = await challenge(cookie, account.address);
    expect(message).toContain('localhost:8080 wants you to sign in with your Ethereum account');
    expect(problem(await link(cookie, message, await stranger.signMessage({ message }))).code).toBe(
      'SIGNATURE_INVALID',
    );
    const changed = message.replace('localhost:8080', 'evil.example');
    expect(problem(await link(cookie, changed, await account.signMessage({ message: changed }))).code).toBe(
      'SIWE_MISMATCH',
    );
    const response = await link(cookie, message, await account.signMessage({ message }));
    expect(response.json<Me>().addresses.map(({ address }) => address)).toEqual([account.address]);
    expect(linked).toContain(account.address);
    expect(problem(await link(cookie, message, await account.signMessage({ message }))).code).toBe('CHALLENGE_EXPIRED');
  });

  it('refuses an address of somebody else, a message of somebody else, and a late one', async () => {
    const account = privateKeyToAccount(generatePrivateKey());
    const [first, second] = [await register(), await register()];
    const message = await challenge(first.cookie, account.address);
    expect(problem(await link(second.cookie, message, await account.signMessage({ message }))).code).toBe(
      'CHALLENGE_EXPIRED',
    );
    await link(first.cookie, message, await account.signMessage({ message }));
    const again = await challenge(second.cookie, account.address);
    expect(problem(await link(second.cookie, again, await account.signMessage({ message: again }))).code).toBe(
      'ADDRESS_LINKED_ELSEWHERE',
    );
    const late = await challenge(first.cookie, account.address);
    now = new Date(now.getTime() + 601_000);
    expect(problem(await link(first.cookie, late, await account.signMessage({ message: late }))).code).toBe(
      'CHALLENGE_EXPIRED',
    );
  });

  it('refuses an address with a wrong checksum and a chain that is not there', async () => {
    const { cookie } = await register();
    const ask = (payload: object) => as(cookie, { method: 'POST', url: '/v1/me/addresses/challenge', payload });
    const { address } = privateKeyToAccount(generatePrivateKey());
    expect(problem(await ask({ address: address.toLowerCase(), chainId: 31337 })).code).toBe('ADDRESS_CHECKSUM_WRONG');
    expect(problem(await ask({ address, chainId: 5 })).code).toBe('CHAIN_UNKNOWN');
  });
});

describe('the vault', () => {
  const put = (cookie: string, version: number, vault: string) =>
    as(cookie, { method: 'PUT', url: '/v1/vault', payload: { version, vault } });

  it('is kept by compare-and-swap: of two writers of one version one wins and the other is told', async () => {
    const { cookie } = await register();
    expect((await as(cookie, { url: '/v1/vault' })).json()).toEqual({ version: 0, vault: null });
    const answers = await Promise.all([put(cookie, 1, '{"a":1}'), put(cookie, 1, '{"b":2}')]);
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
    const winner = (await as(cookie, { url: '/v1/vault' })).json<{ version: number; vault: string }>();
    expect((await put(cookie, 1, winner.vault)).statusCode).toBe(200);
    expect((await put(cookie, 3, '{"c":3}')).json()).toMatchObject({
      code: 'VAULT_CONFLICT',
      details: { version: '1' },
    });
    expect((await put(cookie, 2, '{"c":3}')).statusCode).toBe(200);
    expect((await as(cookie, { url: '/v1/me' })).json<Me>().vaultVersion).toBe(2);
  });

  it('is shown to its owner only', async () => {
    const [owner, other] = [await register(), await register()];
    await put(owner.cookie, 1, '{"a":1}');
    expect((await as(other.cookie, { url: '/v1/vault' })).json()).toEqual({ version: 0, vault: null });
    expect((await app.inject({ url: '/v1/vault' })).statusCode).toBe(401);
  });
});

describe('changing the password', () => {
  const newKdf = { ...kdf, salt: 'AQECAwQFBgcICQoLDA0ODw' };
  const change = (cookie: string, payload: object) => as(cookie, { method: 'POST', url: '/v1/auth/password', payload });
  const logIn = (email: string, authSecret: string) =>
    app.inject({ method: 'POST', url: '/v1/auth/login', payload: { email, authSecret } });
  const readVault = async (cookie: string) => (await as(cookie, { url: '/v1/vault' })).json<{ vault: string }>().vault;

  /** Somebody with a vault, and what a change of their password needs. */
  async function withVault() {
    const person = await register();
    await as(person.cookie, { method: 'PUT', url: '/v1/vault', payload: { version: 1, vault: 'old' } });
    const newAuthSecret = secret();
    const payload = { authSecret: person.authSecret, newAuthSecret, newKdf, vaultVersion: 2, vault: 'new' };
    return { ...person, newAuthSecret, payload };
  }

  it('swaps log-in, derivation and vault together, and ends every other session', async () => {
    const { email, authSecret, newAuthSecret, cookie, payload } = await withVault();
    const elsewhere = (await logIn(email, authSecret)).cookies[0]?.value ?? '';
    expect((await change(cookie, payload)).statusCode).toBe(204);
    expect([(await logIn(email, authSecret)).statusCode, (await logIn(email, newAuthSecret)).statusCode]).toEqual([
      401, 200,
    ]);
    const asked = await app.inject({ method: 'POST', url: '/v1/auth/parameters', payload: { email } });
    expect(asked.json()).toEqual({ kdf: newKdf });
    expect(await readVault(cookie)).toBe('new');
    expect(problem(await as(elsewhere, { url: '/v1/me' })).code).toBe('SESSION_EXPIRED');
  });

  it('finds its work done when the answer was lost and it is asked again', async () => {
    const { cookie, payload } = await withVault();
    await change(cookie, payload);
    expect((await change(cookie, payload)).statusCode).toBe(204);
    expect(problem(await change(cookie, { ...payload, vault: 'other' })).code).toBe('CREDENTIALS_WRONG');
  });

  it.each([
    ['the old password is wrong', 'CREDENTIALS_WRONG', () => ({ authSecret: secret() })],
    ['the vault was changed meanwhile', 'VAULT_CONFLICT', () => ({ vaultVersion: 1 })],
    ['the vault would stay under the old password', 'VAULT_CONFLICT', () => ({ vault: undefined, vaultVersion: 0 })],
    ['the derivation is too cheap', 'KDF_PARAMETERS_WEAK', () => ({ newKdf: { ...newKdf, memoryKib: 1_024 } })],
  ])('changes nothing when %s', async (_what, code, wrong) => {
    const { email, authSecret, newAuthSecret, cookie, payload } = await withVault();
    expect(problem(await change(cookie, { ...payload, ...wrong() })).code).toBe(code);
    expect([(await logIn(email, authSecret)).statusCode, (await logIn(email, newAuthSecret)).statusCode]).toEqual([
      200, 401,
    ]);
    expect(await readVault(cookie)).toBe('old');
  });

  it('lets one of two changes win that come at the same moment, wholly', async () => {
    const { email, cookie, payload } = await withVault();
    const changes = [1, 2].map((number) => ({ ...payload, newAuthSecret: secret(), vault: `vault ${number}` }));
    const answers = await Promise.all(changes.map((one) => change(cookie, one)));
    expect(answers.map(({ statusCode }) => statusCode).filter((status) => status === 204)).toHaveLength(1);
    const winner = changes[answers.findIndex(({ statusCode }) => statusCode === 204)];
    expect((await logIn(email, winner?.newAuthSecret ?? '')).statusCode).toBe(200);
    expect(await readVault(cookie)).toBe(winner?.vault);
  });

  it('needs a session', async () => {
    const { payload } = await withVault();
    expect((await app.inject({ method: 'POST', url: '/v1/auth/password', payload })).statusCode).toBe(401);
  });
});
