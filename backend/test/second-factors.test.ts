import { randomBytes } from 'node:crypto';
import type { Me } from '@feiqian/domain/api/auth';
import { problemSchema } from '@feiqian/domain/api/common';
import type { FactorProof, LoginChallenge, TotpEnrolment } from '@feiqian/domain/api/second-factors';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { computeTotp, stepAt } from '../src/second-factors/totp.ts';
import { startAccounts, type TestAccounts } from './support/accounts.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';

const stepMs = 30_000;
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
beforeEach(() => {
  // Codes of an earlier test are over.
  now = new Date(now.getTime() + 4 * stepMs);
});

const later = (ms: number) => {
  now = new Date(now.getTime() + ms);
};
const problem = (response: { json: () => unknown }) => problemSchema.parse(response.json());
const post = (url: string, payload?: object, cookie?: string, at = app) =>
  at.inject({
    method: 'POST',
    url,
    ...(payload ? { payload } : {}),
    ...(cookie === undefined ? {} : { cookies: { feiqian: cookie } }),
  } as InjectOptions);
const get = (url: string, cookie: string) => app.inject({ url, cookies: { feiqian: cookie } });

/** The code that an app shows, at the clock of the test or so many steps beside it. */
const codeOf = (secret: string, steps = 0) =>
  computeTotp(Buffer.from(decodeBase32(secret)), stepAt(new Date(now.getTime() + steps * stepMs)));

/** As apps read what is typed in (RFC 4648). */
function decodeBase32(text: string): number[] {
  const bits = [...text].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  );
  return (bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
}

type Somebody = Awaited<ReturnType<TestAccounts['register']>>;

/** Somebody with an authenticator app, whose code was just shown. */
async function withTotp() {
  const person = await replicas[0].register();
  const begun = await post('/v1/me/second-factors/totp', { authSecret: person.authSecret }, person.cookie);
  const { id, secret } = begun.json<TotpEnrolment>();
  const done = await post('/v1/me/second-factors/totp/confirm', { id, code: codeOf(secret) }, person.cookie);
  later(stepMs);
  return { ...person, secret, recoveryCodes: done.json<{ recoveryCodes: string[] }>().recoveryCodes };
}

const logIn = ({ email, authSecret }: Pick<Somebody, 'email' | 'authSecret'>, at = app) =>
  post('/v1/auth/login', { email, authSecret }, undefined, at);
const goOn = (ticket: string, proof: FactorProof, at = app) =>
  post('/v1/auth/login/second-factor', { ticket, proof }, undefined, at);

async function beginLogin(person: Pick<Somebody, 'email' | 'authSecret'>): Promise<string> {
  return (await logIn(person)).json<LoginChallenge>().ticket;
}
const totp = (code: string): FactorProof => ({ kind: 'totp', code });
const mailsOf = async (email: string) => (await replicas[0].readMails()).filter(({ to }) => to === email);

