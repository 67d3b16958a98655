/** Kills a process that sends, at every failpoint and in the middle of a message: nothing is lost, and what is repeated has the same name. */
import { type ChildProcess, spawn } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DispatcherOrder } from './dispatcher-process.ts';
import { type Scene, startScene } from './scene.ts';

const program = fileURLToPath(new URL('./dispatcher-process.ts', import.meta.url));
const names = globSync(fileURLToPath(new URL('../../src/mail/*.ts', import.meta.url))).flatMap((path) =>
  [...readFileSync(path, 'utf8').matchAll(/failpoint\('([a-z_]+)'\)/g)].map((match) => match[1] ?? ''),
);

let scene: Scene;
const children: ChildProcess[] = [];
beforeEach(async () => {
  scene = await startScene();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await scene.close();
});

/** Starts the process. @returns what kills it, and the signal that it died of. */
function startProcess(failAt?: string) {
  const order: DispatcherOrder = {
    databaseUrl: scene.database.serviceUrl,
    server: scene.sink.server,
    ...(failAt === undefined ? {} : { failAt }),
  };
  const child = spawn(process.execPath, [program, JSON.stringify(order)], { stdio: ['ignore', 'ignore', 'inherit'] });
  children.push(child);
  const death = new Promise<string | null>((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  return { kill: () => child.kill('SIGKILL'), death };
}

const people = ['anna', 'ben', 'cho'];

/** The others take over when the lease has run out, and not before. */
async function takeOver(): Promise<void> {
  await scene.dispatcher.runDue();
  expect(await scene.isAnyWaiting()).toBe(true);
  scene.pass(181_000);
  await scene.dispatcher.runDue();
  expect(await scene.isAnyWaiting()).toBe(false);
}

describe('a process that sends and is killed', () => {
  it('has failpoints on both sides of the sending', () => {
    expect(names).toEqual(['after_mail_lease_before_send', 'after_mail_send_before_note']);
  });

  it.each(names)('at %s loses nothing, and repeats at most what it was at, under the same name', async (failAt) => {
    for (const name of people) await scene.write(name);
    expect(await startProcess(failAt).death).toBe('SIGKILL');
    const before = failAt === 'after_mail_send_before_note' ? 1 : 0;
    expect(await scene.sink.received()).toHaveLength(before);
    await takeOver();
    const received = await scene.sink.received();
    expect(received).toHaveLength(people.length + before);
    expect(new Set(received.map(({ recipients }) => recipients[0]))).toEqual(
      new Set(people.map((name) => `${name}@example.com`)),
    );
    expect(new Set(received.map(({ messageId }) => messageId)).size).toBe(people.length);
  });

  it('in the middle of a message, once after the other, ends in at least one of each', async () => {
    for (const name of people) await scene.write(name);
    for (const deaths of [1, 2]) {
      await scene.sink.arm('slow');
      const child = startProcess();
      await scene.sink.untilReceived(deaths);
      child.kill();
      expect(await child.death).toBe('SIGKILL');
    }
    await takeOver();
    const received = await scene.sink.received();
    expect(new Set(received.map(({ messageId }) => messageId)).size).toBe(people.length);
    expect(received.length).toBeLessThanOrEqual(people.length + 2);
  });

  it('again and again by the same mail gives that one up, and sends the others', async () => {
    const poison = await scene.write('anna');
    await scene.owner.query('UPDATE mails SET attempts = 9 WHERE id = $1', [poison]);
    expect(await startProcess('after_mail_lease_before_send').death).toBe('SIGKILL');
    await scene.write('ben');
    scene.pass(181_000);
    await scene.dispatcher.runDue();
    expect(await scene.rowOf(poison)).toMatchObject({ state: 'failed', attempts: 10, last_error: 'GIVEN_UP' });
    expect((await scene.sink.received()).map(({ recipients }) => recipients[0])).toEqual(['ben@example.com']);
  });
});
