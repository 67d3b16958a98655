import type { TopUpRequest, TopUp as TopUpWire } from '@feiqian/domain/api/cash';
import { type CashAssetId, parseAssetId } from '@feiqian/domain/assets';
import { AppError } from '@feiqian/domain/errors';
import { decodeAmount, encodeAmount, type Money } from '@feiqian/domain/money';
import { failpoint } from '../database/failpoint.ts';
import { addJob, type Task } from '../database/jobs.ts';
import type { Queryable } from '../database/pool.ts';
import { type AttemptStore, type CheckDelays, defaultCheckDelays, type GatewayAttempt } from '../gateways/attempts.ts';
import { type GatewayRegistry, requireServed } from '../gateways/registry.ts';
import { findAnswer, type Idempotency } from '../http/idempotency.ts';
import type { RowChange, StoredAnswer } from '../ledger/command.ts';
import { businessId, historyId } from '../ledger/ids.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type Answer, answerOf } from '../ledger/outcome.ts';
import { beginAttempt } from './books.ts';
import {
  advancePayment,
  type FollowDeps,
  followPayment,
  followUnknownPayment,
  issueJob,
  issueLater,
  type PrepareIssue,
} from './follow-payment.ts';
import type { TopUp, TopUpStore } from './store.ts';

type Deps = {
  readonly ledger: Pick<Ledger, 'post'>;
  readonly database: Queryable;
  readonly store: TopUpStore;
  readonly attempts: AttemptStore;
  readonly registry: GatewayRegistry;
  /** How cash goes on as tokens. */
  readonly prepareIssue: PrepareIssue;
  /** Where the payer comes back to after the gateway's page. */
  readonly returnUrl: FollowDeps['returnUrl'];
  /** What is to be paid for a payment request, and what it makes of it. */
  readonly describeSale: (
    requestId: string,
    payerId: string | undefined,
  ) => Promise<{
    readonly payeeId: string;
    readonly description: string;
    readonly money: { readonly asset: string; readonly amount: string };
    readonly expiresAt: Date | undefined;
  }>;
  readonly bookSale: FollowDeps['bookSale'];
  readonly clock: () => Date;
  /** How long a person has to pay. */
  readonly payWithinMs?: number;
  readonly delays?: CheckDelays;
  /** After how long cash that was to become tokens was forgotten by a process that died. */
  readonly awaitingMs?: number;
};

/** Money in through gateways. */
export type TopUpService = ReturnType<typeof createTopUpService>;

const payWithinDefaultMs = 1_800_000;
// The request itself opens the payment; a job takes over when it doesn't come to that.
const takeOverFactor = 3;
const issueAttemptsMax = 20;
const awaitingDefaultMs = 60_000;
const awaitingMax = 500;
const issueTask = 'top-ups.issue';

export function createTopUpService(deps: Deps) {
  const { store, attempts, clock, delays = defaultCheckDelays, payWithinMs = payWithinDefaultMs } = deps;
  const { awaitingMs = awaitingDefaultMs } = deps;
  const follow: FollowDeps = { ...deps, delays, answerOpened };
  const limits = { payWithinMs, takeOverMs: delays.minMs * takeOverFactor };
  return {
    /** @throws {AppError} what {@link begin} and {@link open} throw. */
    async create(userId: string, request: TopUpRequest, idempotency: Idempotency): Promise<Answer> {
      const { topUp, attempt } = await begin(deps, { userId, request, idempotency, ...limits });
      return open(deps, follow, { topUp, attempt, idempotency });
    },

    /**
     * Pays a payment request through a gateway: a top-up of its payee, whoever pays.
     *
     * @throws {AppError} what {@link begin}, {@link open} and `describeSale` throw.
     */
    async createSale({ payerId, requestId, gateway, idempotency }: Selling): Promise<Answer> {
      const { payeeId: userId, money, description: note, expiresAt } = await deps.describeSale(requestId, payerId);
      const columns = { payment_request_id: requestId, counterparty_id: payerId ?? null, note };
      const request: TopUpRequest = { gateway, money, target: { kind: 'cash' } };
      const id = businessId('movement', userId, 'sales', requestId, payerId ?? '', idempotency.key);
      const sale = { id, columns, endsAt: expiresAt };
      const { topUp, attempt } = await begin(deps, { userId, request, idempotency, sale, ...limits });
      return open(deps, follow, { topUp, attempt, idempotency });
    },

    /**
     * Another attempt at a top-up that expired or failed, under an order number of its own.
     *
     * @throws {AppError} NOT_FOUND, STATE_CONFLICT while another attempt is open or money has come, and what {@link open} throws.
     */
    async retry(userId: string, id: string, idempotency: Idempotency): Promise<Answer> {
      const { topUp, attempt } = await beginAgain(deps, { userId, id, idempotency, ...limits });
      return open(deps, follow, { topUp, attempt, idempotency });
    },

    /** @throws {AppError} NOT_FOUND, also for somebody else's. */
    async get(userId: string, id: string): Promise<TopUpWire> {
      const topUp = await store.find(id);
      if (topUp?.userId !== userId) throw new AppError('NOT_FOUND', 'There is no such top-up.');
      const latest = (await attempts.listOfMovement(id)).at(-1);
      const canPay = latest?.state === 'open' && latest.expiresAt !== undefined && latest.expiresAt > clock();
      return describe(topUp, canPay ? latest.redirectUrl : undefined);
    },

    /** For jobs: what has become of an attempt to pay in. */
    followPayment: (attempt: GatewayAttempt): Promise<boolean> => followPayment(follow, attempt),
    /** For jobs: money paid under an order number that is not ours. */
    followUnknown: (gateway: string, orderNumber: string): Promise<'unknown' | 'suspended'> =>
      followUnknownPayment(follow, gateway, orderNumber),

    tasks: {
      [issueTask]: async ({ topUpId }, { attempt }) => {
        if (typeof topUpId !== 'string') throw new Error('An issue job names a top-up.');
        await issueLater(follow, topUpId, { isLastAttempt: attempt >= issueAttemptsMax });
      },
    } satisfies Record<string, Task>,

    /** Plans again what a process that died may have forgotten. */
    async sweep(): Promise<void> {
      for (const id of await store.listAwaitingTokens(new Date(clock().getTime() - awaitingMs), awaitingMax))
        await addJob(deps.database, issueJob(id));
    },
  };
}

