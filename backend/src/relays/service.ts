import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { relayAbi } from '@feiqian/contracts/abi/relay';
import type { MovementWire, RelayQuote, RelayWire } from '@feiqian/domain/api/chain';
import { type Asset, type TokenAsset, toTokenAssetId } from '@feiqian/domain/assets';
import {
  buildRelayTypedData,
  checkRelayRequest,
  checkTypedDataSignature,
  type RelayRequest,
  relayNonce,
} from '@feiqian/domain/authorizations';
import { type Chain, getChain } from '@feiqian/domain/chains';
import { AppError } from '@feiqian/domain/errors';
import { type Amount, decodeAmount, encodeAmount } from '@feiqian/domain/money';
import { type Address, encodeFunctionData, isAddressEqual } from 'viem';
import type { Idempotency } from '../http/idempotency.ts';
import type { RowChange } from '../ledger/command.ts';
import { businessId, historyId } from '../ledger/ids.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type Answer, answerOf } from '../ledger/outcome.ts';
import type { RelayStore } from './store.ts';
import { createTurns } from './turns.ts';

type Deps = {
  readonly ledger: Pick<Ledger, 'post'>;
  readonly store: RelayStore;
  readonly chains: readonly Chain[];
  readonly assets: readonly Asset[];
  /** Pays the network fee, and is paid the relay fee. */
  readonly relayer: Address;
  /** Base units of the token. */
  readonly fee: Amount;
  readonly clock: () => Date;
  readonly findAddressOwner: (address: Address) => Promise<string | undefined>;
  /** Runs a call without sending it; the name of the contract's error when it would fail. @throws {AppError} CHAIN_UNAVAILABLE. */
  readonly simulate: (
    chainId: number,
    call: { readonly from: Address; readonly to: Address; readonly data: `0x${string}` },
  ) => Promise<string | undefined>;
  readonly getEpoch: (chainId: number) => Promise<number>;
  /** What a payment request contributes to the command, when the relay pays one. */
  readonly beginTokenPayment: (
    id: string,
    payment: {
      readonly payerId: string;
      readonly movementId: string;
      readonly asset: string;
      readonly to: Address;
      readonly amount: Amount;
      readonly reference: `0x${string}`;
      readonly validBefore: bigint;
    },
  ) => Promise<{ readonly payeeId: string; readonly description: string; readonly change: RowChange }>;
  /** What a payment request contributes to the command that ends a relay, if the relay paid one. */
  readonly endTokenPayment: (movementId: string, outcome: 'paid' | 'impossible') => Promise<RowChange | undefined>;
};

/** A price is held this long. */
const quoteMs = 300_000;
/** The longest that a payment waits until the node has seen earlier ones of its address, and how often that is looked at. */
const earlierMaxMs = 3_000;
const earlierLookMs = 25;
/** The longest that a signed relay may stay usable; a delayed one counts from when it begins. */
const validityMaxSeconds = 3_600n;

/** Moves stablecoins for people who own no native coin: one signature, one fee in the same token. */
export type RelayService = ReturnType<typeof createRelayService>;

