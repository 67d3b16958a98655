import { randomUUID } from 'node:crypto';
import type { Notice, NoticeManner } from './book.ts';
import type { FaultName, SandboxFaults } from './faults.ts';

/** A merchant that exists only so that its valid notices can go to the wrong address. */
export const otherMerchant = 'other-merchant';

/** Something that happened and that a merchant is told of. */
export type Happening = {
  /** Such as `payment.paid`. */
  readonly type: string;
  /** What an earlier notice of the same order would have said; for the fault that sends it afterwards. */
  readonly staleType: string;
  readonly merchant: string;
  readonly orderNumber: string;
  readonly refundNumber?: string;
  readonly currency: string;
  readonly amount: string;
  readonly url: string;
};

const duplicateCopies = 5;
const staleDelayMs = 200;

const manners = [
  ['notice_forged_key', 'forged_key'],
  ['notice_forged_body', 'forged_body'],
  ['notice_downgraded', 'downgraded'],
  ['notice_unsigned', 'unsigned'],
  ['notice_replayed', 'replayed'],
  ['notice_future', 'future'],
] as const satisfies readonly (readonly [FaultName, NoticeManner])[];

/** Writes the notices of a happening: one, or what an armed fault makes of it. */
export function writeNotices(happening: Happening, faults: SandboxFaults, now: Date): Notice[] {
  const strikes = (name: FaultName): boolean => faults.take(name, happening.orderNumber);
  const genuine = writeNotice(happening, now);
  const forged = manners.find(([fault]) => strikes(fault));
  if (forged) return [{ ...genuine, manner: forged[1], isRetried: false }];
  if (strikes('notice_foreign'))
    return [{ ...writeNotice({ ...happening, merchant: otherMerchant }, now), isRetried: false }];
  if (strikes('notice_lost')) return [{ ...genuine, status: 'given_up', nextAt: null, lastAnswer: 'never sent' }];
  if (strikes('notice_held')) return [{ ...genuine, status: 'held', nextAt: null }];
  if (strikes('notice_duplicate')) return [{ ...genuine, copies: duplicateCopies }];
  if (strikes('notice_wrong_amount'))
    return [writeNotice({ ...happening, amount: String(BigInt(happening.amount) + 1n) }, now)];
  if (strikes('notice_wrong_currency'))
    return [writeNotice({ ...happening, currency: otherCurrency(happening.currency) }, now)];
  if (strikes('notice_unusual'))
    return [writeNotice(happening, now, { remark: '100 % of 飞钱 💸 \u2028"</script>', version: { minor: 7 } })];
  if (strikes('notice_out_of_order')) {
    const stale = writeNotice({ ...happening, type: happening.staleType }, now);
    return [genuine, { ...stale, nextAt: new Date(now.getTime() + staleDelayMs).toISOString() }];
  }
  return [genuine];
}

/** The currency that a fault puts in the place of the right one. */
export function otherCurrency(currency: string): string {
  return currency === 'CNY' ? 'USD' : 'CNY';
}

function writeNotice(happening: Happening, now: Date, extra: object = {}): Notice {
  const { type, merchant, orderNumber, refundNumber, currency, amount, url } = happening;
  const id = randomUUID();
  const occurredAt = now.toISOString();
  const content = {
    eventId: id,
    type,
    merchant,
    orderNumber,
    ...(refundNumber ? { refundNumber } : {}),
    currency,
    amount,
    occurredAt,
    ...extra,
  };
  return {
    id,
    type,
    merchant,
    orderNumber,
    url,
    body: JSON.stringify(content),
    manner: 'genuine',
    copies: 1,
    isRetried: true,
    status: 'due',
    attempts: 0,
    nextAt: occurredAt,
    lastAnswer: null,
    createdAt: occurredAt,
  };
}
