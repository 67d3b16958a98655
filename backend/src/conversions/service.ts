import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import type { ConversionRequest, MovementWire } from '@feiqian/domain/api/chain';
import type { Asset, CashAsset, TokenAsset } from '@feiqian/domain/assets';
import { buildRedeemTypedData, checkRedeemAuthorization, checkTypedDataSignature } from '@feiqian/domain/authorizations';
import { AppError } from '@feiqian/domain/errors';
import { convertAtPar, decodeAmount, encodeAmount } from '@feiqian/domain/money';
import { type Address, encodeFunctionData, type Hex, isAddressEqual } from 'viem';
import type { Idempotency } from '../http/idempotency.ts';
import type { NewTransfer, RowChange } from '../ledger/command.ts';
import { businessId, historyId } from '../ledger/ids.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type Answer, answerOf } from '../ledger/outcome.ts';
import { chainTransactionId, endReserve, issueColumns, reserveIssue } from './issue.ts';
import type { ConversionStore } from './store.ts';

type Deps = {
  readonly ledger: Pick<Ledger, 'post'>;
  readonly store: ConversionStore;
  readonly assets: readonly Asset[];
  /** Whether this deployment turns cash into tokens and back. */
  readonly bridge: boolean;
  /** Accounts that sign `issue` and carry signed redemptions. */
  readonly issuer: Address;
  readonly relayer: Address;
  readonly clock: () => Date;
  readonly findAddressOwner: (address: Address) => Promise<string | undefined>;
  /** Runs a call without sending it; the name of the contract's error when it would fail. @throws {AppError} CHAIN_UNAVAILABLE. */
  readonly simulate: (chainId: number, call: { readonly from: Address; readonly to: Address; readonly data: Hex }) => Promise<string | undefined>;
  /** Whether the contract accepted this issue, as of the last finalized block. @throws {AppError} CHAIN_UNAVAILABLE. */
  readonly isIssued: (chainId: number, token: Address, reference: Hex) => Promise<boolean>;
};

/** How a chain transaction of a conversion came to an end. */
export type EndedTransaction = { readonly purpose: string; readonly state: string; readonly movementId: string | null; readonly reason: string | null };

type IssueInput = Extract<ConversionRequest, { direction: 'issue' }>;
type RedeemInput = Extract<ConversionRequest, { direction: 'redeem' }>;

/** Cash becomes tokens and tokens become cash, at par. */
export type ConversionService = ReturnType<typeof createConversionService>;

