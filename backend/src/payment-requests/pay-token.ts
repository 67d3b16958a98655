import { checkoutAbi } from '@feiqian/contracts/abi/checkout';
import type { AuthorizedPayment, CheckoutAuthorization } from '@feiqian/domain/api/payments';
import type { TokenAsset } from '@feiqian/domain/assets';
import {
  buildCheckoutTypedData,
  type CheckoutSigned,
  type CheckoutTerms,
  checkCheckoutSigned,
  checkoutPaymentNonce,
  checkTypedDataSignature,
} from '@feiqian/domain/authorizations';
import { AppError } from '@feiqian/domain/errors';
import { decodeAmount, zeroAmount } from '@feiqian/domain/money';
import { type Address, encodeFunctionData, type Hex, isAddressEqual } from 'viem';
import { type CarryPart, givenBefore } from '../chain/carrier.ts';
import type { Idempotency } from '../http/idempotency.ts';
import type { Command, RowChange } from '../ledger/command.ts';
import { businessId, historyId } from '../ledger/ids.ts';
import { type Answer, answerOf } from '../ledger/outcome.ts';
import { assertPayable, type Deps, getRequest, getRequested, untilWritten } from './deps.ts';
import { followPayments, insertPayment, type NewPayment } from './rows.ts';
import type { PaymentRequestRow } from './store.ts';

/** The longest that a signed payment may stay usable. */
const validityMaxSeconds = 3_600n;

type Paying = {
  /** Undefined for somebody who is not logged in. */
  readonly payerId: string | undefined;
  readonly id: string;
  readonly wire: CheckoutAuthorization;
  readonly idempotency: Idempotency;
};

/** How a request is paid in tokens: what its contract knows of it. */
export type Terms = { readonly token: TokenAsset; readonly contract: Address; readonly terms: CheckoutTerms };

/** Pays in tokens, by what the payer signed, also for people without an account. */
export function createTokenPayments(deps: Deps) {
  return {
    /**
     * Takes a signed payment to the chain.
     *
     * @throws {AppError} NOT_FOUND, PAYMENT_REQUEST_CLOSED, RECIPIENT_IS_SELF, AUTHORIZATION_INVALID, AUTHORIZATION_EXPIRED,
     *   SIGNATURE_INVALID, and what {@link Carrier.prepare} throws.
     */
    async authorize(paying: Paying): Promise<Answer> {
      const request = await getRequest(deps, paying.id);
      if (!request.token)
        throw new AppError('PAYMENT_REQUEST_CLOSED', 'It takes no tokens.', { details: { state: 'cash_only' } });
      return deps.carrier.inTurn(request.token.chainId, paying.wire.from, () =>
        untilWritten(() => payOnce(deps, paying)),
      );
    },
  };
}

async function payOnce(deps: Deps, { id, wire, idempotency, ...paying }: Paying): Promise<Answer | undefined> {
  const { request, payments } = await getRequested(deps, id);
  // From an address of nobody's (another wallet in the same browser) it is paid as by somebody who is not logged in.
  const payerId = (await deps.findAddressOwner(wire.from)) === paying.payerId ? paying.payerId : undefined;
  const now = deps.clock();
  const { token, contract, terms } = getTerms(deps, request);
  const signed = toSigned(wire);
  const { signature } = wire;
  await checkPayment(deps, { payerId, request, signed, signature, token, contract, terms });
  const place = { chainId: token.chainId, checkout: contract };
  const movementId = payerId && businessId('movement', payerId, 'checkouts', id, idempotency.key);
  const call = await deps.carrier.prepare({
    ...{ chainId: token.chainId, from: wire.from, token: token.address, asset: token.id },
    nonce: checkoutPaymentNonce(place, request.reference, signed),
    to: contract,
    data: encodeFunctionData({
      abi: checkoutAbi,
      functionName: 'payWithAuthorization',
      args: [terms, signed, signature],
    }),
    movementId,
  });
  const payment = toPayment({ request, token, wire, payerId, movementId, call, now });
  const body: AuthorizedPayment = {
    paymentId: payment.id,
    historyId: payerId && movementId ? historyId(payerId, movementId) : null,
  };
  const command: Command = {
    transfers: [],
    changes: [
      ...(payerId && movementId ? [toMovement(request, { id: movementId, payerId, token, wire })] : []),
      call.change,
      insertPayment(payment),
      followPayments(request, [...payments, { ...payment, refunded: zeroAmount }], now),
    ],
    answer: { ...idempotency, status: 201, body },
    ...(movementId ? { history: [movementId] } : {}),
  };
  const result = await (payerId && movementId
    ? deps.postWatched(
        {
          movementId,
          userId: payerId,
          kind: 'payment',
          money: { asset: token.id, amount: decodeAmount(wire.amount) },
          party: request.payeeId,
          // What was signed is good for a short time only.
          held: undefined,
        },
        command,
      )
    : deps.ledger.post(command));
  if (result.status !== 'version_conflict') return answerOf(result, { status: 201, body });
  if (result.id === call.transactionId) throw givenBefore();
  return undefined;
}

