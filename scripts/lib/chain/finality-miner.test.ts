import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFinalityMiner } from './finality-miner.ts';

describe('the finality miner', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  function run() {
    const miner = createFinalityMiner(1000);
    const mine = vi.fn(async () => miner.onChange({ method: 'evm_mine', hasMined: true }));
    miner.start(mine);
    return { miner, mine };
  }

  it('mines a block a second until a change has three on top, and then rests', async () => {
    const { miner, mine } = run();
    miner.onChange({ method: 'eth_sendRawTransaction', hasMined: true });
    await vi.advanceTimersByTimeAsync(999);
    expect(mine).toHaveBeenCalledTimes(0);
    await vi.advanceTimersByTimeAsync(1001);
    expect(mine).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(mine).toHaveBeenCalledTimes(3);
  });

  it('starts counting again with each change', async () => {
    const { miner, mine } = run();
    miner.onChange({ method: 'eth_sendRawTransaction', hasMined: true });
    await vi.advanceTimersByTimeAsync(2500);
    miner.onChange({ method: 'eth_sendRawTransaction', hasMined: true });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(mine).toHaveBeenCalledTimes(5);
  });

  it('mines nothing for calls that mined nothing', async () => {
    const { miner, mine } = run();
    miner.onChange({ method: 'hardhat_setBalance', hasMined: false });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(mine).not.toHaveBeenCalled();
  });

  it('goes on after a block that could not be mined', async () => {
    const miner = createFinalityMiner(1000);
    const mine = vi.fn(() => Promise.reject(new Error('busy')));
    miner.start(mine);
    miner.onChange({ method: 'eth_sendTransaction', hasMined: true });
    await vi.advanceTimersByTimeAsync(3500);
    expect(mine).toHaveBeenCalledTimes(3);
  });
});