type Selling = {
  /** Undefined for somebody who is not logged in. */
  readonly payerId: string | undefined;
  readonly requestId: string;
  readonly gateway: string;
  readonly idempotency: Idempotency;
};

/** What a top-up has beside when it pays a payment request. */
type BeginSale = { readonly id: string; readonly columns: RowChange['set']; readonly endsAt: Date | undefined };

type Limits = { readonly payWithinMs: number; readonly takeOverMs: number };
type Begun = { readonly topUp: TopUp; readonly attempt: GatewayAttempt };

/**
 * Stores a top-up and its first attempt, or finds them when this request came before.
 *
 * @throws {AppError} GATEWAY_UNKNOWN, ASSET_UNKNOWN, AMOUNT_TOO_SMALL, AMOUNT_TOO_LARGE, IDEMPOTENCY_KEY_REUSED, and what PrepareIssue throws.
 */
async function begin(
  deps: Deps,
  {
    userId,
    request,
    idempotency,
    sale,
    ...limits
  }: Limits & {
    readonly userId: string;
    readonly request: TopUpRequest;
    readonly idempotency: Idempotency;
    readonly sale?: BeginSale;
  },
): Promise<Begun> {
  const id = sale?.id ?? businessId('movement', userId, 'top-ups', idempotency.key);
  const earlier = await findBegun(deps, id, idempotency);
  if (earlier) return earlier;
  const gateway = deps.registry.get(request.gateway);
  const money = toCash(request.money);
  requireServed(gateway, money);
  const { target } = request;
  // Asked now so that a person hears at once that it can't be; asked again when the money is there.
  const columns =
    target.kind === 'token'
      ? (
          await deps.prepareIssue({
            movementId: id,
            userId,
            cash: money,
            tokenAssetId: target.token,
            address: target.address,
          })
        ).columns
      : {};
  const now = deps.clock();
  const within = now.getTime() + limits.payWithinMs;
  const expiresAt = new Date(Math.min(within, sale?.endsAt?.getTime() ?? within));
  const topUp: RowChange = {
    table: 'movements',
    id,
    expectVersion: 0,
    set: {
      kind: 'top_up',
      user_id: userId,
      state: 'created',
      gateway: gateway.name,
      asset: money.asset,
      amount: encodeAmount(money.amount),
      expires_at: expiresAt.toISOString(),
      details: { request: { ...idempotency } },
      created_at: now.toISOString(),
      ...columns,
      ...sale?.columns,
    },
  };
  const attempt = {
    id: attemptId(id, idempotency),
    movementId: id,
    gateway: gateway.name,
    direction: 'payment',
    money,
    expiresAt,
    createdAt: now,
    nextCheckAt: new Date(now.getTime() + limits.takeOverMs),
  } as const;
  const result = await deps.ledger.post(beginAttempt(topUp, attempt));
  // Another replica may have been quicker with the same request: then it stands already.
  if (result.status !== 'version_conflict') answerOf(result, emptyAnswer);
  failpoint('after_top_up_begun_before_gateway_asked');
  return getBegun(deps, id, idempotency);
}

