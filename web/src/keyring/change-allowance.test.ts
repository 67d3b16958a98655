import { toAmount } from '@feiqian/domain/money';
import fc from 'fast-check';
import {
  type Address,
  bytesToHex,
  decodeFunctionData,
  encodeFunctionData,
  erc20Abi,
  type Hex,
  hashTypedData,
  hexToBytes,
  keccak256,
  maxUint256,
  parseAbi,
  parseTransaction,
  serializeTransaction,
} from 'viem';
import { describe, expect, it } from 'vitest';
import { changeAllowance, changePermit } from './change-allowance.ts';
import { draftTransaction, draftTypedData } from './draft.ts';
import { decodeReview } from './review.ts';
import { permit2Address } from './review-permit.ts';
import { context, domain, token } from './testing/review-scene.ts';

const owner: Address = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266';
const spender: Address = '0x1563915e194D8CfBA1943570603F7606A3115508';
const increase = parseAbi(['function increaseAllowance(address spender, uint256 amount)']);
const until = 1_795_345_200n;

const draftWith = (data: Hex) =>
  draftTransaction({
    ...{
      type: 'eip1559',
      chainId: BigInt(domain.chainId),
      nonce: 7n,
      gas: 60_000n,
      to: token,
      value: 0n,
      data,
      accessList: [],
    },
    ...{ maxFeePerGas: 30n, maxPriorityFeePerGas: 2n },
  });
const approve = (amount: bigint) =>
  encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [spender, amount] });

/** Fields as EIP-712 writes them: type and name. */
const fieldsOf = (...written: readonly `${string} ${string}`[]) =>
  written.map((field) => {
    const [type = '', name = ''] = field.split(' ');
    return { name, type };
  });
const permit2 = { name: 'Permit2', chainId: domain.chainId, verifyingContract: permit2Address };
const grant = (amount: bigint) => ({ token, amount, expiration: until, nonce: 0n });
const PermitDetails = fieldsOf('address token', 'uint160 amount', 'uint48 expiration', 'uint48 nonce');
const permits = {
  'of EIP-2612': (value: bigint) => ({
    domain,
    types: {
      Permit: fieldsOf('address owner', 'address spender', 'uint256 value', 'uint256 nonce', 'uint256 deadline'),
    },
    primaryType: 'Permit',
    message: { owner, spender, value, nonce: 3n, deadline: until },
  }),
  'of Permit2': (amount: bigint) => ({
    domain: permit2,
    types: {
      PermitSingle: fieldsOf('PermitDetails details', 'address spender', 'uint256 sigDeadline'),
      PermitDetails,
    },
    primaryType: 'PermitSingle',
    message: { details: grant(amount), spender, sigDeadline: until },
  }),
  'of Permit2 for a list of one': (amount: bigint) => permitMany([grant(amount)]),
};
const permitMany = (grants: readonly object[]) => ({
  domain: permit2,
  types: {
    PermitBatch: fieldsOf('PermitDetails[] details', 'address spender', 'uint256 sigDeadline'),
    PermitDetails,
  },
  primaryType: 'PermitBatch',
  message: { details: grants, spender, sigDeadline: until },
});
const codesOf = (draft: Parameters<typeof decodeReview>[0]) =>
  decodeReview(draft, context).warnings.map(({ code }) => code);
const amounts = fc.bigInt({ min: 0n, max: 2n ** 90n }).map(toAmount);

