/** What is written of rules and payouts: parts of commands, and whole ones. */
import type { PayoutRuleReason, PayoutSchedule } from '@feiqian/domain/api/payouts';
import { encodeAmount, type Money } from '@feiqian/domain/money';
import type { Job, RowChange } from '../ledger/command.ts';
import { businessId } from '../ledger/ids.ts';
import type { PayoutRow, PayoutRule, PayoutTarget } from './store.ts';

/** What the owner of a rule says. */
export type RuleTerms = Pick<PayoutRule, 'keep' | 'min' | 'schedule'>;

/** The one rule of a person for a currency. */
export const ruleId = (userId: string, asset: string): string => businessId('payout rule', userId, asset);

/** The payout that a rule begins as it stands: one for each version, so that two who begin it begin the same. */
export const payoutId = ({ id, version }: Pick<PayoutRule, 'id' | 'version'>): string =>
  businessId('payout', id, `${version}`);

/** The key under which a payout is begun. The blank keeps it apart from the keys of callers, which have none. */
export const payoutKey = (id: string): string => `payout ${id}`;

/** Looks at a rule now: it pays out what there is, or notes what became of what it paid. */
export const runJob = (id: string): Job => ({ task: 'payouts.run', payload: { ruleId: id }, key: `payouts.run:${id}` });

type Setting = RuleTerms &
  Pick<PayoutRule, 'id' | 'version' | 'userId' | 'asset' | 'target' | 'dueAt' | 'createdAt' | 'updatedAt'>;

/** Sets a rule to go somewhere, whatever was in its place; version 0 where nothing was. */
export function setRule(rule: Setting): RowChange {
  const { id, version, userId, asset, target, dueAt, createdAt, updatedAt } = rule;
  return {
    table: 'payout_rules',
    id,
    expectVersion: version,
    set: {
      user_id: userId,
      asset,
      state: 'on',
      reason: null,
      ...targetColumns(target),
      account_sealed: target.kind === 'bank' ? target.sealedAccount : null,
      target_id: businessId('payout target', id, `${version}`),
      ...termColumns(rule),
      due_at: dueAt.toISOString(),
      created_at: createdAt.toISOString(),
      updated_at: updatedAt.toISOString(),
    },
  };
}

/** Changes a rule from the version that was read. */
export function changeRule(
  { id, version }: Pick<PayoutRule, 'id' | 'version'>,
  {
    state,
    reason,
    dueAt,
    terms,
  }: {
    readonly state?: PayoutRule['state'];
    readonly reason?: PayoutRuleReason | null;
    readonly dueAt?: Date;
    readonly terms?: RuleTerms;
  },
): RowChange {
  return {
    table: 'payout_rules',
    id,
    expectVersion: version,
    set: {
      ...(state === undefined ? {} : { state }),
      ...(reason === undefined ? {} : { reason }),
      ...(dueAt === undefined ? {} : { due_at: dueAt.toISOString() }),
      ...(terms === undefined ? {} : termColumns(terms)),
    },
  };
}

/** Ends a rule and forgets where it paid to. */
export function removeRule({ id, version }: PayoutRule): RowChange {
  const target = {
    target: null,
    target_id: null,
    gateway: null,
    account_masked: null,
    token_asset: null,
    address: null,
  };
  return {
    table: 'payout_rules',
    id,
    expectVersion: version,
    set: { state: 'removed', reason: null, ...target, account_sealed: null },
  };
}

/** Part of the command that begins a payout's movement: notes it, once for this version of the rule. */
export function insertPayout(
  rule: PayoutRule,
  { money, movementId, at }: { readonly money: Money; readonly movementId: string; readonly at: Date },
): RowChange {
  return {
    table: 'payouts',
    id: payoutId(rule),
    expectVersion: 0,
    set: {
      rule_id: rule.id,
      user_id: rule.userId,
      asset: money.asset,
      amount: encodeAmount(money.amount),
      state: 'under_way',
      ...targetColumns(rule.target),
      target_id: rule.targetId,
      movement_id: movementId,
      created_at: at.toISOString(),
    },
  };
}

/** Notes how a payout has ended. */
export const endPayout = ({ id, version, state }: PayoutRow): RowChange => ({
  table: 'payouts',
  id,
  expectVersion: version,
  set: { state },
});

const targetColumns = (target: PayoutTarget): RowChange['set'] => ({
  target: target.kind,
  gateway: target.kind === 'bank' ? target.gateway : null,
  account_masked: target.kind === 'bank' ? target.maskedAccount : null,
  token_asset: target.kind === 'token' ? target.token : null,
  address: target.kind === 'token' ? target.address : null,
});

const termColumns = ({ keep, min, schedule }: RuleTerms): RowChange['set'] => ({
  keep: encodeAmount(keep),
  min: encodeAmount(min),
  ...scheduleColumns(schedule),
});

const scheduleColumns = (schedule: PayoutSchedule): RowChange['set'] => ({
  schedule: schedule.kind,
  hour: schedule.kind === 'daily' ? schedule.hour : null,
  time_zone: schedule.kind === 'daily' ? schedule.timeZone : null,
});
