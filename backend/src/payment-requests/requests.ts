import { createHash, randomBytes } from 'node:crypto';
import type { CreatePaymentRequest, PaymentRequestWire, PaymentWire } from '@feiqian/domain/api/payments';
import type { Asset, TokenAsset } from '@feiqian/domain/assets';
import { checkoutReference } from '@feiqian/domain/authorizations';
import { getContract } from '@feiqian/domain/chains';
import { AppError } from '@feiqian/domain/errors';
import { type Amount, convertAtPar, decodeAmount, zeroAmount } from '@feiqian/domain/money';
import { type Address, type Hex, toHex } from 'viem';
import type { Idempotency } from '../http/idempotency.ts';
import { businessId } from '../ledger/ids.ts';
import { type Answer, answerOf } from '../ledger/outcome.ts';
import { assertPayable, type Deps, getOwn, getRequest, getRequested, untilWritten } from './deps.ts';
import { describePayment, describeRequest } from './describe.ts';
import { followPayments, insertRequest } from './rows.ts';
import type { PaymentRequestRow, TokenTerms } from './store.ts';

type Payee = { readonly id: string; readonly handle: string };

const sweepMax = 200;
const monitorDefaultSeconds = 86_400;
/** Chain time that no request reaches: the last second of the year 9999. */
const never = 253_402_300_799n;

/** Making, showing, taking back and accepting requests for money. */
export function createRequests(deps: Deps) {
  const { ledger, store, clock } = deps;
  const toWire = (row: PaymentRequestRow) => describeRequest(deps, row);
  return {
    /** @throws {AppError} NOT_FOUND. */
    get: async (id: string): Promise<PaymentRequestWire> => toWire(await getRequest(deps, id)),

    /** @throws {AppError} NOT_FOUND, also for somebody else's. */
    async listPayments(payeeId: string, id: string): Promise<PaymentWire[]> {
      const { request, payments } = await getOwn(deps, payeeId, id);
      return payments.map((row) => describePayment({ request }, row));
    },

    /** @throws {AppError} REQUEST_INVALID for a cursor that we did not give. */
    async list(
      payeeId: string,
      {
        limit,
        cursor,
        orderId,
      }: { readonly limit: number; readonly cursor?: string | undefined; readonly orderId?: string | undefined },
    ) {
      const after = cursor === undefined ? undefined : readCursor(cursor);
      const rows = await store.list(payeeId, { limit: limit + 1, after, orderId });
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      return {
        items: rows.slice(0, limit).map(toWire),
        ...(last ? { nextCursor: `${last.createdAt.toISOString()}_${last.id}` } : {}),
      };
    },

    /** @throws {AppError} ASSET_UNKNOWN, AMOUNT_NOT_POSITIVE, AMOUNT_TOO_PRECISE, ADDRESS_NOT_LINKED, RETURN_URL_REFUSED, IDEMPOTENCY_KEY_REUSED. */
    async create(payee: Payee, input: CreatePaymentRequest, idempotency: Idempotency): Promise<Answer> {
      if (input.address && (await deps.findAddressOwner(input.address)) !== payee.id)
        throw new AppError('ADDRESS_NOT_LINKED', 'Link the address to your account first.');
      if (input.returnUrl !== undefined && !(await deps.isReturnUrl(payee.id, input.returnUrl)))
        throw new AppError('RETURN_URL_REFUSED', 'Register this address first, exactly as it is.');
      const row = toRow(deps, payee, input, idempotency);
      const body = toWire(row);
      const result = await ledger.post({
        transfers: [],
        changes: [insertRequest(row)],
        answer: { ...idempotency, status: 201, body },
      });
      return answerOf(result, { status: 201, body });
    },

    /** Takes a link back that is not paid. @throws {AppError} NOT_FOUND, PAYMENT_REQUEST_CLOSED. */
    async cancel(payeeId: string, id: string): Promise<PaymentRequestWire> {
      return untilWritten(async () => {
        const { request, payments } = await getOwn(deps, payeeId, id);
        if (request.reason === 'CANCELLED') return toWire(request);
        const now = clock();
        assertPayable(request, now);
        const change = followPayments({ ...request, cancelledAt: now }, payments, now, {
          cancelled_at: now.toISOString(),
        });
        const { status } = await ledger.post({ transfers: [], changes: [change] });
        return status === 'written' ? toWire(await getRequest(deps, id)) : undefined;
      });
    },

    /** Takes what came for enough: too little of it, or too late. @throws {AppError} NOT_FOUND, STATE_CONFLICT when nothing came or it needs no accepting. */
    async accept(payeeId: string, id: string): Promise<PaymentRequestWire> {
      return untilWritten(async () => {
        const { request, payments } = await getOwn(deps, payeeId, id);
        if (request.acceptedAt) return toWire(request);
        const now = clock();
        if (request.state === 'settled' || request.received === zeroAmount)
          throw new AppError('STATE_CONFLICT', 'There is nothing to accept.', { details: { state: request.state } });
        const change = followPayments({ ...request, acceptedAt: now }, payments, now, {
          accepted_at: now.toISOString(),
        });
        const { status } = await ledger.post({ transfers: [], changes: [change] });
        return status === 'written' ? toWire(await getRequest(deps, id)) : undefined;
      });
    },

    /** Notes of requests that a clock has moved on that it did; whoever asked before was told so already. */
    async sweep(): Promise<void> {
      for (const id of await store.listOverdue(clock(), sweepMax)) {
        const { request, payments } = await getRequested(deps, id);
        // Changed meanwhile, it is looked at again the next time.
        await ledger.post({ transfers: [], changes: [followPayments(request, payments, clock())] });
      }
    },
  };
}