describe('a transaction without a limit', () => {
  it('is signed with the amount that was put in, and nothing else is different', () => {
    const unlimited = draftWith(approve(maxUint256));
    expect(codesOf(unlimited)).toContain('allowance_unlimited');
    fc.assert(
      fc.property(amounts, (amount) => {
        const capped = changeAllowance(unlimited, amount);
        if (!capped) throw new Error('It allows something.');
        const { data, ...rest } = parseTransaction(capped.bytes);
        const { data: before, ...same } = parseTransaction(unlimited.bytes);
        expect(rest).toEqual(same);
        expect(before).not.toBe(data);
        expect(decodeFunctionData({ abi: erc20Abi, data: data ?? '0x' })).toEqual({
          functionName: 'approve',
          args: [spender, amount],
        });
        const review = decodeReview(capped, context);
        expect(review).toMatchObject({ kind: 'token_allowance', spender, money: { amount } });
        // The hash that the signature covers, from the bytes as another library writes them.
        expect(review.digest).toBe(keccak256(serializeTransaction(parseTransaction(capped.bytes))));
        expect(codesOf(capped)).not.toContain('allowance_unlimited');
      }),
    );
  });

  it('keeps being an increase', () => {
    const draft = draftWith(
      encodeFunctionData({ abi: increase, functionName: 'increaseAllowance', args: [spender, maxUint256] }),
    );
    const capped = changeAllowance(draft, toAmount(5n));
    const review = capped && decodeReview(capped, context);
    expect(review).toMatchObject({ kind: 'token_allowance', change: 'increase', money: { amount: 5n } });
  });

  it('is another draft only of what allows something, whatever its bytes', () => {
    const calls = fc.oneof(
      fc.uint8Array({ maxLength: 80 }).map((bytes) => bytesToHex(bytes)),
      fc
        .tuple(fc.nat({ max: 67 }), fc.nat({ max: 255 }))
        .map(([at, byte]) => bytesToHex(hexToBytes(approve(maxUint256)).with(at, byte))),
    );
    fc.assert(
      fc.property(calls, amounts, (data, amount) => {
        const draft = draftWith(data);
        const changed = changeAllowance(draft, amount);
        const review = decodeReview(draft, context);
        const allows = review.kind === 'token_allowance' && review.change !== 'decrease';
        expect(changed !== undefined).toBe(allows);
        if (changed && allows)
          expect(decodeReview(changed, context)).toMatchObject({ spender: review.spender, money: { amount } });
      }),
      { numRuns: 500 },
    );
    const bytes = fc.uint8Array({ maxLength: 80 }).map((random) => bytesToHex(random));
    fc.assert(
      fc.property(bytes, amounts, (random, amount) => {
        expect(() => changeAllowance({ kind: 'transaction', bytes: random }, amount)).toThrow(
          expect.objectContaining({ code: 'TRANSACTION_INVALID' }),
        );
      }),
    );
  });

  it('is left alone when it allows nothing', () => {
    const transfer = encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [spender, 5n] });
    expect(changeAllowance(draftWith(transfer), toAmount(1n))).toBeUndefined();
    expect(changeAllowance(draftWith('0x'), toAmount(1n))).toBeUndefined();
  });
});

describe('a permit without a limit', () => {
  it.each(Object.entries(permits))('%s is signed with the amount that was put in', (_kind, permit) => {
    const unlimited = draftTypedData(permit(2n ** 160n - 1n));
    expect(codesOf(unlimited)).toContain('allowance_unlimited');
    fc.assert(
      fc.property(amounts, (amount) => {
        const capped = changePermit(unlimited, amount);
        if (!capped) throw new Error('It allows something.');
        // Another library's hash of what a page would have asked for with that amount.
        const digest = hashTypedData(permit(amount) as Parameters<typeof hashTypedData>[0]);
        expect(decodeReview(capped, context).digest).toBe(digest);
        expect(codesOf(capped)).not.toContain('allowance_unlimited');
      }),
    );
  });

  it('is left alone when one amount cannot be said for all of it', () => {
    expect(changePermit(draftTypedData(permitMany([grant(1n), grant(2n)])), toAmount(1n))).toBeUndefined();
    const dai = draftTypedData({
      domain: { ...domain, name: 'Dai Stablecoin' },
      types: {
        Permit: fieldsOf('address holder', 'address spender', 'uint256 nonce', 'uint256 expiry', 'bool allowed'),
      },
      primaryType: 'Permit',
      message: { holder: owner, spender, nonce: 0n, expiry: 0n, allowed: true },
    });
    expect(changePermit(dai, toAmount(1n))).toBeUndefined();
    const other = draftTypedData({
      domain,
      types: { Vote: fieldsOf('uint256 value') },
      primaryType: 'Vote',
      message: { value: 1n },
    });
    expect(changePermit(other, toAmount(1n))).toBeUndefined();
  });

  it('refuses an amount that its field cannot hold', () => {
    const single = draftTypedData(permits['of Permit2'](1n));
    expect(() => changePermit(single, toAmount(2n ** 160n))).toThrow(
      expect.objectContaining({ code: 'TYPED_DATA_INVALID' }),
    );
  });
});
