import { toAmount } from '@feiqian/domain/money';
import fc from 'fast-check';
import {
  type Address,
  decodeFunctionData,
  encodeFunctionData,
  erc20Abi,
  type Hex,
  hashTypedData,
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
import type { ReviewContext } from './review-model.ts';
import { permit2Address } from './review-permit.ts';

const token: Address = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
const owner: Address = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266';
const spender: Address = '0x1563915e194D8CfBA1943570603F7606A3115508';
const context: ReviewContext = {
  now: new Date('2026-11-22T10:00:00Z'),
  host: 'wallet.example',
  chains: [
    {
      chainId: 1,
      relay: '0x8ba1f109551bD432803012645Ac136ddd64DBA72',
      checkout: '0x52908400098527886E0F7030069857D2E4169EE7',
      tokens: [{ address: token, name: 'Feiqian Yuan', symbol: 'CNYF', decimals: 6 }],
    },
  ],
};
const increase = parseAbi(['function increaseAllowance(address spender, uint256 amount)']);
const until = 1_795_345_200n;

const draftWith = (data: Hex) =>
  draftTransaction({
    ...{ type: 'eip1559', chainId: 1n, nonce: 7n, gas: 60_000n, to: token, value: 0n, data, accessList: [] },
    ...{ maxFeePerGas: 30n, maxPriorityFeePerGas: 2n },
  });
const approve = (amount: bigint) =>
  encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [spender, amount] });

const grant = (amount: bigint) => ({ token, amount, expiration: until, nonce: 0n });
const details = [
  { name: 'token', type: 'address' },
  { name: 'amount', type: 'uint160' },
  { name: 'expiration', type: 'uint48' },
  { name: 'nonce', type: 'uint48' },
];
const permits = {
  'of EIP-2612': (value: bigint) => ({
    domain: { name: 'Feiqian Yuan', version: '1', chainId: 1, verifyingContract: token },
    types: {
      Permit: [
        { name: 'owner', type: 'address' },
        { name: 'spender', type: 'address' },
        { name: 'value', type: 'uint256' },
        { name: 'nonce', type: 'uint256' },
        { name: 'deadline', type: 'uint256' },
      ],
    },
    primaryType: 'Permit',
    message: { owner, spender, value, nonce: 3n, deadline: until },
  }),
  'of Permit2': (amount: bigint) => ({
    domain: { name: 'Permit2', chainId: 1, verifyingContract: permit2Address },
    types: {
      PermitSingle: [
        { name: 'details', type: 'PermitDetails' },
        { name: 'spender', type: 'address' },
        { name: 'sigDeadline', type: 'uint256' },
      ],
      PermitDetails: details,
    },
    primaryType: 'PermitSingle',
    message: { details: grant(amount), spender, sigDeadline: until },
  }),
  'of Permit2 for a list of one': (amount: bigint) => permitMany([grant(amount)]),
};
const permitMany = (grants: readonly object[]) => ({
  domain: { name: 'Permit2', chainId: 1, verifyingContract: permit2Address },
  types: {
    PermitBatch: [
      { name: 'details', type: 'PermitDetails[]' },
      { name: 'spender', type: 'address' },
      { name: 'sigDeadline', type: 'uint256' },
    ],
    PermitDetails: details,
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
      domain: { name: 'Dai Stablecoin', version: '1', chainId: 1, verifyingContract: token },
      types: {
        Permit: [
          { name: 'holder', type: 'address' },
          { name: 'spender', type: 'address' },
          { name: 'nonce', type: 'uint256' },
          { name: 'expiry', type: 'uint256' },
          { name: 'allowed', type: 'bool' },
        ],
      },
      primaryType: 'Permit',
      message: { holder: owner, spender, nonce: 0n, expiry: 0n, allowed: true },
    });
    expect(changePermit(dai, toAmount(1n))).toBeUndefined();
    const other = draftTypedData({
      domain: { name: 'x', version: '1', chainId: 1, verifyingContract: token },
      types: { Vote: [{ name: 'value', type: 'uint256' }] },
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
