import type { GatewayWire } from '@feiqian/domain/api/cash';
import { findAccountBlock } from '../../lib/bank-number.ts';
import type { TypedMoney } from '../../lib/typed-money.ts';

/** What the person filled in. */
export type WithdrawFields = {
  readonly currency: string;
  readonly amount: string;
  readonly holder: string;
  readonly number: string;
  readonly gateway: string;
};

/** What stands between the person and the review. */
export type WithdrawBlock = 'amount' | 'amountWrong' | 'gateway' | 'holder' | 'number' | 'numberWrong';

/** The first thing that is missing or wrong, in the order of the form; undefined when it can be reviewed. */
export function findBlock(
  fields: WithdrawFields,
  typed: TypedMoney,
  gateway: GatewayWire | undefined,
): WithdrawBlock | undefined {
  if (typed.state === 'empty') return 'amount';
  if (typed.state === 'wrong') return 'amountWrong';
  return gateway ? findAccountBlock(fields) : 'gateway';
}
