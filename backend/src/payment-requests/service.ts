import { createHash } from 'node:crypto';
import type { PaymentRequestWire } from '@feiqian/domain/api/cash';
import type { MovementWire } from '@feiqian/domain/api/chain';
import type { Asset, TokenAsset } from '@feiqian/domain/assets';
import { AppError } from '@feiqian/domain/errors';
import { type Amount, convertAtPar, decodeAmount, encodeAmount } from '@feiqian/domain/money';
import type { Address, Hex } from 'viem';
import type { Idempotency } from '../http/idempotency.ts';
import { userCash } from '../ledger/accounts.ts';
import type { RowChange } from '../ledger/command.ts';
import { businessId, historyId } from '../ledger/ids.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type Answer, answerOf } from '../ledger/outcome.ts';
import type { PaymentRequestRow, PaymentRequestStore } from './store.ts';

type Deps = {
  readonly ledger: Pick<Ledger, 'post'>;
  readonly store: PaymentRequestStore;
  readonly assets: readonly Asset[];
  readonly publicUrl: string;
  readonly clock: () => Date;
  /** Who proved this address. */
  readonly findAddressOwner: (address: Address) => Promise<string | undefined>;
};

/** A token payment as the payer signed it. */
export type TokenPayment = {
  readonly payerId: string;
  readonly movementId: string;
  readonly asset: string;
  readonly to: Address;
  readonly amount: Amount;
  readonly reference: Hex;
  /** Unix time in seconds from which on no block can take it any more. */
  readonly validBefore: bigint;
};

const sweepMax = 200;

/** Requests for money: made by anybody, seen by whoever has the link, paid exactly once. */
export type PaymentRequestService = ReturnType<typeof createPaymentRequestService>;

export function createPaymentRequestService(deps: Deps) {
  return { ...createRequests(deps), ...createPayments(deps) };
}

/** Finds a request. */
function createGet(store: PaymentRequestStore) {
  return async (id: string): Promise<PaymentRequestRow> => {
    const row = await store.find(id);
    if (!row) throw new AppError('NOT_FOUND', 'There is no such payment request.');
    return row;
  };
}

/** Making, showing and taking back. */
function createRequests({ ledger, store, assets, publicUrl, clock, findAddressOwner }: Deps) {
  const get = createGet(store);
  const toWire = (row: PaymentRequestRow) => describe(row, publicUrl, clock());

  return {
    /** @throws {AppError} NOT_FOUND. */
    get: async (id: string) => toWire(await get(id)),

    /** @throws {AppError} REQUEST_INVALID for a cursor that we did not give. */
    async list(payeeId: string, { limit, cursor }: { readonly limit: number; readonly cursor: string | undefined }) {
      const rows = await store.list(payeeId, {
        limit: limit + 1,
        after: cursor === undefined ? undefined : readCursor(cursor),
      });
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      return {
        items: rows.slice(0, limit).map(toWire),
        ...(last ? { nextCursor: `${last.createdAt.toISOString()}_${last.id}` } : {}),
      };
    },

    /** @throws {AppError} ASSET_UNKNOWN, AMOUNT_NOT_POSITIVE, ADDRESS_NOT_LINKED, IDEMPOTENCY_KEY_REUSED. */
    async create(
      payee: { readonly id: string; readonly handle: string },
      input: {
        readonly money: { readonly asset: string; readonly amount: string };
        readonly description: string;
        readonly address?: Address | undefined;
        readonly expiresIn?: number | undefined;
      },
      idempotency: Idempotency,
    ): Promise<Answer> {
      const cash = assets.find((asset) => asset.id === input.money.asset && asset.kind === 'cash');
      if (!cash) throw new AppError('ASSET_UNKNOWN', 'This is not cash of this deployment.');
      const amount = decodeAmount(input.money.amount);
      if (amount === 0n) throw new AppError('AMOUNT_NOT_POSITIVE', 'Ask for something.');
      if (input.address && (await findAddressOwner(input.address)) !== payee.id)
        throw new AppError('ADDRESS_NOT_LINKED', 'Link the address to your account first.');
      const token = assets.find((asset): asset is TokenAsset => asset.kind === 'token' && asset.cash === cash.id);
      const id = businessId('payment-request', payee.id, idempotency.key);
      const createdAt = clock();
      const expiresAt =
        input.expiresIn === undefined ? undefined : new Date(createdAt.getTime() + input.expiresIn * 1000);
      const row: PaymentRequestRow = {
        id,
        version: 1,
        payeeId: payee.id,
        payeeHandle: payee.handle,
        state: 'open',
        asset: cash.id,
        amount,
        description: input.description,
        token:
          input.address && token
            ? { asset: token.id, amount: convertAtPar(amount, cash.decimals, token.decimals), address: input.address }
            : undefined,
        reference: referenceOf(id),
        movementId: undefined,
        expiresAt,
        paidAt: undefined,
        createdAt,
      };
      const body = toWire(row);
      const result = await ledger.post({
        transfers: [],
        changes: [insert(row)],
        answer: { ...idempotency, status: 201, body },
      });
      return answerOf(result, { status: 201, body });
    },

    /** Notes of requests whose time is over that it is; whoever asked before was told so already. */
    async sweep(): Promise<void> {
      // Paid or cancelled meanwhile, it stays as it is.
      for (const row of await store.listOverdue(clock(), sweepMax))
        await ledger.post({ transfers: [], changes: [change(row, { state: 'expired' })] });
    },

    /** Takes a link back that nobody has paid. @throws {AppError} NOT_FOUND, PAYMENT_REQUEST_CLOSED. */
    async cancel(payeeId: string, id: string) {
      const row = await get(id);
      if (row.payeeId !== payeeId) throw new AppError('NOT_FOUND', 'There is no such payment request.');
      if (row.state === 'cancelled') return toWire(row);
      assertOpen(row, clock());
      const result = await ledger.post({ transfers: [], changes: [change(row, { state: 'cancelled' })] });
      answerOf(result, { status: 200, body: {} });
      return toWire({ ...row, state: 'cancelled' });
    },
  };
}

