import { AppError } from '@feiqian/domain/errors';
import { type Amount, encodeAmount, toAmount, zeroAmount } from '@feiqian/domain/money';
import { dayIn } from '@feiqian/domain/time-zone';
import type { RowChange } from '../ledger/command.ts';
import type { PayLimitRow } from './store.ts';

/** What was paid without asking on the day of an instant. A day that clocks have gone back to is the later one. */
export function spentOnDay({ spent, spentOn, timeZone }: PayLimitRow, now: Date): Amount {
  return spentOn !== undefined && spentOn >= dayIn(now, timeZone) ? spent : zeroAmount;
}

/**
 * Counts a payment that nobody is asked for, as a change of the command that pays: both are written or neither.
 *
 * @throws {AppError} PAY_LIMIT_EXCEEDED when it is more than is allowed for a payment or for the day.
 */
export function countPayment(limit: PayLimitRow, amount: Amount, now: Date): RowChange {
  const spent = toAmount(spentOnDay(limit, now) + amount);
  if (amount > limit.perPayment || spent > limit.perDay)
    throw new AppError('PAY_LIMIT_EXCEEDED', 'More than is allowed without asking.');
  const today = dayIn(now, limit.timeZone);
  const day = limit.spentOn !== undefined && limit.spentOn > today ? limit.spentOn : today;
  return {
    table: 'pay_limits',
    id: limit.id,
    expectVersion: limit.version,
    set: { spent: encodeAmount(spent), spent_on: day },
  };
}
