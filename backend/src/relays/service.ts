import { randomUUID } from 'node:crypto';
import { relayAbi } from '@feiqian/contracts/abi/relay';
import type { HeldRelay, MovementWire, RelayQuote, RelayWire } from '@feiqian/domain/api/chain';
import { type TokenAsset, toTokenAssetId } from '@feiqian/domain/assets';
import {
  buildRelayTypedData,
  checkRelayRequest,
  checkTypedDataSignature,
  type RelayRequest,
  relayNonce,
} from '@feiqian/domain/authorizations';
import { type Chain, getChain, getContract } from '@feiqian/domain/chains';
import { AppError } from '@feiqian/domain/errors';
import { decodeAmount, encodeAmount } from '@feiqian/domain/money';
import { type Address, encodeFunctionData, erc20Abi, type Hex, isAddressEqual } from 'viem';
import { type Delay, givenBefore } from '../chain/carrier.ts';
import type { Idempotency } from '../http/idempotency.ts';
import type { RowChange } from '../ledger/command.ts';
import { businessId, historyId } from '../ledger/ids.ts';
import { type Answer, answerOf } from '../ledger/outcome.ts';
import type { RelayDeps } from './deps.ts';
import { readHeld, undo } from './undo.ts';

/** A price is held this long. */
const quoteMs = 300_000;
/** The longest that a signed relay may stay usable; a delayed one counts from when it begins. */
const validityMaxSeconds = 3_600n;
/** The longest that a payment is held, with room for clocks that differ. */
const heldMaxSeconds = 86_400n + 300n;
/** How many payments one person may have held or undone within a day: each undoing costs the operator a network fee. */
const undoableMax = 30;

/** Moves stablecoins for people who own no native coin: one signature, one fee in the same token. */
export type RelayService = ReturnType<typeof createRelayService>;

export function createRelayService(deps: RelayDeps) {
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
        relay: getContract(deps.chains, token.chainId, 'relay'),
        expiresAt: expiresAt.toISOString(),
      };
    },

    /**
     * Takes a signed payment and sees that it reaches the chain: at once, or, where its `validAfter` is still to come, then. Until it
     * is on its way it can be undone.
     *
     * @throws {AppError} ASSET_UNKNOWN, CHAIN_UNKNOWN, ADDRESS_NOT_LINKED, QUOTE_EXPIRED, AUTHORIZATION_INVALID, AUTHORIZATION_EXPIRED, ADDRESS_IS_TOKEN,
     *   UNDO_WINDOW_PASSED when its time came before it did, UNDONE_TOO_OFTEN, SIGNATURE_INVALID, MOVEMENT_BLOCKED, MOVEMENT_NOT_PASSED, and what {@link Carrier.prepare} throws.
     */
    // Payments of one address are looked at one after another: each must be covered by what the one before it leaves.
    relay: (userId: string, wire: RelayWire, idempotency: Idempotency): Promise<Answer> =>
      deps.carrier.inTurn(wire.chainId, wire.from, () => relay(deps, userId, wire, idempotency)),
    /** A payment that can be undone, as it was signed. @throws {AppError} NOT_FOUND, UNDO_TOO_LATE. */
    readHeld: (userId: string, movementId: string): Promise<HeldRelay> => readHeld(deps, userId, movementId),
    /** See {@link undo}. */
    undo: (userId: string, movementId: string, signature: Hex, idempotency: Idempotency): Promise<Answer> =>
      undo(deps, { userId, movementId, signature, idempotency }),
  };
}

