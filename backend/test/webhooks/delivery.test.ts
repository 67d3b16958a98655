/** How deliveries go out: in order, at least once, never to the harm of others. Time is moved, never waited for. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { historyOf, type Received, type Receiver, startReceiver } from './receiver.ts';
import { hourMs, type Scene, startScene } from './scene.ts';

let scene: Scene;
const receivers: Receiver[] = [];
beforeEach(async () => {
  scene = await startScene();
});
afterEach(async () => {
  await scene.close();
  for (const receiver of receivers.splice(0)) await receiver.close();
  expect(scene.failures).toEqual([]);
});

async function aReceiver(...args: Parameters<typeof startReceiver>): Promise<Receiver> {
  const receiver = await startReceiver(...args);
  receivers.push(receiver);
  return receiver;
}

/** Somebody with an endpoint at a receiver. */
async function aShop(receiver: Receiver) {
  const person = await scene.somebody();
  const endpoint = await scene.addEndpoint(person, receiver.url);
  return { person, endpoint, deliveries: () => scene.deliveriesOf(person, endpoint.id) };
}

/** A request that was paid, or what is left to tell of one. */
async function pay(id: string): Promise<void> {
  await scene.move(id, 'processing');
  await scene.move(id, 'settled');
}

const paid = ['created', 'processing', 'settled'];

describe('a receiver that is down for six hours', () => {
  it('gets everything afterwards, in order, within one interval, and is not hammered meanwhile', async () => {
    const receiver = await aReceiver(() => 503);
    const shop = await aShop(receiver);
    const requests = [];
    let passed = 0;
    let steps = 0;
    while (passed < 6 * hourMs) {
      const request = await scene.askForPayment(shop.person);
      requests.push(request);
      await pay(request.id);
      await scene.dispatcher.runDue();
      passed += await scene.passUntilDue();
      steps += 1;
    }
    // One try for each step, and from the second on one more of another request: it could be the thing that is refused.
    expect(receiver.received.length).toBeLessThanOrEqual(steps * 2);
    receiver.answer = () => 204;
    const before = receiver.received.length;
    let interval = 0;
    for (;;) {
      await scene.dispatcher.runDue();
      const open = (await shop.deliveries()).filter(({ state }) => state === 'waiting');
      if (open.length === 0) break;
      interval += await scene.passUntilDue();
    }
    expect(interval).toBeLessThanOrEqual(10 * hourMs);
    const came = receiver.received.slice(before);
    expect(came).toHaveLength(requests.length * 3);
    expect(historyOf(came)).toEqual(Object.fromEntries(requests.map(({ id }) => [id, paid])));
  });
});

describe('the schedule', () => {
  it('is kept to: ten tries in about three days, and then it has failed for good', async () => {
    const receiver = await aReceiver(() => 500);
    const { person, deliveries } = await aShop(receiver);
    await scene.askForPayment(person);
    const waits: number[] = [];
    for (;;) {
      await scene.dispatcher.runDue();
      if ((await deliveries())[0]?.state === 'failed') break;
      waits.push(Math.round((await scene.passUntilDue()) / 1000));
    }
    expect(waits).toEqual([5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]);
    const [delivery] = await deliveries();
    expect(delivery).toMatchObject({ lastError: 'STATUS', nextAttemptAt: null });
    expect(delivery?.attempts.map(({ status, error }) => `${status} ${error}`)).toEqual(Array(10).fill('500 STATUS'));
    expect(receiver.received).toHaveLength(10);
  });

  it('ends for what waited behind, too, without trying each of it', async () => {
    const receiver = await aReceiver(() => 500);
    const { person, deliveries } = await aShop(receiver);
    for (let count = 0; count < 30; count += 1) await scene.askForPayment(person);
    let passed = 0;
    for (;;) {
      await scene.dispatcher.runDue();
      if ((await deliveries()).every(({ state }) => state !== 'waiting')) break;
      passed += await scene.passUntilDue();
    }
    expect(passed / hourMs).toBeLessThan(85);
    const states = (await deliveries()).map(({ state, lastError }) => `${state} ${lastError}`);
    expect(new Set(states)).toEqual(new Set(['failed STATUS', 'failed GIVEN_UP']));
    expect(receiver.received.length).toBeLessThan(45);
  });
});

