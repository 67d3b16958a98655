import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createSandboxGateway } from '../../src/gateways/sandbox/sandbox-gateway.ts';
import { createForger, type Forger } from './forge.ts';
import { mutatedNotices } from './mutated-notices.ts';
import { type Person, type Scene, startScene, until } from './scene.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const inProcessRuns = 10_000;
const httpRuns = 300;
let scene: Scene;
let trusted: Forger;
let stranger: Forger;
let gateway: ReturnType<typeof createSandboxGateway>;
let person: Person;
let topUp: Awaited<ReturnType<Scene['topUp']>>;

beforeAll(async () => {
  scene = await startScene({ isServed: false });
  const { registration } = scene.sandbox;
  const url = `${registration.publicUrl}/v1/gateways/sandbox/notifications`;
  [trusted, stranger] = [createForger(url), createForger(url)];
  gateway = createSandboxGateway({ ...registration, gatewayKeys: [...registration.gatewayKeys, trusted.publicKey] });
  await scene.restart({ gateway });
  person = await scene.somebody();
  topUp = await scene.topUp(person);
});
afterAll(() => scene.close());

/** The code of what the connector throws; nothing when it believes what it reads. */
function refusal({ headers, body }: { readonly headers: Record<string, string>; readonly body: Buffer }): unknown {
  try {
    gateway.parseNotification(body, headers);
    return undefined;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}

it('believes none of ten thousand notifications that are almost true', () => {
  const { headers, body } = trusted.notice({ content: { orderNumber: topUp.orderNumber } });
  expect(gateway.parseNotification(Buffer.from(body), headers), 'a true one is believed').toMatchObject({
    orderNumber: topUp.orderNumber,
  });
  fc.assert(
    fc.property(mutatedNotices(trusted, stranger, topUp.orderNumber), (notice) => {
      expect(refusal(notice)).toBe('NOTIFICATION_INVALID');
    }),
    { numRuns: inProcessRuns },
  );
});

it('stores and books nothing of those that arrive, and counts each as refused', async () => {
  const before = scene.service().refused.length;
  const url = `${scene.sandbox.registration.publicUrl}/v1/gateways/sandbox/notifications`;
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(mutatedNotices(trusted, stranger, topUp.orderNumber), async ({ headers, body }) => {
      // What HTTP itself does not carry as it is, is another mutation.
      fc.pre(Object.values(headers).every((value) => /^[\x21-\x7e]*$/.test(value)));
      const response = await fetch(url, { method: 'POST', headers, body: new Uint8Array(body) });
      expect([response.status, await response.json()]).toMatchObject([401, { code: 'NOTIFICATION_INVALID' }]);
      sent += 1;
    }),
    { numRuns: httpRuns },
  );
  expect(scene.service().refused.length).toBe(before + sent);
  expect(await scene.outcomesOf(topUp.orderNumber)).toEqual([]);
  expect([(await scene.getTopUp(person, topUp.id)).state, await scene.cashOf(person)]).toEqual(['paying', 0n]);
});

it('credits once what is paid then, replayed for as long as its time allows', async () => {
  await scene.sandbox.arm('notice_lost', topUp.orderNumber);
  await scene.sandbox.act(topUp.orderNumber, 'pay');
  const { headers, body } = trusted.notice({ content: { orderNumber: topUp.orderNumber } });
  const url = `${scene.sandbox.registration.publicUrl}/v1/gateways/sandbox/notifications`;
  for (let times = 0; times < 5; times += 1)
    expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(204);
  await scene.untilState(person, topUp.id, 'credited');
  await until(async () => expect(await scene.outcomesOf(topUp.orderNumber)).toEqual(['succeeded']));
  const late = { ...headers, 'sandbox-timestamp': String(Number(headers['sandbox-timestamp']) - 400) };
  expect((await fetch(url, { method: 'POST', headers: late, body })).status).toBe(401);
  expect([await scene.cashOf(person), (await scene.transfersOf(topUp.id)).length]).toEqual([10_000n, 1]);
});
