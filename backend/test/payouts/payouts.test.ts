import { toAmount } from '@feiqian/domain/money';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { PaymentsService } from '../payments/payments-service.ts';
import { sandboxAccounts } from '../payments/sandbox-process.ts';
import { type Person, tokenAssetId, until } from '../payments/scene.ts';
import { type PayoutScene, startPayoutScene, toAccount } from './payout-scene.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

let scene: PayoutScene;
let replica: PaymentsService;
beforeAll(async () => {
  scene = await startPayoutScene();
  replica = await scene.startReplica();
});
afterAll(async () => {
  await replica.close();
  await scene.close();
});

const hourMs = 3_600_000;

/** Somebody with so much cash and a rule. */
async function merchant(cash: bigint, changes: object = {}): Promise<{ person: Person; id: string }> {
  const person = await scene.somebody();
  await scene.fund(person, cash);
  return { person, id: (await scene.setRule(person, changes)).id };
}

/** What was paid out, newest first. */
const paidTo = async (person: Person) =>
  (await scene.payoutsOf(person)).map(({ money, state }) => [money.amount, state]);

describe('a rule that pays out at once', () => {
  it('pays what is above what stays, as a withdrawal like any other', async () => {
    const { person, id } = await merchant(10_000n);
    await scene.run(id);
    expect(await scene.cashOf(person)).toBe(2000n);
    const [payout] = await scene.payoutsOf(person);
    expect(payout).toMatchObject({
      ...{ ruleId: id, state: 'under_way', reason: null, money: { asset: 'iso4217:CNY', amount: '8000' } },
      target: { kind: 'bank', gateway: 'sandbox', bankAccount: { number: '•••• 2222' } },
    });
    const withdrawal = await scene.call(person, 'GET', `/v1/withdrawals/${payout?.movementId}`);
    expect(withdrawal.body).toMatchObject({
      id: payout?.movementId,
      historyId: payout?.historyId,
      money: payout?.money,
    });
    await scene.decide(person, 'settled');
    expect(await paidTo(person)).toEqual([['8000', 'paid']]);
    expect(await scene.arrivedFor(person)).toEqual(['8000']);
    await scene.run(id);
    expect(await scene.ruleOf(person)).toMatchObject({ state: 'on', reason: null });
    expect(await scene.cashOf(person)).toBe(2000n);
  });

  it('pays nothing before there is enough, and nothing of what is set aside', async () => {
    const { person, id } = await merchant(2099n);
    await scene.run(id);
    expect(await paidTo(person)).toEqual([]);
    await scene.fund(person, 2501n);
    // Half of it is on its way elsewhere.
    await scene.withdraw(person, { amount: '2500' });
    await scene.run(id);
    expect([await paidTo(person), await scene.cashOf(person)]).toEqual([[['100', 'under_way']], 2000n]);
  });

  it('waits for the payout before, and then pays everything that came meanwhile', async () => {
    const { person, id } = await merchant(3000n);
    await scene.run(id);
    await scene.fund(person, 500n);
    await scene.fund(person, 700n);
    await scene.run(id);
    expect(await paidTo(person)).toEqual([['1000', 'under_way']]);
    await scene.decide(person, 'settled');
    await scene.run(id);
    expect(await paidTo(person)).toEqual([
      ['1200', 'under_way'],
      ['1000', 'paid'],
    ]);
  });

  it('pays no more at once than the gateway takes, and the rest next', async () => {
    await scene.restart({ gateway: { ...scene.sandbox.connect({ timeoutMs: 2000 }), max: toAmount(4000n) } });
    const { person, id } = await merchant(11_050n);
    for (let payouts = 1; payouts <= 4; payouts += 1) {
      await scene.run(id);
      await scene.decide(person, 'settled');
    }
    // Fifty are left that are less than is paid out at once.
    expect(await scene.arrivedFor(person)).toEqual(['4000', '4000', '1050']);
    expect(await scene.cashOf(person)).toBe(2000n);
    await scene.restart();
  });

  it('becomes tokens where the rule says so', async () => {
    const person = await scene.somebody();
    await scene.fund(person, 2001n);
    const target = { kind: 'token', token: tokenAssetId, address: person.address };
    const { id } = await scene.setRule(person, { target, min: '1' });
    await scene.run(id);
    const [payout] = await scene.payoutsOf(person);
    expect(payout).toMatchObject({ state: 'under_way', money: { amount: '1' }, target });
    const { rows } = await scene.database.pool.query(
      'SELECT kind, state, counter_amount::text, address FROM movements WHERE id = $1',
      [payout?.movementId],
    );
    expect(rows).toEqual([{ kind: 'conversion', state: 'issuing', counter_amount: '10000', address: person.address }]);
    expect(await scene.cashOf(person)).toBe(2000n);
  });
});

