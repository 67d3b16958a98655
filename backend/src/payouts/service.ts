import type {
  ChangePayoutRule,
  PayoutRuleReason,
  PayoutRuleWire,
  PayoutTargetRequest,
  PayoutTargetWire,
  PayoutWire,
  SetPayoutRule,
} from '@feiqian/domain/api/payouts';
import type { Asset, CashAsset } from '@feiqian/domain/assets';
import { AppError } from '@feiqian/domain/errors';
import { type Amount, decodeAmount, encodeAmount } from '@feiqian/domain/money';
import type { Address } from 'viem';
import { addJob, type Task } from '../database/jobs.ts';
import type { Queryable } from '../database/pool.ts';
import { maskNumber, sealAccount } from '../gateways/bank-account.ts';
import { requireServed } from '../gateways/registry.ts';
import type { Idempotency } from '../http/idempotency.ts';
import type { RowChange } from '../ledger/command.ts';
import { historyId } from '../ledger/ids.ts';
import { type Answer, answerOf } from '../ledger/outcome.ts';
import { changeRule, removeRule, ruleId, runJob, setRule } from './books.ts';
import { accountContext, firstDueAt, type RunDeps, runRule } from './run-rule.ts';
import type { PayoutRow, PayoutRule, PayoutTarget, RuleTarget } from './store.ts';

type Deps = RunDeps & {
  readonly database: Queryable;
  readonly assets: readonly Asset[];
  /** Whether this deployment turns cash into tokens. */
  readonly bridge: boolean;
  readonly findAddressOwner: (address: Address) => Promise<string | undefined>;
};

const conflictsMax = 10;
const sweepMax = 500;

/** Cash that is paid out by itself: the rules, what they paid, and what makes them pay. */
export type PayoutService = ReturnType<typeof createPayoutService>;

export function createPayoutService(deps: Deps) {
  const { database, store, clock } = deps;
  const run: Task = async ({ ruleId: id }) => {
    if (typeof id !== 'string') throw new Error('A job to run a rule names it.');
    await runRule(deps, id);
  };
  return {
    rules: createRules(deps),

    /** What rules have paid out, newest first. @throws {AppError} REQUEST_INVALID for a cursor that we did not give. */
    async list(userId: string, { limit, cursor }: { readonly limit: number; readonly cursor: string | undefined }) {
      const after = cursor === undefined ? undefined : readCursor(cursor);
      const rows = await store.listPayouts(userId, { limit: limit + 1, after });
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      return {
        items: rows.slice(0, limit).map(describePayout),
        ...(last ? { nextCursor: `${last.createdAt.toISOString()}_${last.id}` } : {}),
      };
    },

    tasks: { 'payouts.run': run } satisfies Readonly<Record<string, Task>>,

    /** Told that a movement may have ended: its rule need not wait for the next sweep, when it is a payout of one. */
    async hear(movementId: string): Promise<void> {
      const id = await store.findRuleOfEnded(movementId);
      if (id !== undefined) await addJob(database, runJob(id));
    },

    /** Plans a look at every rule that may pay out now, and at every payout that has ended. */
    async sweep(): Promise<void> {
      for (const id of await store.listWaiting(clock(), sweepMax)) await addJob(database, runJob(id));
    },
  };
}

