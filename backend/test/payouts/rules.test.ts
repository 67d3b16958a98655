import type { PayoutRuleWire } from '@feiqian/domain/api/payouts';
import { privateKeyToAddress } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newKey, type Person, tokenAssetId } from '../payments/scene.ts';
import { type PayoutScene, startPayoutScene, toAccount, usual } from './payout-scene.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let scene: PayoutScene;
beforeAll(async () => {
  scene = await startPayoutScene();
});
afterAll(() => scene.close());

const toTokens = (person: Person) => ({ kind: 'token', token: tokenAssetId, address: person.address });
const daily = { kind: 'daily', hour: 22, timeZone: 'Asia/Shanghai' } as const;

describe('a payout rule', () => {
  it('is one for each currency: set again it is replaced, under the same id', async () => {
    const person = await scene.somebody();
    const first = await scene.setRule(person);
    expect(first).toMatchObject({
      ...{ asset: usual.asset, keep: '2000', min: '100', state: 'on', reason: null, nextAt: null },
      ...{
        schedule: { kind: 'at_once' },
        target: { kind: 'bank', gateway: 'sandbox', bankAccount: { number: '•••• 2222' } },
      },
    });
    const second = await scene.setRule(person, { keep: '0', schedule: daily, target: toTokens(person) });
    expect(second).toMatchObject({ id: first.id, keep: '0', schedule: daily, target: toTokens(person) });
    expect(second.createdAt).toBe(first.createdAt);
    expect(await scene.ruleOf(person)).toEqual(second);
    const dollars = await scene.setRule(person, { asset: 'iso4217:USD' });
    const { body } = await scene.call<{ items: PayoutRuleWire[] }>(person, 'GET', '/v1/payout-rules');
    expect(body.items.map(({ id }) => id)).toEqual([first.id, dollars.id]);
  });

  it('says when it pays out next, in the time zone that it is for', async () => {
    const person = await scene.somebody();
    const { nextAt } = await scene.setRule(person, { schedule: daily });
    expect(nextAt).toMatch(/T14:00:00\.000Z$/);
    expect(new Date(nextAt ?? 0).getTime()).toBeGreaterThan(scene.now().getTime());
    expect((await scene.setRule(person, { schedule: { kind: 'daily', hour: 22 } })).schedule).toEqual(daily);
  });

  it('is set once for one key, however often and concurrently it is asked for', async () => {
    const person = await scene.somebody();
    const key = newKey();
    const answers = await Promise.all(Array.from({ length: 10 }, () => scene.trySetRule(person, {}, key)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect((await scene.trySetRule(person, { keep: '1' }, key)).body.code).toBe('IDEMPOTENCY_KEY_REUSED');
    const rivals = await Promise.all(['1', '2', '3', '4'].map((keep) => scene.trySetRule(person, { keep })));
    expect(rivals.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    const { body } = await scene.call(person, 'POST', '/v1/payout-rules', { body: usual });
    expect(body.code).toBe('IDEMPOTENCY_KEY_MISSING');
  });

  it('is changed, turned off and on, and removed, by its owner alone', async () => {
    const [person, other] = [await scene.somebody(), await scene.somebody()];
    const { id } = await scene.setRule(person);
    for (const [method, body] of [
      ['PATCH', { state: 'off' }],
      ['DELETE', undefined],
    ] as const)
      expect((await scene.call(other, method, `/v1/payout-rules/${id}`, body ? { body } : {})).status).toBe(404);
    expect((await scene.call(undefined, 'GET', '/v1/payout-rules')).status).toBe(401);
    const changed = await scene.changeRule(person, id, { keep: '5', min: '700', schedule: daily });
    expect(changed.body).toMatchObject({ keep: '5', min: '700', schedule: daily, nextAt: expect.any(String) });
    expect((await scene.changeRule(person, id, { state: 'off' })).body).toMatchObject({ state: 'off', nextAt: null });
    expect((await scene.changeRule(person, id, { state: 'on' })).body).toMatchObject({ state: 'on', keep: '5' });
    expect((await scene.call(person, 'DELETE', `/v1/payout-rules/${id}`)).status).toBe(204);
    expect((await scene.call<{ items: [] }>(person, 'GET', '/v1/payout-rules')).body.items).toEqual([]);
    expect((await scene.changeRule(person, id, { state: 'on' })).status).toBe(404);
    expect((await scene.call(person, 'DELETE', `/v1/payout-rules/${id}`)).status).toBe(404);
  });

  it('never says where money goes in a change: that is for whoever sets it', async () => {
    const person = await scene.somebody();
    const { id } = await scene.setRule(person);
    expect((await scene.changeRule(person, id, { target: toTokens(person) })).body.code).toBe('REQUEST_INVALID');
    expect((await scene.ruleOf(person)).target.kind).toBe('bank');
  });

  it('keeps the account number from everybody who reads the database, and forgets it when it is removed', async () => {
    const person = await scene.somebody();
    const number = '6222027654321098765';
    const { id } = await scene.setRule(person, toAccount(number));
    const owner = scene.database.connect('owner', 1);
    const { rows: tables } = await owner.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname NOT LIKE '\\_%'`,
    );
    expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(['payout_rules', 'idempotency_keys']));
    for (const { name } of tables) {
      const { rows } = await owner.query(
        `SELECT count(*)::int AS n FROM "${name}" t WHERE t::text LIKE '%' || $1 || '%'`,
        [number],
      );
      expect([name, rows[0]]).toEqual([name, { n: 0 }]);
    }
    await scene.call(person, 'DELETE', `/v1/payout-rules/${id}`);
    const { rows } = await owner.query('SELECT account_sealed, account_masked FROM payout_rules WHERE id = $1', [id]);
    expect(rows).toEqual([{ account_sealed: null, account_masked: null }]);
  });

  it.each([
    ['a currency that is not there', { asset: 'iso4217:EUR' }, 'ASSET_UNKNOWN'],
    ['tokens', { asset: tokenAssetId }, 'ASSET_UNKNOWN'],
    ['a gateway that is not there', { target: { ...usual.target, gateway: 'nobody' } }, 'GATEWAY_UNKNOWN'],
    ['payouts of nothing', { min: '0' }, 'AMOUNT_NOT_POSITIVE'],
    ['payouts below what the gateway pays', { min: '99' }, 'AMOUNT_TOO_SMALL'],
    ['payouts above what the gateway pays', { min: '500000001' }, 'AMOUNT_TOO_LARGE'],
    ['a fraction', { keep: '0.5' }, 'AMOUNT_MALFORMED'],
    ['an hour that no day has', { schedule: { ...daily, hour: 24 } }, 'REQUEST_INVALID'],
    ['a time zone that is not there', { schedule: { ...daily, timeZone: 'Asia/Nowhere' } }, 'REQUEST_INVALID'],
    ['an account number with blanks', toAccount('6222 0200'), 'REQUEST_INVALID'],
    [
      'somebody else’s address',
      { target: { kind: 'token', token: tokenAssetId, address: privateKeyToAddress(`0x${'12'.repeat(32)}`) } },
      'ADDRESS_NOT_LINKED',
    ],
    [
      'tokens of another currency',
      {
        asset: 'iso4217:USD',
        target: { kind: 'token', token: tokenAssetId, address: privateKeyToAddress(`0x${'12'.repeat(32)}`) },
      },
      'ASSET_UNKNOWN',
    ],
  ])('is refused for %s', async (_what, changes, code) => {
    const person = await scene.somebody();
    expect((await scene.trySetRule(person, changes)).body.code).toBe(code);
    expect((await scene.call<{ items: [] }>(person, 'GET', '/v1/payout-rules')).body.items).toEqual([]);
  });

  it('is held to the gateway’s limits when it is changed, too', async () => {
    const person = await scene.somebody();
    const { id } = await scene.setRule(person);
    expect((await scene.changeRule(person, id, { min: '99' })).body.code).toBe('AMOUNT_TOO_SMALL');
    await scene.setRule(person, { target: toTokens(person), min: '1' });
    expect((await scene.changeRule(person, id, { min: '2' })).body.min).toBe('2');
    expect((await scene.changeRule(person, id, { min: '0' })).body.code).toBe('AMOUNT_NOT_POSITIVE');
  });
});

describe('where cash does not become tokens', () => {
  it('no rule does it either', async () => {
    await scene.restart({ bridge: false });
    const person = await scene.somebody();
    expect((await scene.trySetRule(person, { target: toTokens(person) })).body.code).toBe('BRIDGE_OFF');
    await scene.restart();
  });
});
