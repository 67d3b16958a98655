import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFeeHistory } from './rpc.ts';

describe('readFeeHistory', () => {
  it('takes the base fee of the block to come, and the tips of blocks that were not empty', () => {
    expect(
      readFeeHistory({
        oldestBlock: '0x5',
        baseFeePerGas: ['0x64', '0x60', '0x5a'],
        gasUsedRatio: [0.5, 0],
        reward: [
          ['0x1', '0x2', '0x3'],
          ['0x0', '0x0', '0x0'],
        ],
      }),
    ).toEqual({ nextBaseFee: 90n, rewards: [[1n, 2n, 3n]] });
  });

  it('lives without tips, which nodes may leave out', () => {
    expect(readFeeHistory({ baseFeePerGas: ['0x7'], gasUsedRatio: [] })).toEqual({ nextBaseFee: 7n, rewards: [] });
  });

  it('gives a history or says that the chain cannot be asked, whatever a node answers', () => {
    const answer = fc.oneof(
      fc.anything(),
      fc.record({ baseFeePerGas: fc.anything(), gasUsedRatio: fc.anything(), reward: fc.anything() }),
    );
    fc.assert(
      fc.property(answer, (given) => {
        try {
          expect(readFeeHistory(given).nextBaseFee).toBeGreaterThanOrEqual(0n);
        } catch (error) {
          expect(error).toMatchObject({ code: 'CHAIN_UNAVAILABLE' });
        }
      }),
    );
  });
});