describe('a rule that pays out once a day', () => {
  it('pays at its hour, whatever came before and after', async () => {
    const person = await scene.somebody();
    const hour = new Date(scene.now().getTime() + 2 * hourMs).getUTCHours();
    const { id, nextAt } = await scene.setRule(person, { schedule: { kind: 'daily', hour, timeZone: 'UTC' } });
    await scene.fund(person, 5000n);
    await scene.run(id);
    expect(await paidTo(person)).toEqual([]);
    scene.pass(new Date(nextAt ?? 0).getTime() - scene.now().getTime() + 1000);
    await scene.run(id);
    expect(await paidTo(person)).toEqual([['3000', 'under_way']]);
    const tomorrow = new Date(new Date(nextAt ?? 0).getTime() + 24 * hourMs).toISOString();
    expect((await scene.ruleOf(person)).nextAt).toBe(tomorrow);
    // What comes an hour later waits for the next day, also when the bank still has the first.
    await scene.fund(person, 400n);
    scene.pass(hourMs);
    await scene.run(id);
    expect(await paidTo(person)).toHaveLength(1);
    scene.pass(23 * hourMs);
    await scene.run(id);
    expect(await paidTo(person)).toEqual([
      ['400', 'under_way'],
      ['3000', 'under_way'],
    ]);
  });

  it('passes over a day on which there is nothing to pay, and makes nothing up for days on which nobody looked', async () => {
    const person = await scene.somebody();
    const { hour, timeZone } = { hour: scene.now().getUTCHours(), timeZone: 'UTC' };
    const { id, nextAt } = await scene.setRule(person, { schedule: { kind: 'daily', hour, timeZone } });
    scene.pass(24 * hourMs);
    await scene.run(id);
    expect(new Date((await scene.ruleOf(person)).nextAt ?? 0).getTime()).toBe(
      new Date(nextAt ?? 0).getTime() + 24 * hourMs,
    );
    await scene.fund(person, 5000n);
    await scene.run(id);
    expect(await paidTo(person)).toEqual([]);
    scene.pass(72 * hourMs);
    await scene.run(id);
    await scene.fund(person, 5000n);
    await scene.run(id);
    expect(await paidTo(person)).toEqual([['3000', 'under_way']]);
  });

  it('goes on with what the gateway did not take at once until that is gone', async () => {
    await scene.restart({ gateway: { ...scene.sandbox.connect({ timeoutMs: 2000 }), max: toAmount(4000n) } });
    const person = await scene.somebody();
    const { id } = await scene.setRule(person, { schedule: { kind: 'daily', hour: 3, timeZone: 'UTC' } });
    await scene.fund(person, 10_500n);
    scene.pass(24 * hourMs);
    for (let looks = 0; looks < 4; looks += 1) await scene.run(id);
    expect((await paidTo(person)).map(([amount]) => amount)).toEqual(['500', '4000', '4000']);
    await scene.restart();
  });
});

