import { randomBytes } from 'node:crypto';
import type { Me } from '@feiqian/domain/api/auth';
import { problemSchema } from '@feiqian/domain/api/common';
import type { PasskeyCreationOptions, PasskeyRequestOptions } from '@feiqian/domain/api/passkeys';
import type { FactorProof, LoginChallenge, SecondFactors, TotpEnrolment } from '@feiqian/domain/api/second-factors';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publicUrl, startAccounts, type TestAccounts } from './support/accounts.ts';
import { Authenticator, type Lie } from './support/authenticator.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';

let now = new Date('2026-11-30T08:00:00Z');
let database: TestDatabase;
let replicas: readonly [TestAccounts, TestAccounts];
let app: FastifyInstance;

beforeAll(async () => {
  database = await createTestDatabase();
  const options = { database, dataKey: randomBytes(32), clock: () => now };
  replicas = [await startAccounts(options), await startAccounts(options)];
  app = replicas[0].app;
});
afterAll(async () => {
  for (const replica of replicas ?? []) await replica.close();
});

const later = (ms: number) => {
  now = new Date(now.getTime() + ms);
};
const send = (method: 'POST' | 'DELETE', url: string, payload?: object, cookie?: string, at = app) =>
  at.inject({
    method,
    url,
    ...(payload ? { payload } : {}),
    ...(cookie === undefined ? {} : { cookies: { feiqian: cookie } }),
  } as InjectOptions);
const post = (url: string, payload?: object, cookie?: string, at?: FastifyInstance) =>
  send('POST', url, payload, cookie, at);
const get = (url: string, cookie: string) => app.inject({ url, cookies: { feiqian: cookie } });
const codeOf = (response: { json: () => unknown }) => problemSchema.parse(response.json()).code;
const cookieOf = (response: { cookies: { name: string; value: string }[] }) =>
  response.cookies.find(({ name }) => name === 'feiqian')?.value ?? '';

type Somebody = Awaited<ReturnType<TestAccounts['register']>>;

async function addPasskey(person: Somebody, authenticator: Authenticator, lie: Lie = {}) {
  const asked = await post('/v1/me/passkeys/options', { authSecret: person.authSecret }, person.cookie);
  const credential = authenticator.create(asked.json<PasskeyCreationOptions>(), lie);
  return post('/v1/me/passkeys', { name: 'Laptop', credential }, person.cookie);
}

/** Somebody with a passkey, which was just made. */
async function withPasskey(options = {}) {
  const person = await replicas[0].register();
  const authenticator = new Authenticator(publicUrl, options);
  const added = await addPasskey(person, authenticator);
  return { ...person, authenticator, recoveryCodes: added.json<{ recoveryCodes: string[] }>().recoveryCodes };
}

const logIn = ({ email, authSecret }: Pick<Somebody, 'email' | 'authSecret'>) =>
  post('/v1/auth/login', { email, authSecret });
const askAlone = async () => (await post('/v1/auth/passkey/options')).json<PasskeyRequestOptions>();
const logInBy = (credential: object, at?: FastifyInstance) => post('/v1/auth/passkey', { credential }, undefined, at);
const goOn = (ticket: string, proof: FactorProof) => post('/v1/auth/login/second-factor', { ticket, proof });
const ticketOf = async (person: Somebody) => (await logIn(person)).json<LoginChallenge>().ticket;
const askFor = async (ticket: string) =>
  (await post('/v1/auth/login/passkey-options', { ticket })).json<PasskeyRequestOptions>();
const askStepUp = async (cookie: string) =>
  (await post('/v1/auth/step-up/passkey-options', undefined, cookie)).json<PasskeyRequestOptions>();
const listOf = async (cookie: string) => (await get('/v1/me/second-factors', cookie)).json<SecondFactors>();
const eventsOf = async (email: string) =>
  (await replicas[0].readMails()).filter(({ to }) => to === email).map(({ data }) => data.event);

