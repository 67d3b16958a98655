import { createHmac, randomInt } from 'node:crypto';
import {
  type AskedWire,
  type PayCodeWire,
  type PayLimitWire,
  type PresentedWire,
  payLimitMax,
  type SetPayLimit,
} from '@feiqian/domain/api/pay-codes';
import type { PaymentRequestWire } from '@feiqian/domain/api/payments';
import { findPayCode, toPayCode } from '@feiqian/domain/codes/pay-code';
import { AppError, isAppError } from '@feiqian/domain/errors';
import { type Amount, decodeAmount, encodeAmount } from '@feiqian/domain/money';
import { failpoint } from '../database/failpoint.ts';
import type { Idempotency } from '../http/idempotency.ts';
import type { Principal } from '../http/principal.ts';
import type { RowChange } from '../ledger/command.ts';
import { businessId } from '../ledger/ids.ts';
import { countPayment, spentOnDay } from './allow.ts';
import type { PayCodeStore, PayLimitRow } from './store.ts';

/** A code outlives the moment in which the screen shows the next one: it may be just before the scanner. */
const validMs = 90_000;
/** Longer ago, nobody waits at a counter any more. */
const askedMs = 600_000;

type Deps = {
  readonly store: PayCodeStore;
  /** Hashes codes: with it alone a stolen table is of no use. */
  readonly hashKey: Uint8Array;
  readonly clock: () => Date;
  /** Cash of this deployment. */
  readonly currencies: ReadonlySet<string>;
  /** @throws {AppError} NOT_FOUND, also for somebody else's, and PAYMENT_REQUEST_CLOSED. */
  readonly getPayable: (payeeId: string, requestId: string) => Promise<{ readonly asset: string }>;
  /** @throws {AppError} NOT_FOUND. */
  readonly getRequest: (requestId: string) => Promise<PaymentRequestWire>;
  /** Pays what is missing from cash, once for each key, together with what `count` changes. */
  readonly payByCash: (
    payerId: string,
    requestId: string,
    idempotency: Idempotency,
    count: (amount: Amount) => Promise<RowChange>,
  ) => Promise<unknown>;
};

/** Codes that payers show at a counter. */
export type PayCodeService = ReturnType<typeof createPayCodeService>;

export function createPayCodeService(deps: Deps) {
  const { store, clock } = deps;
  return {
    /** A new code of a session; earlier ones stay good until they expire or are presented. */
    async create({ userId, sessionId }: Principal): Promise<PayCodeWire> {
      const code = toPayCode(Array.from({ length: 15 }, () => randomInt(10)).join(''));
      const createdAt = clock();
      const expiresAt = new Date(createdAt.getTime() + validMs);
      const sessionHash = Buffer.from(sessionId, 'hex');
      await store.insert({ codeHash: hashCode(deps, code), userId, sessionHash, createdAt, expiresAt });
      return { code, createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() };
    },

    /**
     * A payee presents a payer's code for a request of theirs. The payer is asked, or has allowed this much before.
     *
     * @throws {AppError} NOT_FOUND and PAYMENT_REQUEST_CLOSED for the request; PAY_CODE_UNKNOWN, PAY_CODE_EXPIRED, PAY_CODE_USED and
     *   PAY_CODE_OWN for the code.
     */
    async present(payeeId: string, requestId: string, text: string): Promise<PresentedWire> {
      const code = findPayCode(text);
      if (!code) throw new AppError('PAY_CODE_UNKNOWN', 'Not a pay code.');
      const codeHash = hashCode(deps, code);
      const payable = await findPayable(deps, { codeHash, requestId, payeeId });
      if (!payable) return { state: 'paid' };
      failpoint('before_pay_code_taken');
      const taken = await store.take({ codeHash, requestId, payeeId, now: clock() });
      failpoint('after_pay_code_taken_before_payment');
      const payerId = taken ?? (await explainUntaken(deps, { codeHash, requestId, payeeId }));
      const isPaid = await payWithoutAsking(deps, { payerId, requestId, asset: payable.asset });
      failpoint('after_pay_code_payment_before_answer');
      return { state: isPaid ? 'paid' : 'asked' };
    },

    /** What this session is asked for. */
    async findAsked({ userId, sessionId }: Principal): Promise<AskedWire> {
      const since = new Date(clock().getTime() - askedMs);
      const asked = await store.findAsked(userId, Buffer.from(sessionId, 'hex'), since);
      if (!asked) return { request: null, askedAt: null, isPaidByYou: false };
      const { requestId, askedAt, isPaidByYou } = asked;
      return { request: await deps.getRequest(requestId), askedAt: askedAt.toISOString(), isPaidByYou };
    },

    /** Limits that are on. */
    async listLimits(userId: string): Promise<{ items: PayLimitWire[] }> {
      const limits = (await store.listLimits(userId)).filter(({ perPayment }) => perPayment > 0n);
      return { items: limits.map((limit) => toWire(limit, clock())) };
    },

    /** @throws {AppError} ASSET_UNKNOWN, AMOUNT_TOO_LARGE, AMOUNT_TOO_SMALL when a day would hold less than one payment. */
    async setLimit(userId: string, currency: string, input: SetPayLimit): Promise<PayLimitWire> {
      const asset = `iso4217:${currency}`;
      if (!deps.currencies.has(asset)) throw new AppError('ASSET_UNKNOWN', 'Not cash of this deployment.');
      const [perPayment, perDay] = [decodeAmount(input.perPayment), decodeAmount(input.perDay)];
      if (perPayment > payLimitMax.perPayment || perDay > payLimitMax.perDay)
        throw new AppError('AMOUNT_TOO_LARGE', 'More than may be paid without asking.');
      if (perDay < perPayment) throw new AppError('AMOUNT_TOO_SMALL', 'A day holds at least one payment.');
      const id = businessId('pay-limit', userId, asset);
      const limit = await store.setLimit(userId, { id, asset, perPayment, perDay, timeZone: input.timeZone });
      if (!limit) throw new AppError('STATE_CONFLICT', 'It changed meanwhile.');
      return toWire(limit, clock());
    },
  };
}

