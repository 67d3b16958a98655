import { expect, it } from 'vitest';
import { startTestNode } from './support/node.ts';

it('begins the local chain with the same block at every start', async () => {
  const [first, second] = [await startTestNode(), await startTestNode()];
  const blocks = await Promise.all([first, second].map(({ client }) => client.getBlock({ blockNumber: 0n })));
  first.stop();
  second.stop();
  expect(blocks[0]?.hash).toBe(blocks[1]?.hash);
  expect(blocks[0]?.timestamp).toBe(BigInt(Date.UTC(2026, 0, 1) / 1000));
});
