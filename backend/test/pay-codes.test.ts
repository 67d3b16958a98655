import type { AskedWire, PayCodeWire } from '@feiqian/domain/api/pay-codes';
import { findPayCode } from '@feiqian/domain/codes/pay-code';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listTables } from '../src/backup/tables.ts';
import { type Links, newKey, startLinks } from './support/links.ts';
import type { Somebody } from './support/people.ts';

let links: Links;
beforeAll(async () => {
  links = await startLinks();
});
afterAll(() => links.close());
afterEach(() => links.setAhead(0));

const showCode = async (payer: Somebody) =>
  (await links.as(payer, { method: 'POST', url: '/v1/pay-codes' })).json<PayCodeWire>();
const present = (payee: Somebody, requestId: string, code: string) =>
  links.as(payee, { method: 'POST', url: `/v1/payment-requests/${requestId}/pay-code`, payload: { code } });
const readAsked = async (payer: Somebody) => (await links.as(payer, { url: '/v1/pay-codes/asked' })).json<AskedWire>();
const allow = (payer: Somebody, perPayment: string, perDay: string) =>
  links.as(payer, {
    method: 'PUT',
    url: '/v1/pay-limits/CNY',
    payload: { perPayment, perDay, timeZone: 'Asia/Shanghai' },
  });
const readLimits = async (payer: Somebody) => (await links.as(payer, { url: '/v1/pay-limits' })).json().items;

describe('a pay code', () => {
  it('asks its payer for what the counter charges, and one press pays it once', async () => {
    const { payer, payee } = await links.pair(5000n);
    const { code, createdAt, expiresAt } = await showCode(payer);
    expect(findPayCode(code)).toBe(code);
    expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBe(90_000);
    expect(await readAsked(payer)).toEqual({ request: null, askedAt: null, isPaidByYou: false });
    const { id } = await links.link(payee);
    const answer = await present(payee, id, code.replace(/(.{6})/g, '$1 '));
    expect([answer.statusCode, answer.json()]).toEqual([200, { state: 'asked' }]);
    // Nothing is paid by being asked.
    expect(await links.available(payer)).toBe(5000n);
    const asked = await readAsked(payer);
    expect(asked).toMatchObject({ request: { id, state: 'new', payee: { handle: payee.handle } }, isPaidByYou: false });
    const key = newKey();
    const paid = await Promise.all([1, 2, 3].map(() => links.payCash(payer, id, key)));
    expect(paid.map(({ statusCode }) => statusCode)).toEqual([201, 201, 201]);
    expect([await links.available(payer), await links.available(payee)]).toEqual([4000n, 1000n]);
    expect(await readAsked(payer)).toMatchObject({ request: { state: 'settled' }, isPaidByYou: true });
  });

  it('is good for one request: scanned twice there it is one question, elsewhere it is used', async () => {
    const { payer, payee } = await links.pair(5000n);
    const { code } = await showCode(payer);
    const [one, other] = [await links.link(payee), await links.link(payee)];
    const twice = await Promise.all([present(payee, one.id, code), present(payee, one.id, code)]);
    expect(twice.map((answer) => answer.json())).toEqual([{ state: 'asked' }, { state: 'asked' }]);
    const again = await present(payee, other.id, code);
    expect([again.statusCode, again.json().code]).toEqual([409, 'PAY_CODE_USED']);
  });

  it('is taken by one of many counters that scan it at the same time', async () => {
    const { payer } = await links.pair(5000n);
    const counters = await Promise.all(Array.from({ length: 6 }, () => links.somebody()));
    const requests = await Promise.all(counters.map((counter) => links.link(counter)));
    const { code } = await showCode(payer);
    const answers = await Promise.all(
      counters.map((counter, index) => present(counter, requests[index]?.id ?? '', code)),
    );
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
    for (const answer of answers) if (answer.statusCode !== 200) expect(answer.json().code).toBe('PAY_CODE_USED');
    const winner = answers.findIndex(({ statusCode }) => statusCode === 200);
    expect((await readAsked(payer)).request?.id).toBe(requests[winner]?.id);
  });

  it('is refused once it has expired, when there is none, when it is the shop’s own, and after a log-out', async () => {
    const { payer, payee } = await links.pair(5000n);
    const { id } = await links.link(payee);
    const codeOf = async (code: string) => (await present(payee, id, code)).json().code;
    const { code: late } = await showCode(payer);
    links.setAhead(90_001);
    expect(await codeOf(late)).toBe('PAY_CODE_EXPIRED');
    links.setAhead(0);
    expect(await codeOf('880000000000000005')).toBe('PAY_CODE_UNKNOWN');
    expect(await codeOf('880000000000000004')).toBe('PAY_CODE_UNKNOWN');
    expect(await codeOf((await showCode(payee)).code)).toBe('PAY_CODE_OWN');
    const { code } = await showCode(payer);
    await links.pool.query('DELETE FROM sessions WHERE user_id = $1', [payer.id]);
    expect(await codeOf(code)).toBe('PAY_CODE_UNKNOWN');
  });

  it('serves the request’s own payee alone, while it can be paid, and is not used up by a refusal', async () => {
    const { payer, payee } = await links.pair(5000n);
    const stranger = await links.somebody();
    const { code } = await showCode(payer);
    const { id } = await links.link(payee);
    expect((await present(stranger, id, code)).json().code).toBe('NOT_FOUND');
    await links.as(payee, { method: 'POST', url: `/v1/payment-requests/${id}/cancel` });
    expect((await present(payee, id, code)).json()).toMatchObject({ code: 'PAYMENT_REQUEST_CLOSED' });
    const next = await links.link(payee);
    expect((await present(payee, next.id, code)).json()).toEqual({ state: 'asked' });
    expect((await links.app.inject({ method: 'POST', url: '/v1/pay-codes' })).statusCode).toBe(401);
  });

  it('stands nowhere in the database, and no backup has what stands there instead', async () => {
    const { payer } = await links.pair(5000n);
    const { code } = await showCode(payer);
    const { rows } = await links.pool.query('SELECT c::text AS row FROM pay_codes c WHERE user_id = $1', [payer.id]);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(code);
    expect((await listTables(links.pool)).map(({ table }) => table)).not.toContain('pay_codes');
    await expect(
      links.pool.query("UPDATE pay_codes SET expires_at = expires_at + interval '1 day' WHERE user_id = $1", [
        payer.id,
      ]),
    ).rejects.toThrow('presented once');
  });
});

