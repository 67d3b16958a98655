import type { IncomingHttpHeaders } from 'node:http';
import type { CashAssetId } from '@feiqian/domain/assets';
import type { Amount, Money } from '@feiqian/domain/money';

/**
 * What every answer and notification of a gateway says about itself, so that it can be compared with our own order before
 * any money is booked. Required by type: a connector that can't tell these can't be written.
 */
export type Integrity = {
  /** Our merchant id as the gateway sees it. */
  readonly merchant: string;
  readonly orderNumber: string;
  /** What was ordered; for a paid payment what was really paid. */
  readonly money: Money<CashAssetId>;
};

/** An order to pay in. The same order may be sent any number of times and is one payment. */
export type PaymentOrder = {
  /** 8 to 32 letters and digits; one per attempt, never used twice. */
  readonly orderNumber: string;
  readonly money: Money<CashAssetId>;
  /** What the payer reads; at most 140 characters. */
  readonly description: string;
  /** Where the payer comes back to. Coming back proves nothing. */
  readonly returnUrl: string;
  readonly expiresAt: Date;
};

/** What has become of a payment. */
export type PaymentAnswer =
  | (Integrity & { readonly state: 'open'; readonly reference: string; readonly redirectUrl: string })
  | (Integrity & { readonly state: 'paid'; readonly reference: string })
  /** Never paid and never will be. */
  | (Integrity & { readonly state: 'failed'; readonly reference: string; readonly reason: string })
  /** Over, though a transfer that was under way may still make it `paid`. */
  | (Integrity & { readonly state: 'expired'; readonly reference: string });

/** An order to pay out. The same order may be sent any number of times and is one payout. */
export type PayoutOrder = {
  readonly orderNumber: string;
  readonly money: Money<CashAssetId>;
  readonly description: string;
  readonly account: BankAccount;
};

/** Where money goes. Kept encrypted; never logged. */
export type BankAccount = { readonly holder: string; readonly number: string };

/** What has become of a payout. `settled` and `returned` are definitive. */
export type PayoutAnswer =
  | (Integrity & { readonly state: 'processing'; readonly reference: string })
  | (Integrity & { readonly state: 'settled'; readonly reference: string })
  /** The money did not arrive and is with us again. */
  | (Integrity & { readonly state: 'returned'; readonly reference: string; readonly reason: string });

/** An order to give (part of) a payment back. The same order may be sent any number of times and is one refund. */
export type RefundOrder = {
  readonly orderNumber: string;
  readonly refundNumber: string;
  readonly money: Money<CashAssetId>;
};

/** What has become of a refund; accepted ones may still fail. */
export type RefundAnswer = Integrity & { readonly refundNumber: string } & (
    | { readonly state: 'processing' }
    | { readonly state: 'succeeded' }
    | { readonly state: 'failed'; readonly reason: string }
  );

/** The gateway does not know the order (any more, or yet). */
export type UnknownOrder = { readonly state: 'unknown' };

/** A notification that was verified: only ever a reason to ask. */
export type GatewayNotification = Integrity & {
  /** The gateway's own id of the event: the same when it comes again. */
  readonly eventId: string;
  readonly subject: 'payment' | 'payout' | 'refund';
};

/** One line of a settlement file: what the gateway says it moved to or from our bank account. */
export type SettlementLine = {
  readonly lineId: string;
  /** Absent where the line names no order of ours. */
  readonly orderNumber: string | undefined;
  readonly direction: 'in' | 'out';
  readonly money: Money<CashAssetId>;
  readonly fee: Amount;
  /** ISO 8601 date of the booking. */
  readonly bookedOn: string;
};

/**
 * A payment provider. All calls are idempotent by their order numbers and throw
 * GATEWAY_UNAVAILABLE when nothing is known (not reached, no answer in time, 5xx, our credentials refused),
 * GATEWAY_ANSWER_INVALID when an answer can't be trusted or read, and
 * GATEWAY_REFUSED when the gateway said no for good: nothing exists under this number and this order will never be accepted.
 */
export type Gateway = {
  /** Its place in addresses and accounts: lower-case letters. */
  readonly name: string;
  readonly title: { readonly zh: string; readonly en: string };
  readonly merchant: string;
  readonly assets: readonly CashAssetId[];
  /** Smallest and largest amount of one payment or payout, in the smallest unit. */
  readonly min: Amount;
  readonly max: Amount;
  /** Whether it pays out to bank accounts. */
  readonly canPayOut: boolean;
  readonly createPayment: (order: PaymentOrder) => Promise<PaymentAnswer>;
  readonly queryPayment: (orderNumber: string) => Promise<PaymentAnswer | UnknownOrder>;
  readonly refund: (order: RefundOrder) => Promise<RefundAnswer>;
  readonly payout: (order: PayoutOrder) => Promise<PayoutAnswer>;
  readonly queryPayout: (orderNumber: string) => Promise<PayoutAnswer | UnknownOrder>;
  /** @throws {AppError} NOTIFICATION_INVALID with a reason when the bytes are not the gateway's, not for us, or not of now. */
  readonly parseNotification: (raw: Uint8Array, headers: IncomingHttpHeaders) => GatewayNotification;
  /** Reads a settlement file, where the gateway has them. */
  readonly settlements?: (file: Uint8Array) => readonly SettlementLine[];
};

/** In what an answer differs from our order; undefined when it is about exactly our order and money. */
export type Mismatch = 'MERCHANT_MISMATCH' | 'ORDER_MISMATCH' | 'CURRENCY_MISMATCH' | 'AMOUNT_MISMATCH';

/** Compares what a gateway says with what we ordered. */
export function findMismatch(ordered: Integrity, said: Integrity): Mismatch | undefined {
  if (said.merchant !== ordered.merchant) return 'MERCHANT_MISMATCH';
  if (said.orderNumber !== ordered.orderNumber) return 'ORDER_MISMATCH';
  if (said.money.asset !== ordered.money.asset) return 'CURRENCY_MISMATCH';
  if (said.money.amount !== ordered.money.amount) return 'AMOUNT_MISMATCH';
  return undefined;
}