export function createRelayService(deps: Deps) {
  const takeTurn = createTurns();
  return {
    /** @throws {AppError} ASSET_UNKNOWN for anything but a stablecoin of this deployment. */
    async quote(userId: string, assetId: string): Promise<RelayQuote> {
      const token = getToken(deps, assetId);
      const id = randomUUID();
      const expiresAt = new Date(deps.clock().getTime() + quoteMs);
      await deps.store.createQuote({
        id,
        userId,
        asset: token.id,
        fee: deps.fee,
        feeReceiver: deps.relayer,
        expiresAt,
      });
      return {
        id,
        asset: token.id,
        fee: encodeAmount(deps.fee),
        feeReceiver: deps.relayer,
        relay: getChain(deps.chains, token.chainId).relay,
        expiresAt: expiresAt.toISOString(),
      };
    },

    /**
     * Takes a signed payment and sees that it reaches the chain.
     *
     * @throws {AppError} ASSET_UNKNOWN, CHAIN_UNKNOWN, ADDRESS_NOT_LINKED, QUOTE_EXPIRED, AUTHORIZATION_INVALID, AUTHORIZATION_EXPIRED, ADDRESS_IS_TOKEN,
     *   SIGNATURE_INVALID, INSUFFICIENT_FUNDS, TRANSACTION_REVERTED (the contract's error in `details.error`), CHAIN_UNAVAILABLE, and what a payment request says.
     */
    // Payments of one address are looked at one after another: each must be covered by what the one before it leaves.
    relay: (userId: string, wire: RelayWire, idempotency: Idempotency): Promise<Answer> =>
      takeTurn(`${wire.chainId} ${wire.from}`, () => relay(deps, userId, wire, idempotency)),

    /** Told, at least once, how a relay ended. Its movement has followed the chain already; a payment request that it pays follows here. */
    async handleEnded({
      purpose,
      state,
      movementId,
    }: {
      readonly purpose: string;
      readonly state: string;
      readonly movementId: string | null;
    }): Promise<void> {
      if (purpose !== 'relay' || movementId === null) return;
      const change = await deps.endTokenPayment(movementId, state === 'final' ? 'paid' : 'impossible');
      if (change)
        answerOf(await deps.ledger.post({ transfers: [], changes: [change], history: [movementId] }), {
          status: 204,
          body: {},
        });
    },
  };
}

async function relay(deps: Deps, userId: string, wire: RelayWire, idempotency: Idempotency): Promise<Answer> {
  const chain = getChain(deps.chains, wire.chainId);
  const token = getToken(deps, toTokenAssetId(wire.chainId, wire.token));
  const request = toRequest(wire);
  await checkRequest(deps, userId, { wire, chain, token, request });
  const data = encodeFunctionData({ abi: relayAbi, functionName: 'relay', args: [request, wire.signature] });
  const id = businessId('movement', userId, 'relays', idempotency.key);
  const epoch = await deps.getEpoch(wire.chainId);
  await untilEarlierAreSent(() => deps.store.hasUnsent(wire.chainId, epoch, wire.from, token.id, id));
  await assertWouldSucceed(deps, chain, data);
  const payment = await beginPayment(deps, { payerId: userId, movementId: id, asset: token.id }, wire);
  // Named by the authorization, so that one signature is carried once, whatever key it comes under.
  const names = [
    `${wire.chainId}`,
    `${epoch}`,
    token.address,
    wire.from,
    relayNonce(wire.chainId, chain.relay, request),
  ];
  const transactionId = businessId('chain transaction', 'relay', ...names);
  const transaction = {
    chain_id: wire.chainId,
    epoch,
    sender: deps.relayer,
    purpose: 'relay',
    movement_id: id,
    to_address: chain.relay,
    data,
    state: 'requested',
  };
  const kind = payment ? 'payment' : 'token_send';
  const money = { asset: token.id, amount: wire.amount };
  const counterpartyId = payment?.payeeId ?? (await deps.findAddressOwner(wire.to));
  const body: MovementWire = {
    id,
    historyId: historyId(userId, id),
    kind,
    state: 'submitted',
    money,
    txHash: null,
  };
  const result = await deps.ledger.post({
    transfers: [],
    changes: [
      toMovement({ id, userId, kind, money, counterpartyId, note: payment?.description }, wire),
      { table: 'chain_transactions', id: transactionId, expectVersion: 0, set: transaction },
      ...(payment ? [payment.change] : []),
    ],
    answer: { ...idempotency, status: 201, body },
    history: [id],
  });
  if (result.status === 'version_conflict' && result.id === transactionId) throw givenBefore();
  return answerOf(result, { status: 201, body });
}

const givenBefore = (): AppError =>
  new AppError('AUTHORIZATION_INVALID', 'This authorization was given before.', { details: { field: 'signature' } });

type Payer = { readonly payerId: string; readonly movementId: string; readonly asset: string };

async function beginPayment(
  deps: Deps,
  payer: Payer,
  { paymentRequestId, to, amount, reference, validBefore }: RelayWire,
) {
  if (paymentRequestId === undefined) return undefined;
  const payment = { ...payer, to, amount: decodeAmount(amount), reference, validBefore: BigInt(validBefore) };
  return deps.beginTokenPayment(paymentRequestId, payment);
}

