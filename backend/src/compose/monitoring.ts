import { cashTransferRequest, withdrawalRequest } from '@feiqian/domain/api/cash';
import { conversionRequest } from '@feiqian/domain/api/chain';
import { idSchema } from '@feiqian/domain/api/common';
import { refundRequest } from '@feiqian/domain/api/payments';
import { z } from 'zod';
import type { RegisterRoutes } from '../app.ts';
import { createCashTransferService } from '../cash-transfers/service.ts';
import type { ConversionDeps } from '../conversions/checks.ts';
import { createConversionService } from '../conversions/service.ts';
import type { Task } from '../database/jobs.ts';
import type { HeldRoute } from '../ledger/watched.ts';
import { createHoldStore } from '../monitoring/hold-store.ts';
import { type Begin, createHoldService } from '../monitoring/holds.ts';
import { registerMonitoringRoutes } from '../monitoring/routes.ts';
import { createRulesService } from '../monitoring/rules-service.ts';
import type { Deps as PaymentRequestDeps } from '../payment-requests/deps.ts';
import type { RefundDeps } from '../payment-requests/refunds.ts';
import { createPaymentRequestService, createRefundService } from '../payment-requests/service.ts';
import { createWithdrawalService } from '../withdrawals/service.ts';
import type { Foundation } from './foundation.ts';

/** What held movements are asked for with, once they are released. */
type Ways = {
  readonly cashTransferDeps: Parameters<typeof createCashTransferService>[0];
  readonly withdrawalDeps: Parameters<typeof createWithdrawalService>[0];
  readonly paymentRequestDeps: PaymentRequestDeps;
  readonly conversionDeps: ConversionDeps;
  readonly refundDeps: RefundDeps;
  readonly requireStaff: (userId: string) => Promise<void>;
  readonly onReturned: (movementId: string) => Promise<void>;
};

type Base = Pick<Foundation, 'pool' | 'ledger' | 'sealer' | 'clock' | 'answers'>;

/** What staff have of monitoring. What it decides lies in the foundation: every noun that moves money stands on it. */
export function composeMonitoring({ pool, ledger, sealer, clock, answers }: Base, ways: Ways) {
  const rules = createRulesService({ pool });
  const holds = createHoldService({
    ...{ ledger, sealer, clock },
    store: createHoldStore(pool),
    getRules: async () => (await rules.get()).rules,
    begin: composeBegin(ways),
    onReturned: ways.onReturned,
  });
  return {
    routes: [
      registerMonitoringRoutes({ holds, rules, answers, requireStaff: ways.requireStaff }),
    ] satisfies readonly RegisterRoutes[],
    tasks: holds.tasks satisfies Readonly<Record<string, Task>>,
    sweep: holds.sweep,
  };
}

/** Each way once more, but for what posts at its end; what stands against it by now stops it as it would have then. */
function composeBegin(ways: Ways): Readonly<Record<HeldRoute, Begin>> {
  return {
    cash_transfer: (postWatched, { userId, request, idempotency }) =>
      createCashTransferService({ ...ways.cashTransferDeps, postWatched }).send(
        userId,
        cashTransferRequest.parse(request),
        idempotency,
      ),
    withdrawal: (postWatched, { userId, request, idempotency }) =>
      createWithdrawalService({ ...ways.withdrawalDeps, postWatched }).create(
        userId,
        withdrawalRequest.parse(request),
        idempotency,
      ),
    conversion: (postWatched, { userId, request, idempotency }) =>
      createConversionService({ ...ways.conversionDeps, postWatched }).convert(
        userId,
        conversionRequest.parse(request),
        idempotency,
      ),
    payment: (postWatched, { userId, request, idempotency }) =>
      createPaymentRequestService({ ...ways.paymentRequestDeps, postWatched }).payByCash(
        userId,
        z.object({ id: idSchema }).parse(request).id,
        idempotency,
      ),
    refund: (postWatched, { userId, request, idempotency }) =>
      createRefundService({ ...ways.refundDeps, postWatched }).refund({
        payeeId: userId,
        wire: refundRequest.parse(request),
        idempotency,
      }),
  };
}
