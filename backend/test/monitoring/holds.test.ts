/** What waits for staff: told to its owner, let go or given back once, and paid out by no other path. */
import { randomUUID } from 'node:crypto';
import type { PaymentRequestWire, PaymentWire, RefundWire } from '@feiqian/domain/api/payments';
import type { PayoutRuleWire } from '@feiqian/domain/api/payouts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSealer } from '../../src/database/sealed.ts';
import { recipientContext } from '../../src/mail/dispatcher.ts';
import { holdMailId } from '../../src/monitoring/books.ts';
import { CNY, dataKey } from '../payments/payments-service.ts';
import { newKey, type Person, type Scene, startScene, tokenAssetId, until } from '../payments/scene.ts';
import { createHoldScene, type HoldScene, nameOf, setRules } from './hold-scene.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let scene: Scene;
let holds: HoldScene;
let [clerk, other]: Person[] = [];
const staff = (person: Person | undefined): Person => {
  if (!person) throw new Error('Nobody was hired.');
  return person;
};
beforeAll(async () => {
  scene = await startScene();
  holds = createHoldScene(scene);
  await setRules(scene);
  [clerk, other] = [await holds.hire(), await holds.hire()];
});
afterAll(async () => {
  await holds.close();
  await scene.close();
});

const phases = async (id: string) => (await scene.transfersOf(id)).map(({ kind, phase }) => `${kind} ${phase}`);
const stateOf = async (id: string) =>
  (await scene.database.pool.query<{ state: string }>('SELECT state FROM movements WHERE id = $1', [id])).rows[0]
    ?.state;
const attemptsOf = async (id: string) =>
  (await scene.database.pool.query('SELECT FROM gateway_attempts WHERE movement_id = $1', [id])).rowCount;
const decisionsOf = async (person: Person) =>
  (
    await scene.database.pool.query<{ outcome: string }>(
      'SELECT outcome FROM monitoring_decisions WHERE user_id = $1 ORDER BY created_at',
      [person.id],
    )
  ).rows.map(({ outcome }) => outcome);

/** A cash transfer of ¥150 that waits. */
async function heldTransfer(amount = '15000') {
  const [payer, payee] = [await holds.rich(), await scene.somebody()];
  const { status, body } = await holds.send(payer, payee, amount);
  expect([status, body.state]).toEqual([201, 'in_review']);
  return { payer, payee, id: body.id };
}

describe('a movement', () => {
  it('goes through, is held or is stopped by what it is, and each is on record', async () => {
    const [payer, payee] = [await holds.rich(1_000_000n), await scene.somebody()];
    expect((await holds.send(payer, payee, '10000')).body).toMatchObject({ state: 'posted' });
    expect((await holds.send(payer, payee, '10001')).body).toMatchObject({ state: 'in_review' });
    const stopped = await holds.send(payer, payee, '500001');
    expect([stopped.status, stopped.body.code]).toEqual([403, 'MOVEMENT_BLOCKED']);
    expect(await decisionsOf(payer)).toEqual(['allow', 'review', 'block']);
    expect([await scene.cashOf(payer), await scene.cashOf(payee)]).toEqual([979_999n, 10_000n]);
  });

  it('that was answered is answered the same again, whatever is decided by then', async () => {
    const [payer, payee, key] = [await holds.rich(), await scene.somebody(), newKey()];
    expect((await holds.send(payer, payee, '9000', key)).body.state).toBe('posted');
    for (const amount of ['9000', '9000']) await holds.send(payer, payee, amount);
    const again = await holds.send(payer, payee, '9000', key);
    expect([again.status, again.body.state]).toEqual([201, 'posted']);
    expect(await scene.cashOf(payee)).toBe(27_000n);
  });

  it('cannot slip below a sum together with others at the same moment', async () => {
    const [payer, payee] = [await holds.rich(), await scene.somebody()];
    const sent = await Promise.all(Array.from({ length: 8 }, () => holds.send(payer, payee, '6000')));
    expect(sent.map(({ body }) => body.state).sort()).toEqual([
      ...Array.from({ length: 3 }, () => 'in_review'),
      ...Array.from({ length: 5 }, () => 'posted'),
    ]);
    expect(await scene.cashOf(payee)).toBe(30_000n);
  });
});

