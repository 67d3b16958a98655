/** Kills the service at every failpoint on the way of a hold to its end, starts it again, and looks whether the money moved once. */
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { serveAndDie } from '../payments/dying-service.ts';
import { newKey, type Person, type Scene, startScene, until } from '../payments/scene.ts';
import { createHoldScene, type HoldScene, setRules } from './hold-scene.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const source = fileURLToPath(new URL('../../src/monitoring/', import.meta.url));
const names = globSync(`${source}**/*.ts`).flatMap((path) =>
  [...readFileSync(path, 'utf8').matchAll(/failpoint\('([a-z_]+)'\)/g)].map((match) => match[1] ?? ''),
);

let scene: Scene;
let holds: HoldScene;
beforeAll(async () => {
  scene = await startScene({ isServed: false });
  holds = createHoldScene(scene);
  await setRules(scene);
});
afterAll(async () => {
  await holds.close();
  await scene.close();
});

/** How a hold ends on whose way a failpoint lies. */
function endOf(name: string): 'released' | 'refused' | 'expired' {
  if (name.includes('released')) return 'released';
  return name.includes('refused') ? 'refused' : 'expired';
}

/** Asks until it is answered, always with the same key. */
async function insist(ask: (key: string) => Promise<{ readonly status: number }>): Promise<void> {
  const key = newKey();
  await until(async () => expect((await ask(key)).status).toBe(200));
}

async function end(clerk: Person, id: string, how: ReturnType<typeof endOf>): Promise<void> {
  if (how === 'released') await insist((key) => holds.release(clerk, id, key));
  if (how === 'refused') await insist((key) => holds.refuse(clerk, id, key));
  if (how === 'expired') await holds.makeDue(id);
  await until(async () => {
    const { rows } = await scene.database.pool.query<{ state: string }>('SELECT state FROM holds WHERE id = $1', [id]);
    expect(rows[0]?.state).toBe(how);
  });
}

describe('a service that dies while a hold ends', () => {
  it('has failpoints before and after each end', () => {
    expect(new Set(names).size).toBe(names.length);
    for (const how of ['released', 'refused', 'expired'])
      expect(names.filter((name) => endOf(name) === how)).toHaveLength(2);
  });

  it.each(names)('at %s moves the money once', async (failAt) => {
    const service = await serveAndDie(scene, failAt);
    try {
      const [payer, payee, clerk] = [await holds.rich(), await scene.somebody(), await holds.hire()];
      const { body } = await holds.send(payer, payee, '15000');
      expect(body.state).toBe('in_review');
      await end(clerk, body.id, endOf(failAt));
      await until(() => expect(service.deaths()).toBe(1));
      const isPaid = endOf(failAt) === 'released';
      expect([await scene.cashOf(payer), await scene.cashOf(payee)]).toEqual(
        isPaid ? [85_000n, 15_000n] : [100_000n, 0n],
      );
      expect((await scene.transfersOf(body.id)).map(({ kind, phase }) => `${kind} ${phase}`)).toEqual([
        'hold pending',
        ...(isPaid ? ['hold_release void', 'cash_transfer posted'] : ['hold_return void']),
      ]);
    } finally {
      await service.stop();
    }
  });
});