function toRow(deps: Deps, payee: Payee, input: CreatePaymentRequest, { key }: Idempotency): PaymentRequestRow {
  const { cash, amount } = readPrice(deps.assets, input.money);
  const id = businessId('payment-request', payee.id, key);
  const createdAt = deps.clock();
  const expiresAt = input.expiresIn === undefined ? undefined : secondsAfter(createdAt, input.expiresIn);
  const token = input.address && toToken(deps, { cash, amount, address: input.address, expiresAt });
  const settleAt = input.settleAt ?? (amount <= deps.minedMax ? 'mined' : 'final');
  return {
    id,
    version: 1,
    payeeId: payee.id,
    payeeHandle: payee.handle,
    state: 'new',
    exception: 'none',
    reason: undefined,
    asset: cash.id,
    amount,
    tolerance: input.tolerance ?? 0,
    settleAt,
    description: input.description,
    token,
    reference: token?.checkout ? checkoutReference(placeOf(token), token.checkout.terms) : referenceOf(id),
    received: zeroAmount,
    coming: zeroAmount,
    refunded: zeroAmount,
    missing: token?.amount ?? amount,
    returnUrl: input.returnUrl,
    orderId: input.orderId,
    expiresAt,
    monitoredUntil: expiresAt && secondsAfter(expiresAt, input.monitorFor ?? monitorDefaultSeconds),
    cancelledAt: undefined,
    acceptedAt: undefined,
    settledAt: undefined,
    createdAt,
  };
}

/** A price in cash, also when it was named in the token that stands at par with it. */
function readPrice(assets: readonly Asset[], money: CreatePaymentRequest['money']): { cash: Asset; amount: Amount } {
  const asked = assets.find(({ id }) => id === money.asset);
  const cash = asked?.kind === 'token' ? assets.find(({ id }) => id === asked.cash) : asked;
  if (!asked || cash?.kind !== 'cash') throw new AppError('ASSET_UNKNOWN', 'This is not cash of this deployment.');
  const amount = convertAtPar(decodeAmount(money.amount), asked.decimals, cash.decimals);
  if (amount === 0n) throw new AppError('AMOUNT_NOT_POSITIVE', 'Ask for something.');
  return { cash, amount };
}

function toToken(
  { assets, chains }: Deps,
  {
    cash,
    amount,
    address,
    expiresAt,
  }: {
    readonly cash: Asset;
    readonly amount: Amount;
    readonly address: Address;
    readonly expiresAt: Date | undefined;
  },
): TokenTerms | undefined {
  const token = assets.find((asset): asset is TokenAsset => asset.kind === 'token' && asset.cash === cash.id);
  if (!token) return undefined;
  const tokenAmount = convertAtPar(amount, cash.decimals, token.decimals);
  const terms = {
    merchant: address,
    token: token.address,
    amount: tokenAmount,
    // A block at the very second is late for the contract, as it is for us.
    validBefore: expiresAt ? BigInt(Math.floor(expiresAt.getTime() / 1000)) : never,
    salt: toHex(randomBytes(32)),
  };
  const contract = getContract(chains, token.chainId, 'checkout');
  return { asset: token.id, amount: tokenAmount, address, chainId: token.chainId, checkout: { contract, terms } };
}

const placeOf = ({ chainId, checkout }: TokenTerms) => {
  if (!checkout) throw new Error('Only a request that takes tokens has a place on a chain.');
  return { chainId, checkout: checkout.contract };
};

const secondsAfter = (at: Date, seconds: number): Date => new Date(at.getTime() + seconds * 1000);

/** 32 bytes that only this request has; one that takes no tokens never shows them to a chain. */
function referenceOf(id: string): Hex {
  return `0x${createHash('sha256').update(`feiqian payment request ${id}`).digest('hex')}`;
}

function readCursor(cursor: string): { createdAt: Date; id: string } {
  const [time = '', id = ''] = cursor.split('_');
  const createdAt = new Date(time);
  if (Number.isNaN(createdAt.getTime()) || !/^[0-9a-f-]{36}$/.test(id))
    throw new AppError('REQUEST_INVALID', 'Not a cursor of ours.', { details: { field: 'cursor' } });
  return { createdAt, id };
}