describe('its owner', () => {
  it('sees at once who has the money and until when, not why; the other side sees nothing', async () => {
    const { payer, payee, id } = await heldTransfer();
    const entry = await holds.entryOf(payer, id);
    expect(entry).toMatchObject({ status: 'pending', stage: 'in_review', holder: 'operator', reason: null });
    expect(entry?.legs).toMatchObject([{ rail: 'ledger', kind: 'reserve', status: 'waiting', amount: '15000' }]);
    const hours = (Date.parse(entry?.legs[0]?.at ?? '') - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(0.9);
    expect(hours).toBeLessThan(1.1);
    expect(await holds.entryOf(payee, id)).toBeUndefined();
    expect([await scene.cashOf(payer), await scene.cashOf(payee)]).toEqual([85_000n, 0n]);
  });

  it.each([
    ['released', { status: 'completed', stage: 'posted', holder: 'counterparty', reason: null }],
    ['refused', { status: 'failed', stage: 'returned', holder: 'you', reason: 'REVIEW_REFUSED' }],
    ['expired', { status: 'failed', stage: 'returned', holder: 'you', reason: 'REVIEW_EXPIRED' }],
  ] as const)('sees the same entry go on when it is %s', async (end, expected) => {
    const { payer, payee, id } = await heldTransfer();
    if (end === 'released') expect((await holds.release(staff(clerk), id)).status).toBe(200);
    if (end === 'refused') expect((await holds.refuse(staff(clerk), id)).status).toBe(200);
    if (end === 'expired') await holds.makeDue(id);
    await until(async () => expect(await holds.entryOf(payer, id)).toMatchObject(expected));
    const isPaid = end === 'released';
    expect(await scene.cashOf(payer)).toBe(isPaid ? 85_000n : 100_000n);
    expect(await scene.cashOf(payee)).toBe(isPaid ? 15_000n : 0n);
    expect((await holds.entryOf(payee, id)) !== undefined).toBe(isPaid);
  });
});

describe('by mail its owner', () => {
  const mailsOf = async (id: string) =>
    (
      await scene.database.pool.query<{ id: string; event: string; data: Record<string, string>; recipient: string }>(
        `SELECT id, data ->> 'event' AS event, data, recipient FROM mails WHERE template = 'hold' AND id = ANY ($1)`,
        [(['held', 'ended'] as const).map((moment) => holdMailId(id, moment))],
      )
    ).rows;
  const eventsOf = async (id: string) => (await mailsOf(id)).map(({ event }) => event);

  it('is told with the hold, by a mail that only the service can address and that does not say why', async () => {
    const { payer, id } = await heldTransfer();
    const [mail] = await mailsOf(id);
    expect(mail).toMatchObject({ event: 'open', data: { kind: 'cash_transfer', asset: CNY, amount: '15000' } });
    expect(Object.keys(mail?.data ?? {}).sort()).toEqual(['amount', 'askedAt', 'asset', 'event', 'kind', 'until']);
    expect(mail?.recipient).not.toContain('@');
    const address = createSealer(dataKey).openText(mail?.recipient ?? '', recipientContext(mail?.id ?? ''));
    expect(address).toBe(`${nameOf(payer)}@example.com`);
  });

  it('is told once what became of it, however many decide, and of nothing that went through at once', async () => {
    const { payer, payee, id } = await heldTransfer();
    await Promise.all([clerk, other, clerk].map((person) => holds.release(staff(person), id)));
    expect(await eventsOf(id)).toEqual(['open', 'released']);
    const [refused, expired] = [await heldTransfer(), await heldTransfer()];
    await holds.refuse(staff(clerk), refused.id);
    await holds.makeDue(expired.id);
    await until(async () => expect(await eventsOf(expired.id)).toEqual(['open', 'expired']));
    expect(await eventsOf(refused.id)).toEqual(['open', 'refused']);
    const { body } = await holds.send(payer, payee, '100');
    expect([body.state, await eventsOf(body.id)]).toEqual(['posted', []]);
  });
});

describe('staff', () => {
  it('sees why it waits and who asks, and nobody else does', async () => {
    const { payer, payee, id } = await heldTransfer();
    expect(await holds.look(staff(clerk), id)).toMatchObject({
      state: 'open',
      kind: 'cash_transfer',
      money: { asset: CNY, amount: '15000' },
      person: { handle: nameOf(payer) },
      recipient: nameOf(payee),
      reasons: [{ rule: 'amount', name: 'large', figures: { amount: '15000', limit: '10000' } }],
      rulesVersion: 1,
      needsTwo: false,
      actions: ['release', 'refuse'],
    });
    expect((await holds.listOpen(staff(clerk))).map((hold) => hold.id)).toContain(id);
    for (const reply of [await holds.release(payer, id), await holds.refuse(payee, id)])
      expect([reply.status, reply.body.code]).toEqual([404, 'NOT_FOUND']);
  });

  it('decides once, however often and by how many it is decided at the same moment', async () => {
    const { payee, id } = await heldTransfer();
    const replies = await Promise.all([
      ...[clerk, other, clerk, other].map((person) => holds.release(staff(person), id)),
      holds.refuse(staff(other), id),
    ]);
    const final = await stateOf(id);
    expect(['posted', 'returned']).toContain(final);
    expect(replies.some(({ status }) => status === 200)).toBe(true);
    for (const { status } of replies) expect([200, 409]).toContain(status);
    expect(await scene.cashOf(payee)).toBe(final === 'posted' ? 15_000n : 0n);
  });

  it('needs two different people above a limit', async () => {
    const { payee, id } = await heldTransfer('20001');
    const first = await holds.release(staff(clerk), id);
    expect(first.body).toMatchObject({ state: 'open', needsTwo: true, approvedBy: nameOf(staff(clerk)) });
    expect((await holds.release(staff(clerk), id)).body.code).toBe('HOLD_NEEDS_ANOTHER');
    expect(await scene.cashOf(payee)).toBe(0n);
    expect((await holds.release(staff(other), id)).body.state).toBe('released');
    expect(await scene.cashOf(payee)).toBe(20_001n);
  });

  it('does not decide on money of its own', async () => {
    const { payer, id } = await heldTransfer();
    await holds.hire(payer);
    expect((await holds.release(payer, id)).body.code).toBe('HOLD_IS_OWN');
    expect((await holds.refuse(payer, id)).body.code).toBe('HOLD_IS_OWN');
    expect(await holds.look(payer, id)).toMatchObject({ state: 'open', actions: [] });
  });
});

describe('money that is held is paid out by no path', () => {
  it('of a withdrawal: no order goes to the gateway until it is released, and then one', async () => {
    const person = await holds.rich();
    const { body } = await scene.withdraw(person, { amount: '15000' });
    expect(body.state).toBe('in_review');
    await scene.untilIdle();
    expect([await attemptsOf(body.id), await phases(body.id)]).toEqual([0, ['hold pending']]);
    await holds.release(staff(clerk), body.id);
    await scene.untilState(person, body.id, 'settled');
    expect([await attemptsOf(body.id), await scene.cashOf(person)]).toEqual([1, 85_000n]);
    expect(await phases(body.id)).toEqual([
      'hold pending',
      'hold_release void',
      'withdrawal_reserve pending',
      'withdrawal post',
    ]);
  });

  it('of an automatic payout, which ends with it', async () => {
    const person = await holds.rich(15_000n);
    const target = { kind: 'bank', gateway: 'sandbox', bankAccount: { holder: '李雷', number: '6222020000001234' } };
    const rule = { asset: CNY, keep: '0', min: '100', schedule: { kind: 'at_once' }, target };
    const { status } = await holds.post<PayoutRuleWire>(person, '/v1/payout-rules', rule);
    expect(status).toBe(201);
    const held = async () =>
      (await scene.database.pool.query<{ id: string }>('SELECT id FROM holds WHERE user_id = $1', [person.id])).rows[0]
        ?.id;
    await until(async () => expect(await held()).toBeDefined());
    const id = (await held()) ?? '';
    await scene.untilIdle();
    expect(await attemptsOf(id)).toBe(0);
    await holds.refuse(staff(clerk), id);
    await until(async () => {
      const { rows } = await scene.database.pool.query<{ state: string }>(
        'SELECT state FROM payouts WHERE movement_id = $1',
        [id],
      );
      expect(rows[0]?.state).toBe('returned');
    });
    expect([await attemptsOf(id), await scene.cashOf(person)]).toEqual([0, 15_000n]);
    const { body } = await scene.call<{ items: PayoutRuleWire[] }>(person, 'GET', '/v1/payout-rules');
    expect(body.items).toMatchObject([{ state: 'needs_attention', reason: 'MOVEMENT_BLOCKED' }]);
  });

  it('of a payment: its request stays open, and once that is over it can only be given back', async () => {
    const [payer, payee] = [await holds.rich(), await holds.rich(1n)];
    const request = await holds.link(payee, '15000');
    const first = await holds.payCash(payer, request.id);
    expect(first.body.state).toBe('in_review');
    expect((await scene.call<PaymentRequestWire>(payer, 'GET', `/v1/payment-requests/${request.id}`)).body.state).toBe(
      'new',
    );
    const second = await holds.payCash(payer, request.id);
    await holds.release(staff(clerk), second.body.id);
    expect(await scene.cashOf(payee)).toBe(15_001n);
    expect((await holds.release(staff(clerk), first.body.id)).body.code).toBe('PAYMENT_REQUEST_CLOSED');
    expect((await holds.refuse(staff(clerk), first.body.id)).body.state).toBe('refused');
    expect([await scene.cashOf(payer), await scene.cashOf(payee)]).toEqual([85_000n, 15_001n]);
  });

  it('of a refund, which is counted only when it happens', async () => {
    const [payer, payee] = [await holds.rich(), await holds.rich(50_000n)];
    const request = await holds.link(payee, '9000');
    const path = `/v1/payment-requests/${request.id}`;
    await holds.payCash(payer, request.id);
    for (let index = 0; index < 3; index += 1) await holds.send(payee, payer, '9000');
    const [payment] = (await scene.call<{ items: PaymentWire[] }>(payee, 'GET', `${path}/payments`)).body.items;
    const refund = await holds.post<RefundWire>(payee, '/v1/refunds', { paymentId: payment?.id });
    expect(refund.body.state).toBe('in_review');
    expect((await scene.call<PaymentRequestWire>(payee, 'GET', path)).body.refunded).toBe('0');
    await holds.release(staff(clerk), refund.body.id);
    expect((await scene.call<PaymentRequestWire>(payee, 'GET', path)).body.refunded).toBe('9000');
    expect(await phases(refund.body.id)).toEqual(['hold pending', 'hold_release void', 'refund posted']);
  });

  it('of a conversion: nothing is asked of the chain before', async () => {
    const person = await holds.rich();
    const { body } = await holds.post<{ id: string; state: string }>(person, '/v1/conversions', {
      ...{ direction: 'issue', money: { asset: CNY, amount: '15000' } },
      ...{ token: tokenAssetId, address: person.address },
    });
    expect(body.state).toBe('in_review');
    const asked = async () =>
      (await scene.database.pool.query('SELECT FROM chain_transactions WHERE movement_id = $1', [body.id])).rowCount;
    expect(await asked()).toBe(0);
    await holds.release(staff(clerk), body.id);
    expect([await asked(), await stateOf(body.id)]).toEqual([1, 'issuing']);
  });

  it('of one that was refused or given back: no release afterwards moves it', async () => {
    for (const end of ['refuse', 'expire'] as const) {
      const { payee, id } = await heldTransfer();
      if (end === 'refuse') await holds.refuse(staff(clerk), id);
      else await holds.makeDue(id);
      await until(async () => expect(await stateOf(id)).toBe('returned'));
      const late = await holds.release(staff(other), id);
      expect([late.status, late.body.code]).toEqual([409, 'STATE_CONFLICT']);
      expect(await scene.cashOf(payee)).toBe(0n);
    }
  });

  it('of one that was released: no refusal afterwards takes it back', async () => {
    const { payer, payee, id } = await heldTransfer();
    await holds.release(staff(clerk), id);
    expect((await holds.refuse(staff(other), id)).body.code).toBe('STATE_CONFLICT');
    expect([await scene.cashOf(payer), await scene.cashOf(payee)]).toEqual([85_000n, 15_000n]);
  });

  it('not even by the database’s own posting function', async () => {
    const { id } = await heldTransfer();
    const { rows } = await scene.database.pool.query<{ id: string; debit: string; credit: string }>(
      `SELECT id, debit_account_id AS debit, credit_account_id AS credit FROM ledger_transfers WHERE movement_id = $1 AND kind = 'hold'`,
      [id],
    );
    const [hold] = rows;
    const { rows: outcome } = await scene.database.pool.query<{ outcomes: { status: string; message: string }[] }>(
      `SELECT ledger_post(NULL, '{1}', ARRAY[$1::uuid], '{post}', ARRAY[$2::uuid], ARRAY[$3::uuid], '{${CNY}}', '{15000}', '{payment}', ARRAY[$4::uuid],
         NULL, ARRAY[$5::uuid], NULL, NULL, NULL, NULL, NULL) AS outcomes`,
      [randomUUID(), hold?.debit, hold?.credit, hold?.id, id],
    );
    expect(outcome[0]?.outcomes[0]).toMatchObject({ status: 'error', message: 'A hold is never posted.' });
  });
});

describe('the rules', () => {
  it('change by versions, are tried first without changing anything, and only by staff', async () => {
    const path = '/v1/admin/monitoring/rules';
    expect((await scene.call(await scene.somebody(), 'GET', path)).status).toBe(404);
    const { body: active } = await scene.call<{ version: number; rules: { rules: object[] } }>(
      staff(clerk),
      'GET',
      path,
    );
    const stricter = {
      ...active.rules,
      rules: [{ name: 'any', rule: 'amount', outcome: 'review', above: { default: '5000' } }, ...active.rules.rules],
    };
    await heldTransfer();
    const { body: tried } = await holds.post<{ movements: number; review: number; byRule: Record<string, number> }>(
      staff(clerk),
      `${path}/try`,
      { rules: stricter },
    );
    expect(tried.movements).toBeGreaterThan(0);
    expect(tried.byRule.any).toBeGreaterThanOrEqual(tried.byRule.large ?? 0);
    const change = { basedOn: active.version, rules: stricter, note: 'Fewer at once' };
    expect((await holds.post<{ version: number }>(staff(clerk), path, change)).body.version).toBe(active.version + 1);
    expect((await holds.post(staff(other), path, change)).body.code).toBe('STATE_CONFLICT');
    const [payer, payee] = [await holds.rich(), await scene.somebody()];
    expect((await holds.send(payer, payee, '5001')).body.state).toBe('in_review');
  });
});