/** @throws {AppError} NOT_FOUND, STATE_CONFLICT, IDEMPOTENCY_KEY_REUSED. */
async function beginAgain(
  deps: Deps,
  {
    userId,
    id,
    idempotency,
    ...limits
  }: Limits & { readonly userId: string; readonly id: string; readonly idempotency: Idempotency },
): Promise<Begun> {
  const topUp = await deps.store.find(id);
  if (topUp?.userId !== userId) throw new AppError('NOT_FOUND', 'There is no such top-up.');
  const earlier = await deps.attempts.find(attemptId(id, idempotency));
  if (earlier) return { topUp, attempt: earlier };
  if (topUp.state !== 'expired' && topUp.state !== 'failed')
    throw new AppError('STATE_CONFLICT', 'This top-up is still under way or done.', {
      details: { state: topUp.state },
    });
  const now = deps.clock();
  const expiresAt = new Date(now.getTime() + limits.payWithinMs);
  const { gateway, money } = topUp;
  const change: RowChange = {
    table: 'movements',
    id,
    expectVersion: topUp.version,
    set: {
      state: 'created',
      reason: null,
      expires_at: expiresAt.toISOString(),
      details: { request: { ...idempotency } },
    },
  };
  const attempt = {
    id: attemptId(id, idempotency),
    movementId: id,
    gateway,
    direction: 'payment',
    money,
    expiresAt,
    createdAt: now,
    nextCheckAt: new Date(now.getTime() + limits.takeOverMs),
  } as const;
  const result = await deps.ledger.post(beginAttempt(change, attempt));
  if (result.status !== 'version_conflict') answerOf(result, emptyAnswer);
  const [again, begun] = [await deps.store.find(id), await deps.attempts.find(attempt.id)];
  if (!again || !begun) throw new AppError('STATE_CONFLICT', 'Somebody else changed it meanwhile.');
  return { topUp: again, attempt: begun };
}

/**
 * Has the gateway make the payment and answers with where the person pays. The attempt's order number stays the same however
 * often this is tried, by whomever, so it is one payment.
 *
 * @throws {AppError} GATEWAY_REFUSED, GATEWAY_UNAVAILABLE, GATEWAY_ANSWER_INVALID; the last two may be tried again with the same key.
 */
async function open(
  deps: Deps,
  follow: FollowDeps,
  { topUp, attempt, idempotency }: Begun & { readonly idempotency: Idempotency },
): Promise<Answer> {
  if (attempt.state === 'created') await advancePayment(follow, attempt);
  const stored = await findAnswer(deps.database, idempotency);
  if (stored) return stored;
  const [now, done] = [await deps.store.find(topUp.id), await deps.attempts.find(attempt.id)];
  if (!now || !done) throw new Error('A top-up never goes away.');
  if (done.state === 'failed')
    throw new AppError('GATEWAY_REFUSED', 'The gateway refused the order.', {
      details: { gateway: done.gateway, reason: done.reason ?? 'UNKNOWN' },
    });
  return { status: 201, body: describe(now, done.state === 'open' ? done.redirectUrl : undefined) };
}

const emptyAnswer: Answer = { status: 201, body: {} };

const attemptId = (topUpId: string, { scope, key }: Idempotency): string => businessId('attempt', topUpId, scope, key);

async function findBegun({ store, attempts }: Deps, id: string, idempotency: Idempotency): Promise<Begun | undefined> {
  const topUp = await store.find(id);
  if (!topUp) return undefined;
  const attempt = await attempts.find(attemptId(id, idempotency));
  if (!attempt) throw new Error('A top-up begins together with its first attempt.');
  // What began it stays on it until another attempt does; the answer of that request was stored by then.
  if (topUp.request?.key === idempotency.key && topUp.request.requestHash !== idempotency.requestHash) {
    throw new AppError('IDEMPOTENCY_KEY_REUSED', 'This key came with another request before.');
  }
  return { topUp, attempt };
}

async function getBegun(deps: Deps, id: string, idempotency: Idempotency): Promise<Begun> {
  const begun = await findBegun(deps, id, idempotency);
  if (!begun) throw new AppError('STATE_CONFLICT', 'The top-up could not be begun.');
  return begun;
}

/** @throws {AppError} ASSET_UNKNOWN when it is not cash. */
function toCash({ asset, amount }: { readonly asset: string; readonly amount: string }): Money<CashAssetId> {
  const parts = parseAssetId(asset);
  if (parts.kind !== 'cash')
    throw new AppError('ASSET_UNKNOWN', 'Only cash is paid in.', { details: { field: 'money.asset' } });
  return { asset: `iso4217:${parts.currency}`, amount: decodeAmount(amount) };
}

/** The answer to the request behind an attempt, written in the moment in which the attempt opens, by whichever process opens it. */
function answerOpened(topUp: TopUp, redirectUrl: string): StoredAnswer | undefined {
  if (!topUp.request || topUp.state !== 'created') return undefined;
  return { ...topUp.request, status: 201, body: describe({ ...topUp, state: 'paying' }, redirectUrl) };
}

function describe({ id, userId, state, money, expiresAt }: TopUp, redirectUrl: string | undefined): TopUpWire {
  const isWaiting = state === 'created' || state === 'paying';
  return {
    id,
    historyId: historyId(userId, id),
    state,
    money: { asset: money.asset, amount: encodeAmount(money.amount) },
    redirectUrl: (isWaiting && redirectUrl) || null,
    expiresAt: isWaiting ? (expiresAt?.toISOString() ?? null) : null,
  };
}
