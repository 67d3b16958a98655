import { AppError, assert, isAppError } from '@feiqian/domain/errors';
import { failpoint } from '../database/failpoint.ts';
import type { Sealer } from '../database/sealed.ts';
import {
  type AttemptStore,
  type CheckDelays,
  type GatewayAttempt,
  planCheck,
  planCheckAt,
} from '../gateways/attempts.ts';
import { openAccount } from '../gateways/bank-account.ts';
import { isUnanswered } from '../gateways/follow.ts';
import type { Gateway } from '../gateways/gateway.ts';
import type { GatewayRegistry } from '../gateways/registry.ts';
import type { CommandResult } from '../ledger/command.ts';
import type { Ledger } from '../ledger/ledger.ts';
import {
  flagWithdrawal,
  type PayingOut,
  returnWithdrawal,
  sendWithdrawal,
  settleWithdrawal,
  suspendUnknownPayout,
} from './books.ts';
import { decidePayout, type Heard, type PayoutStep } from './decide-payout.ts';
import type { WithdrawalStore } from './store.ts';

/** What withdrawals need to follow a payout. */
export type FollowDeps = {
  readonly ledger: Pick<Ledger, 'post'>;
  readonly store: WithdrawalStore;
  readonly attempts: AttemptStore;
  readonly registry: GatewayRegistry;
  readonly sealer: Sealer;
  readonly delays: CheckDelays;
  readonly clock: () => Date;
};

const conflictsMax = 10;
const description = 'Feiqian · 飞钱';

/** Where a sealed account belongs: it can't be read as anything else. */
export const accountContext = (withdrawalId: string): string => `withdrawal:${withdrawalId}`;

/**
 * Sends a payout, or asks what has become of it, and books what follows. When the gateway can't say, it is asked again later.
 * Answers whether it could.
 */
export async function followPayout(deps: FollowDeps, attempt: GatewayAttempt): Promise<boolean> {
  if (isOver(attempt)) return true;
  const gateway = deps.registry.get(attempt.gateway);
  let heard: Heard;
  try {
    heard = await ask(deps, gateway, attempt);
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    await plan(deps, await load(deps, attempt.id));
    return false;
  }
  failpoint('after_gateway_payout_answer_before_books');
  for (let round = 1; round <= conflictsMax; round += 1) {
    const payingOut = await load(deps, attempt.id);
    const step = decidePayout(payingOut.attempt, gateway.merchant, heard);
    const result = await book(deps, payingOut, step);
    if (result.status === 'refused')
      throw new Error(`The ledger refused what a gateway said: ${result.transfers.join(', ')}`);
    if (result.status !== 'version_conflict') return true;
  }
  throw new AppError('STATE_CONFLICT', 'A payout changed again and again while it was booked.');
}

/** A verified notification names a payout that we don't have (a database restored from yesterday): what was paid out is owed to suspense. */
export async function followUnknownPayout(
  { registry, ledger }: Pick<FollowDeps, 'registry' | 'ledger'>,
  gatewayName: string,
  orderNumber: string,
): Promise<'unknown' | 'suspended'> {
  const gateway = registry.get(gatewayName);
  const heard = await gateway.queryPayout(orderNumber);
  if (heard.state !== 'settled' || heard.orderNumber !== orderNumber || heard.merchant !== gateway.merchant)
    return 'unknown';
  const result = await ledger.post(suspendUnknownPayout(gatewayName, orderNumber, heard.money));
  assert(result.status === 'written', 'money of an unknown order can always be put into suspense');
  return 'suspended';
}

async function ask(deps: FollowDeps, gateway: Gateway, attempt: GatewayAttempt): Promise<Heard> {
  if (attempt.state === 'open') {
    const heard = await gateway.queryPayout(attempt.orderNumber);
    if (heard.state !== 'unknown') return heard;
    // It took the order once and knows nothing of it now. The same order again is the same payout, whatever happened there.
  }
  const { withdrawal } = await load(deps, attempt.id);
  failpoint('after_withdrawal_reserved_before_gateway_asked');
  try {
    const { orderNumber, money } = attempt;
    const answer = await gateway.payout({
      orderNumber,
      money,
      description,
      account: openAccount(deps.sealer, withdrawal.sealedAccount, accountContext(withdrawal.id)),
    });
    failpoint('after_gateway_payout_sent_before_books');
    return answer;
  } catch (error) {
    if (!isAppError(error) || error.code !== 'GATEWAY_REFUSED') throw error;
    // Money goes back only when the gateway, asked again, knows of no such payout.
    const heard = await gateway.queryPayout(attempt.orderNumber);
    return heard.state === 'unknown' ? { state: 'refused', reason: error.details.reason ?? 'UNKNOWN' } : heard;
  }
}

async function load({ attempts, store }: FollowDeps, attemptId: string): Promise<PayingOut> {
  const attempt = await attempts.find(attemptId);
  assert(attempt, 'an attempt never goes away');
  const withdrawal = await store.find(attempt.movementId);
  assert(withdrawal, 'an attempt to pay out belongs to a withdrawal');
  return { attempt, withdrawal };
}

async function book(deps: FollowDeps, payingOut: PayingOut, step: PayoutStep): Promise<CommandResult> {
  const nextCheckAt = nextCheck(deps, payingOut);
  switch (step.step) {
    case 'wait':
      return plan(deps, payingOut);
    case 'sent':
      return deps.ledger.post(sendWithdrawal(payingOut, { reference: step.reference, nextCheckAt }));
    case 'settle':
      return deps.ledger.post(settleWithdrawal(payingOut, step.reference));
    case 'return':
      return deps.ledger.post(returnWithdrawal(payingOut, step.reason));
    case 'flag':
      return deps.ledger.post(flagWithdrawal(payingOut, { reason: step.reason, nextCheckAt }));
    default:
      return step satisfies never;
  }
}

async function plan(deps: FollowDeps, payingOut: PayingOut): Promise<CommandResult> {
  if (isOver(payingOut.attempt)) return { status: 'written', transfers: [] };
  return deps.ledger.post(planCheckAt(payingOut.attempt, nextCheck(deps, payingOut)));
}

/** A payout is asked for until it is over, however long that takes. */
function nextCheck({ clock, delays }: FollowDeps, { attempt }: PayingOut): Date {
  const at = planCheck({ createdAt: attempt.createdAt, expiresAt: undefined }, clock(), delays);
  assert(at, 'without an expiry there is always a next time');
  return at;
}

function isOver({ state }: GatewayAttempt): boolean {
  return state !== 'created' && state !== 'open';
}
