import { randomUUID } from 'node:crypto';
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
import { type Carrier, givenBefore } from '../chain/carrier.ts';
import type { Idempotency } from '../http/idempotency.ts';
import type { RowChange } from '../ledger/command.ts';
import { businessId, historyId } from '../ledger/ids.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type Answer, answerOf } from '../ledger/outcome.ts';
import type { RelayStore } from './store.ts';

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
  readonly carrier: Carrier;
};

/** A price is held this long. */
const quoteMs = 300_000;
/** The longest that a signed relay may stay usable; a delayed one counts from when it begins. */
const validityMaxSeconds = 3_600n;

/** Moves stablecoins for people who own no native coin: one signature, one fee in the same token. */
export type RelayService = ReturnType<typeof createRelayService>;

export function createRelayService(deps: Deps) {
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
     *   SIGNATURE_INVALID, and what {@link Carrier.prepare} throws.
     */
    // Payments of one address are looked at one after another: each must be covered by what the one before it leaves.
    relay: (userId: string, wire: RelayWire, idempotency: Idempotency): Promise<Answer> =>
      deps.carrier.inTurn(wire.chainId, wire.from, () => relay(deps, userId, wire, idempotency)),
  };
}

async function relay(deps: Deps, userId: string, wire: RelayWire, idempotency: Idempotency): Promise<Answer> {
  const chain = getChain(deps.chains, wire.chainId);
  const token = getToken(deps, toTokenAssetId(wire.chainId, wire.token));
  const request = toRequest(wire);
  await checkRequest(deps, userId, { wire, chain, token, request });
  const data = encodeFunctionData({ abi: relayAbi, functionName: 'relay', args: [request, wire.signature] });
  const id = businessId('movement', userId, 'relays', idempotency.key);
  const call = await deps.carrier.prepare({
    chainId: wire.chainId,
    from: wire.from,
    token: token.address,
    asset: token.id,
    nonce: relayNonce(wire.chainId, chain.relay, request),
    to: chain.relay,
    data,
    movementId: id,
  });
  const money = { asset: token.id, amount: wire.amount };
  const counterpartyId = await deps.findAddressOwner(wire.to);
  const body: MovementWire = {
    id,
    historyId: historyId(userId, id),
    kind: 'token_send',
    state: 'submitted',
    money,
    txHash: null,
  };
  const result = await deps.ledger.post({
    transfers: [],
    changes: [toMovement({ id, userId, money, counterpartyId }, wire), call.change],
    answer: { ...idempotency, status: 201, body },
    history: [id],
  });
  if (result.status === 'version_conflict' && result.id === call.transactionId) throw givenBefore();
  return answerOf(result, { status: 201, body });
}

type Relayed = {
  readonly id: string;
  readonly userId: string;
  readonly money: { readonly asset: string; readonly amount: string };
  readonly counterpartyId: string | undefined;
};

function toMovement({ id, userId, money, counterpartyId }: Relayed, wire: RelayWire): RowChange {
  return {
    table: 'movements',
    id,
    expectVersion: 0,
    set: {
      kind: 'token_send',
      user_id: userId,
      counterparty_id: counterpartyId === undefined || counterpartyId === userId ? null : counterpartyId,
      state: 'submitted',
      ...money,
      ...(wire.fee === '0' ? {} : { fee_asset: money.asset, fee_amount: wire.fee }),
      chain_id: wire.chainId,
      address: wire.from,
      to_address: wire.to,
      reference: wire.reference,
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
  if (isAddressEqual(wire.to, chain.relay) || isAddressEqual(wire.to, chain.checkout))
    throw new AppError('ADDRESS_IS_TOKEN', 'Our contracts can’t be paid.');
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