export function createConversionService(deps: Deps) {
  const { ledger, store } = deps;
  return {
    /** @throws {AppError} what {@link issue} and {@link redeem} throw, and BRIDGE_OFF. */
    convert(userId: string, request: ConversionRequest, idempotency: Idempotency): Promise<Answer> {
      if (!deps.bridge) throw new AppError('BRIDGE_OFF', 'This service does not turn cash into tokens.');
      return request.direction === 'issue' ? issue(deps, userId, request, idempotency) : redeem(deps, userId, request, idempotency);
    },

    /**
     * Part of a command by which a top-up goes on as tokens.
     *
     * @throws {AppError} BRIDGE_OFF, ASSET_UNKNOWN, ADDRESS_NOT_LINKED, CHAIN_UNAVAILABLE when the chain was never seen.
     */
    async prepareIssue(input: { readonly movementId: string; readonly userId: string; readonly cash: { readonly asset: string; readonly amount: bigint }; readonly tokenAssetId: string; readonly address: Address }): Promise<{
      readonly transfers: NewTransfer[];
      readonly changes: RowChange[];
      readonly columns: RowChange['set'];
    }> {
      if (!deps.bridge) throw new AppError('BRIDGE_OFF', 'This service does not turn cash into tokens.');
      const { cash, token } = getPair(deps, input.tokenAssetId);
      if (cash.id !== input.cash.asset) throw new AppError('ASSET_UNKNOWN', 'The token does not stand at par with this currency.');
      await assertOwner(deps, input.userId, input.address);
      const amount = decodeAmount(`${input.cash.amount}`);
      const request = { movementId: input.movementId, userId: input.userId, cash: { asset: cash.id, amount }, token, tokenAmount: convertAtPar(amount, cash.decimals, token.decimals), address: input.address };
      return { ...reserveIssue(request, { issuer: deps.issuer, epoch: await getEpoch(deps, token.chainId) }), columns: issueColumns(request) };
    },

    /**
     * Told, at least once, how a transaction ended. A success needs nothing here: the books follow the contract's events. A failed issue
     * gives the cash back, once the contract says that its reference was not used.
     */
    async handleEnded({ purpose, state, movementId, reason }: EndedTransaction): Promise<void> {
      if (state === 'final' || movementId === null || (purpose !== 'issue' && purpose !== 'redeem')) return;
      const row = await store.find(movementId);
      if (row?.state !== (purpose === 'issue' ? 'issuing' : 'redeeming')) return;
      const failed = (set: RowChange['set']): RowChange => ({ table: 'movements', id: row.id, expectVersion: row.version, set: { ...set, reason: reason ?? 'TRANSACTION_REVERTED' } });
      if (purpose === 'redeem') {
        answerOf(await ledger.post({ transfers: [], changes: [failed({ state: 'failed' })], history: [row.id] }), nothing);
        return;
      }
      const { token } = getPair(deps, row.counterAsset);
      if (await deps.isIssued(row.chainId, token.address, row.reference)) return;
      const transfers = endReserve({ movementId: row.id, userId: row.userId, cash: { asset: row.asset, amount: row.amount }, token, tokenAmount: row.counterAmount }, 'void');
      // A top-up keeps what it brought: cash that its owner can convert again.
      answerOf(await ledger.post({ transfers, changes: [failed({ state: row.kind === 'top_up' ? 'credited' : 'failed' })], history: [row.id] }), nothing);
    },
  };
}

const nothing: Answer = { status: 204, body: {} };

function getPair({ assets }: Deps, tokenAssetId: string): { cash: CashAsset; token: TokenAsset } {
  const token = assets.find((asset): asset is TokenAsset => asset.kind === 'token' && asset.id === tokenAssetId);
  const cash = assets.find((asset): asset is CashAsset => asset.kind === 'cash' && asset.id === token?.cash);
  if (!token || !cash) throw new AppError('ASSET_UNKNOWN', 'This is not a stablecoin of this deployment.');
  return { cash, token };
}

async function getEpoch({ store }: Deps, chainId: number): Promise<number> {
  const chain = await store.findChain(chainId);
  if (!chain) throw new AppError('CHAIN_UNAVAILABLE', 'The chain has not been seen yet.');
  if (chain.isHalted) throw new AppError('CHAIN_HALTED', 'The chain waits for a person to look.');
  return chain.epoch;
}

async function assertOwner({ findAddressOwner }: Deps, userId: string, address: Address): Promise<void> {
  if ((await findAddressOwner(address)) !== userId) throw new AppError('ADDRESS_NOT_LINKED', 'Link the address to your account first.');
}

/** @throws {AppError} ASSET_UNKNOWN, AMOUNT_NOT_POSITIVE, ADDRESS_NOT_LINKED, INSUFFICIENT_FUNDS, CHAIN_UNAVAILABLE, CHAIN_HALTED. */
async function issue(deps: Deps, userId: string, input: IssueInput, idempotency: Idempotency): Promise<Answer> {
  const { cash, token } = getPair(deps, input.token);
  if (cash.id !== input.money.asset) throw new AppError('ASSET_UNKNOWN', 'The token does not stand at par with this currency.');
  const amount = decodeAmount(input.money.amount);
  if (amount === 0n) throw new AppError('AMOUNT_NOT_POSITIVE', 'Convert something.');
  await assertOwner(deps, userId, input.address);
  const id = businessId('movement', userId, 'conversions', idempotency.key);
  const request = { movementId: id, userId, cash: { asset: cash.id, amount }, token, tokenAmount: convertAtPar(amount, cash.decimals, token.decimals), address: input.address };
  const reserve = reserveIssue(request, { issuer: deps.issuer, epoch: await getEpoch(deps, token.chainId) });
  const body: MovementWire = { id, historyId: historyId(userId, id), kind: 'conversion', state: 'issuing', money: input.money, txHash: null };
  const movement: RowChange = {
    table: 'movements',
    id,
    expectVersion: 0,
    set: { kind: 'conversion', user_id: userId, state: 'issuing', ...input.money, ...issueColumns(request), details: { direction: 'issue' } },
  };
  const result = await deps.ledger.post({ transfers: reserve.transfers, changes: [movement, ...reserve.changes], answer: { ...idempotency, status: 201, body }, history: [id] });
  return answerOf(result, { status: 201, body });
}