type Relayed = {
  readonly id: string;
  readonly userId: string;
  readonly kind: 'payment' | 'token_send';
  readonly money: { readonly asset: string; readonly amount: string };
  readonly counterpartyId: string | undefined;
  readonly note: string | undefined;
};

function toMovement({ id, userId, kind, money, counterpartyId, note }: Relayed, wire: RelayWire): RowChange {
  return {
    table: 'movements',
    id,
    expectVersion: 0,
    set: {
      kind,
      user_id: userId,
      counterparty_id: counterpartyId === undefined || counterpartyId === userId ? null : counterpartyId,
      state: 'submitted',
      ...money,
      ...(wire.fee === '0' ? {} : { fee_asset: money.asset, fee_amount: wire.fee }),
      chain_id: wire.chainId,
      address: wire.from,
      to_address: wire.to,
      reference: wire.reference,
      payment_request_id: wire.paymentRequestId ?? null,
      note: note ?? null,
    },
  };
}

function getToken({ assets }: Deps, assetId: string): TokenAsset {
  const token = assets.find((asset): asset is TokenAsset => asset.kind === 'token' && asset.id === assetId);
  if (!token?.cash) throw new AppError('ASSET_UNKNOWN', 'This is not a stablecoin of this deployment.');
  return token;
}

const toRequest = (wire: RelayWire): RelayRequest => ({
  token: wire.token,
  from: wire.from,
  to: wire.to,
  amount: BigInt(wire.amount),
  fee: BigInt(wire.fee),
  feeReceiver: wire.feeReceiver,
  reference: wire.reference,
  validAfter: BigInt(wire.validAfter),
  validBefore: BigInt(wire.validBefore),
  salt: wire.salt,
});

type Checked = {
  readonly wire: RelayWire;
  readonly chain: Chain;
  readonly token: TokenAsset;
  readonly request: RelayRequest;
};

async function checkRequest(deps: Deps, userId: string, { wire, chain, token, request }: Checked): Promise<void> {
  const nowSeconds = BigInt(Math.floor(deps.clock().getTime() / 1000));
  checkRelayRequest(request, nowSeconds);
  if (isAddressEqual(wire.to, chain.relay)) throw new AppError('ADDRESS_IS_TOKEN', 'The relay contract can’t be paid.');
  if (request.validAfter > nowSeconds || request.validBefore - nowSeconds > validityMaxSeconds) {
    throw new AppError('AUTHORIZATION_INVALID', 'Valid now and for an hour at most.', {
      details: { field: 'validBefore' },
    });
  }
  if ((await deps.findAddressOwner(wire.from)) !== userId)
    throw new AppError('ADDRESS_NOT_LINKED', 'Link the address to your account first.');
  const quote = await deps.store.findQuote(wire.quoteId, userId);
  if (!quote || quote.expiresAt <= deps.clock()) throw new AppError('QUOTE_EXPIRED', 'Ask for a new price.');
  const isAsQuoted =
    quote.asset === token.id &&
    quote.fee === decodeAmount(wire.fee) &&
    isAddressEqual(quote.feeReceiver, wire.feeReceiver);
  if (!isAsQuoted)
    throw new AppError('AUTHORIZATION_INVALID', 'Signed for another price.', { details: { field: 'fee' } });
  await checkTypedDataSignature(
    buildRelayTypedData(
      { name: token.name, version: '1', chainId: token.chainId, verifyingContract: token.address },
      chain.relay,
      request,
    ),
    wire.from,
    wire.signature,
  );
}

/** The pending block, against which a payment is tried, has what the node was sent. Past the time the sender, who tries it again, decides. */
async function untilEarlierAreSent(hasUnsent: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + earlierMaxMs;
  while ((await hasUnsent()) && performance.now() < deadline) await delay(earlierLookMs);
}

async function assertWouldSucceed(deps: Deps, chain: Chain, data: `0x${string}`): Promise<void> {
  const error = await deps.simulate(chain.chainId, { from: deps.relayer, to: chain.relay, data });
  if (error === undefined) return;
  if (error === 'Eip3009NonceUsed') throw givenBefore();
  if (error === 'ERC20InsufficientBalance')
    throw new AppError('INSUFFICIENT_FUNDS', 'The address holds less than amount and fee.');
  throw new AppError('TRANSACTION_REVERTED', 'The contract would refuse it.', { details: { error } });
}