/** Paying, from cash at once or in tokens by way of the chain. */
function createPayments({ ledger, store, clock }: Deps) {
  const get = createGet(store);
  return {
    /** @throws {AppError} NOT_FOUND, PAYMENT_REQUEST_CLOSED, RECIPIENT_IS_SELF, INSUFFICIENT_FUNDS, STATE_CONFLICT. */
    async payByCash(payerId: string, id: string, idempotency: Idempotency): Promise<Answer> {
      const row = await get(id);
      if (row.payeeId === payerId) throw new AppError('RECIPIENT_IS_SELF', 'This is your own request.');
      const movementId = businessId('movement', payerId, 'payments', id, idempotency.key);
      const money = { asset: row.asset, amount: encodeAmount(row.amount) };
      const body: MovementWire = {
        id: movementId,
        historyId: historyId(payerId, movementId),
        kind: 'payment',
        state: 'posted',
        money,
        txHash: null,
      };
      // Clicked twice: the other request with this key was quicker, and its answer is this one.
      if (row.movementId === movementId) return { status: 201, body };
      assertOpen(row, clock());
      const result = await ledger.post({
        transfers: [
          {
            id: businessId('transfer', movementId, 'payment'),
            phase: 'posted',
            debit: userCash(payerId, row.asset),
            credit: userCash(row.payeeId, row.asset),
            amount: row.amount,
            kind: 'payment',
            movementId,
          },
        ],
        changes: [
          {
            table: 'movements',
            id: movementId,
            expectVersion: 0,
            set: {
              kind: 'payment',
              user_id: payerId,
              counterparty_id: row.payeeId,
              state: 'posted',
              ...money,
              payment_request_id: id,
              note: row.description,
            },
          },
          change(row, { state: 'paid', movement_id: movementId, paid_at: clock().toISOString() }),
        ],
        answer: { ...idempotency, status: 201, body },
        history: [movementId],
      });
      if (result.status === 'version_conflict') assertOpen(await get(id), clock());
      return answerOf(result, { status: 201, body });
    },

    /**
     * Part of the command that begins a token payment: the request waits for the chain and takes no other payment meanwhile.
     *
     * @returns the payee, what the payment is for, and the row change.
     * @throws {AppError} NOT_FOUND, PAYMENT_REQUEST_CLOSED, RECIPIENT_IS_SELF; AUTHORIZATION_INVALID when it pays something else.
     */
    async beginTokenPayment(
      id: string,
      payment: TokenPayment,
    ): Promise<{ readonly payeeId: string; readonly description: string; readonly change: RowChange }> {
      const row = await get(id);
      if (row.payeeId === payment.payerId) throw new AppError('RECIPIENT_IS_SELF', 'This is your own request.');
      assertOpen(row, clock());
      assertPays(payment, row);
      return {
        payeeId: row.payeeId,
        description: row.description,
        change: change(row, { state: 'processing', movement_id: payment.movementId }),
      };
    },

    /** Part of the command that ends a token payment: paid when it is final, open again when it can't happen any more. */
    async endTokenPayment(movementId: string, outcome: 'paid' | 'impossible'): Promise<RowChange | undefined> {
      const row = await store.findByMovement(movementId);
      if (row?.state !== 'processing') return undefined;
      return outcome === 'paid'
        ? change(row, { state: 'paid', paid_at: clock().toISOString() })
        : change(row, { state: 'open', movement_id: null });
    },
  };
}