/**
 * @throws {AppError} ASSET_UNKNOWN, ADDRESS_NOT_LINKED, AMOUNT_TOO_PRECISE, AUTHORIZATION_INVALID, AUTHORIZATION_EXPIRED,
 *   SIGNATURE_INVALID, TRANSACTION_REVERTED with the contract's error in `details.error`, CHAIN_UNAVAILABLE, CHAIN_HALTED.
 */
async function redeem(deps: Deps, userId: string, input: RedeemInput, idempotency: Idempotency): Promise<Answer> {
  const known = deps.assets.find((asset) => asset.kind === 'token' && asset.chainId === input.chainId && isAddressEqual(asset.address, input.token));
  const { cash, token } = getPair(deps, known?.id ?? '');
  await assertOwner(deps, userId, input.holder);
  const amount = decodeAmount(input.amount);
  const cashAmount = convertAtPar(amount, token.decimals, cash.decimals);
  const authorization = { holder: input.holder, reference: input.reference, amount, validAfter: BigInt(input.validAfter), validBefore: BigInt(input.validBefore) };
  checkRedeemAuthorization(authorization, 10n ** BigInt(token.decimals - cash.decimals), BigInt(Math.floor(deps.clock().getTime() / 1000)));
  const typedData = buildRedeemTypedData({ name: token.name, version: '1', chainId: token.chainId, verifyingContract: token.address }, authorization);
  await checkTypedDataSignature(typedData, input.holder, input.signature);
  const id = businessId('movement', userId, 'conversions', idempotency.key);
  if ((await deps.store.find(id)) === undefined && (await deps.store.hasRedemption(token.chainId, input.holder, input.reference))) {
    throw new AppError('AUTHORIZATION_INVALID', 'This redemption was given before.', { details: { field: 'reference' } });
  }
  const data = encodeFunctionData({
    abi: stablecoinAbi,
    functionName: 'redeemWithAuthorization',
    args: [input.holder, input.reference, amount, authorization.validAfter, authorization.validBefore, input.signature],
  });
  const epoch = await getEpoch(deps, token.chainId);
  const error = await deps.simulate(token.chainId, { from: deps.relayer, to: token.address, data });
  if (error !== undefined) throw new AppError('TRANSACTION_REVERTED', 'The contract would refuse it.', { details: { error } });
  const money = { asset: token.id, amount: encodeAmount(amount) };
  const body: MovementWire = { id, historyId: historyId(userId, id), kind: 'conversion', state: 'redeeming', money, txHash: null };
  const result = await deps.ledger.post({
    transfers: [],
    changes: [
      {
        table: 'movements',
        id,
        expectVersion: 0,
        set: {
          kind: 'conversion',
          user_id: userId,
          state: 'redeeming',
          ...money,
          counter_asset: cash.id,
          counter_amount: encodeAmount(cashAmount),
          chain_id: token.chainId,
          address: input.holder,
          reference: input.reference,
          details: { direction: 'redeem' },
        },
      },
      {
        table: 'chain_transactions',
        id: chainTransactionId(id, 'redeem'),
        expectVersion: 0,
        set: { chain_id: token.chainId, epoch, sender: deps.relayer, purpose: 'redeem', movement_id: id, to_address: token.address, data, state: 'requested' },
      },
    ],
    answer: { ...idempotency, status: 201, body },
    history: [id],
  });
  return answerOf(result, { status: 201, body });
}
