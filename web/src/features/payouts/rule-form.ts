import type { GatewayWire } from '@feiqian/domain/api/cash';
import type {
  PayoutRuleReason,
  PayoutRuleWire,
  PayoutSchedule,
  PayoutTargetRequest,
  SetPayoutRule,
} from '@feiqian/domain/api/payouts';
import { type Amount, decodeAmount, encodeAmount, zeroAmount } from '@feiqian/domain/money';
import type { Address } from 'viem';
import { findAccountBlock, readBankNumber } from '../../lib/bank-number.ts';
import { readTypedMoney, type TypedMoney, toTypedText } from '../../lib/typed-money.ts';

/** What the person filled in. */
export type RuleFields = {
  readonly kind: 'bank' | 'token';
  /** Whether the rule goes on to the account that it has. */
  readonly keepsAccount: boolean;
  readonly holder: string;
  readonly number: string;
  readonly gateway: string;
  readonly keep: string;
  readonly min: string;
  readonly schedule: PayoutSchedule['kind'];
  readonly hour: string;
  readonly timeZone: string;
};

/** What will be asked of the service, frozen at the review: a rule set anew, or one changed that goes on to where it went. */
export type RuleDraft =
  | { readonly kind: 'set'; readonly body: SetPayoutRule; readonly idempotencyKey: string }
  | {
      readonly kind: 'change';
      readonly rule: PayoutRuleWire;
      readonly body: Pick<SetPayoutRule, 'keep' | 'min' | 'schedule'> & { readonly state: 'on' };
    };

/** What stands between the person and the review. */
export type RuleBlock =
  | 'gateway'
  | NonNullable<ReturnType<typeof findAccountBlock>>
  | 'keep'
  | 'keepWrong'
  | 'min'
  | 'minWrong';

/** Whose clocks count when the browser does not say. */
export const defaultTimeZone = 'Asia/Shanghai';
const defaultHour = '22';

/** What is wrong with where a rule paid to, so that going on there would be of no use. */
const badAccount: readonly (PayoutRuleReason | null)[] = ['PAYOUT_RETURNED', 'GATEWAY_REFUSED', 'GATEWAY_UNKNOWN'];

type Beginning = {
  readonly decimals: number;
  /** The least that the gateway takes, where there is one. */
  readonly min?: Amount | undefined;
  /** Of the browser. */
  readonly timeZone?: string | undefined;
};

/** The form as it begins: of a rule as it is, or empty. An account that money came back from is asked for anew. */
export function beginFields(
  rule: PayoutRuleWire | undefined,
  { decimals, min, timeZone = defaultTimeZone }: Beginning,
): RuleFields {
  const schedule = rule?.schedule;
  const least = rule ? decodeAmount(rule.min) : min;
  return {
    kind: rule?.target.kind ?? 'bank',
    keepsAccount: rule?.target.kind === 'bank' && !badAccount.includes(rule.reason),
    holder: '',
    number: '',
    gateway: rule?.target.kind === 'bank' ? rule.target.gateway : '',
    keep: rule ? toTypedText(decodeAmount(rule.keep), decimals) : '0',
    min: least === undefined ? '' : toTypedText(least, decimals),
    schedule: schedule?.kind ?? 'at_once',
    hour: schedule?.kind === 'daily' ? `${schedule.hour}` : defaultHour,
    timeZone: schedule?.kind === 'daily' ? schedule.timeZone : timeZone,
  };
}

/** Reads what stays; nothing may. */
export function readKeep(text: string, decimals: number): TypedMoney {
  const typed = readTypedMoney(text, decimals);
  return typed.state === 'wrong' && typed.code === 'AMOUNT_NOT_POSITIVE' ? { state: 'ok', amount: zeroAmount } : typed;
}

/** Reads the least that is paid out at once, which the gateway has to take. */
export function readMin(text: string, decimals: number, gateway: GatewayWire | undefined): TypedMoney {
  const limits = gateway ? { min: decodeAmount(gateway.min), max: decodeAmount(gateway.max) } : {};
  return readTypedMoney(text, decimals, limits);
}

/** The first thing that is missing or wrong, in the order of the form; undefined when it can be reviewed. */
export function findBlock(
  fields: RuleFields,
  {
    keep,
    min,
    gateway,
  }: { readonly keep: TypedMoney; readonly min: TypedMoney; readonly gateway: GatewayWire | undefined },
): RuleBlock | undefined {
  if (fields.kind === 'bank') {
    if (!gateway) return 'gateway';
    const block = fields.keepsAccount ? undefined : findAccountBlock(fields);
    if (block !== undefined) return block;
  }
  if (keep.state !== 'ok') return keep.state === 'empty' ? 'keep' : 'keepWrong';
  if (min.state !== 'ok') return min.state === 'empty' ? 'min' : 'minWrong';
  return undefined;
}

type Parts = {
  readonly asset: string;
  readonly keep: Amount;
  readonly min: Amount;
  readonly gateway: GatewayWire | undefined;
  readonly token: string | undefined;
  readonly address: Address;
  readonly idempotencyKey: string;
};

/** The draft of a form without a {@link findBlock}. A rule that goes on to its account is changed; anything else is set anew. */
export function draftRule(fields: RuleFields, rule: PayoutRuleWire | undefined, parts: Parts): RuleDraft | undefined {
  const { asset, idempotencyKey } = parts;
  const schedule: PayoutSchedule =
    fields.schedule === 'daily'
      ? { kind: 'daily', hour: Number(fields.hour), timeZone: fields.timeZone }
      : { kind: 'at_once' };
  const terms = { keep: encodeAmount(parts.keep), min: encodeAmount(parts.min), schedule };
  if (rule?.target.kind === 'bank' && fields.kind === 'bank' && fields.keepsAccount)
    return Object.freeze<RuleDraft>({ kind: 'change', rule, body: { ...terms, state: 'on' } });
  const target = readTarget(fields, parts);
  return target && Object.freeze<RuleDraft>({ kind: 'set', body: { asset, target, ...terms }, idempotencyKey });
}

function readTarget(
  { kind, holder, number: typed }: RuleFields,
  { gateway, token, address }: Parts,
): PayoutTargetRequest | undefined {
  if (kind === 'token') return token === undefined ? undefined : { kind, token, address };
  const number = readBankNumber(typed);
  if (!gateway || number === undefined) return undefined;
  return { kind, gateway: gateway.name, bankAccount: { holder: holder.trim(), number } };
}
