import { expect, it } from 'vitest';
import { createTurns } from './turns.ts';

it('lets work under one key wait for what came before, failed or not, and other keys go on', async () => {
  const takeTurn = createTurns();
  const said: string[] = [];
  const first = Promise.withResolvers<void>();
  const failing = takeTurn('ann', async () => {
    said.push('first begins');
    await first.promise;
    said.push('first ends');
    throw new Error('refused');
  });
  const second = takeTurn('ann', async () => said.push('second'));
  await takeTurn('bob', async () => said.push('other'));
  first.resolve();
  await expect(failing).rejects.toThrow('refused');
  await second;
  expect(said).toEqual(['first begins', 'other', 'first ends', 'second']);
});