describe('one object', () => {
  it('is told of in order: what fails holds up what comes after, until it has failed for good', async () => {
    const receiver = await aReceiver(({ event }) => (event.type.endsWith('processing') ? 500 : 204));
    const { person, deliveries } = await aShop(receiver);
    const { id } = await scene.askForPayment(person);
    await pay(id);
    const other = await scene.askForPayment(person);
    await scene.dispatcher.runDue();
    await scene.passUntilDue();
    // The other one gets through, and with it the way is open for all but what must wait.
    await scene.dispatcher.runDue();
    expect(historyOf(receiver.received)).toEqual({ [id]: ['created', 'processing'], [other.id]: ['created'] });
    while ((await deliveries()).some(({ state }) => state === 'waiting')) {
      await scene.passUntilDue();
      await scene.dispatcher.runDue();
    }
    expect(historyOf(receiver.received)).toEqual({ [id]: paid, [other.id]: ['created'] });
    expect((await deliveries()).map(({ state }) => state)).toEqual(['delivered', 'delivered', 'failed', 'delivered']);
  });

  it('that a receiver refuses does not hold up others for longer than its second try', async () => {
    const receiver = await aReceiver();
    const { person } = await aShop(receiver);
    const poison = await scene.askForPayment(person);
    receiver.answer = ({ event }) => (event.data.id === poison.id ? 422 : 204);
    const others = [await scene.askForPayment(person), await scene.askForPayment(person)];
    await scene.dispatcher.runDue();
    expect(receiver.received).toHaveLength(1);
    expect(await scene.passUntilDue()).toBeLessThanOrEqual(5000);
    await scene.dispatcher.runDue();
    expect(Object.keys(historyOf(receiver.received))).toEqual([poison.id, ...others.map(({ id }) => id)]);
    await scene.passUntilDue();
    await scene.dispatcher.runDue();
    expect(receiver.received.filter(({ event }) => event.data.id === poison.id)).toHaveLength(3);
    const late = await scene.askForPayment(person);
    await scene.dispatcher.runDue();
    expect(receiver.received.at(-1)?.event.data.id).toBe(poison.id);
    await scene.passUntilDue();
    await scene.dispatcher.runDue();
    expect(receiver.received.at(-1)?.event.data.id).toBe(late.id);
  });
});

describe('several replicas', () => {
  it('deliver everything once between them', async () => {
    const receiver = await aReceiver();
    const shops = await Promise.all(Array.from({ length: 12 }, () => aShop(receiver)));
    const requests = await Promise.all(
      shops.flatMap(({ person }) => [scene.askForPayment(person), scene.askForPayment(person)]),
    );
    await Promise.all(requests.map(({ id }) => pay(id)));
    const others = [scene.replica({ endpointsMax: 2 }), scene.replica({ endpointsMax: 2 }), scene.replica()];
    await Promise.all(others.map((replica) => replica.runDue()));
    await scene.dispatcher.runDue();
    expect(receiver.received).toHaveLength(requests.length * 3);
    expect(historyOf(receiver.received)).toEqual(Object.fromEntries(requests.map(({ id }) => [id, paid])));
  });

  it('take over from one that says nothing any more, whose late word is not listened to', async () => {
    const receiver = await aReceiver();
    const shop = await aShop(receiver);
    const { id } = await scene.askForPayment(shop.person);
    const held: (() => void)[] = [];
    receiver.answer = () => new Promise((resolve) => held.push(() => resolve(500)));
    const first = scene.dispatcher.runDue();
    await receiver.untilReceived(1);
    receiver.answer = () => 204;
    await scene.replica().runDue();
    expect(receiver.received).toHaveLength(1);
    scene.pass(61_000);
    await scene.replica().runDue();
    expect(receiver.received).toHaveLength(2);
    for (const release of held) release();
    await first;
    expect(await shop.deliveries()).toMatchObject([{ objectId: id, state: 'delivered', attempts: [{ status: 204 }] }]);
  });

  it('are woken by the fact itself', async () => {
    const receiver = await aReceiver();
    const { person } = await aShop(receiver);
    const replica = scene.replica({ sweepMs: 1_000_000 });
    await replica.start();
    const { id } = await scene.askForPayment(person);
    await receiver.untilReceived(1);
    expect(receiver.received[0]?.event.data.id).toBe(id);
    // A second one, while nothing but a notification can wake it.
    await scene.cancel(person, id);
    await receiver.untilReceived(2);
  });

  it('wake by themselves for a second try', async () => {
    let tries = 0;
    const receiver = await aReceiver(() => {
      tries += 1;
      return tries === 1 ? 500 : 204;
    });
    const { person } = await aShop(receiver);
    // A clock that goes on by two seconds whenever somebody looks at it.
    let shift = 0;
    const shiftMs = () => {
      shift += 2_000;
      return shift;
    };
    await scene.replica({ sweepMs: 1_000_000, shiftMs }).start();
    await scene.askForPayment(person);
    await receiver.untilReceived(2);
  });
});