function createRules(deps: Deps) {
  const { ledger, store, clock } = deps;
  const get = async (userId: string, id: string): Promise<PayoutRule> => {
    const rule = await store.findOwnRule(userId, id);
    if (!rule) throw new AppError('NOT_FOUND', 'There is no such payout rule.');
    return rule;
  };
  /** Changes a rule of somebody's own, however often it pays out meanwhile. */
  const changeOwn = async (userId: string, id: string, decide: (rule: PayoutRule) => RowChange): Promise<void> => {
    for (let round = 1; ; round += 1) {
      const change = decide(await get(userId, id));
      const result = await ledger.post({ transfers: [], changes: [change], jobs: [runJob(id)] });
      if (result.status === 'written') return;
      if (round === conflictsMax) answerOf(result, { status: 200, body: {} });
    }
  };
  return {
    list: async (userId: string) => ({ items: (await store.listRules(userId)).map(describeRule) }),

    /**
     * Sets a person's rule for a currency. Nothing else says where money goes.
     *
     * @throws {AppError} ASSET_UNKNOWN, AMOUNT_NOT_POSITIVE, AMOUNT_TOO_SMALL, AMOUNT_TOO_LARGE, GATEWAY_UNKNOWN, GATEWAY_REFUSED,
     *   BRIDGE_OFF, ADDRESS_NOT_LINKED, IDEMPOTENCY_KEY_REUSED.
     */
    async set(userId: string, request: SetPayoutRule, idempotency: Idempotency): Promise<Answer> {
      const cash = findCash(deps, request.asset);
      const id = ruleId(userId, cash.id);
      const { schedule } = request;
      const terms = { keep: decodeAmount(request.keep), min: decodeAmount(request.min), schedule };
      const target = await readTarget(deps, { userId, id, cash, target: request.target });
      checkMin(deps, { asset: cash.id, target, ...terms });
      const now = clock();
      const rule = { id, userId, asset: cash.id, target, ...terms, dueAt: firstDueAt(schedule, now), updatedAt: now };
      for (let round = 1; ; round += 1) {
        const place = (await store.findPlace(id)) ?? { version: 0, createdAt: now };
        const body = describeRule({ ...rule, state: 'on', reason: undefined, createdAt: place.createdAt });
        const result = await ledger.post({
          transfers: [],
          changes: [setRule({ ...rule, ...place })],
          answer: { ...idempotency, status: 201, body },
          jobs: [runJob(id)],
        });
        if (result.status !== 'version_conflict' || round === conflictsMax)
          return answerOf(result, { status: 201, body });
      }
    },

    /**
     * Changes how much and when, or whether at all; never where to.
     *
     * @throws {AppError} NOT_FOUND, also for somebody else's; AMOUNT_NOT_POSITIVE, AMOUNT_TOO_SMALL, AMOUNT_TOO_LARGE.
     */
    async change(userId: string, id: string, change: ChangePayoutRule): Promise<PayoutRuleWire> {
      await changeOwn(userId, id, (rule) => {
        const { keep, min, schedule = rule.schedule } = change;
        const terms = {
          keep: keep === undefined ? rule.keep : decodeAmount(keep),
          min: min === undefined ? rule.min : decodeAmount(min),
          schedule,
        };
        if (min !== undefined) checkMin(deps, { ...rule, ...terms });
        const state = change.state ?? rule.state;
        const begins = state === 'on' && (rule.state !== 'on' || change.schedule !== undefined);
        return changeRule(rule, {
          terms,
          ...(change.state === undefined ? {} : { state, reason: null }),
          ...(begins ? { dueAt: firstDueAt(schedule, clock()) } : {}),
        });
      });
      return describeRule(await get(userId, id));
    },

    /** Removes a rule; what it has begun to pay out goes on. @throws {AppError} NOT_FOUND. */
    remove: (userId: string, id: string): Promise<void> => changeOwn(userId, id, removeRule),
  };
}

/** @throws {AppError} ASSET_UNKNOWN. */
function findCash({ assets }: Deps, id: string): CashAsset {
  const cash = assets.find((asset): asset is CashAsset => asset.kind === 'cash' && asset.id === id);
  if (!cash) throw new AppError('ASSET_UNKNOWN', 'Only cash is paid out.', { details: { field: 'asset' } });
  return cash;
}

type WantedTarget = {
  readonly userId: string;
  readonly id: string;
  readonly cash: CashAsset;
  readonly target: PayoutTargetRequest;
};

