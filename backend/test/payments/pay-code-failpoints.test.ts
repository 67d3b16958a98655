/** Kills the service at every step from the scan of a pay code to the answer, starts it again, and looks at both sides of the counter. */
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AskedWire, PayCodeWire, PayLimitWire, PresentedWire } from '@feiqian/domain/api/pay-codes';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { serveAndDie } from './dying-service.ts';
import { createRequests } from './requests.ts';
import { newKey, type Person, type Reply, type Scene, startScene, until } from './scene.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const source = fileURLToPath(new URL('../../src/', import.meta.url));
const own = globSync(`${source}pay-codes/*.ts`).flatMap((path) =>
  [...readFileSync(path, 'utf8').matchAll(/failpoint\('([a-z_]+)'\)/g)].map((match) => match[1] ?? ''),
);
// A payment from cash is one command of the ledger.
const names = [...own, 'before_ledger_post', 'after_ledger_commit'];

let scene: Scene;
beforeAll(async () => {
  scene = await startScene();
});
afterAll(() => scene.close());

/** Asks until the answer has a status: whoever gets none asks again, and for what changes something with the same key. */
async function insist<Body>(status: number, ask: () => Promise<Reply<Body>>): Promise<Body> {
  let reply: Reply<Body> | undefined;
  await until(async () => {
    reply = await ask();
    expect(reply.status, JSON.stringify(reply.body)).toBe(status);
  });
  if (!reply) throw new Error('It was never answered.');
  return reply.body;
}

const showCode = (payer: Person) => insist<PayCodeWire>(201, () => scene.call(payer, 'POST', '/v1/pay-codes'));
const present = (shop: Person, id: string, code: string) =>
  scene.call<PresentedWire>(shop, 'POST', `/v1/payment-requests/${id}/pay-code`, { body: { code } });

/** A payer with ¥100 of cash, who allows payments without being asked or does not, and a shop that asks for ¥15 twice. */
async function meet(isAllowed: boolean): Promise<{ payer: Person; shop: Person; id: string; otherId: string }> {
  await scene.restart();
  const [payer, shop] = [await scene.somebody(), await scene.somebody()];
  const topUp = await scene.topUp(payer);
  await scene.sandbox.pressOnPage(topUp.redirectUrl ?? '', 'pay');
  await scene.untilState(payer, topUp.id, 'credited');
  const body = { perPayment: '2000', perDay: '5000', timeZone: 'Asia/Shanghai' };
  if (isAllowed) expect((await scene.call(payer, 'PUT', '/v1/pay-limits/CNY', { body })).status).toBe(200);
  const asking = { money: { asset: 'iso4217:CNY', amount: '1500' } };
  const { ask } = createRequests(scene);
  const [{ id }, { id: otherId }] = [await ask(shop, asking), await ask(shop, asking)];
  await scene.untilIdle();
  await scene.stop();
  return { payer, shop, id, otherId };
}

describe('a service that dies while somebody pays by code', () => {
  it('has failpoints on both sides of taking the code and of paying', () => {
    expect(own).toEqual([
      'before_pay_code_taken',
      'after_pay_code_taken_before_payment',
      'after_pay_code_payment_before_answer',
    ]);
  });

  const ways = names.flatMap((name) => [[name, 'without asking'] as const, [name, 'by a press'] as const]);
  it.each(ways)(
    'at %s, paid %s, leaves one payment that both sides see, and a code that is used up',
    async (failAt, how) => {
      const isAllowed = how === 'without asking';
      const { payer, shop, id, otherId } = await meet(isAllowed);
      const { look, paymentsOf } = createRequests(scene);
      const service = await serveAndDie(scene, failAt);
      try {
        const { code } = await showCode(payer);
        const { state } = await insist(200, () => present(shop, id, code));
        expect(state).toBe(isAllowed ? 'paid' : 'asked');
        const key = newKey();
        const pay = () =>
          scene.call(payer, 'POST', `/v1/payment-requests/${id}/payments`, { body: { rail: 'cash' }, key });
        if (!isAllowed) {
          expect(await scene.cashOf(payer)).toBe(10_000n);
          const asked = await insist<AskedWire>(200, () => scene.call(payer, 'GET', '/v1/pay-codes/asked'));
          expect(asked).toMatchObject({ request: { id, state: 'new' }, isPaidByYou: false });
          await insist(201, pay);
          await insist(201, pay);
        }
        await until(() => expect(service.deaths()).toBe(1));
        // The shop scans once more because it heard nothing the first time.
        expect(await insist(200, () => present(shop, id, code))).toEqual({ state: 'paid' });
        expect((await present(shop, otherId, code)).body.code).toBe('PAY_CODE_USED');

        expect(await look(id)).toMatchObject({ state: 'settled', received: '1500', exception: 'none' });
        expect(await look(otherId)).toMatchObject({ state: 'new', received: '0' });
        const payments = await paymentsOf(shop, id);
        expect(payments).toHaveLength(1);
        const asked = await scene.call<AskedWire>(payer, 'GET', '/v1/pay-codes/asked');
        expect(asked.body).toMatchObject({ request: { id, state: 'settled' }, isPaidByYou: true });
        expect([await scene.cashOf(payer), await scene.cashOf(shop)]).toEqual([8_500n, 1_500n]);
        const limits = await scene.call<{ items: PayLimitWire[] }>(payer, 'GET', '/v1/pay-limits');
        expect(limits.body.items.map(({ spentToday }) => spentToday)).toEqual(isAllowed ? ['1500'] : []);
      } finally {
        await service.stop();
      }
    },
  );
});
