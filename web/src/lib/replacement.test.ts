import { parseUnsignedTransaction } from '@feiqian/domain/raw-transaction';
import type { FeeMarketTransaction } from '@feiqian/domain/transaction';
import { hexToBytes } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { describe, expect, it } from 'vitest';
import { draftReplacement } from './replacement.ts';

const me = privateKeyToAccount(`0x${'11'.repeat(32)}`);
const friend = privateKeyToAccount(`0x${'22'.repeat(32)}`);
const payment = {
  type: 'eip1559',
  chainId: 31_337,
  nonce: 7,
  gas: 65_000n,
  to: friend.address,
  value: 5n,
  data: '0x1234',
  maxFeePerGas: 100n,
  maxPriorityFeePerGas: 10n,
} as const;
const sign = (change: Partial<Omit<typeof payment, 'nonce'>> & { nonce?: number } = {}, account = me) =>
  account.signTransaction({ ...payment, ...change } as typeof payment);
const usual = { maxFeePerGas: 50n, maxPriorityFeePerGas: 200n };
const read = ({ signing }: Awaited<ReturnType<typeof draftReplacement>>) =>
  parseUnsignedTransaction(hexToBytes(signing.bytes)) as FeeMarketTransaction;

describe('draftReplacement', () => {
  it('hurries the very same payment', async () => {
    const draft = await draftReplacement('hurry', { chainId: 31_337, payment: await sign(), cancels: [] }, usual);
    expect(draft).toMatchObject({ from: me.address, nonce: 7n });
    expect(read(draft)).toEqual({
      type: 'eip1559',
      chainId: 31_337n,
      nonce: 7n,
      gas: 65_000n,
      to: friend.address,
      value: 5n,
      data: '0x1234',
      accessList: [],
      maxFeePerGas: 200n,
      maxPriorityFeePerGas: 200n,
    });
  });

  it('cancels with nothing to oneself, dearer than all that have the nonce', async () => {
    const cancels = [
      await sign({ to: me.address as never, value: 0n as never, data: '0x' as never, maxFeePerGas: 1_000n as never }),
    ];
    const draft = await draftReplacement('cancel', { chainId: 31_337, payment: await sign(), cancels }, usual);
    expect(read(draft)).toMatchObject({ nonce: 7n, to: me.address, value: 0n, data: '0x', gas: 21_000n });
    expect(read(draft).maxFeePerGas).toBe(1_126n);
  });

  it.each([
    ['of another nonce', async () => [await sign({ nonce: 8 })]],
    ['of somebody else', async () => [await sign({}, friend)]],
    ['that are no transactions', async () => ['0x01'] as const],
  ])('does not take for rivals those %s', async (_, make) => {
    const open = { chainId: 31_337, payment: await sign(), cancels: [...(await make())] };
    await expect(draftReplacement('cancel', open, usual)).rejects.toMatchObject({ code: 'TRANSACTION_INVALID' });
  });

  it('refuses another chain', async () => {
    await expect(
      draftReplacement('hurry', { chainId: 1, payment: await sign(), cancels: [] }, usual),
    ).rejects.toMatchObject({ code: 'TRANSACTION_INVALID' });
  });
});