describe('adding a passkey', () => {
  it('needs the password, gives recovery codes with the first, ends other sessions and tells the owner', async () => {
    const person = await replicas[0].register();
    const elsewhere = cookieOf(await logIn(person));
    const wrong = { authSecret: randomBytes(32).toString('base64url') };
    expect(codeOf(await post('/v1/me/passkeys/options', wrong, person.cookie))).toBe('CREDENTIALS_WRONG');
    const added = await addPasskey(person, new Authenticator(publicUrl));
    expect(added.json<{ recoveryCodes: string[] }>().recoveryCodes).toHaveLength(10);
    expect(added.headers['cache-control']).toBe('no-store');
    expect((await get('/v1/me', elsewhere)).statusCode).toBe(401);
    // A second one goes without new codes.
    const second = await addPasskey(person, new Authenticator(publicUrl, { isSynced: true }));
    expect(second.json()).toEqual({ recoveryCodes: [] });
    const { passkeys, recoveryCodesLeft } = await listOf(person.cookie);
    expect(passkeys.map(({ name, isBackedUp }) => [name, isBackedUp])).toEqual([
      ['Laptop', false],
      ['Laptop', true],
    ]);
    expect(recoveryCodesLeft).toBe(10);
    expect(await eventsOf(person.email)).toEqual(['passkey_added', 'passkey_added']);
    const { rows } = await database.pool.query('SELECT name FROM passkeys');
    expect(JSON.stringify(rows)).not.toContain('Laptop');
  });

  it.each<[string, Lie]>([
    ['another origin', { origin: 'https://wallet.example.evil' }],
    ['another host', { rpId: 'evil.example' }],
    ['a frame of another site', { crossOrigin: true }],
    ['nobody recognised', { isUnverified: true }],
    ['an answer to another question', { type: 'webauthn.get' }],
  ])('is refused with %s', async (_, lie) => {
    const person = await replicas[0].register();
    expect(codeOf(await addPasskey(person, new Authenticator(publicUrl), lie))).toBe('PASSKEY_REFUSED');
    expect((await listOf(person.cookie)).passkeys).toEqual([]);
    expect((await logIn(person)).statusCode).toBe(200);
  });

  it('takes what was made for this session, once and within five minutes', async () => {
    const [anna, ben] = [await replicas[0].register(), await replicas[0].register()];
    const ask = async ({ authSecret, cookie }: Somebody) =>
      (await post('/v1/me/passkeys/options', { authSecret }, cookie)).json<PasskeyCreationOptions>();
    const add = (credential: object, { cookie }: Somebody) => post('/v1/me/passkeys', { name: '', credential }, cookie);
    const foreign = new Authenticator(publicUrl).create(await ask(anna));
    expect(codeOf(await add(foreign, ben))).toBe('PASSKEY_REFUSED');
    const slow = new Authenticator(publicUrl).create(await ask(anna));
    later(300_001);
    expect(codeOf(await add(slow, anna))).toBe('PASSKEY_REFUSED');
    const made = new Authenticator(publicUrl).create(await ask(anna));
    expect((await add(made, anna)).statusCode).toBe(201);
    expect(codeOf(await add(made, anna))).toBe('PASSKEY_REFUSED');
  });

  it('is no way for two people to have the same, nor for one to have many', async () => {
    const anna = await withPasskey();
    const ben = await replicas[0].register();
    expect(codeOf(await addPasskey(ben, anna.authenticator))).toBe('PASSKEY_EXISTS');
    for (let n = 1; n < 10; n += 1) expect((await addPasskey(anna, new Authenticator(publicUrl))).statusCode).toBe(201);
    const more = await post('/v1/me/passkeys/options', { authSecret: anna.authSecret }, anna.cookie);
    expect(codeOf(more)).toBe('PASSKEYS_TOO_MANY');
  });
});