describe('adding an authenticator app', () => {
  it('needs the password and a first code, and then ends every other session', async () => {
    const person = await replicas[0].register();
    const elsewhere = (await logIn(person)).cookies[0]?.value ?? '';
    const wrong = await post(
      '/v1/me/second-factors/totp',
      { authSecret: randomBytes(32).toString('base64url') },
      person.cookie,
    );
    expect(problem(wrong).code).toBe('CREDENTIALS_WRONG');
    const begun = await post('/v1/me/second-factors/totp', { authSecret: person.authSecret }, person.cookie);
    const { id, secret, uri } = begun.json<TotpEnrolment>();
    expect(begun.headers['cache-control']).toBe('no-store');
    expect(uri).toContain(`secret=${secret}&issuer=Feiqian`);

    const confirm = (code: string) => post('/v1/me/second-factors/totp/confirm', { id, code }, person.cookie);
    expect(problem(await confirm(codeOf(secret, 5))).code).toBe('SECOND_FACTOR_WRONG');
    expect((await logIn(person)).statusCode).toBe(200);
    const done = await confirm(codeOf(secret));
    expect(done.json<{ recoveryCodes: string[] }>().recoveryCodes).toHaveLength(10);
    expect(problem(await confirm(codeOf(secret, 1))).code).toBe('SECOND_FACTOR_EXISTS');

    const listed = (await get('/v1/me/second-factors', person.cookie)).json();
    expect(listed).toMatchObject({ totp: { addedAt: expect.any(String) }, recoveryCodesLeft: 10 });
    expect(JSON.stringify(listed)).not.toContain(secret);
    expect((await get('/v1/me', elsewhere)).statusCode).toBe(401);
    expect((await logIn(person)).statusCode).toBe(202);
    expect((await mailsOf(person.email)).map(({ data }) => data.event)).toEqual(['totp_added']);
  });

  it('is no way to replace one that is there', async () => {
    const person = await withTotp();
    const again = await post('/v1/me/second-factors/totp', { authSecret: person.authSecret }, person.cookie);
    expect(problem(again).code).toBe('SECOND_FACTOR_EXISTS');
  });

  it('leaves no secret in the database that could be used', async () => {
    const person = await withTotp();
    const { rows } = await database.pool.query(
      'SELECT t.*, r.* FROM totp_factors t JOIN recovery_codes r USING (user_id)',
    );
    const dump = JSON.stringify(rows);
    for (const text of [person.secret, Buffer.from(decodeBase32(person.secret)).toString('base64url')])
      expect(dump).not.toContain(text);
    for (const code of person.recoveryCodes) expect(dump).not.toContain(code.replaceAll('-', ''));
  });
});