/** @throws {AppError} PAYMENT_REQUEST_CLOSED when the request takes no tokens. */
export function getTerms({ assets }: Pick<Deps, 'assets'>, { token }: PaymentRequestRow): Terms {
  const asset = assets.find((one): one is TokenAsset => one.kind === 'token' && one.id === token?.asset);
  if (!token?.checkout || !asset)
    throw new AppError('PAYMENT_REQUEST_CLOSED', 'It takes no tokens.', { details: { state: 'cash_only' } });
  return { token: asset, ...token.checkout };
}

const toSigned = (wire: CheckoutAuthorization): CheckoutSigned => ({
  payer: wire.from,
  amount: decodeAmount(wire.amount),
  fee: decodeAmount(wire.fee),
  feeReceiver: wire.feeReceiver,
  validAfter: BigInt(wire.validAfter),
  validBefore: BigInt(wire.validBefore),
  salt: wire.salt,
});

const refuse = (message: string, field: string) =>
  new AppError('AUTHORIZATION_INVALID', message, { details: { field } });

type Checked = Terms & {
  readonly payerId: string | undefined;
  readonly request: PaymentRequestRow;
  readonly signed: CheckoutSigned;
  readonly signature: Hex;
};

async function checkPayment(
  deps: Deps,
  { payerId, request, signed, signature, token, contract, terms }: Checked,
): Promise<void> {
  if (request.payeeId === payerId || isAddressEqual(signed.payer, terms.merchant))
    throw new AppError('RECIPIENT_IS_SELF', 'This is your own request.');
  assertPayable(request, deps.clock());
  if (signed.amount > request.missing) throw refuse('More than what is missing.', 'amount');
  // Taken by a block after the end of the request it would be late; the contract refuses that too.
  if (request.expiresAt !== undefined && signed.validBefore * 1000n > BigInt(request.expiresAt.getTime()))
    throw refuse('It may be valid only as long as the request.', 'validBefore');
  await checkCarried(deps, { kind: 'payment', signer: signed.payer, signed, signature, token, contract, terms });
}

/**
 * Checks what is signed for the checkout contract, a payment or a refund, before it is carried.
 *
 * @throws {AppError} AUTHORIZATION_INVALID, AUTHORIZATION_EXPIRED, SIGNATURE_INVALID.
 */
export async function checkCarried(
  { clock, fee, relayer }: Pick<Deps, 'clock' | 'fee' | 'relayer'>,
  {
    kind,
    signer,
    signed,
    signature,
    token,
    contract,
    terms,
  }: Terms & {
    readonly kind: 'payment' | 'refund';
    readonly signer: Address;
    readonly signed: CheckoutSigned;
    readonly signature: Hex;
  },
): Promise<void> {
  const nowSeconds = BigInt(Math.floor(clock().getTime() / 1000));
  checkCheckoutSigned(signed, nowSeconds);
  if (signed.validAfter > nowSeconds || signed.validBefore - nowSeconds > validityMaxSeconds)
    throw refuse('Valid now and for an hour at most.', 'validBefore');
  if (signed.fee < fee || !isAddressEqual(signed.feeReceiver, relayer))
    throw refuse('Signed for another price.', 'fee');
  const domain = { name: token.name, version: '1', chainId: token.chainId, verifyingContract: token.address };
  await checkTypedDataSignature(buildCheckoutTypedData(domain, contract, { kind, terms, signed }), signer, signature);
}

function toPayment({
  request,
  token,
  wire,
  payerId,
  movementId,
  call,
  now,
}: {
  readonly request: PaymentRequestRow;
  readonly token: TokenAsset;
  readonly wire: CheckoutAuthorization;
  readonly payerId: string | undefined;
  readonly movementId: string | undefined;
  readonly call: CarryPart;
  readonly now: Date;
}): NewPayment {
  return {
    id: carriedPaymentId(call.transactionId),
    requestId: request.id,
    rail: 'token',
    state: 'pending',
    asset: token.id,
    amount: decodeAmount(wire.amount),
    payerId,
    payerAddress: wire.from,
    movementId,
    gateway: undefined,
    chainId: token.chainId,
    epoch: call.epoch,
    chainTransactionId: call.transactionId,
    txHash: undefined,
    paidAt: now,
  };
}

/** The id of the payment that a transaction of ours carries. */
export const carriedPaymentId = (chainTransactionId: string): string => businessId('payment', chainTransactionId);

function toMovement(
  request: PaymentRequestRow,
  {
    id,
    payerId,
    token,
    wire,
  }: {
    readonly id: string;
    readonly payerId: string;
    readonly token: TokenAsset;
    readonly wire: CheckoutAuthorization;
  },
): RowChange {
  return {
    table: 'movements',
    id,
    expectVersion: 0,
    set: {
      kind: 'payment',
      user_id: payerId,
      counterparty_id: request.payeeId,
      state: 'submitted',
      asset: token.id,
      amount: wire.amount,
      ...(wire.fee === '0' ? {} : { fee_asset: token.id, fee_amount: wire.fee }),
      chain_id: token.chainId,
      address: wire.from,
      to_address: request.token?.address ?? null,
      reference: request.reference,
      payment_request_id: request.id,
      note: request.description,
    },
  };
}