describe('what is allowed without asking', () => {
  it('is nothing until somebody says so, and never more than can be allowed', async () => {
    const payer = await links.somebody();
    expect(await readLimits(payer)).toEqual([]);
    expect((await allow(payer, '100001', '500000')).json().code).toBe('AMOUNT_TOO_LARGE');
    expect((await allow(payer, '1000', '500001')).json().code).toBe('AMOUNT_TOO_LARGE');
    expect((await allow(payer, '1000', '999')).json().code).toBe('AMOUNT_TOO_SMALL');
    expect((await allow(payer, '1000', '2500')).json()).toMatchObject({ perPayment: '1000', perDay: '2500' });
    expect((await allow(payer, '0', '0')).statusCode).toBe(200);
    expect(await readLimits(payer)).toEqual([]);
  });

  it('is paid at once up to a payment’s and a day’s limit; above either the payer is asked', async () => {
    const { payer, payee } = await links.pair(100_000n);
    await allow(payer, '1000', '2500');
    const charge = async (amount: string) => {
      const { id } = await links.link(payee, { money: { asset: 'iso4217:CNY', amount } });
      return (await present(payee, id, (await showCode(payer)).code)).json().state;
    };
    expect(await charge('1001')).toBe('asked');
    expect(await charge('1000')).toBe('paid');
    expect(await readAsked(payer)).toMatchObject({ request: { state: 'settled' }, isPaidByYou: true });
    expect(await charge('1000')).toBe('paid');
    expect(await charge('501')).toBe('asked');
    expect(await charge('500')).toBe('paid');
    expect(await charge('1')).toBe('asked');
    expect(await readLimits(payer)).toMatchObject([{ spentToday: '2500' }]);
    // Switching it off and on begins no new day.
    await allow(payer, '0', '0');
    await allow(payer, '1000', '2500');
    expect(await charge('1')).toBe('asked');
    links.setAhead(86_400_000);
    await links.pool.query("UPDATE sessions SET expires_at = now() + interval '3 days' WHERE user_id = $1", [payer.id]);
    expect(await charge('1000')).toBe('paid');
    expect(await links.available(payer)).toBe(100_000n - 3500n);
  });

  it('holds when many counters charge at the same moment', async () => {
    const { payer } = await links.pair(100_000n);
    await allow(payer, '1000', '3000');
    const counters = await Promise.all(Array.from({ length: 6 }, () => links.somebody()));
    const requests = await Promise.all(counters.map((counter) => links.link(counter)));
    const codes = await Promise.all(counters.map(() => showCode(payer)));
    const answers = await Promise.all(
      counters.map((counter, index) => present(counter, requests[index]?.id ?? '', codes[index]?.code ?? '')),
    );
    const paid = answers.filter((answer) => answer.json().state === 'paid').length;
    expect(paid).toBe(3);
    expect(await links.available(payer)).toBe(100_000n - BigInt(paid) * 1000n);
    expect(await readLimits(payer)).toMatchObject([{ spentToday: `${paid * 1000}` }]);
  });

  it('is paid once however often the code is presented, also after it could not be paid at first', async () => {
    const [payer, payee] = [await links.somebody(), await links.somebody()];
    await allow(payer, '1000', '5000');
    const { code } = await showCode(payer);
    const { id } = await links.link(payee);
    // There is no cash yet: the payer is asked, and nothing is counted.
    expect((await present(payee, id, code)).json()).toEqual({ state: 'asked' });
    expect(await readLimits(payer)).toMatchObject([{ spentToday: '0' }]);
    await links.fund(payer, 'iso4217:CNY', 5000n);
    const twice = await Promise.all([present(payee, id, code), present(payee, id, code)]);
    expect(twice.some((answer) => answer.json().state === 'paid')).toBe(true);
    expect([await links.available(payer), await links.available(payee)]).toEqual([4000n, 1000n]);
    expect(await readLimits(payer)).toMatchObject([{ spentToday: '1000' }]);
  });

  it('is kept by the database itself, whatever the service counts', async () => {
    const payer = await links.somebody();
    await allow(payer, '1000', '2500');
    const set = (columns: string) =>
      links.pool.query(`UPDATE pay_limits SET version = version + 1, ${columns} WHERE user_id = $1`, [payer.id]);
    await expect(set("spent = 1001, spent_on = '2026-11-30'")).rejects.toThrow('More than');
    await set("spent = 1000, spent_on = '2026-11-30'");
    await set("spent = 2000, spent_on = '2026-11-30'");
    await expect(set("spent = 2501, spent_on = '2026-11-30'")).rejects.toThrow('More than');
    await expect(set("spent = 0, spent_on = '2026-11-30'")).rejects.toThrow('stays counted');
    await expect(set("spent = 0, spent_on = '2026-11-29'")).rejects.toThrow('stays counted');
    await set("spent = 1000, spent_on = '2026-12-01'");
  });
});