describe('logging in with a second factor', () => {
  it('opens a session only when password and code were right; before that nothing can be done', async () => {
    const person = await withTotp();
    const first = await logIn(person);
    expect(first.cookies).toEqual([]);
    const { ticket, factors } = first.json<LoginChallenge>();
    expect(factors).toEqual(['totp', 'recovery_code']);
    expect((await get('/v1/me', ticket)).statusCode).toBe(401);
    expect(problem(await goOn(ticket, totp('000000'))).code).toBe('SECOND_FACTOR_WRONG');
    const second = await goOn(ticket, totp(codeOf(person.secret)));
    expect(second.json<Me>().email).toBe(person.email);
    const cookie = second.cookies[0]?.value ?? '';
    expect((await get('/v1/me', cookie)).statusCode).toBe(200);
    later(stepMs);
    // The ticket is used up.
    expect(problem(await goOn(ticket, totp(codeOf(person.secret)))).code).toBe('CHALLENGE_EXPIRED');
  });

  it('says nothing of second factors to whoever does not know the password', async () => {
    const person = await withTotp();
    const plain = await replicas[0].register();
    const authSecret = randomBytes(32).toString('base64url');
    const [having, lacking] = [await logIn({ ...person, authSecret }), await logIn({ ...plain, authSecret })];
    expect({ ...problem(having), requestId: '' }).toEqual({ ...problem(lacking), requestId: '' });
  });

  it('D21: takes a code once, also when two replicas are shown it at the same moment', async () => {
    const person = await withTotp();
    const tickets = await Promise.all([beginLogin(person), beginLogin(person)]);
    const code = totp(codeOf(person.secret));
    const answers = await Promise.all([
      goOn(tickets[0], code, replicas[0].app),
      goOn(tickets[1], code, replicas[1].app),
    ]);
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
    const [refused] = answers.filter(({ statusCode }) => statusCode === 409);
    expect(refused && problem(refused).code).toBe('SECOND_FACTOR_USED');
    // An older code than the last that was taken is over, too.
    expect(problem(await goOn(await beginLogin(person), totp(codeOf(person.secret, -1)))).code).toBe(
      'SECOND_FACTOR_USED',
    );
  });

  it('D21: takes the codes beside the clock, and none that is older', async () => {
    const person = await withTotp();
    later(10 * stepMs);
    expect(problem(await goOn(await beginLogin(person), totp(codeOf(person.secret, -2)))).code).toBe(
      'SECOND_FACTOR_WRONG',
    );
    expect((await goOn(await beginLogin(person), totp(codeOf(person.secret, -1)))).statusCode).toBe(200);
    expect((await goOn(await beginLogin(person), totp(codeOf(person.secret, 1)))).statusCode).toBe(200);
  });

  it('D21: is locked after five wrong codes at any replica, also for the right one, and opens again', async () => {
    const person = await withTotp();
    const ticket = await beginLogin(person);
    const wrong = totp(codeOf(person.secret, 7));
    const codes: string[] = [];
    for (let guess = 0; guess < 7; guess += 1)
      codes.push(problem(await goOn(ticket, wrong, replicas[guess % 2]?.app)).code);
    expect(codes).toEqual([...Array(4).fill('SECOND_FACTOR_WRONG'), ...Array(3).fill('SECOND_FACTOR_LOCKED')]);
    const locked = await goOn(ticket, totp(codeOf(person.secret)));
    expect([locked.statusCode, problem(locked).details]).toEqual([
      429,
      { until: new Date(now.getTime() + 900_000).toISOString() },
    ]);
    expect((await mailsOf(person.email)).map(({ data }) => data.event)).toEqual(['totp_added', 'factor_locked']);
    later(900_000);
    const again = await beginLogin(person);
    expect((await goOn(again, totp(codeOf(person.secret)))).statusCode).toBe(200);
    // The right one has wiped the slate.
    later(stepMs);
    const last = await beginLogin(person);
    expect(problem(await goOn(last, wrong)).code).toBe('SECOND_FACTOR_WRONG');
  });

  it('is locked for longer each time, so that guessing leads nowhere', async () => {
    const person = await withTotp();
    let taken = 0;
    const tryMany = async () => {
      const ticket = await beginLogin(person);
      for (;;) {
        const { code } = problem(await goOn(ticket, totp(codeOf(person.secret, 7))));
        if (code === 'SECOND_FACTOR_LOCKED') return;
        taken += 1;
      }
    };
    // Two days of somebody who comes back whenever it opens.
    for (const ms of [900_000, 3_600_000, 86_400_000, 86_400_000]) {
      await tryMany();
      expect((await goOn(await beginLogin(person), totp(codeOf(person.secret)))).statusCode).toBe(429);
      later(ms);
    }
    expect(taken).toBeLessThanOrEqual(16);
  });

  it('goes by a recovery code when the phone is lost, once each, and also while codes are locked', async () => {
    const person = await withTotp();
    const ticket = await beginLogin(person);
    for (let guess = 0; guess < 5; guess += 1) await goOn(ticket, totp('000000'));
    const [code = ''] = person.recoveryCodes;
    const used = await goOn(ticket, { kind: 'recovery_code', code: code.toLowerCase().replaceAll('-', ' ') });
    expect(used.statusCode).toBe(200);
    const again = await goOn(await beginLogin(person), { kind: 'recovery_code', code });
    expect(problem(again).code).toBe('SECOND_FACTOR_WRONG');
    const mails = await mailsOf(person.email);
    expect(mails.at(-1)?.data).toMatchObject({ event: 'recovery_code_used', recoveryCodesLeft: 9 });
    // The lock is over for the app as well.
    expect((await goOn(await beginLogin(person), totp(codeOf(person.secret)))).statusCode).toBe(200);
  });

  it('does not take the recovery code of somebody else, nor one code twice at the same moment', async () => {
    const [anna, ben] = [await withTotp(), await withTotp()];
    const [code = ''] = anna.recoveryCodes;
    const proof: FactorProof = { kind: 'recovery_code', code };
    expect(problem(await goOn(await beginLogin(ben), proof)).code).toBe('SECOND_FACTOR_WRONG');
    const tickets = await Promise.all([beginLogin(anna), beginLogin(anna)]);
    const answers = await Promise.all(tickets.map((ticket, index) => goOn(ticket, proof, replicas[index]?.app)));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 401]);
  });

  it('has to begin again after ten minutes, and after a change of password', async () => {
    const person = await withTotp();
    const early = await beginLogin(person);
    later(600_001);
    expect(problem(await goOn(early, totp(codeOf(person.secret)))).code).toBe('CHALLENGE_EXPIRED');
    const ticket = await beginLogin(person);
    const change = {
      authSecret: person.authSecret,
      newAuthSecret: randomBytes(32).toString('base64url'),
      newKdf: person.kdf,
      vaultVersion: 0,
    };
    later(-600_001);
    expect((await post('/v1/auth/password', change, person.cookie)).statusCode).toBe(204);
    later(600_001);
    expect(problem(await goOn(ticket, totp(codeOf(person.secret)))).code).toBe('CHALLENGE_EXPIRED');
  });
});

