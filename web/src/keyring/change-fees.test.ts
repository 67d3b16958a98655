import type { FeePerGas } from '@feiqian/domain/fees';
import fc from 'fast-check';
import { encodeFunctionData, erc20Abi, keccak256, parseTransaction, serializeTransaction } from 'viem';
import { describe, expect, it } from 'vitest';
import { changeFees } from './change-fees.ts';
import { draftTransaction } from './draft.ts';
import { anAddress, anAmount } from './testing/arbitraries.ts';

const fees: fc.Arbitrary<FeePerGas> = fc
  .tuple(fc.bigInt({ min: 1n, max: 10n ** 15n }), fc.bigInt({ min: 1n, max: 10n ** 15n }))
  .map(([base, tip]) => ({ maxFeePerGas: base + tip, maxPriorityFeePerGas: tip }));
const call = fc
  .record({
    to: anAddress,
    spender: anAddress,
    amount: anAmount,
    nonce: fc.nat(),
    gas: fc.integer({ min: 60_000, max: 10 ** 7 }),
  })
  .map(({ to, spender, amount, nonce, gas }) => ({
    ...{ type: 'eip1559' as const, chainId: 1n, to, value: 0n, accessList: [] },
    nonce: BigInt(nonce),
    gas: BigInt(gas),
    data: encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [spender, amount] }),
  }));

describe('a transaction at another speed', () => {
  it('is signed with what that speed offers, and nothing else is different', () => {
    fc.assert(
      fc.property(call, fees, fees, (transaction, before, after) => {
        const draft = draftTransaction({ ...transaction, ...before });
        const changed = changeFees(draft, after);
        const { maxFeePerGas: _max, maxPriorityFeePerGas: _tip, ...same } = parseTransaction(draft.bytes);
        expect(parseTransaction(changed.bytes)).toEqual({ ...same, ...after });
        expect(changed).toEqual(draftTransaction({ ...transaction, ...after }));
        // As another library writes what is to be hashed and signed.
        expect(keccak256(changed.bytes)).toBe(
          keccak256(serializeTransaction({ ...parseTransaction(draft.bytes), ...after } as never)),
        );
        expect(changeFees(changed, before)).toEqual(draft);
      }),
    );
  });

  it('is refused where it does not offer as EIP-1559 has it, and for bytes that are none', () => {
    const offer = { maxFeePerGas: 2n, maxPriorityFeePerGas: 1n };
    const legacy = draftTransaction({
      ...{ type: 'legacy', chainId: 1n, nonce: 0n, gas: 21_000n, gasPrice: 1n, value: 0n, data: '0x' },
      to: '0x52908400098527886E0F7030069857D2E4169EE7',
    });
    const refused = expect.objectContaining({ code: 'TRANSACTION_INVALID' });
    expect(() => changeFees(legacy, offer)).toThrow(refused);
    expect(() => changeFees({ kind: 'transaction', bytes: '0x02c0' }, offer)).toThrow(refused);
  });
});
