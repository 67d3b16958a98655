import type { WithdrawalRequest, withdrawalResponse } from '@feiqian/domain/api/cash';
import { type CashAssetId, parseAssetId } from '@feiqian/domain/assets';
import { AppError } from '@feiqian/domain/errors';
import { decodeAmount, encodeAmount, type Money } from '@feiqian/domain/money';
import type { z } from 'zod';
import type { Sealer } from '../database/sealed.ts';
import { type AttemptStore, type CheckDelays, defaultCheckDelays, type GatewayAttempt } from '../gateways/attempts.ts';
import { maskNumber, sealAccount } from '../gateways/bank-account.ts';
import { type GatewayRegistry, requireServed } from '../gateways/registry.ts';
import type { Idempotency } from '../http/idempotency.ts';
import type { RowChange } from '../ledger/command.ts';
import { businessId, historyId } from '../ledger/ids.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type Answer, answerOf } from '../ledger/outcome.ts';
import type { PostWatched } from '../ledger/watched.ts';
import { reserveWithdrawal } from './books.ts';
import { accountContext, followPayout, followUnknownPayout } from './follow-payout.ts';
import type { Withdrawal, WithdrawalStore } from './store.ts';

type Deps = {
  readonly ledger: Pick<Ledger, 'post'>;
  readonly postWatched: PostWatched;
  /** Names a bank account without telling it. */
  readonly nameParty: (text: string) => string;
  readonly store: WithdrawalStore;
  readonly attempts: AttemptStore;
  readonly registry: GatewayRegistry;
  readonly sealer: Sealer;
  readonly clock: () => Date;
  readonly delays?: CheckDelays;
};

/** A withdrawal as people see it. */
export type WithdrawalWire = z.infer<typeof withdrawalResponse>;

/** Cash out to bank accounts. */
export type WithdrawalService = ReturnType<typeof createWithdrawalService>;

export function createWithdrawalService(deps: Deps) {
  const { store, registry, sealer, clock, delays = defaultCheckDelays } = deps;
  return {
    /**
     * Sets the cash aside; a job pays it out once that is committed.
     *
     * @param also - What changes at the same moment: whoever begins a withdrawal for a reason of their own notes it there.
     * @throws {AppError} GATEWAY_UNKNOWN, GATEWAY_REFUSED when the gateway pays nobody out, ASSET_UNKNOWN, AMOUNT_TOO_SMALL,
     *   AMOUNT_TOO_LARGE, INSUFFICIENT_FUNDS, MOVEMENT_BLOCKED, IDEMPOTENCY_KEY_REUSED.
     */
    async create(
      userId: string,
      request: WithdrawalRequest,
      idempotency: Idempotency,
      also: (movementId: string) => readonly RowChange[] = () => [],
    ): Promise<Answer> {
      const gateway = registry.get(request.gateway);
      if (!gateway.canPayOut)
        throw new AppError('GATEWAY_REFUSED', 'This gateway does not pay out.', {
          details: { gateway: gateway.name, reason: 'PAYOUT_NOT_OFFERED' },
        });
      const money = toCash(request.money);
      requireServed(gateway, money);
      const id = businessId('movement', userId, 'withdrawals', idempotency.key);
      const masked = maskNumber(request.bankAccount.number);
      const body: WithdrawalWire = {
        id,
        historyId: historyId(userId, id),
        state: 'reserved',
        money: request.money,
        bankAccount: { number: masked },
      };
      const now = clock();
      const row: RowChange = {
        table: 'movements',
        id,
        expectVersion: 0,
        set: {
          kind: 'withdrawal',
          user_id: userId,
          state: 'reserved',
          gateway: gateway.name,
          asset: money.asset,
          amount: encodeAmount(money.amount),
          details: {
            account: { sealed: sealAccount(sealer, request.bankAccount, accountContext(id)), masked },
          },
          created_at: now.toISOString(),
        },
      };
      const attempt = {
        id: businessId('attempt', id),
        movementId: id,
        gateway: gateway.name,
        direction: 'payout',
        money,
        nextCheckAt: now,
        expiresAt: undefined,
        createdAt: now,
      } as const;
      const answer = { ...idempotency, status: 201, body };
      const changes = also(id);
      const watched = {
        movementId: id,
        userId,
        kind: 'withdrawal',
        money,
        party: deps.nameParty(`${gateway.name} ${request.bankAccount.number}`),
        held: { route: 'withdrawal', request, idempotency, also: changes },
      } as const;
      const result = await deps.postWatched(
        watched,
        reserveWithdrawal({ id, userId, gateway: gateway.name, money }, { rows: [row, ...changes], attempt, answer }),
      );
      return answerOf(result, { status: 201, body });
    },

    /** @throws {AppError} NOT_FOUND, also for somebody else's. */
    async get(userId: string, id: string): Promise<WithdrawalWire> {
      const withdrawal = await store.find(id);
      if (withdrawal?.userId !== userId) throw new AppError('NOT_FOUND', 'There is no such withdrawal.');
      return describe(withdrawal);
    },

    /** For a verified notification of a payout that we don't have: what was paid out is owed to suspense. */
    followUnknown: (gateway: string, orderNumber: string): Promise<'unknown' | 'suspended'> =>
      followUnknownPayout(deps, gateway, orderNumber),

    /** For jobs: pays out, or asks what has become of it. */
    followPayout: (attempt: GatewayAttempt): Promise<boolean> => followPayout({ ...deps, delays }, attempt),
  };
}

function describe({ id, userId, state, money, maskedAccount }: Withdrawal): WithdrawalWire {
  return {
    id,
    historyId: historyId(userId, id),
    state,
    money: { asset: money.asset, amount: encodeAmount(money.amount) },
    bankAccount: { number: maskedAccount },
  };
}

/** @throws {AppError} ASSET_UNKNOWN when it is not cash. */
function toCash({ asset, amount }: { readonly asset: string; readonly amount: string }): Money<CashAssetId> {
  const parts = parseAssetId(asset);
  if (parts.kind !== 'cash')
    throw new AppError('ASSET_UNKNOWN', 'Only cash is paid out.', { details: { field: 'money.asset' } });
  return { asset: `iso4217:${parts.currency}`, amount: decodeAmount(amount) };
}