type Presented = { readonly codeHash: Buffer; readonly requestId: string; readonly payeeId: string };

/**
 * The request while it can be paid.
 *
 * @returns undefined when it was paid by this very code: whoever did not hear so the first time asks again.
 */
async function findPayable(
  { store, getPayable }: Deps,
  { codeHash, requestId, payeeId }: Presented,
): Promise<{ readonly asset: string } | undefined> {
  try {
    return await getPayable(payeeId, requestId);
  } catch (error) {
    const isClosed = isAppError(error) && error.code === 'PAYMENT_REQUEST_CLOSED';
    if (isClosed && (await store.hasPaid(codeHash, requestId))) return undefined;
    throw error;
  }
}

/**
 * Why a code could not be presented.
 *
 * @returns its payer when it was presented for this very request before: twice is once.
 */
async function explainUntaken({ store, clock }: Deps, { codeHash, requestId, payeeId }: Presented): Promise<string> {
  const row = await store.find(codeHash);
  if (!row) throw new AppError('PAY_CODE_UNKNOWN', 'There is no such code, or its owner has logged out.');
  if (row.userId === payeeId) throw new AppError('PAY_CODE_OWN', 'A counter takes no code of its own.');
  if (row.requestId === requestId) return row.userId;
  if (row.requestId !== undefined) throw new AppError('PAY_CODE_USED', 'It was presented for something else.');
  if (row.expiresAt > clock()) throw new AppError('PAY_CODE_UNKNOWN', 'Its session has ended.');
  throw new AppError('PAY_CODE_EXPIRED', 'Another code is on the payer’s screen.');
}

type Due = { readonly payerId: string; readonly requestId: string; readonly asset: string };

/** Pays when the payer has allowed that much before; whatever stands against it leaves it to the payer. */
async function payWithoutAsking(deps: Deps, { payerId, requestId, asset }: Due): Promise<boolean> {
  const { store, clock } = deps;
  const limit = await store.findLimit(payerId, asset);
  if (!limit || limit.perPayment === 0n) return false;
  const scope = `user:${payerId}:pay-codes:${requestId}`;
  const requestHash = createHmac('sha256', deps.hashKey).update(scope).digest('hex');
  try {
    // Read anew for each try: two counters at once must not both count from the same sum.
    await deps.payByCash(payerId, requestId, { scope, key: 'without asking', requestHash }, async (amount) =>
      countPayment((await store.findLimit(payerId, asset)) ?? limit, amount, clock()),
    );
    return true;
  } catch (error) {
    if (isAppError(error)) return false;
    throw error;
  }
}

const hashCode = ({ hashKey }: Pick<Deps, 'hashKey'>, code: string): Buffer =>
  createHmac('sha256', hashKey).update(code).digest();

function toWire(limit: PayLimitRow, now: Date): PayLimitWire {
  return {
    asset: limit.asset,
    perPayment: encodeAmount(limit.perPayment),
    perDay: encodeAmount(limit.perDay),
    spentToday: encodeAmount(spentOnDay(limit, now)),
  };
}