describe('logging in by a passkey alone', () => {
  it('opens a session that has shown a factor, with neither e-mail nor password', async () => {
    const person = await withPasskey();
    const answer = await logInBy(person.authenticator.get(await askAlone()));
    expect(answer.json<Me>().email).toBe(person.email);
    const cookie = cookieOf(answer);
    expect((await get('/v1/me', cookie)).statusCode).toBe(200);
    // What asks for a fresh factor is open.
    expect((await post('/v1/me/second-factors/recovery-codes', undefined, cookie)).statusCode).toBe(201);
    const [listed] = (await listOf(cookie)).passkeys;
    expect(listed?.lastUsedAt).toBe(now.toISOString());
  });

  it.each<[string, Lie]>([
    ['another origin', { origin: 'https://localhost:8080' }],
    ['another host', { rpId: 'evil.example' }],
    ['a frame of another site', { crossOrigin: true }],
    ['nobody recognised', { isUnverified: true }],
    ['an answer to another question', { type: 'webauthn.create' }],
    ['the name of somebody else', { userHandle: Buffer.from('somebody else').toString('base64url') }],
    ['another backup eligibility than before', { isBackupEligible: true }],
  ])('D22: is refused with %s', async (_, lie) => {
    const person = await withPasskey();
    const refused = await logInBy(person.authenticator.get(await askAlone(), lie));
    expect([refused.statusCode, codeOf(refused)]).toEqual([401, 'PASSKEY_REFUSED']);
    expect(refused.cookies).toEqual([]);
    expect((await logInBy(person.authenticator.get(await askAlone()))).statusCode).toBe(200);
  });

  it('D22: takes an answer once, also at two replicas at the same moment, and none that is late', async () => {
    const { authenticator } = await withPasskey({ isSynced: true });
    const credential = authenticator.get(await askAlone());
    const answers = await Promise.all(replicas.map((replica) => logInBy(credential, replica.app)));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 401]);
    expect(codeOf(await logInBy(credential))).toBe('PASSKEY_REFUSED');
    const slow = authenticator.get(await askAlone());
    later(300_001);
    expect(codeOf(await logInBy(slow))).toBe('PASSKEY_REFUSED');
    const invented = authenticator.get({ challenge: randomBytes(32).toString('base64url'), rpId: 'localhost' });
    expect(codeOf(await logInBy(invented))).toBe('PASSKEY_REFUSED');
  });

  it('D22: refuses a passkey whose counter went back, and tells the owner', async () => {
    const person = await withPasskey();
    expect((await logInBy(person.authenticator.get(await askAlone(), { counter: 7 }))).statusCode).toBe(200);
    for (const counter of [7, 6, 0])
      expect(codeOf(await logInBy(person.authenticator.get(await askAlone(), { counter })))).toBe('PASSKEY_REFUSED');
    expect((await logInBy(person.authenticator.get(await askAlone(), { counter: 8 }))).statusCode).toBe(200);
    expect(await eventsOf(person.email)).toEqual(['passkey_added', ...Array(3).fill('passkey_suspect')]);
    // Who lacks the key can make nobody anxious.
    const forger = new Authenticator(publicUrl);
    forger.credentialId.set(person.authenticator.credentialId);
    expect(codeOf(await logInBy(forger.get(await askAlone(), { counter: 1 })))).toBe('PASSKEY_REFUSED');
    expect(await eventsOf(person.email)).toHaveLength(4);
  });

  it('says the same of an unknown passkey as of a wrong answer, and asks everybody the same', async () => {
    const person = await withPasskey();
    const strange = await logInBy(new Authenticator(publicUrl).get(await askAlone()));
    const wrong = await logInBy(person.authenticator.get(await askAlone(), { isUnverified: true }));
    expect({ ...problemSchema.parse(strange.json()), requestId: '' }).toEqual({
      ...problemSchema.parse(wrong.json()),
      requestId: '',
    });
    const asked = await askAlone();
    expect(asked.allowCredentials).toEqual([]);
    expect(Object.keys(asked).sort()).toEqual(['allowCredentials', 'challenge', 'rpId', 'timeout', 'userVerification']);
    expect(asked).toMatchObject({ rpId: 'localhost', userVerification: 'required' });
  });

  it('hears nothing of what opens the vault', async () => {
    const { authenticator } = await withPasskey();
    const credential = authenticator.get(await askAlone());
    const talkative = { ...credential, clientExtensionResults: { prf: { results: { first: 'AAAA' } } } };
    expect(codeOf(await logInBy(talkative))).toBe('REQUEST_INVALID');
  });
});

