/** Whatever happens in whatever order, at whatever speed: money is booked once, and exactly as the gateway has it in the end. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandboxGateway } from '../../src/gateways/sandbox/sandbox-gateway.ts';
import { createForger, type Forger } from './forge.ts';
import { sandboxAccounts } from './sandbox-process.ts';
import { type Scene, startScene } from './scene.ts';

let scene: Scene;
let forger: Forger;
const follow = async (orderNumber: string) => {
  await scene
    .service()
    .follower.tasks['gateways.follow']?.(
      { gateway: 'sandbox', orderNumber },
      { attempt: 1, signal: AbortSignal.timeout(10_000) },
    );
};
const notify = async (orderNumber: string, type: string, amount: string) => {
  const { headers, body } = forger.notice({ content: { orderNumber, type, amount } });
  await fetch(`${scene.sandbox.registration.publicUrl}/v1/gateways/sandbox/notifications`, {
    method: 'POST',
    headers,
    body,
  });
  await follow(orderNumber);
};
/** Actions that the gateway refuses at this moment (paying what was declined) simply don't happen. */
const tryTo = (work: Promise<void>) => work.catch(() => undefined);
/** Steps in groups: those of one group happen at once. */
const story = <Step extends string>(...steps: Step[]) =>
  fc.array(fc.array(fc.constantFrom(...steps), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 });

/** @param numRuns - Stories of each kind. */
export function describeAnyOrder(numRuns: number): void {
  describe('in any order', () => {
    beforeAll(async () => {
      scene = await startScene({ isServed: false });
      const { registration } = scene.sandbox;
      forger = createForger(`${registration.publicUrl}/v1/gateways/sandbox/notifications`);
      // The test itself decides when a gateway is asked.
      await scene.restart({
        hasJobs: false,
        gateway: createSandboxGateway({
          ...registration,
          gatewayKeys: [...registration.gatewayKeys, forger.publicKey],
        }),
      });
    });
    afterAll(() => scene.close());

    it('a top-up is credited exactly once if it was paid, and never otherwise', async () => {
      const aFault = fc.constantFrom(
        undefined,
        'api_answer_lost' as const,
        'api_unavailable' as const,
        'paid_wrong_amount' as const,
      );
      await fc.assert(
        fc.asyncProperty(
          fc.bigInt({ min: 100n, max: 500_000_000n }),
          aFault,
          story('pay', 'pay late', 'decline', 'expire', 'notify paid', 'notify expired', 'follow'),
          async (amount, fault, groups) => {
            const person = await scene.somebody();
            const { id, orderNumber } = await scene.topUp(person, { amount: String(amount) });
            if (fault) await scene.sandbox.arm(fault, orderNumber);
            const steps = {
              pay: () => tryTo(scene.sandbox.act(orderNumber, 'pay')),
              'pay late': () => tryTo(scene.sandbox.act(orderNumber, 'pay_late')),
              decline: () => tryTo(scene.sandbox.act(orderNumber, 'decline')),
              expire: () => tryTo(scene.sandbox.act(orderNumber, 'expire')),
              'notify paid': () => notify(orderNumber, 'payment.paid', String(amount)),
              'notify expired': () => notify(orderNumber, 'payment.expired', '1'),
              follow: () => follow(orderNumber),
            };
            for (const group of groups) await Promise.all(group.map((step) => steps[step]()));
            await scene.sandbox.clearFaults();
            await follow(orderNumber);
            const atGateway = (await scene.sandbox.state()).payments.find(
              (payment) => payment.orderNumber === orderNumber,
            );
            const [topUp, cash, transfers] = [
              await scene.getTopUp(person, id),
              await scene.cashOf(person),
              await scene.transfersOf(id),
            ];
            const paid = atGateway?.paid ?? undefined;
            const isExact = paid?.amount === String(amount);
            expect(cash).toBe(paid && isExact ? amount : 0n);
            expect(transfers.map(({ kind, amount: booked }) => [kind, booked])).toEqual(
              paid ? [[isExact ? 'top_up' : 'top_up_suspense', paid.amount]] : [],
            );
            const expected = {
              paid: isExact ? 'credited' : 'review',
              declined: 'failed',
              expired: 'expired',
              waiting: 'paying',
            } as const;
            expect(topUp.state).toBe(expected[atGateway?.status as keyof typeof expected]);
          },
        ),
        { numRuns, examples: [[101n, undefined, [['notify expired', 'follow', 'pay']]]] },
      );
    });

    it('a withdrawal ends exactly once, as the bank says, and until then the cash is set aside', async () => {
      const person = await scene.somebody();
      const { orderNumber: funding } = await scene.topUp(person, { amount: '100000000' });
      await scene.sandbox.act(funding, 'pay');
      await follow(funding);
      const anAccount = fc.constantFrom(sandboxAccounts.undecided, sandboxAccounts.refused);
      const aFault = fc.constantFrom(
        undefined,
        'api_answer_lost' as const,
        'api_unavailable' as const,
        'api_answer_garbage' as const,
      );
      await fc.assert(
        fc.asyncProperty(
          fc.bigInt({ min: 100n, max: 100_000n }),
          anAccount,
          aFault,
          story('settle', 'return', 'notify', 'follow'),
          async (amount, number, fault, groups) => {
            const before = await scene.cashOf(person);
            const { body } = await scene.withdraw(person, { amount: String(amount), number });
            const { rows } = await scene.database.pool.query<{ order_number: string }>(
              'SELECT order_number FROM gateway_attempts WHERE movement_id = $1',
              [body.id],
            );
            const orderNumber = rows[0]?.order_number ?? '';
            if (fault) await scene.sandbox.arm(fault, orderNumber, 3);
            const steps = {
              settle: () => tryTo(scene.sandbox.decidePayout(orderNumber, 'settled')),
              return: () => tryTo(scene.sandbox.decidePayout(orderNumber, 'returned')),
              notify: () => notify(orderNumber, 'payout.settled', String(amount)),
              follow: () => follow(orderNumber),
            };
            for (const group of groups) await Promise.all(group.map((step) => steps[step]()));
            await scene.sandbox.clearFaults();
            await follow(orderNumber);
            await follow(orderNumber);
            const status =
              (await scene.sandbox.state()).payouts.find((payout) => payout.orderNumber === orderNumber)?.status ??
              'refused';
            const expected = {
              processing: 'sent',
              settled: 'settled',
              returned: 'returned',
              refused: 'returned',
            } as const;
            const { state } = (await scene.call<{ state: string }>(person, 'GET', `/v1/withdrawals/${body.id}`)).body;
            expect(state).toBe(expected[status as keyof typeof expected]);
            expect(before - (await scene.cashOf(person))).toBe(state === 'returned' ? 0n : amount);
            expect((await scene.transfersOf(body.id)).map(({ phase }) => phase)).toEqual(
              { sent: ['pending'], settled: ['pending', 'post'], returned: ['pending', 'void'] }[state],
            );
          },
        ),
        { numRuns },
      );
    });
  });
}
