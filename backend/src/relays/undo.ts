import { relayAbi } from '@feiqian/contracts/abi/relay';
import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import type { HeldRelay, MovementWire } from '@feiqian/domain/api/chain';
import {
  buildRelayUndoTypedData,
  checkTypedDataSignature,
  type RelayRequest,
  relayNonce,
} from '@feiqian/domain/authorizations';
import { getContract } from '@feiqian/domain/chains';
import { AppError } from '@feiqian/domain/errors';
import { decodeFunctionData, encodeFunctionData, type Hex } from 'viem';
import type { Idempotency } from '../http/idempotency.ts';
import type { RowChange } from '../ledger/command.ts';
import { businessId, historyId } from '../ledger/ids.ts';
import { type Answer, answerOf } from '../ledger/outcome.ts';
import type { RelayDeps } from './deps.ts';
import type { CarriedRelay } from './store.ts';

/** Why a payment that was undone did not happen. */
const undone = 'UNDONE';
/** The sender may be noting just now why it cannot sign yet. */
const attemptsMax = 5;

/** The payment's own words: what its payer signed. */
export async function readHeld({ store }: RelayDeps, userId: string, movementId: string): Promise<HeldRelay> {
  const carried = requireCarried(await store.findCarried(movementId, userId));
  const { validAfter, chainId } = carried;
  if (!isHeld(carried) || validAfter === null) throw tooLate();
  const { request, signature } = readCall(carried);
  return {
    chainId,
    token: request.token,
    from: request.from,
    to: request.to,
    amount: `${request.amount}`,
    fee: `${request.fee}`,
    feeReceiver: request.feeReceiver,
    reference: request.reference,
    validAfter: `${request.validAfter}`,
    validBefore: `${request.validBefore}`,
    salt: request.salt,
    signature,
    heldUntil: new Date(Number(validAfter) * 1000).toISOString(),
  };
}

type Undoing = {
  readonly userId: string;
  readonly movementId: string;
  readonly signature: Hex;
  readonly idempotency: Idempotency;
};

/**
 * Calls a held payment off. In one command the payment ends, its signed bytes are forgotten here, and the payer's own `cancelAuthorization` is
 * requested, after which no copy of those bytes, in a backup or elsewhere, is good for anything. Against the sender, which may be
 * about to sign, the row's version decides: exactly one of the two happens.
 *
 * @throws {AppError} NOT_FOUND, UNDO_TOO_LATE once it is on its way, SIGNATURE_INVALID, IDEMPOTENCY_KEY_REUSED.
 */
export async function undo(deps: RelayDeps, undoing: Undoing, attempt = 1): Promise<Answer> {
  const { userId, movementId, signature, idempotency } = undoing;
  const carried = requireCarried(await deps.store.findCarried(movementId, userId));
  const { id, asset, amount } = carried.movement;
  const body: MovementWire = {
    id,
    historyId: historyId(userId, id),
    kind: 'token_send',
    state: 'dropped',
    money: { asset, amount },
    txHash: null,
  };
  // Another tab was faster.
  if (carried.state === 'dropped' && carried.reason === undone) return { status: 200, body };
  if (!isHeld(carried)) throw tooLate();
  const { request } = readCall(carried);
  await checkUndoSignature(deps, carried, request, signature);
  const result = await deps.ledger.post({
    transfers: [],
    changes: toChanges(deps, carried, request, signature),
    answer: { ...idempotency, status: 200, body },
    history: [id],
  });
  if (result.status === 'version_conflict' && attempt < attemptsMax) return undo(deps, undoing, attempt + 1);
  return answerOf(result, { status: 200, body });
}

const isHeld = ({ state, validAfter }: CarriedRelay): boolean => state === 'requested' && validAfter !== null;
const tooLate = (): AppError => new AppError('UNDO_TOO_LATE', 'It is on its way, or over.');

function requireCarried(carried: CarriedRelay | undefined): CarriedRelay {
  if (!carried) throw new AppError('NOT_FOUND', 'There is no such payment.');
  return carried;
}

function readCall({ data, transactionId }: CarriedRelay): { readonly request: RelayRequest; readonly signature: Hex } {
  if (data === null) throw new Error(`Transaction ${transactionId} has no call.`);
  const { args } = decodeFunctionData({ abi: relayAbi, data });
  const [request, signature] = args;
  if (signature === undefined) throw new Error(`Transaction ${transactionId} is another call.`);
  return { request, signature };
}

async function checkUndoSignature(
  { assets, chains }: RelayDeps,
  { chainId, movement }: CarriedRelay,
  request: RelayRequest,
  signature: Hex,
): Promise<void> {
  const token = assets.find(({ id }) => id === movement.asset);
  if (token?.kind !== 'token') throw new AppError('ASSET_UNKNOWN', 'This is no token of this deployment any more.');
  const domain = { name: token.name, version: '1', chainId, verifyingContract: token.address };
  const typedData = buildRelayUndoTypedData(domain, getContract(chains, chainId, 'relay'), request);
  await checkTypedDataSignature(typedData, request.from, signature);
}

function toChanges(
  { chains, relayer }: RelayDeps,
  { transactionId, version, chainId, epoch, movement }: CarriedRelay,
  request: RelayRequest,
  signature: Hex,
): readonly RowChange[] {
  const { token, from } = request;
  const nonce = relayNonce(chainId, getContract(chains, chainId, 'relay'), request);
  const data = encodeFunctionData({
    abi: stablecoinAbi,
    functionName: 'cancelAuthorization',
    args: [from, nonce, signature],
  });
  const ended = { state: 'dropped', reason: undone };
  return [
    { table: 'movements', id: movement.id, expectVersion: movement.version, set: ended },
    { table: 'chain_transactions', id: transactionId, expectVersion: version, set: { ...ended, data: null } },
    {
      table: 'chain_transactions',
      id: businessId('chain transaction', 'undo', `${chainId}`, `${epoch}`, token, from, nonce),
      expectVersion: 0,
      set: {
        chain_id: chainId,
        epoch,
        sender: relayer,
        purpose: 'undo',
        movement_id: movement.id,
        to_address: token,
        data,
        state: 'requested',
      },
    },
  ];
}
