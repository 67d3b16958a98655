import type { CashAssetId } from '@feiqian/domain/assets';
import { AppError, assert, errorCodes, isAppError } from '@feiqian/domain/errors';
import type { Money } from '@feiqian/domain/money';
import { failpoint } from '../database/failpoint.ts';
import {
  type AttemptStore,
  type CheckDelays,
  type GatewayAttempt,
  planCheck,
  planCheckAt,
} from '../gateways/attempts.ts';
import { isUnanswered } from '../gateways/follow.ts';
import type { Gateway } from '../gateways/gateway.ts';
import type { GatewayRegistry } from '../gateways/registry.ts';
import type { Command, CommandResult, RowChange, StoredAnswer } from '../ledger/command.ts';
import type { Ledger } from '../ledger/ledger.ts';
import {
  creditSecondPayment,
  creditTopUp,
  endAttempt,
  flagAttempt,
  type Issue,
  intoSuspense,
  issueCredited,
  openAttempt,
  type Paying,
  secondTopUpId,
  suspendPayment,
} from './books.ts';
import { decidePayment, type Heard, type PaymentStep } from './decide-payment.ts';
import type { TopUp, TopUpStore } from './store.ts';

/** What tokens a top-up's cash is to become, and for whom. */
export type IssueInput = {
  readonly movementId: string;
  readonly userId: string;
  readonly cash: { readonly asset: string; readonly amount: bigint };
  readonly tokenAssetId: string;
  readonly address: `0x${string}`;
};

/**
 * Part of a command by which a top-up goes on as tokens, and the columns of its movement that say so.
 *
 * @throws {AppError} saying why it can't be; a retryable one when it may be possible later.
 */
export type PrepareIssue = (input: IssueInput) => Promise<Issue & { readonly columns: RowChange['set'] }>;

/** What top-ups need to follow a payment. */
export type FollowDeps = {
  readonly ledger: Pick<Ledger, 'post'>;
  readonly store: TopUpStore;
  readonly attempts: AttemptStore;
  readonly registry: GatewayRegistry;
  readonly prepareIssue: PrepareIssue;
  readonly delays: CheckDelays;
  /** What a payment request makes of money that came for it. */
  readonly bookSale: (paid: {
    readonly requestId: string;
    readonly movementId: string;
    readonly gateway: string;
    readonly money: Money<CashAssetId>;
    readonly payerId: string | undefined;
  }) => Promise<RowChange[]>;
  /** Where the payer comes back to. */
  readonly returnUrl: (topUp: TopUp) => string;
  /** The answer that the request which began the attempt gets once it is open. */
  readonly answerOpened: (topUp: TopUp, redirectUrl: string) => StoredAnswer | undefined;
  readonly clock: () => Date;
};

const conflictsMax = 10;
const description = 'Feiqian · 飞钱';

/**
 * Asks the gateway about an attempt and books what follows.
 *
 * @throws {AppError} GATEWAY_UNAVAILABLE, GATEWAY_ANSWER_INVALID when nothing is known.
 */
export async function advancePayment(deps: FollowDeps, attempt: GatewayAttempt): Promise<void> {
  if (isBooked(attempt)) return;
  const gateway = deps.registry.get(attempt.gateway);
  const heard = await ask(deps, gateway, attempt);
  failpoint('after_gateway_payment_answer_before_books');
  for (let round = 1; round <= conflictsMax; round += 1) {
    const paying = await load(deps, attempt.id);
    const step = decidePayment(paying.attempt, gateway.merchant, heard, deps.clock());
    const result = await book(deps, paying, step);
    if (result.status === 'refused')
      throw new Error(`The ledger refused what a gateway said: ${result.transfers.join(', ')}`);
    if (result.status !== 'version_conflict') return;
  }
  throw new AppError('STATE_CONFLICT', 'A payment changed again and again while it was booked.');
}

/** The same for a job: when the gateway can't say, it is asked again later. Answers whether it could. */
export async function followPayment(deps: FollowDeps, attempt: GatewayAttempt): Promise<boolean> {
  try {
    await advancePayment(deps, attempt);
    return true;
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    const paying = await load(deps, attempt.id);
    // A conflict means that somebody else has just moved it on, with a plan of its own.
    await plan(deps, paying);
    return false;
  }
}