describe('money that comes back', () => {
  it('pauses the rule, says why, and is not sent there again until its owner says so', async () => {
    const { person, id } = await merchant(10_000n);
    await scene.run(id);
    await scene.decide(person, 'returned');
    await scene.run(id);
    expect(await scene.ruleOf(person)).toMatchObject({ state: 'needs_attention', reason: 'PAYOUT_RETURNED' });
    expect(await scene.payoutsOf(person)).toMatchObject([{ state: 'returned', reason: 'ACCOUNT_CLOSED' }]);
    expect(await scene.cashOf(person)).toBe(10_000n);
    for (let looks = 0; looks < 3; looks += 1) await scene.run(id);
    expect(await scene.arrivedFor(person)).toHaveLength(1);

    await scene.changeRule(person, id, { state: 'on' });
    expect(await scene.ruleOf(person)).toMatchObject({ state: 'on', reason: null });
    await scene.run(id);
    await scene.decide(person, 'settled');
    expect(await paidTo(person)).toEqual([
      ['8000', 'paid'],
      ['8000', 'returned'],
    ]);
  });

  it('counts as well when the gateway refuses the account', async () => {
    const { person, id } = await merchant(10_000n, toAccount(sandboxAccounts.refused));
    await scene.run(id);
    await scene.follow(person);
    await scene.run(id);
    expect(await scene.ruleOf(person)).toMatchObject({ state: 'needs_attention', reason: 'PAYOUT_RETURNED' });
    expect(await scene.payoutsOf(person)).toMatchObject([{ state: 'returned', reason: 'ACCOUNT_UNKNOWN' }]);
    expect([await scene.cashOf(person), await scene.arrivedFor(person)]).toEqual([10_000n, []]);
  });

  it('from an account that the rule no longer pays to does not pause it', async () => {
    const { person, id } = await merchant(10_000n);
    await scene.run(id);
    await scene.setRule(person, { ...toAccount(sandboxAccounts.good), keep: '0' });
    await scene.decide(person, 'returned');
    await scene.run(id);
    expect(await scene.ruleOf(person)).toMatchObject({ state: 'on', target: { bankAccount: { number: '•••• 1234' } } });
    expect(await scene.payoutsOf(person)).toMatchObject([
      { state: 'under_way', money: { amount: '10000' }, target: { bankAccount: { number: '•••• 1234' } } },
      { state: 'returned', money: { amount: '8000' }, target: { bankAccount: { number: '•••• 2222' } } },
    ]);
  });

  it('leaves a rule that is off or removed as it is', async () => {
    const [off, gone] = [await merchant(10_000n), await merchant(10_000n)];
    for (const { id } of [off, gone]) await scene.run(id);
    await scene.changeRule(off.person, off.id, { state: 'off' });
    await scene.call(gone.person, 'DELETE', `/v1/payout-rules/${gone.id}`);
    for (const { person, id } of [off, gone]) {
      await scene.decide(person, 'returned');
      await scene.run(id);
      expect([await paidTo(person), await scene.cashOf(person)]).toEqual([[['8000', 'returned']], 10_000n]);
    }
    expect((await scene.ruleOf(off.person)).state).toBe('off');
  });
});