/** @throws {AppError} GATEWAY_UNKNOWN, GATEWAY_REFUSED, BRIDGE_OFF, ASSET_UNKNOWN, ADDRESS_NOT_LINKED. */
async function readTarget(deps: Deps, { userId, id, cash, target }: WantedTarget): Promise<RuleTarget> {
  if (target.kind === 'bank') {
    const { name, canPayOut } = deps.registry.get(target.gateway);
    if (!canPayOut)
      throw new AppError('GATEWAY_REFUSED', 'This gateway does not pay out.', {
        details: { gateway: name, reason: 'PAYOUT_NOT_OFFERED' },
      });
    const { bankAccount } = target;
    return {
      kind: 'bank',
      gateway: name,
      maskedAccount: maskNumber(bankAccount.number),
      sealedAccount: sealAccount(deps.sealer, bankAccount, accountContext(id)),
    };
  }
  const { token, address } = target;
  if (!deps.bridge) throw new AppError('BRIDGE_OFF', 'This service does not turn cash into tokens.');
  if (!deps.assets.some((asset) => asset.kind === 'token' && asset.id === token && asset.cash === cash.id))
    throw new AppError('ASSET_UNKNOWN', 'The token does not stand at par with this currency.', {
      details: { field: 'target.token' },
    });
  if ((await deps.findAddressOwner(address)) !== userId)
    throw new AppError('ADDRESS_NOT_LINKED', 'Link the address to your account first.');
  return { kind: 'token', token, address };
}

/** @throws {AppError} AMOUNT_NOT_POSITIVE; for a bank ASSET_UNKNOWN, AMOUNT_TOO_SMALL, AMOUNT_TOO_LARGE, by what its gateway takes at once. */
function checkMin(
  { registry }: Deps,
  { asset, target, min }: { readonly asset: string; readonly target: RuleTarget; readonly min: Amount },
): void {
  if (min === 0n) throw new AppError('AMOUNT_NOT_POSITIVE', 'A payout pays something.', { details: { field: 'min' } });
  if (target.kind === 'bank') requireServed(registry.get(target.gateway), { asset, amount: min });
}

type Described = Omit<PayoutRule, 'version' | 'targetId'>;

function describeRule({
  id,
  asset,
  state,
  reason,
  target,
  keep,
  min,
  schedule,
  dueAt,
  createdAt,
  updatedAt,
}: Described): PayoutRuleWire {
  return {
    id,
    asset,
    state,
    // Only what is among the reasons is ever written.
    reason: (reason as PayoutRuleReason | undefined) ?? null,
    target: describeTarget(target),
    keep: encodeAmount(keep),
    min: encodeAmount(min),
    schedule,
    nextAt: state === 'on' && schedule.kind === 'daily' ? dueAt.toISOString() : null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

function describePayout({
  id,
  ruleId,
  userId,
  movementId,
  state,
  reason,
  money,
  target,
  createdAt,
}: PayoutRow): PayoutWire {
  return {
    id,
    ruleId,
    movementId,
    historyId: historyId(userId, movementId),
    state,
    reason: reason ?? null,
    money: { asset: money.asset, amount: encodeAmount(money.amount) },
    target: describeTarget(target),
    createdAt: createdAt.toISOString(),
  };
}

function describeTarget(target: PayoutTarget): PayoutTargetWire {
  return target.kind === 'bank'
    ? { kind: 'bank', gateway: target.gateway, bankAccount: { number: target.maskedAccount } }
    : { kind: 'token', token: target.token, address: target.address };
}

function readCursor(cursor: string): { createdAt: Date; id: string } {
  const [time = '', id = ''] = cursor.split('_');
  const createdAt = new Date(time);
  if (Number.isNaN(createdAt.getTime()) || !/^[0-9a-f-]{36}$/.test(id))
    throw new AppError('REQUEST_INVALID', 'Not a cursor of ours.', { details: { field: 'cursor' } });
  return { createdAt, id };
}
