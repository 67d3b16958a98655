import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestChain, type TestChain } from './chain.ts';

describe('startTestChain', () => {
  let chain: TestChain;
  beforeAll(async () => {
    chain = await startTestChain();
  });
  afterAll(() => chain.stop());

  it('deploys both stablecoins and the relay', async () => {
    for (const address of Object.values(chain.addresses))
      expect(await chain.client.getCode({ address })).toMatch(/^0x60/);
    expect(chain.chain.tokens.map(({ symbol }) => symbol)).toEqual(['USDF', 'CNYF']);
  });

  it('keeps its clock at the present', async () => {
    await chain.finalize();
    const { timestamp } = await chain.client.getBlock();
    expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(5);
  });

  it('makes accounts with and without native coin', async () => {
    const [rich, poor] = [await chain.createAccount('2'), await chain.createAccount()];
    expect(await chain.client.getBalance(rich)).toBe(2n * 10n ** 18n);
    expect(await chain.client.getBalance(poor)).toBe(0n);
  });
});