describe('what stands in the way', () => {
  it('pauses a rule of a person whose cash is frozen, with the reason', async () => {
    const { person, id } = await merchant(10_000n);
    const owner = scene.database.connect('owner', 1);
    const freeze = (closed: boolean) =>
      owner.query('UPDATE ledger_accounts SET closed = $2 WHERE owner_id = $1', [person.id, closed]);
    await freeze(true);
    await scene.run(id);
    expect(await scene.ruleOf(person)).toMatchObject({ state: 'needs_attention', reason: 'CASH_FROZEN' });
    expect([await paidTo(person), await scene.cashOf(person)]).toEqual([[], 10_000n]);
    await freeze(false);
    await scene.changeRule(person, id, { state: 'on' });
    await scene.run(id);
    expect(await paidTo(person)).toEqual([['8000', 'under_way']]);
  });

  it('pauses a rule whose gateway the operator has given up, and one whose address is not its owner’s any more', async () => {
    const { person, id } = await merchant(10_000n);
    await scene.restart({ gateway: { ...scene.sandbox.connect(), name: 'another' } });
    await scene.run(id);
    expect(await scene.ruleOf(person)).toMatchObject({ state: 'needs_attention', reason: 'GATEWAY_UNKNOWN' });
    await scene.restart();

    const other = await scene.somebody();
    await scene.fund(other, 10_000n);
    const target = { kind: 'token', token: tokenAssetId, address: other.address };
    const { id: tokenRule } = await scene.setRule(other, { target });
    await scene.database.pool.query('DELETE FROM addresses WHERE address = $1', [other.address]);
    await scene.run(tokenRule);
    expect(await scene.ruleOf(other)).toMatchObject({ state: 'needs_attention', reason: 'ADDRESS_NOT_LINKED' });
  });

  it('is noted when the money is spent a moment before, and the rest goes a minute later', async () => {
    const { person, id } = await merchant(10_000n);
    const superuser = scene.database.connect('superuser', 2);
    const untilWaiting = (number: number) =>
      until(async () => {
        const { rows } = await superuser.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        expect(rows).toHaveLength(number);
      });
    const holder = await superuser.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM ledger_accounts WHERE owner_id = $1 FOR UPDATE', [person.id]);
    // Whoever asks first gets it first; the rule has seen ¥100.
    const spend = scene.withdraw(person, { amount: '7000' });
    await untilWaiting(1);
    const run = scene.run(id, replica);
    await untilWaiting(2);
    await holder.query('COMMIT');
    holder.release();
    await run;
    expect((await spend).status).toBe(201);
    expect(await scene.ruleOf(person)).toMatchObject({ state: 'on', reason: 'INSUFFICIENT_FUNDS' });
    expect([await paidTo(person), await scene.cashOf(person)]).toEqual([[], 3000n]);
    scene.pass(60_000);
    await scene.run(id);
    expect([await paidTo(person), await scene.cashOf(person)]).toEqual([[['1000', 'under_way']], 2000n]);
    expect((await scene.ruleOf(person)).reason).toBeNull();
  });

  it('makes it wait and try again by itself where it passes, and says so meanwhile', async () => {
    const person = await scene.somebody();
    await scene.fund(person, 10_000n);
    const target = { kind: 'token', token: tokenAssetId, address: person.address };
    const { id } = await scene.setRule(person, { target });
    const owner = scene.database.connect('owner', 1);
    await owner.query(`UPDATE chains SET status = 'halted'`);
    await scene.run(id);
    expect(await scene.ruleOf(person)).toMatchObject({ state: 'on', reason: 'CHAIN_HALTED' });
    await owner.query(`UPDATE chains SET status = 'following'`);
    await scene.run(id);
    expect(await paidTo(person), 'not before a minute is over').toEqual([]);
    scene.pass(60_000);
    await scene.run(id);
    expect(await paidTo(person)).toEqual([['8000', 'under_way']]);
    expect(await scene.ruleOf(person)).toMatchObject({ state: 'on', reason: null });
  });
});

