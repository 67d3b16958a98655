import { type AppError, isAppError } from '@feiqian/domain/errors';
import { failpoint } from '../database/failpoint.ts';
import { addJob, type Task } from '../database/jobs.ts';
import type { Queryable } from '../database/pool.ts';
import { type AttemptStore, followJob, type GatewayAttempt } from './attempts.ts';
import type { EventStore, GatewayEvent } from './events.ts';

type FollowUnknown = (gateway: string, orderNumber: string) => Promise<'unknown' | 'suspended'>;

type Deps = {
  readonly database: Queryable;
  readonly attempts: AttemptStore;
  readonly events: EventStore;
  /** Asks about an attempt and books what follows; answers whether the gateway could say. */
  readonly followPayment: (attempt: GatewayAttempt) => Promise<boolean>;
  readonly followPayout: (attempt: GatewayAttempt) => Promise<boolean>;
  readonly followRefund: (attempt: GatewayAttempt) => Promise<boolean>;
  /** For a notification of a refund, which names the payment: follows its refunds; answers whether there were any of ours. */
  readonly followRefundsOf: (gateway: string, orderNumber: string) => Promise<boolean>;
  /** For a verified notification of an order that we don't have: whether money came, or went, by it. */
  readonly followUnknownPayment: FollowUnknown;
  readonly followUnknownPayout: FollowUnknown;
  readonly clock: () => Date;
  /** After how long a notification that nobody has looked at was forgotten by a process that died. */
  readonly forgottenMs?: number;
};

/** Asks gateways what has become of orders: when they notify us, and by and by when they don't. */
export type GatewayFollower = {
  readonly tasks: Readonly<Record<string, Task>>;
  /** Plans a question for everything that should have been asked by now, whatever became of an earlier plan. */
  readonly sweep: () => Promise<void>;
};

// A notification is looked at within moments.
const forgottenDefaultMs = 15_000;
const sweepMax = 500;

export function createGatewayFollower({
  database,
  attempts,
  events,
  followPayment,
  followPayout,
  followRefund,
  followRefundsOf,
  followUnknownPayment,
  followUnknownPayout,
  clock,
  forgottenMs = forgottenDefaultMs,
}: Deps): GatewayFollower {
  const followOf = { payment: followPayment, payout: followPayout, refund: followRefund } as const;
  const followOrder: Task = async (payload) => {
    const { gateway, orderNumber } = payload;
    if (typeof gateway !== 'string' || typeof orderNumber !== 'string')
      throw new Error('A follow job names a gateway and an order.');
    // First the events: one that comes while we ask brings a job of its own.
    const unprocessed = await events.listUnprocessed(gateway, orderNumber);
    const attempt = await attempts.findByOrder(gateway, orderNumber);
    const follow = followOf[attempt?.direction ?? 'payment'];
    const followUnknown = unprocessed.some(({ subject }) => subject === 'payout')
      ? followUnknownPayout
      : followUnknownPayment;
    const found = attempt ? await follow(attempt) : await followUnknown(gateway, orderNumber);
    if (found === false || unprocessed.length === 0) return;
    const isRefunded =
      unprocessed.some(({ subject }) => subject === 'refund') && (await followRefundsOf(gateway, orderNumber));
    failpoint('after_gateway_order_followed_before_event_done');
    const now = await attempts.findByOrder(gateway, orderNumber);
    await events.markProcessed(
      gateway,
      unprocessed.map((event) => ({
        eventId: event.eventId,
        outcome: describeEvent(event, now, { outcome: now?.state ?? `order ${found}`, isRefunded }),
      })),
    );
  };
  return {
    tasks: { 'gateways.follow': followOrder },
    async sweep() {
      const now = clock();
      const due = [
        ...(await attempts.listDue(now, sweepMax)),
        ...(await events.listForgotten(new Date(now.getTime() - forgottenMs), sweepMax)),
      ];
      for (const order of due) await addJob(database, followJob(order));
    },
  };
}

/** True for a failure after which nothing is known of the order, so that it has to be asked for again. */
export function isUnanswered(error: unknown): error is AppError {
  return isAppError(error) && (error.code === 'GATEWAY_UNAVAILABLE' || error.code === 'GATEWAY_ANSWER_INVALID');
}

/** What the record says of an event: where its order stood when it was looked at. */
function describeEvent(
  event: GatewayEvent,
  attempt: GatewayAttempt | undefined,
  { outcome, isRefunded }: { readonly outcome: string; readonly isRefunded: boolean },
): string {
  // One that was begun by people at the gateway's own counter has to be booked by somebody.
  if (event.subject === 'refund') return isRefunded ? 'refund followed' : 'refund to be booked';
  const isTrue = !attempt || (attempt.money.asset === event.claim.asset && attempt.money.amount === event.claim.amount);
  return isTrue ? outcome : `${outcome}, claim differs`;
}