describe('others', () => {
  it('do not wait for receivers that are slow or fail', async () => {
    const bad = await aReceiver(() => new Promise(() => undefined));
    const broken = await aReceiver(() => 500);
    const good = await aReceiver();
    for (let count = 0; count < 40; count += 1) {
      const { person } = await aShop(count % 2 === 0 ? bad : broken);
      await scene.askForPayment(person);
    }
    const under = scene.dispatcher.runDue();
    await bad.untilReceived(20);
    // Twenty receivers are silent with a request in their hands; the same process delivers to others meanwhile.
    const { person } = await aShop(good);
    for (let count = 0; count < 5; count += 1) await scene.askForPayment(person);
    void scene.dispatcher.runDue();
    await good.untilReceived(5);
    expect(bad.received).toHaveLength(20);
    bad.answer = () => 204;
    await scene.dispatcher.stop();
    await under;
  });

  it('have their turn when one endpoint never runs out', async () => {
    const greedy = await aReceiver();
    const shop = await aShop(greedy);
    for (let count = 0; count < 5; count += 1) await scene.askForPayment(shop.person);
    const modest = await aReceiver();
    const { person } = await aShop(modest);
    // No time for more than one delivery in a row, and no room for two endpoints.
    const narrow = scene.replica({ endpointsMax: 1, sliceMs: 0.001 });
    greedy.answer = async () => {
      if (greedy.received.length === 2) await scene.askForPayment(person);
      return 204;
    };
    await narrow.runDue();
    expect(modest.received).toHaveLength(1);
    expect(greedy.received).toHaveLength(5);
  });
});

describe('an answer', () => {
  it('of 410 turns the endpoint off, and what waits is kept for a replay', async () => {
    const receiver = await aReceiver(() => 410);
    const { person, endpoint, deliveries } = await aShop(receiver);
    const requests = [await scene.askForPayment(person), await scene.askForPayment(person)];
    await scene.dispatcher.runDue();
    expect(receiver.received).toHaveLength(1);
    const { body } = await scene.call(person, 'GET', `/v1/webhook-endpoints/${endpoint.id}`);
    expect(body).toMatchObject({ state: 'off', reason: 'ANSWERED_GONE' });
    await scene.askForPayment(person);
    scene.pass(100 * hourMs);
    await scene.dispatcher.runDue();
    expect(receiver.received).toHaveLength(1);
    expect((await deliveries()).map(({ state, lastError }) => `${state} ${lastError}`)).toEqual([
      'failed ENDPOINT_OFF',
      'failed ENDPOINT_OFF',
      'failed STATUS',
    ]);
    receiver.answer = () => 204;
    await scene.call(person, 'PATCH', `/v1/webhook-endpoints/${endpoint.id}`, { state: 'on' });
    for (const { id } of (await deliveries()).toReversed())
      expect((await scene.call(person, 'POST', `/v1/webhook-deliveries/${id}/replay`)).status).toBe(201);
    await scene.dispatcher.runDue();
    expect(receiver.received.slice(1, 3).map(({ event }) => event.data.id)).toEqual(requests.map(({ id }) => id));
  });

  it('that leads elsewhere is a failure, and not followed', async () => {
    const elsewhere = await aReceiver();
    for (const status of [301, 302, 303, 307, 308]) {
      const receiver = await aReceiver(
        (_, response) => void response.writeHead(status, { location: elsewhere.url }).end(),
      );
      const { person, deliveries } = await aShop(receiver);
      await scene.askForPayment(person);
      await scene.dispatcher.runDue();
      expect((await deliveries())[0]).toMatchObject({
        state: 'waiting',
        lastError: 'REDIRECT',
        attempts: [{ status }],
      });
    }
    expect(elsewhere.connections()).toBe(0);
  });

  it('is kept up to one kilobyte, whatever it is, and no more of it is read', async () => {
    let written = 0;
    const endless = await aReceiver((_, response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(16_384, '\0\u00e9\u6f22');
      const write = () => {
        while (!response.destroyed && response.write(chunk)) written += chunk.length;
        if (!response.destroyed) response.once('drain', write);
      };
      write();
      return undefined;
    });
    const { person, deliveries } = await aShop(endless);
    await scene.askForPayment(person);
    await scene.dispatcher.runDue();
    const [delivery] = await deliveries();
    expect(delivery?.state).toBe('delivered');
    const answer = delivery?.attempts[0]?.answer ?? '';
    expect(Buffer.byteLength(answer)).toBeGreaterThan(1000);
    expect(Buffer.byteLength(answer)).toBeLessThanOrEqual(1024);
    expect(answer).not.toContain('\0');
    expect(written).toBeLessThan(20_000_000);
  });

  it('that never comes, breaks off or is no HTTP is a failure', async () => {
    const hasty = await startScene({ timeoutMs: 150 });
    try {
      const kinds: [string, (one: Received, response: import('node:http').ServerResponse) => undefined][] = [
        ['TIMEOUT', () => undefined],
        ['CONNECTION_FAILED', (_, response) => void response.destroy()],
        ['CONNECTION_FAILED', (_, response) => void response.socket?.end('nonsense\r\n\r\n')],
      ];
      for (const [error, answer] of kinds) {
        const receiver = await aReceiver(answer);
        const person = await hasty.somebody();
        const { id } = await hasty.addEndpoint(person, receiver.url);
        await hasty.askForPayment(person);
        await hasty.dispatcher.runDue();
        expect((await hasty.deliveriesOf(person, id))[0]).toMatchObject({ state: 'waiting', lastError: error });
      }
    } finally {
      await hasty.close();
    }
  });
});
