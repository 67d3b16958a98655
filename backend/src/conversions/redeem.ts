import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import type { ConversionRequest, MovementWire } from '@feiqian/domain/api/chain';
import type { CashAsset, TokenAsset } from '@feiqian/domain/assets';
import {
  buildRedeemTypedData,
  checkRedeemAuthorization,
  checkTypedDataSignature,
} from '@feiqian/domain/authorizations';
import { AppError } from '@feiqian/domain/errors';
import { type Amount, convertAtPar, decodeAmount, encodeAmount } from '@feiqian/domain/money';
import { encodeFunctionData, type Hex, isAddressEqual } from 'viem';
import type { Idempotency } from '../http/idempotency.ts';
import type { RowChange } from '../ledger/command.ts';
import { businessId, historyId } from '../ledger/ids.ts';
import { type Answer, answerOf } from '../ledger/outcome.ts';
import { assertOwner, type ConversionDeps, getEpoch, getPair } from './checks.ts';

type RedeemInput = Extract<ConversionRequest, { direction: 'redeem' }>;

/** A redemption that its holder has signed. */
type Redemption = {
  readonly input: RedeemInput;
  readonly token: TokenAsset;
  readonly cash: CashAsset;
  readonly amount: Amount;
  readonly cashAmount: Amount;
  /** The contract call that carries it. */
  readonly data: Hex;
};

/**
 * Takes a signed redemption and sees that it reaches the chain.
 *
 * @throws {AppError} ASSET_UNKNOWN, ADDRESS_NOT_LINKED, AMOUNT_TOO_PRECISE, AUTHORIZATION_INVALID, AUTHORIZATION_EXPIRED,
 *   SIGNATURE_INVALID, TRANSACTION_REVERTED with the contract's error in `details.error`, CHAIN_UNAVAILABLE, CHAIN_HALTED.
 */
export async function redeem(
  deps: ConversionDeps,
  userId: string,
  input: RedeemInput,
  idempotency: Idempotency,
): Promise<Answer> {
  const redemption = await checkRedemption(deps, userId, input);
  const { token, amount, data } = redemption;
  const id = businessId('movement', userId, 'conversions', idempotency.key);
  const isKnown = (await deps.store.find(id)) !== undefined;
  if (!isKnown && (await deps.store.hasRedemption(token.chainId, input.holder, input.reference))) throw givenBefore();
  const epoch = await getEpoch(deps, token.chainId);
  const error = await deps.simulate(token.chainId, { from: deps.relayer, to: token.address, data });
  if (error !== undefined) {
    throw new AppError('TRANSACTION_REVERTED', 'The contract would refuse it.', { details: { error } });
  }
  const transaction = requestTransaction(deps, redemption, { id, epoch });
  const head = { id, historyId: historyId(userId, id), kind: 'conversion' } as const;
  const money = { asset: token.id, amount: encodeAmount(amount) };
  const body: MovementWire = { ...head, state: 'redeeming', money, txHash: null };
  const result = await deps.ledger.post({
    transfers: [],
    changes: [insertMovement(redemption, { id, userId }), transaction],
    answer: { ...idempotency, status: 201, body },
    history: [id],
  });
  if (result.status === 'version_conflict' && result.id === transaction.id) throw givenBefore();
  return answerOf(result, { status: 201, body });
}

const givenBefore = (): AppError =>
  new AppError('AUTHORIZATION_INVALID', 'This redemption was given before.', { details: { field: 'reference' } });

async function checkRedemption(deps: ConversionDeps, userId: string, input: RedeemInput): Promise<Redemption> {
  const known = deps.assets.find(
    (asset) => asset.kind === 'token' && asset.chainId === input.chainId && isAddressEqual(asset.address, input.token),
  );
  const { cash, token } = getPair(deps, known?.id ?? '');
  await assertOwner(deps, userId, input.holder);
  const { holder, reference, signature } = input;
  const amount = decodeAmount(input.amount);
  const cashAmount = convertAtPar(amount, token.decimals, cash.decimals);
  const validity = { validAfter: BigInt(input.validAfter), validBefore: BigInt(input.validBefore) };
  const authorization = { holder, reference, amount, ...validity };
  const nowSeconds = BigInt(Math.floor(deps.clock().getTime() / 1000));
  checkRedeemAuthorization(authorization, 10n ** BigInt(token.decimals - cash.decimals), nowSeconds);
  const domain = { name: token.name, version: '1', chainId: token.chainId, verifyingContract: token.address };
  await checkTypedDataSignature(buildRedeemTypedData(domain, authorization), holder, signature);
  const data = encodeFunctionData({
    abi: stablecoinAbi,
    functionName: 'redeemWithAuthorization',
    args: [holder, reference, amount, validity.validAfter, validity.validBefore, signature],
  });
  return { input, token, cash, amount, cashAmount, data };
}

type Insertion = { readonly id: string; readonly userId: string };

function insertMovement({ input, token, cash, amount, cashAmount }: Redemption, { id, userId }: Insertion): RowChange {
  return {
    table: 'movements',
    id,
    expectVersion: 0,
    set: {
      kind: 'conversion',
      user_id: userId,
      state: 'redeeming',
      asset: token.id,
      amount: encodeAmount(amount),
      counter_asset: cash.id,
      counter_amount: encodeAmount(cashAmount),
      chain_id: token.chainId,
      address: input.holder,
      reference: input.reference,
      details: { direction: 'redeem' },
    },
  };
}

/** Named by what the contract lets happen once, so that one signature is carried once, whatever key it comes under. */
function requestTransaction(
  { relayer }: ConversionDeps,
  { input, token, data }: Redemption,
  { id, epoch }: { readonly id: string; readonly epoch: number },
): RowChange {
  const once = [`${token.chainId}`, `${epoch}`, token.address, input.holder, input.reference];
  return {
    table: 'chain_transactions',
    id: businessId('chain transaction', 'redeem', ...once),
    expectVersion: 0,
    set: {
      chain_id: token.chainId,
      epoch,
      sender: relayer,
      purpose: 'redeem',
      movement_id: id,
      to_address: token.address,
      data,
      state: 'requested',
    },
  };
}
