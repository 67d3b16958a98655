import type { GatewayWire } from '@feiqian/domain/api/cash';
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

const numberShape = /^[0-9A-Z]{6,34}$/;

/** A card or account number as it is sent: capital letters and digits, without the spaces that people type. */
export function readBankNumber(text: string): string | undefined {
  const number = text.replace(/[\s-]/g, '').toUpperCase();
  return numberShape.test(number) ? number : undefined;
}

/** The first thing that is missing or wrong, in the order of the form; undefined when it can be reviewed. */
export function findBlock(
  fields: WithdrawFields,
  typed: TypedMoney,
  gateway: GatewayWire | undefined,
): WithdrawBlock | undefined {
  if (typed.state === 'empty') return 'amount';
  if (typed.state === 'wrong') return 'amountWrong';
  if (!gateway) return 'gateway';
  if (fields.holder.trim() === '') return 'holder';
  if (fields.number.trim() === '') return 'number';
  return readBankNumber(fields.number) === undefined ? 'numberWrong' : undefined;
}

/** A number in groups of four, as it stands on a card. */
export function groupNumber(number: string): string {
  return number.replace(/(.{4})(?=.)/g, '$1 ');
}