describe('a passkey beside the password', () => {
  it('is the second step of a log-in; before it nothing can be done', async () => {
    const person = await withPasskey();
    const first = await logIn(person);
    expect([first.statusCode, first.cookies]).toEqual([202, []]);
    const { ticket, factors } = first.json<LoginChallenge>();
    expect(factors).toEqual(['passkey', 'recovery_code']);
    const asked = await askFor(ticket);
    expect(asked.allowCredentials.map(({ id }) => id)).toEqual([
      person.authenticator.credentialId.toString('base64url'),
    ]);
    const done = await goOn(ticket, { kind: 'passkey', credential: person.authenticator.get(asked) });
    expect(done.json<Me>().email).toBe(person.email);
    expect((await get('/v1/me', cookieOf(done))).statusCode).toBe(200);
    expect(codeOf(await post('/v1/auth/login/passkey-options', { ticket }))).toBe('CHALLENGE_EXPIRED');
  });

  it('D22: is asked for in place: not for another log-in, session, person or purpose', async () => {
    const [anna, ben] = [await withPasskey(), await withPasskey()];
    const [ticket, other] = [await ticketOf(anna), await ticketOf(anna)];
    const proof = (challenge: PasskeyRequestOptions, by = anna): FactorProof => ({
      kind: 'passkey',
      credential: by.authenticator.get(challenge),
    });
    for (const wrong of [
      proof(await askFor(other)),
      proof(await askAlone()),
      proof(await askStepUp(anna.cookie)),
      proof(await askFor(ticket), ben),
      proof(await askFor(await ticketOf(ben)), ben),
    ])
      expect(codeOf(await goOn(ticket, wrong))).toBe('PASSKEY_REFUSED');
    expect(codeOf(await logInBy(anna.authenticator.get(await askFor(ticket))))).toBe('PASSKEY_REFUSED');
    expect((await goOn(ticket, proof(await askFor(ticket)))).statusCode).toBe(200);
  });

  it('D22: is not gone round by the password alone, a code of no app, or an app that is added meanwhile', async () => {
    const person = await withPasskey();
    const ticket = await ticketOf(person);
    expect(codeOf(await goOn(ticket, { kind: 'totp', code: '000000' }))).toBe('SECOND_FACTOR_WRONG');
    expect((await get('/v1/me', ticket)).statusCode).toBe(401);
    // Somebody at an open session who knows the password, too.
    later(600_000);
    const begin = (path: string) => post(path, { authSecret: person.authSecret }, person.cookie);
    for (const path of ['/v1/me/second-factors/totp', '/v1/me/passkeys/options'])
      expect(codeOf(await begin(path))).toBe('STEP_UP_REQUIRED');
    const stepUp = async () =>
      post(
        '/v1/auth/step-up',
        { proof: { kind: 'passkey', credential: person.authenticator.get(await askStepUp(person.cookie)) } },
        person.cookie,
      );
    expect((await stepUp()).statusCode).toBe(204);
    const begun = await begin('/v1/me/second-factors/totp');
    expect(begun.json<TotpEnrolment>().secret).toMatch(/^[A-Z2-7]{32}$/);
  });

  it('is not locked by wrong codes of an app, and goes by a recovery code when the device is gone', async () => {
    const person = await withPasskey();
    const ticket = await ticketOf(person);
    for (let guess = 0; guess < 5; guess += 1) await goOn(ticket, { kind: 'totp', code: '000000' });
    const credential = person.authenticator.get(await askFor(ticket));
    expect((await goOn(ticket, { kind: 'passkey', credential })).statusCode).toBe(200);
    const [code = ''] = person.recoveryCodes;
    expect((await goOn(await ticketOf(person), { kind: 'recovery_code', code })).statusCode).toBe(200);
  });
});

describe('removing a passkey', () => {
  const remove = (id: string, cookie: string) => send('DELETE', `/v1/me/passkeys/${id}`, undefined, cookie);

  it('needs a factor that was shown just now, tells the owner, and the passkey is over everywhere', async () => {
    const person = await withPasskey();
    const elsewhere = cookieOf(await logInBy(person.authenticator.get(await askAlone())));
    const [{ id } = { id: '' }] = (await listOf(person.cookie)).passkeys;
    later(600_000);
    const refused = await remove(id, person.cookie);
    expect([codeOf(refused), problemSchema.parse(refused.json()).details]).toEqual([
      'STEP_UP_REQUIRED',
      { factors: 'passkey,recovery_code' },
    ]);
    const credential = person.authenticator.get(await askStepUp(person.cookie));
    await post('/v1/auth/step-up', { proof: { kind: 'passkey', credential } }, person.cookie);
    expect((await remove(id, person.cookie)).statusCode).toBe(204);
    expect((await get('/v1/me', elsewhere)).statusCode).toBe(401);
    expect(codeOf(await logInBy(person.authenticator.get(await askAlone())))).toBe('PASSKEY_REFUSED');
    expect(await eventsOf(person.email)).toEqual(['passkey_added', 'passkey_removed']);
    expect(await listOf(person.cookie)).toEqual({ totp: null, passkeys: [], recoveryCodesLeft: 0 });
    expect((await logIn(person)).statusCode).toBe(200);
    const { rows } = await database.pool.query('SELECT 1 FROM cooling_offs WHERE user_id = $1', [person.me.id]);
    expect(rows).toHaveLength(1);
  });

  it('is for its owner alone', async () => {
    const [anna, ben] = [await withPasskey(), await withPasskey()];
    const [{ id } = { id: '' }] = (await listOf(anna.cookie)).passkeys;
    expect(codeOf(await remove(id, ben.cookie))).toBe('NOT_FOUND');
    expect((await listOf(anna.cookie)).passkeys).toHaveLength(1);
  });
});

describe('the database', () => {
  it('turns no counter back and changes no key, whatever the service believes', async () => {
    const person = await withPasskey();
    await logInBy(person.authenticator.get(await askAlone()));
    for (const statement of [
      'UPDATE passkeys SET counter = counter - 1 WHERE counter > 0',
      `UPDATE passkeys SET public_key = '\\x00'`,
      'UPDATE passkeys SET is_backup_eligible = NOT is_backup_eligible',
    ])
      await expect(database.pool.query(statement)).rejects.toMatchObject({ code: '23001' });
  });
});