/** A verified notification names an order that we don't have (a database restored from yesterday): what was paid waits in suspense. */
export async function followUnknownPayment(
  { registry, ledger }: Pick<FollowDeps, 'registry' | 'ledger'>,
  gatewayName: string,
  orderNumber: string,
): Promise<'unknown' | 'suspended'> {
  const heard = await registry.get(gatewayName).queryPayment(orderNumber);
  if (
    heard.state !== 'paid' ||
    heard.orderNumber !== orderNumber ||
    heard.merchant !== registry.get(gatewayName).merchant
  )
    return 'unknown';
  const result = await ledger.post(
    intoSuspense({ gateway: gatewayName, orderNumber, money: heard.money, reason: 'ORDER_UNKNOWN' }),
  );
  assert(result.status === 'written', 'money of an unknown order can always be put into suspense');
  return 'suspended';
}

/**
 * Turns cash that was credited earlier into the tokens that were wanted.
 *
 * @throws {AppError} when it may be possible later.
 */
export async function issueLater(
  deps: FollowDeps,
  topUpId: string,
  { isLastAttempt }: { readonly isLastAttempt: boolean },
): Promise<void> {
  const topUp = await deps.store.find(topUpId);
  if (topUp?.state !== 'credited' || topUp.reason !== undefined || topUp.tokens === undefined) return;
  const prepared = await prepare(deps, topUp);
  if (prepared.kind === 'later' && !isLastAttempt) throw prepared.error;
  const outcome = prepared.kind === 'issue' ? prepared.issue : { reason: prepared.reason };
  const result = await deps.ledger.post(issueCredited(topUp, outcome));
  // Spent meanwhile, then: the cash was the person's.
  if (result.status === 'refused') await deps.ledger.post(issueCredited(topUp, { reason: 'INSUFFICIENT_FUNDS' }));
}

async function ask(deps: FollowDeps, gateway: Gateway, attempt: GatewayAttempt): Promise<Heard> {
  const { orderNumber, money, expiresAt } = attempt;
  if (attempt.state !== 'created' || expiresAt === undefined || expiresAt <= deps.clock())
    return gateway.queryPayment(orderNumber);
  try {
    const answer = await gateway.createPayment({
      orderNumber,
      money,
      description,
      returnUrl: deps.returnUrl(await getTopUp(deps, attempt)),
      expiresAt,
    });
    failpoint('after_gateway_payment_created_before_open');
    return answer;
  } catch (error) {
    if (!isAppError(error) || error.code !== 'GATEWAY_REFUSED') throw error;
    return { state: 'refused', reason: error.details.reason ?? 'UNKNOWN' };
  }
}

async function getTopUp({ store }: Pick<FollowDeps, 'store'>, attempt: GatewayAttempt): Promise<TopUp> {
  const topUp = await store.find(attempt.movementId);
  assert(topUp, 'an attempt to pay in belongs to a top-up');
  return topUp;
}

type Loaded = Paying & {
  /** Whether money has come by any attempt. */
  readonly hasMoney: boolean;
  /** Whether no later attempt was begun. */
  readonly isLatest: boolean;
};

async function load(deps: FollowDeps, attemptId: string): Promise<Loaded> {
  const { attempts } = deps;
  const attempt = await attempts.find(attemptId);
  assert(attempt, 'an attempt never goes away');
  const topUp = await getTopUp(deps, attempt);
  const siblings = await attempts.listOfMovement(topUp.id);
  // Moved on between these reads, it would be taken for a payment that came before itself.
  if (siblings.find(({ id }) => id === attemptId)?.version !== attempt.version) return load(deps, attemptId);
  return { attempt, topUp, hasMoney: siblings.some(isBooked), isLatest: siblings.at(-1)?.id === attempt.id };
}