/** Whether its time is over. One that is being paid is paid in time, whenever that is known. */
const isOverdue = ({ state, expiresAt }: PaymentRequestRow, now: Date): boolean =>
  state === 'open' && expiresAt !== undefined && expiresAt <= now;

function assertOpen(row: PaymentRequestRow, now: Date): void {
  const isExpired = isOverdue(row, now);
  if (row.state !== 'open' || isExpired) {
    throw new AppError('PAYMENT_REQUEST_CLOSED', 'This request can’t be paid any more.', {
      details: { state: isExpired ? 'expired' : row.state },
    });
  }
}

/** @throws {AppError} AUTHORIZATION_INVALID when a payment is not exactly the one that is asked for, or could come late. */
function assertPays(payment: TokenPayment, { token, reference, expiresAt }: PaymentRequestRow): void {
  const refuse = (message: string, field: string) =>
    new AppError('AUTHORIZATION_INVALID', message, { details: { field } });
  const isExact =
    token?.asset === payment.asset &&
    token.address === payment.to &&
    token.amount === payment.amount &&
    reference === payment.reference;
  if (!isExact) throw refuse('This does not pay the request.', 'paymentRequestId');
  // Taken by a block after the end of the request it would be late, and the payer would have to ask for it back.
  if (expiresAt !== undefined && payment.validBefore * 1000n > BigInt(expiresAt.getTime()))
    throw refuse('It may be valid only as long as the request.', 'validBefore');
}

/** 32 bytes that only this request has; a payer's signature binds to them. */
function referenceOf(id: string): Hex {
  return `0x${createHash('sha256').update(`feiqian payment request ${id}`).digest('hex')}`;
}

function insert(row: PaymentRequestRow): RowChange {
  return {
    table: 'payment_requests',
    id: row.id,
    expectVersion: 0,
    set: {
      payee_id: row.payeeId,
      state: row.state,
      asset: row.asset,
      amount: encodeAmount(row.amount),
      description: row.description,
      token_asset: row.token?.asset ?? null,
      token_amount: row.token ? encodeAmount(row.token.amount) : null,
      address: row.token?.address ?? null,
      reference: row.reference,
      ...(row.expiresAt ? { expires_at: row.expiresAt.toISOString() } : {}),
      created_at: row.createdAt.toISOString(),
    },
  };
}

const change = (row: PaymentRequestRow, set: RowChange['set']): RowChange => ({
  table: 'payment_requests',
  id: row.id,
  expectVersion: row.version,
  set,
});

function describe(row: PaymentRequestRow, publicUrl: string, now: Date): PaymentRequestWire {
  const { token, reference } = row;
  return {
    id: row.id,
    state: isOverdue(row, now) ? 'expired' : row.state,
    money: { asset: row.asset, amount: encodeAmount(row.amount) },
    description: row.description,
    payee: { handle: row.payeeHandle },
    token: token ? { asset: token.asset, amount: encodeAmount(token.amount), address: token.address, reference } : null,
    url: `${publicUrl}/pay/${row.id}`,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    paidAt: row.paidAt?.toISOString() ?? null,
  };
}

function readCursor(cursor: string): { createdAt: Date; id: string } {
  const [time = '', id = ''] = cursor.split('_');
  const createdAt = new Date(time);
  if (Number.isNaN(createdAt.getTime()) || !/^[0-9a-f-]{36}$/.test(id))
    throw new AppError('REQUEST_INVALID', 'Not a cursor of ours.', { details: { field: 'cursor' } });
  return { createdAt, id };
}
