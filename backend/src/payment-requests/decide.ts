/** What a payment request has come to, from what it asks for, what was paid, and the clock. Pure, so that it can be computed anywhere, again. */
import type { PaymentException, PaymentRequestState, PaymentState, SettlePoint } from '@feiqian/domain/api/payments';
import { type Amount, toAmount } from '@feiqian/domain/money';

/** What a request asks for. Each amount in base units of the asset beside it. */
export type Asked = {
  readonly asset: string;
  readonly amount: Amount;
  /** Hundredths of a percent that may be missing. */
  readonly tolerance: number;
  readonly settleAt: SettlePoint;
  readonly token: { readonly asset: string; readonly amount: Amount } | undefined;
  readonly expiresAt: Date | undefined;
  readonly monitoredUntil: Date | undefined;
  readonly cancelledAt: Date | undefined;
  readonly acceptedAt: Date | undefined;
};

/** A payment as far as it decides. */
export type Paid = {
  readonly state: PaymentState;
  readonly asset: string;
  readonly amount: Amount;
  readonly refunded: Amount;
  readonly paidAt: Date;
};

/** What became of a request. Amounts in its own asset, rounded down, but for what is missing. */
export type Decided = {
  readonly state: PaymentRequestState;
  readonly exception: PaymentException;
  readonly reason: 'CANCELLED' | 'UNCONFIRMED' | null;
  readonly received: Amount;
  readonly coming: Amount;
  readonly refunded: Amount;
  /** What is left to pay, as neither came nor comes in time: in base units of the token, where the request takes one. */
  readonly missing: Amount;
};

/** Sums in base units of the finer of the two assets, so that parts of a cash unit add up. */
type Sums = {
  readonly due: bigint;
  readonly asked: bigint;
  readonly received: bigint;
  readonly receivedInTime: bigint;
  readonly comingInTime: bigint;
  readonly coming: bigint;
  readonly refunded: bigint;
  /** How many of them are one base unit of the request's asset. */
  readonly scale: bigint;
};

/**
 * Decides what a request has come to.
 *
 * Money counts when it is final, or (where the request says so) in a block; in time when it was paid before the request ended or was taken
 * back. What was enough stays enough, whatever comes or goes back later: a refund changes no state.
 */
export function decideRequest(asked: Asked, payments: readonly Paid[], now: Date): Decided {
  const sums = addUp(asked, payments);
  const { due, scale } = sums;
  const left = sums.asked - sums.receivedInTime - sums.comingInTime;
  const isEnough = sums.receivedInTime >= due;
  const decide = (
    state: PaymentRequestState,
    exception: PaymentException,
    reason: Decided['reason'] = null,
  ): Decided => ({
    state,
    exception,
    reason,
    received: toAmount(sums.received / scale),
    coming: toAmount(sums.coming / scale),
    refunded: toAmount(sums.refunded / scale),
    missing: toAmount(left > 0n ? left : 0n),
  });
  // Less than a cash unit more is what a payer in cash could not help.
  if (isEnough) return decide('settled', sums.received - sums.asked >= scale ? 'over' : 'none');
  const odd = findException(sums);
  // What was accepted may go with its block; nothing is not enough.
  if (asked.acceptedAt && sums.received > 0n) return decide('settled', odd);
  if (asked.cancelledAt) return decide('invalid', odd, 'CANCELLED');
  if (sums.receivedInTime + sums.comingInTime >= due) {
    const isWaitedFor = asked.monitoredUntil === undefined || now < asked.monitoredUntil;
    return isWaitedFor ? decide('processing', 'none') : decide('invalid', odd, 'UNCONFIRMED');
  }
  if (asked.expiresAt && now >= asked.expiresAt) return decide('expired', odd);
  return decide('new', sums.received + sums.coming > 0n ? 'partial' : 'none');
}

/** Base units of its token that are one of the request's own asset; 1 where it takes no token. At par the two prices say it. */
export const scaleOf = ({ amount, token }: Pick<Asked, 'amount' | 'token'>): bigint =>
  token ? token.amount / amount : 1n;

/** Whether money of this asset counts for the request. */
export const countsFor = ({ asset, token }: Pick<Asked, 'asset' | 'token'>, paid: string): boolean =>
  paid === asset || paid === token?.asset;

function findException({ received, receivedInTime }: Sums): PaymentException {
  if (received > receivedInTime) return 'late';
  return received > 0n ? 'partial' : 'none';
}

function addUp(asked: Asked, payments: readonly Paid[]): Sums {
  const scale = scaleOf(asked);
  const inUnits = (asset: string, amount: bigint) => (asset === asked.asset ? amount * scale : amount);
  const endedAt = [asked.expiresAt, asked.cancelledAt].filter((at) => at !== undefined);
  const price = asked.amount * scale;
  const sums = { received: 0n, receivedInTime: 0n, coming: 0n, comingInTime: 0n, refunded: 0n };
  for (const { state, asset, amount, refunded, paidAt } of payments) {
    if (state === 'failed' || !countsFor(asked, asset)) continue;
    const value = inUnits(asset, amount);
    const isInTime = endedAt.every((end) => paidAt < end);
    if (state === 'final' || (state === 'mined' && asked.settleAt === 'mined')) {
      sums.received += value;
      if (isInTime) sums.receivedInTime += value;
    } else {
      sums.coming += value;
      if (isInTime) sums.comingInTime += value;
    }
    sums.refunded += inUnits(asset, refunded);
  }
  return { ...sums, asked: price, due: price - (price * BigInt(asked.tolerance)) / 10_000n, scale };
}
