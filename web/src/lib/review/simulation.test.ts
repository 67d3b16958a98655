import type { Simulation } from '@feiqian/domain/api/safety';
import { buildRedeemTypedData } from '@feiqian/domain/authorizations';
import fc from 'fast-check';
import { encodeFunctionData, erc20Abi } from 'viem';
import { describe, expect, it } from 'vitest';
import { draftMessage, draftTransaction, draftTypedData } from '../../keyring/draft.ts';
import { draftRelay } from '../../keyring/relay-draft.ts';
import { decodeReview } from '../../keyring/review.ts';
import { tokenAsset as asset, context, domain, relay, token } from '../../keyring/testing/review-scene.ts';
import { judgeSimulation, toSimulationCall } from './simulation.ts';

const me = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266';
const mine = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const shop = '0x1563915e194D8CfBA1943570603F7606A3115508';
const transaction = (functionName: 'transfer' | 'approve', to: `0x${string}`, amount: bigint) => {
  const data = encodeFunctionData({ abi: erc20Abi, functionName, args: [to, amount] });
  return draftTransaction({
    type: 'eip1559',
    chainId: 31_337n,
    nonce: 0n,
    gas: 90_000n,
    to: token,
    value: 0n,
    data,
    maxFeePerGas: 2n,
    maxPriorityFeePerGas: 1n,
    accessList: [],
  });
};
const payTo = (to: `0x${string}`) =>
  draftRelay({
    domain,
    relay,
    request: {
      token,
      from: me,
      to,
      amount: 25_000_000n,
      fee: 10_000n,
      feeReceiver: relay,
      reference: `0x${'ab'.repeat(32)}`,
      validAfter: 0n,
      validBefore: 1_795_345_200n,
      salt: `0x${'cd'.repeat(32)}`,
    },
  });
const payment = payTo(shop);
const done = (
  changes: readonly (readonly [string, string])[],
  approvals: readonly (readonly [string, string])[] = [],
): Simulation => ({
  outcome: 'succeeds',
  changes: changes.map(([address, amount]) => ({ address: address as typeof me, asset, amount })),
  approvals: approvals.map(([spender, amount]) => ({ asset, owner: me, spender: spender as typeof me, amount })),
});
const judge = (draft: Parameters<typeof decodeReview>[0], simulation: Simulation) =>
  judgeSimulation(decodeReview(draft, context), simulation, me);

describe('judgeSimulation', () => {
  const transfer = transaction('transfer', shop, 25n);

  it.each([
    ['what was expected', transfer, done([[me, '-25']]), 'agrees'],
    [
      'both sides of a move between own addresses',
      transaction('transfer', mine, 25n),
      done([
        [me, '-25'],
        [mine, '25'],
      ]),
      'agrees',
    ],
    ['the whole of a payment with its fee', payment, done([[me, '-25010000']]), 'agrees'],
    ['the very allowance', transaction('approve', shop, 7n), done([], [[shop, '7']]), 'agrees'],
    ['more than was written', transfer, done([[me, '-26']]), 'disagrees'],
    ['less than was written, as a token with a fee of its own', transfer, done([[me, '-24']]), 'disagrees'],
    ['nothing at all', transfer, done([]), 'disagrees'],
    [
      'a further address of the person emptied',
      transfer,
      done([
        [me, '-25'],
        [mine, '-1'],
      ]),
      'disagrees',
    ],
    ['an allowance that nobody spoke of', transfer, done([[me, '-25']], [[shop, '1']]), 'disagrees'],
    ['another allowance', transaction('approve', shop, 7n), done([], [[shop, '8']]), 'disagrees'],
    ['the allowance of another', transaction('approve', shop, 7n), done([], [[relay, '7']]), 'disagrees'],
    ['no trace', transfer, { outcome: 'succeeds', changes: null, approvals: null } as const, 'unseen'],
    ['a refusal', transfer, { outcome: 'fails', failure: { kind: 'unknown' } } as const, 'fails'],
    ['no answer', transfer, { outcome: 'not_simulated' } as const, 'unknown'],
  ] as const)('takes %s for what it is', (_what, draft, simulation, verdict) => {
    expect(judge(draft, simulation)).toBe(verdict);
  });

  it('agrees with the amount that is encoded and no other', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 2n ** 200n }), fc.bigInt({ min: 1n, max: 2n ** 200n }), (said, did) => {
        const verdict = judge(transaction('transfer', shop, said), done([[me, `-${did}`]]));
        expect(verdict).toBe(said === did ? 'agrees' : 'disagrees');
      }),
    );
  });
});

describe('toSimulationCall', () => {
  it('tries a transaction by its own bytes', () => {
    const draft = transaction('approve', shop, 7n);
    expect(toSimulationCall(draft, decodeReview(draft, context), me)).toEqual({
      chainId: 31_337,
      from: me,
      to: token,
      value: '0',
      data: encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [shop, 7n] }),
    });
  });

  it('tries the movement that a payment through the relay allows, fee included', () => {
    expect(toSimulationCall(payment, decodeReview(payment, context), me)).toMatchObject({
      from: me,
      to: token,
      data: encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [shop, 25_010_000n] }),
    });
  });

  it('does not call a payment to oneself one that changes nothing: its fee goes', () => {
    const draft = payTo(me);
    expect(toSimulationCall(draft, decodeReview(draft, context), me)).toBeUndefined();
  });

  it('tries whether tokens may leave that are given back for cash', () => {
    const reference = `0x${'ab'.repeat(32)}` as const;
    const validity = { validAfter: 0n, validBefore: 1_795_345_200n };
    const message = { holder: me, reference, amount: 25_000_000n, ...validity } as const;
    const redemption = draftTypedData(buildRedeemTypedData(domain, message));
    const review = decodeReview(redemption, context);
    expect(toSimulationCall(redemption, review, me, relay)).toMatchObject({
      from: me,
      to: token,
      data: encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [relay, 25_000_000n] }),
    });
    expect(judgeSimulation(review, done([[me, '-25000000']]), me)).toBe('agrees');
    expect(judgeSimulation(review, done([[me, '-25000001']]), me)).toBe('disagrees');
  });

  it('tries nothing for a text', () => {
    const draft = draftMessage('hello');
    expect(toSimulationCall(draft, decodeReview(draft, context), me)).toBeUndefined();
  });
});