describe('one payout', () => {
  it('comes of any number of looks at a rule, at two replicas at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { person, id } = await merchant(10_000n);
      await Promise.all(
        Array.from({ length: 40 }, (_, index) => scene.run(id, index % 2 === 0 ? scene.service() : replica)),
      );
      expect([await paidTo(person), await scene.cashOf(person)]).toEqual([[['8000', 'under_way']], 2000n]);
      const { rows } = await scene.database.pool.query('SELECT FROM movements WHERE user_id = $1', [person.id]);
      expect(rows).toHaveLength(1);
    }
  });

  it('is not begun when its owner takes the rule away or spends the money at that moment, or it is whole', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { person, id } = await merchant(10_000n);
      const spend = scene.withdraw(person, { amount: '9000' });
      const off = scene.changeRule(person, id, { state: 'off' });
      await Promise.all([scene.run(id), off, scene.run(id, replica), spend]);
      const paid = (await scene.payoutsOf(person)).reduce((sum, { money }) => sum + BigInt(money.amount), 0n);
      const spent = (await spend).status === 201 ? 9000n : 0n;
      expect(await scene.cashOf(person)).toBe(10_000n - paid - spent);
      expect((await scene.ruleOf(person)).state).toBe('off');
    }
  });

  it('is one again after a rule was removed and set anew', async () => {
    const { person, id } = await merchant(10_000n);
    await scene.run(id);
    await scene.decide(person, 'settled');
    await scene.run(id);
    await scene.call(person, 'DELETE', `/v1/payout-rules/${id}`);
    await scene.fund(person, 8000n);
    expect((await scene.setRule(person)).id).toBe(id);
    await scene.run(id);
    expect(await paidTo(person)).toEqual([
      ['8000', 'under_way'],
      ['8000', 'paid'],
    ]);
  });

  it('is on the list of its owner alone, page by page', async () => {
    const { person, id } = await merchant(2000n);
    for (const amount of [100n, 200n, 300n]) {
      await scene.fund(person, amount);
      await scene.run(id);
      await scene.decide(person, 'settled');
      await scene.run(id);
      scene.pass(1000);
    }
    type Page = { items: { money: { amount: string } }[]; nextCursor?: string };
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const query = `?limit=1${cursor === undefined ? '' : `&cursor=${cursor}`}`;
      const { body } = await scene.call<Page>(person, 'GET', `/v1/payouts${query}`);
      seen.push(...body.items.map(({ money }) => money.amount));
      cursor = body.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(['300', '200', '100']);
    expect(await scene.payoutsOf(await scene.somebody())).toEqual([]);
    expect((await scene.call(person, 'GET', '/v1/payouts?cursor=later')).body.code).toBe('REQUEST_INVALID');
  });
});

describe('whatever happens in whichever order', () => {
  const deed = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('fund' as const), amount: fc.bigInt({ min: 1n, max: 3000n }) }),
    },
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('run' as const), times: fc.integer({ min: 1, max: 6 }) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('settled' as const, 'returned' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('on' as const, 'off' as const) }) },
  );

  it('nothing is lost, nothing is paid twice, and what is to stay stays', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(deed, { minLength: 4, maxLength: 14 }),
        fc.bigInt({ min: 0n, max: 2000n }),
        async (deeds, keep) => {
          const { person, id } = await merchant(1n, { keep: `${keep}` });
          let funded = 1n;
          for (const one of deeds) {
            if (one.kind === 'fund') {
              await scene.fund(person, one.amount);
              funded += one.amount;
            } else if (one.kind === 'run')
              await Promise.all(
                Array.from({ length: one.times }, (_, index) =>
                  scene.run(id, index % 2 === 0 ? scene.service() : replica),
                ),
              );
            else if (one.kind === 'on' || one.kind === 'off') await scene.changeRule(person, id, { state: one.kind });
            else await scene.decide(person, one.kind);
            const payouts = await scene.payoutsOf(person);
            const out = payouts
              .filter(({ state }) => state !== 'returned')
              .reduce((sum, { money }) => sum + BigInt(money.amount), 0n);
            const cash = await scene.cashOf(person);
            expect(cash + out).toBe(funded);
            expect(cash >= keep || out === 0n).toBe(true);
            expect(payouts.every(({ money }) => BigInt(money.amount) >= 100n)).toBe(true);
            expect(payouts.filter(({ state }) => state === 'under_way').length).toBeLessThanOrEqual(1);
          }
        },
      ),
      { numRuns: 12 },
    );
  });
});
