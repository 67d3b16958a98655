import { type HeldRelay, heldRelayResponse, type MovementWire, movementResponse } from '@feiqian/domain/api/chain';
import type { HistoryEntry } from '@feiqian/domain/api/history';
import { toTokenAssetId } from '@feiqian/domain/assets';
import { buildRelayTypedData, checkTypedDataSignature, type RelayRequest } from '@feiqian/domain/authorizations';
import { AppError } from '@feiqian/domain/errors';
import { queryOptions } from '@tanstack/react-query';
import { getAddress } from 'viem';
import { draftRelayUndo, type RelayUndoDraft } from '../keyring/relay-draft.ts';
import type { AssetBook } from './assets.ts';
import { getJson } from './http.ts';
import { relayOf, toTokenDomain } from './relay.ts';
import { sendDurably } from './send-durably.ts';
import type { OpenWallet } from './wallet/wallet-context.tsx';

/** A payment that can be undone, in the words in which it was signed. */
export const heldRelayQuery = (movementId: string) =>
  queryOptions({
    queryKey: ['relays', movementId] as const,
    queryFn: ({ signal }) => getJson(`/v1/relays/${movementId}`, heldRelayResponse, signal),
    retry: false,
  });

/** The end of a payment, ready to be signed. */
export type UndoDraft = {
  readonly movementId: string;
  /** The same for every attempt. */
  readonly idempotencyKey: string;
  readonly signing: RelayUndoDraft;
};

/**
 * Drafts the end of a held payment. The service gives the payment back as it was signed; it is taken for the one of the entry only if it
 * says what the entry says and its payer's signature is under it, so that nothing else is called off in its place.
 *
 * @throws {AppError} AUTHORIZATION_INVALID, SIGNATURE_INVALID, ASSET_UNKNOWN.
 */
export async function draftUndo(book: AssetBook, entry: HistoryEntry, held: HeldRelay): Promise<UndoDraft> {
  const asset = toTokenAssetId(held.chainId, getAddress(held.token));
  const isSame =
    entry.money.asset === asset &&
    entry.money.amount === held.amount &&
    (entry.fee?.amount ?? '0') === held.fee &&
    (entry.counterparty?.kind !== 'address' || entry.counterparty.value === held.to);
  if (!isSame || entry.movementId === null)
    throw new AppError('AUTHORIZATION_INVALID', 'Another payment than the one to undo.');
  const { domain, chain } = toTokenDomain(book, asset);
  const relay = relayOf(chain);
  const request = toRequest(held);
  await checkTypedDataSignature(buildRelayTypedData(domain, relay, request), request.from, held.signature);
  return Object.freeze({
    movementId: entry.movementId,
    idempotencyKey: crypto.randomUUID(),
    signing: draftRelayUndo({ domain, relay, request }),
  });
}

/** Signs the end of a payment and hands it over; it is sent again until it has an answer. */
export async function sendUndo(wallet: OpenWallet, draft: UndoDraft, from: HeldRelay['from']): Promise<MovementWire> {
  const signature = await wallet.signTypedData(draft.signing, from);
  return await sendDurably({
    userId: wallet.userId,
    path: `/v1/relays/${draft.movementId}/undo`,
    idempotencyKey: draft.idempotencyKey,
    schema: movementResponse,
    body: { signature },
  });
}

const toRequest = (held: HeldRelay): RelayRequest => ({
  token: held.token,
  from: held.from,
  to: held.to,
  feeReceiver: held.feeReceiver,
  reference: held.reference,
  salt: held.salt,
  amount: BigInt(held.amount),
  fee: BigInt(held.fee),
  validAfter: BigInt(held.validAfter),
  validBefore: BigInt(held.validBefore),
});