describe('taking a second factor away', () => {
  const remove = (cookie: string) =>
    app.inject({ method: 'DELETE', url: '/v1/me/second-factors/totp', cookies: { feiqian: cookie } });
  const stepUp = (cookie: string, proof: FactorProof) => post('/v1/auth/step-up', { proof }, cookie);

  it('needs one that was shown within five minutes, in that very session', async () => {
    const person = await withTotp();
    later(600_000);
    const refused = await remove(person.cookie);
    expect([refused.statusCode, problem(refused).code]).toEqual([403, 'STEP_UP_REQUIRED']);
    expect(problem(refused).details).toEqual({ factors: 'totp,recovery_code' });

    const elsewhere = await goOn(await beginLogin(person), totp(codeOf(person.secret)));
    const other = elsewhere.cookies[0]?.value ?? '';
    expect(problem(await remove(person.cookie)).code).toBe('STEP_UP_REQUIRED');
    later(stepMs);
    expect(problem(await stepUp(person.cookie, totp('000000'))).code).toBe('SECOND_FACTOR_WRONG');
    expect(problem(await remove(person.cookie)).code).toBe('STEP_UP_REQUIRED');
    expect((await stepUp(person.cookie, totp(codeOf(person.secret)))).statusCode).toBe(204);
    later(300_001);
    expect(problem(await remove(person.cookie)).code).toBe('STEP_UP_REQUIRED');
    expect((await stepUp(person.cookie, totp(codeOf(person.secret)))).statusCode).toBe(204);
    expect((await remove(person.cookie)).statusCode).toBe(204);

    expect((await get('/v1/me', other)).statusCode).toBe(401);
    expect((await get('/v1/me/second-factors', person.cookie)).json()).toEqual({
      totp: null,
      passkeys: [],
      recoveryCodesLeft: 0,
    });
    expect((await logIn(person)).statusCode).toBe(200);
    expect((await mailsOf(person.email)).map(({ data }) => data.event)).toEqual(['totp_added', 'totp_removed']);
  });

  it('is asked for before recovery codes are renewed; the old ones are then over', async () => {
    const person = await withTotp();
    later(600_000);
    const renew = () => post('/v1/me/second-factors/recovery-codes', undefined, person.cookie);
    expect(problem(await renew()).code).toBe('STEP_UP_REQUIRED');
    await stepUp(person.cookie, totp(codeOf(person.secret)));
    const { recoveryCodes } = (await renew()).json<{ recoveryCodes: string[] }>();
    const proofs = [person.recoveryCodes, recoveryCodes].map(
      ([code = '']): FactorProof => ({ kind: 'recovery_code', code }),
    );
    const answers = [];
    for (const proof of proofs) answers.push((await goOn(await beginLogin(person), proof)).statusCode);
    expect(answers).toEqual([401, 200]);
  });

  it('asks nobody for a second factor who has none', async () => {
    const person = await replicas[0].register();
    expect(problem(await remove(person.cookie)).code).toBe('NOT_FOUND');
    expect(problem(await post('/v1/me/second-factors/recovery-codes', undefined, person.cookie)).code).toBe(
      'NOT_FOUND',
    );
    expect((await app.inject({ method: 'DELETE', url: '/v1/me/second-factors/totp' })).statusCode).toBe(401);
  });
});

describe('the database', () => {
  it('takes no code and no recovery code back, whatever the service believes', async () => {
    await withTotp();
    await database.pool.query(`UPDATE recovery_codes SET used_at = now() WHERE used_at IS NULL`);
    for (const statement of [
      'UPDATE totp_factors SET last_step = last_step - 1',
      `UPDATE totp_factors SET last_step = last_step + 1, secret = 'mine'`,
      'UPDATE recovery_codes SET used_at = NULL',
    ])
      await expect(database.pool.query(statement)).rejects.toMatchObject({ code: '23001' });
    await expect(
      database.pool.query(
        `SELECT security_mail_write(gen_random_uuid(), (SELECT id FROM users LIMIT 1), 'sealed', 'you_have_won')`,
      ),
    ).rejects.toMatchObject({ code: '23514' });
  });
});