async function book(deps: FollowDeps, paying: Loaded, step: PaymentStep): Promise<CommandResult> {
  const { attempt, topUp, hasMoney } = paying;
  const nextCheckAt = planCheck(attempt, deps.clock(), deps.delays);
  const endsTopUp = !hasMoney && paying.isLatest;
  switch (step.step) {
    case 'wait':
      return plan(deps, paying);
    case 'open':
      return deps.ledger.post(
        openAttempt(paying, { ...step, nextCheckAt, answer: deps.answerOpened(topUp, step.redirectUrl) }),
      );
    case 'fail':
      return deps.ledger.post(
        endAttempt(paying, { state: 'failed', reason: step.reason, nextCheckAt: undefined, endsTopUp }),
      );
    case 'expire':
      return deps.ledger.post(endAttempt(paying, { state: 'expired', reason: null, nextCheckAt, endsTopUp }));
    case 'flag':
      return deps.ledger.post(flagAttempt(paying, { reason: step.reason, nextCheckAt, endsTopUp }));
    case 'suspend':
      return deps.ledger.post(suspendPayment(paying, { ...step, isSecond: hasMoney }));
    case 'credit':
      failpoint('after_gateway_says_paid_before_credit');
      return credit(deps, paying, step.reference);
    default:
      return step satisfies never;
  }
}

const nothingToDo: CommandResult = { status: 'written', transfers: [] };

/** Plans the next question to the gateway; what is booked or failed for good is not asked for any more. */
async function plan(deps: FollowDeps, paying: Paying): Promise<CommandResult> {
  const { attempt } = paying;
  const isOver = isBooked(attempt) || attempt.state === 'failed';
  if (isOver && attempt.nextCheckAt === undefined) return nothingToDo;
  return deps.ledger.post(planCheckAt(attempt, isOver ? undefined : planCheck(attempt, deps.clock(), deps.delays)));
}

function isBooked({ state }: GatewayAttempt): boolean {
  return state === 'succeeded' || state === 'mismatched';
}

/** Credits a payment: the cash always, the tokens when they can be had. */
async function credit(deps: FollowDeps, paying: Loaded, reference: string): Promise<CommandResult> {
  const suspend = () =>
    deps.ledger.post(
      suspendPayment(paying, {
        reference,
        money: paying.attempt.money,
        reason: 'ACCOUNT_CLOSED',
        isSecond: paying.hasMoney,
      }),
    );
  const { topUp, attempt, hasMoney } = paying;
  const { gateway, money } = attempt;
  const movementId = hasMoney ? secondTopUpId(attempt) : topUp.id;
  const sale = topUp.sale ? await deps.bookSale({ ...topUp.sale, movementId, gateway, money }) : [];
  if (hasMoney) return postOr(deps, creditSecondPayment(paying, { reference, sale }), suspend);
  const creditOnly = (reason?: string) => postOr(deps, creditTopUp(paying, { reference, reason, sale }), suspend);
  if (paying.topUp.tokens === undefined) return creditOnly();
  const prepared = await prepare(deps, paying.topUp);
  switch (prepared.kind) {
    case 'issue':
      return postOr(deps, creditTopUp(paying, { reference, issue: prepared.issue }), () => creditOnly('ISSUE_REFUSED'));
    case 'later':
      return postOr(deps, creditTopUp(paying, { reference, jobs: [issueJob(paying.topUp.id)] }), suspend);
    case 'never':
      return creditOnly(prepared.reason);
    default:
      return prepared satisfies never;
  }
}

/** A job that tries to turn a top-up's cash into tokens. */
export const issueJob = (topUpId: string) => ({
  task: 'top-ups.issue',
  payload: { topUpId },
  key: `top-ups.issue:${topUpId}`,
});

async function postOr(
  deps: FollowDeps,
  command: Command,
  whenRefused: () => Promise<CommandResult>,
): Promise<CommandResult> {
  const result = await deps.ledger.post(command);
  return result.status === 'refused' ? whenRefused() : result;
}

type Prepared =
  | { readonly kind: 'issue'; readonly issue: Issue }
  | { readonly kind: 'later'; readonly error: AppError; readonly reason: string }
  | { readonly kind: 'never'; readonly reason: string };

async function prepare({ prepareIssue }: FollowDeps, { id, userId, money, tokens }: TopUp): Promise<Prepared> {
  assert(tokens, 'only a top-up that wants tokens is prepared for them');
  try {
    const { transfers, changes } = await prepareIssue({
      movementId: id,
      userId,
      cash: money,
      tokenAssetId: tokens.assetId,
      address: tokens.address,
    });
    return { kind: 'issue', issue: { transfers, changes } };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return errorCodes[error.code].retryable
      ? { kind: 'later', error, reason: error.code }
      : { kind: 'never', reason: error.code };
  }
}
