/** Kills a process that delivers, at every failpoint and in the middle of a delivery: nothing is lost, and nothing comes out of order. */
import { type ChildProcess, spawn } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publicUrl } from '../support/payment-requests.ts';
import type { DispatcherOrder } from './dispatcher-process.ts';
import { historyOf, type Receiver, startReceiver, verifyStock } from './receiver.ts';
import { dataKey, type Scene, startScene } from './scene.ts';

const program = fileURLToPath(new URL('./dispatcher-process.ts', import.meta.url));
const names = globSync(fileURLToPath(new URL('../../src/webhooks/*.ts', import.meta.url))).flatMap((path) =>
  [...readFileSync(path, 'utf8').matchAll(/failpoint\('([a-z_]+)'\)/g)].map((match) => match[1] ?? ''),
);

let scene: Scene;
let receiver: Receiver;
const children: ChildProcess[] = [];
beforeEach(async () => {
  scene = await startScene();
  receiver = await startReceiver();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await scene.close();
  await receiver.close();
});

/** Starts the process. @returns what kills it, and the signal that it died of. */
function startProcess(failAt?: string) {
  const order: DispatcherOrder = {
    databaseUrl: scene.database.serviceUrl,
    dataKey: dataKey.toString('hex'),
    publicUrl,
    ...(failAt === undefined ? {} : { failAt }),
  };
  const child = spawn(process.execPath, [program, JSON.stringify(order)], { stdio: ['ignore', 'ignore', 'inherit'] });
  children.push(child);
  const death = new Promise<string | null>((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  return { kill: () => child.kill('SIGKILL'), death };
}

/** A shop with two requests, one of them paid. */
async function aShopWithFacts() {
  const person = await scene.somebody();
  const { id, secret } = await scene.addEndpoint(person, receiver.url);
  const [one, other] = [await scene.askForPayment(person), await scene.askForPayment(person)];
  await scene.move(one.id, 'processing');
  await scene.move(one.id, 'settled');
  return {
    secret: secret ?? '',
    expected: { [one.id]: ['created', 'processing', 'settled'], [other.id]: ['created'] },
    states: async () => new Set((await scene.deliveriesOf(person, id)).map(({ state }) => state)),
  };
}

/** The others take over when the lease has run out, and not before. */
async function takeOver(): Promise<void> {
  const before = receiver.received.length;
  await scene.dispatcher.runDue();
  expect(receiver.received).toHaveLength(before);
  scene.pass(61_000);
  await scene.dispatcher.runDue();
}

describe('a process that delivers and is killed', () => {
  it('has failpoints on both sides of the call', () => {
    expect(names).toEqual(['after_webhook_lease_before_call', 'after_webhook_call_before_note']);
  });

  it.each(names)('at %s loses nothing, and repeats at most what it was at', async (failAt) => {
    const shop = await aShopWithFacts();
    expect(await startProcess(failAt).death).toBe('SIGKILL');
    expect(receiver.received).toHaveLength(failAt === 'after_webhook_call_before_note' ? 1 : 0);
    await takeOver();
    expect(historyOf(receiver.received)).toEqual(shop.expected);
    expect(receiver.received.length).toBeLessThanOrEqual(5);
    expect(await shop.states()).toEqual(new Set(['delivered']));
    for (const one of receiver.received.slice(-1)) expect(verifyStock(shop.secret, { ...one })).toBeDefined();
  });

  it('in the middle of each delivery of a queue ends in at least one of each, never two out of order', async () => {
    const shop = await aShopWithFacts();
    // One process after the other dies with a request in the receiver's hands.
    for (let deaths = 1; deaths <= 3; deaths += 1) {
      const before = receiver.received.length;
      let isHeld: () => void = () => undefined;
      const held = new Promise<void>((resolve) => {
        isHeld = resolve;
      });
      receiver.answer = () => {
        if (receiver.received.length - before < deaths) return 204;
        isHeld();
        return undefined;
      };
      const child = startProcess();
      await held;
      child.kill();
      expect(await child.death).toBe('SIGKILL');
      receiver.answer = () => 204;
      // As if a minute had passed for the next process: it has the time of the database.
      await scene.database.connect('owner', 1).query(`UPDATE webhook_endpoints SET lease_until = now()`);
    }
    await scene.dispatcher.runDue();
    expect(historyOf(receiver.received)).toEqual(shop.expected);
    expect(await shop.states()).toEqual(new Set(['delivered']));
  });

  it('before anything was delivered at all leaves it to whoever comes next', async () => {
    const shop = await aShopWithFacts();
    scene.pass(200_000);
    await scene.dispatcher.runDue();
    expect(historyOf(receiver.received)).toEqual(shop.expected);
    expect(receiver.received).toHaveLength(4);
  });
});
