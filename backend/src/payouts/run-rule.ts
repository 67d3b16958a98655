import { createHash } from 'node:crypto';
import type { WithdrawalRequest } from '@feiqian/domain/api/cash';
import type { ConversionRequest } from '@feiqian/domain/api/chain';
import { type PayoutRuleReason, type PayoutSchedule, payoutRuleReasons } from '@feiqian/domain/api/payouts';
import { AppError, errorCodes, isAppError } from '@feiqian/domain/errors';
import { encodeAmount, type Money } from '@feiqian/domain/money';
import { nextDailyAt } from '@feiqian/domain/time-zone';
import { failpoint } from '../database/failpoint.ts';
import type { Sealer } from '../database/sealed.ts';
import { openAccount } from '../gateways/bank-account.ts';
import type { GatewayRegistry } from '../gateways/registry.ts';
import type { Idempotency } from '../http/idempotency.ts';
import type { RowChange } from '../ledger/command.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { changeRule, endPayout, insertPayout, payoutId, payoutKey } from './books.ts';
import { computePayout, type Limits } from './compute-payout.ts';
import type { DueRule, PayoutRow, PayoutRule, PayoutStore, RuleTarget } from './store.ts';

/** Begins a movement of a person's cash, once for each key, and changes rows at the same moment. */
type Begin<Request> = (
  userId: string,
  request: Request,
  idempotency: Idempotency,
  also: (movementId: string) => readonly RowChange[],
) => Promise<unknown>;

/** What paying out by rule needs. */
export type RunDeps = {
  readonly ledger: Pick<Ledger, 'post'>;
  readonly store: PayoutStore;
  readonly registry: GatewayRegistry;
  readonly sealer: Sealer;
  readonly clock: () => Date;
  readonly beginWithdrawal: Begin<WithdrawalRequest>;
  readonly beginIssue: Begin<Extract<ConversionRequest, { direction: 'issue' }>>;
};

const conflictsMax = 10;
/** Until a rule is tried again that something stood in the way of. */
const retryMs = 60_000;

/** Where an account of a rule belongs: it can't be read as anything else. */
export const accountContext = (ruleId: string): string => `payout-rule:${ruleId}`;

/** When a rule that is set, changed or turned on now may pay out first. */
export function firstDueAt(schedule: PayoutSchedule, now: Date): Date {
  return schedule.kind === 'daily' ? nextDailyAt(now, schedule.hour, schedule.timeZone) : now;
}

/**
 * Notes what has become of a rule's payouts, and pays out what is due. Any number may do so at once, be killed and do so again: a
 * payout, its movement and the rule's next version are one command, so that each version of a rule pays out once.
 */
export async function runRule(deps: RunDeps, ruleId: string): Promise<void> {
  for (const payout of await deps.store.listEnded(ruleId)) await noteEnd(deps, payout);
  const due = await deps.store.findDue(ruleId, deps.clock());
  if (due) await payOut(deps, due);
}

/** Money that came back pauses the rule, so that it does not go to the same place again and again. */
async function noteEnd({ ledger, store }: RunDeps, payout: PayoutRow): Promise<void> {
  failpoint('after_rule_payout_ended_before_note');
  for (let round = 1; round <= conflictsMax; round += 1) {
    const rule = payout.state === 'returned' ? await store.findRule(payout.ruleId) : undefined;
    const isConcerned = rule?.state === 'on' && rule.targetId === payout.targetId;
    const reason = reasonOf(payout);
    const changes = [
      endPayout(payout),
      ...(rule && isConcerned ? [changeRule(rule, { state: 'needs_attention', reason })] : []),
    ];
    const result = await ledger.post({ transfers: [], changes });
    // Another one has noted it.
    if (result.status !== 'version_conflict' || result.table === 'payouts') return;
  }
  throw new AppError('STATE_CONFLICT', 'A rule changed again and again while the end of its payout was noted.');
}

/** Why a rule is paused whose payout came back. */
function reasonOf({ reason, target }: PayoutRow): PayoutRuleReason {
  if (reason === 'REVIEW_REFUSED' || reason === 'REVIEW_EXPIRED') return 'MOVEMENT_BLOCKED';
  return target.kind === 'bank' ? 'PAYOUT_RETURNED' : 'TOKENS_NOT_ISSUED';
}

async function payOut(deps: RunDeps, { rule, available }: DueRule): Promise<void> {
  const { asset, keep, min, schedule, target } = rule;
  const now = deps.clock();
  const dueAt = firstDueAt(schedule, now);
  try {
    const payout = computePayout({ available, keep, min, limits: limitsOf(deps, target) });
    if (!payout) {
      // This day's time is over without anything to pay out; what comes later waits for the next day's.
      if (schedule.kind === 'daily') await write(deps, changeRule(rule, { dueAt, reason: null }));
      return;
    }
    failpoint('after_rule_due_before_payout');
    const money = { asset, amount: payout.amount };
    // What is above the most at once stays due, and goes next.
    const change = changeRule(rule, { reason: null, ...(payout.isCapped ? {} : { dueAt }) });
    await begin(deps, rule, money, (movementId) => [insertPayout(rule, { money, movementId, at: now }), change]);
    failpoint('after_rule_payout_begun');
  } catch (error) {
    await noteRefusal(deps, rule, error);
  }
}

/** Begins the withdrawal or the conversion that a payout is. */
async function begin(
  { sealer, beginWithdrawal, beginIssue }: RunDeps,
  { id, version, userId, target }: PayoutRule,
  { asset, amount }: Money,
  also: (movementId: string) => readonly RowChange[],
): Promise<void> {
  const key = payoutKey(payoutId({ id, version }));
  // Whoever begins it at the same moment may have seen another balance, and means the same payout all the same.
  const requestHash = createHash('sha256').update(key).digest('hex');
  const idempotency = { scope: `user:${userId}:payouts`, key, requestHash };
  const money = { asset, amount: encodeAmount(amount) };
  if (target.kind === 'bank') {
    const bankAccount = openAccount(sealer, target.sealedAccount, accountContext(id));
    await beginWithdrawal(userId, { gateway: target.gateway, money, bankAccount }, idempotency, also);
  } else {
    const { token, address } = target;
    await beginIssue(userId, { direction: 'issue', money, token, address }, idempotency, also);
  }
}

/**
 * Notes at a rule what stood in the way of its payout: what passes is tried again in a minute, anything else pauses it.
 *
 * @throws what was thrown, when it is nothing that a rule can be told.
 */
async function noteRefusal(deps: RunDeps, rule: PayoutRule, error: unknown): Promise<void> {
  if (!isAppError(error)) throw error;
  const { code } = error;
  // Another one has paid out, or the owner has changed the rule: whatever is due now is seen by the next look.
  if (code === 'STATE_CONFLICT') return;
  const reason = payoutRuleReasons.find((known) => known === code);
  if (!reason) throw error;
  const isPassing = code === 'INSUFFICIENT_FUNDS' || errorCodes[code].kind === 'unavailable';
  const dueAt = new Date(deps.clock().getTime() + retryMs);
  await write(deps, changeRule(rule, isPassing ? { reason, dueAt } : { reason, state: 'needs_attention' }));
}

/** Changes a rule, unless it has changed meanwhile. */
async function write({ ledger }: RunDeps, change: RowChange): Promise<void> {
  await ledger.post({ transfers: [], changes: [change] });
}

/** @throws {AppError} GATEWAY_UNKNOWN. */
function limitsOf({ registry }: RunDeps, target: RuleTarget): Limits {
  if (target.kind === 'token') return {};
  const { min, max } = registry.get(target.gateway);
  return { min, max };
}