async function relay(deps: RelayDeps, userId: string, wire: RelayWire, idempotency: Idempotency): Promise<Answer> {
  const chain = getChain(deps.chains, wire.chainId);
  const token = getToken(deps, toTokenAssetId(wire.chainId, wire.token));
  const contract = getContract(deps.chains, wire.chainId, 'relay');
  const request = toRequest(wire);
  await checkRequest(deps, userId, { wire, chain, contract, token, request });
  const data = encodeFunctionData({ abi: relayAbi, functionName: 'relay', args: [request, wire.signature] });
  const id = businessId('movement', userId, 'relays', idempotency.key);
  const delay = request.validAfter === 0n ? undefined : await delayOf(deps, userId, request, token);
  const call = await deps.carrier.prepare({
    chainId: wire.chainId,
    from: wire.from,
    token: token.address,
    asset: token.id,
    nonce: relayNonce(wire.chainId, contract, request),
    to: contract,
    data,
    movementId: id,
    delay,
  });
  const state = delay ? 'held' : 'submitted';
  const money = { asset: token.id, amount: wire.amount };
  const counterpartyId = await deps.findAddressOwner(wire.to);
  const body: MovementWire = {
    id,
    historyId: historyId(userId, id),
    kind: 'token_send',
    state,
    money,
    txHash: null,
  };
  const watched = {
    movementId: id,
    userId,
    kind: 'token_send',
    money: { asset: token.id, amount: decodeAmount(wire.amount) },
    party: counterpartyId === userId ? undefined : (counterpartyId ?? wire.to),
    // There is nothing to hold: the tokens are the person's until a transaction moves them.
    held: undefined,
  } as const;
  const result = await deps.postWatched(watched, {
    transfers: [],
    changes: [toMovement({ id, userId, state, money, counterpartyId }, wire), call.change],
    answer: { ...idempotency, status: 201, body },
    history: [id],
  });
  if (result.status === 'version_conflict' && result.id === call.transactionId) throw givenBefore();
  return answerOf(result, { status: 201, body });
}

type Relayed = {
  readonly id: string;
  readonly userId: string;
  readonly state: 'held' | 'submitted';
  readonly money: { readonly asset: string; readonly amount: string };
  readonly counterpartyId: string | undefined;
};

function toMovement({ id, userId, state, money, counterpartyId }: Relayed, wire: RelayWire): RowChange {
  return {
    table: 'movements',
    id,
    expectVersion: 0,
    set: {
      kind: 'token_send',
      user_id: userId,
      counterparty_id: counterpartyId === undefined || counterpartyId === userId ? null : counterpartyId,
      state,
      ...money,
      ...(wire.fee === '0' ? {} : { fee_asset: money.asset, fee_amount: wire.fee }),
      chain_id: wire.chainId,
      address: wire.from,
      to_address: wire.to,
      reference: wire.reference,
    },
  };
}

/** What holding a payment needs to know: it must be payable now, together with all that its address has promised already. */
async function delayOf(deps: RelayDeps, userId: string, request: RelayRequest, token: TokenAsset): Promise<Delay> {
  const { from, to, amount, fee, validAfter } = request;
  if ((await deps.store.countUndoable(userId)) >= undoableMax)
    throw new AppError('UNDONE_TOO_OFTEN', 'Too many payments held and undone within a day.');
  const promised = await deps.store.sumHeld(from, token.id);
  const data = encodeFunctionData({
    abi: erc20Abi,
    functionName: 'transfer',
    args: [to, amount + fee + promised],
  });
  return { validAfter, trial: { from, to: token.address, data } };
}

function getToken({ assets }: RelayDeps, assetId: string): TokenAsset {
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
  /** The relay. */
  readonly contract: Address;
  readonly token: TokenAsset;
  readonly request: RelayRequest;
};

async function checkRequest(
  deps: RelayDeps,
  userId: string,
  { wire, chain, contract, token, request }: Checked,
): Promise<void> {
  const nowSeconds = BigInt(Math.floor(deps.clock().getTime() / 1000));
  checkRelayRequest(request, nowSeconds);
  if ([chain.relay, chain.checkout].some((own) => own !== null && isAddressEqual(wire.to, own)))
    throw new AppError('ADDRESS_IS_TOKEN', 'Our contracts can’t be paid.');
  checkTimes(request, nowSeconds);
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
      contract,
      request,
    ),
    wire.from,
    wire.signature,
  );
}

/** A payment is good for an hour from when it begins. One that begins later has to be here before: its payer counts on being able to undo it. */
function checkTimes({ validAfter, validBefore }: RelayRequest, nowSeconds: bigint): void {
  const refuse = (field: string) =>
    new AppError('AUTHORIZATION_INVALID', 'Valid for an hour at most, within a day.', { details: { field } });
  if (validAfter !== 0n && validAfter <= nowSeconds)
    throw new AppError('UNDO_WINDOW_PASSED', 'The time for undoing it passed before it arrived.');
  if (validAfter > nowSeconds + heldMaxSeconds) throw refuse('validAfter');
  const begins = validAfter === 0n ? nowSeconds : validAfter;
  if (validBefore - begins > validityMaxSeconds) throw refuse('validBefore');
}
