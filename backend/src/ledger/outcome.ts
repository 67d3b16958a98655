import { AppError } from '@feiqian/domain/errors';
import type { CommandResult } from './command.ts';

/** An answer as stored or just written. */
export type Answer = { readonly status: number; readonly body: object };

/**
 * What a caller is told of a command: the answer that it carried when it was written now, the earlier one when it had been answered before.
 *
 * @throws {AppError} INSUFFICIENT_FUNDS, CASH_FROZEN, IDEMPOTENCY_KEY_REUSED, STATE_CONFLICT.
 * @throws {Error} for a refusal that the service must not have caused.
 */
export function answerOf(result: CommandResult, written: Answer): Answer {
  switch (result.status) {
    case 'written':
      return written;
    case 'answered':
      return result.answer;
    case 'key_reused':
      throw new AppError('IDEMPOTENCY_KEY_REUSED', 'This key came with another request before.');
    case 'version_conflict':
      throw new AppError('STATE_CONFLICT', 'Somebody else changed it meanwhile.', { details: { table: result.table } });
    case 'refused': {
      const reason = result.transfers.find(
        (status) => status !== 'created' && status !== 'exists' && status !== 'linked_refused',
      );
      if (reason === 'exceeds_credits') throw new AppError('INSUFFICIENT_FUNDS', 'There is not enough cash.');
      if (reason === 'account_closed') throw new AppError('CASH_FROZEN', 'Nothing moves in or out of this account.');
      throw new Error(`The ledger refused a transfer: ${reason ?? 'without a reason'}`);
    }
    default:
      return result satisfies never;
  }
}
