import type { CashAssetId } from '@feiqian/domain/assets';
import type { Money } from '@feiqian/domain/money';
import type { GatewayAttempt } from '../gateways/attempts.ts';
import {
  findMismatch,
  type Integrity,
  type Mismatch,
  type PaymentAnswer,
  type UnknownOrder,
} from '../gateways/gateway.ts';

/** What a gateway said of an attempt; `refused` is its definitive no to creating the payment. */
export type Heard = PaymentAnswer | UnknownOrder | { readonly state: 'refused'; readonly reason: string };

/** What follows for an attempt from what its gateway said. */
export type PaymentStep =
  /** Nothing new. */
  | { readonly step: 'wait' }
  /** The payer can pay now. */
  | { readonly step: 'open'; readonly reference: string; readonly redirectUrl: string }
  /** Exactly what was ordered has been paid. */
  | { readonly step: 'credit'; readonly reference: string }
  /** Something was paid for this order, but not what was ordered. */
  | {
      readonly step: 'suspend';
      readonly reference: string;
      readonly reason: Mismatch;
      readonly money: Money<CashAssetId>;
    }
  /** The answer is about another order than ours: nothing is booked and a person looks. */
  | { readonly step: 'flag'; readonly reason: Mismatch }
  | { readonly step: 'fail'; readonly reason: string }
  | { readonly step: 'expire' };

const wait: PaymentStep = { step: 'wait' };

/** Decides what follows. Pure; money that was paid counts whatever the attempt's state was, once. */
export function decidePayment(
  attempt: Pick<GatewayAttempt, 'state' | 'orderNumber' | 'money' | 'expiresAt'>,
  merchant: string,
  heard: Heard,
  now: Date,
): PaymentStep {
  if (attempt.state === 'succeeded' || attempt.state === 'mismatched') return wait;
  if (heard.state === 'refused') return attempt.state === 'created' ? { step: 'fail', reason: heard.reason } : wait;
  if (heard.state === 'unknown') return isLive(attempt) && isOver(attempt, now) ? { step: 'expire' } : wait;
  const ordered: Integrity = { merchant, orderNumber: attempt.orderNumber, money: attempt.money };
  const mismatch = findMismatch(ordered, heard);
  if (mismatch !== undefined) return decideMismatch(mismatch, heard);
  switch (heard.state) {
    case 'open':
      return attempt.state === 'created'
        ? { step: 'open', reference: heard.reference, redirectUrl: heard.redirectUrl }
        : wait;
    case 'paid':
      return { step: 'credit', reference: heard.reference };
    case 'failed':
      return attempt.state === 'failed' ? wait : { step: 'fail', reason: heard.reason };
    case 'expired':
      return isLive(attempt) ? { step: 'expire' } : wait;
    default:
      return heard satisfies never;
  }
}

function decideMismatch(reason: Mismatch, heard: PaymentAnswer): PaymentStep {
  const isOurs = reason === 'CURRENCY_MISMATCH' || reason === 'AMOUNT_MISMATCH';
  if (heard.state === 'paid' && isOurs)
    return { step: 'suspend', reference: heard.reference, reason, money: heard.money };
  return { step: 'flag', reason };
}

function isLive({ state }: Pick<GatewayAttempt, 'state'>): boolean {
  return state === 'created' || state === 'open';
}

function isOver({ expiresAt }: Pick<GatewayAttempt, 'expiresAt'>, now: Date): boolean {
  return expiresAt !== undefined && expiresAt <= now;
}
