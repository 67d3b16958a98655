import { type Address, getAddress, type Hex, toEventSelector } from 'viem';
import { z } from 'zod';
import { invalidAnswer } from './quantity.ts';

/** What moved in a call that was run: coin when `token` is undefined. */
export type TracedMove = {
  readonly token: Address | undefined;
  readonly from: Address;
  readonly to: Address;
  readonly amount: bigint;
};
/** An allowance that a call has set. */
export type TracedApproval = {
  readonly token: Address;
  readonly owner: Address;
  readonly spender: Address;
  readonly amount: bigint;
};
/** What a run of the node's `callTracer` shows. */
type Traced =
  | { readonly isReverted: true; readonly isOutOfGas: boolean; readonly output: Hex | undefined }
  | {
      readonly isReverted: false;
      readonly moves: readonly TracedMove[];
      readonly approvals: readonly TracedApproval[];
    };

const hex = z.string().regex(/^0x[0-9a-fA-F]*$/) as unknown as z.ZodType<Hex>;
const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/)
  .transform((text) => getAddress(text));
const log = z.object({ address, topics: z.array(hex), data: hex });
const frameFields = z.object({
  type: z.string(),
  from: address,
  to: address.optional(),
  value: hex.optional(),
  output: hex.optional(),
  error: z.string().optional(),
  logs: z.array(log).optional(),
});
type Frame = z.infer<typeof frameFields> & { readonly calls?: readonly Frame[] | undefined };
const frame: z.ZodType<Frame> = frameFields.extend({
  get calls() {
    return z.array(frame).optional();
  },
});

const transferTopic = toEventSelector('Transfer(address,address,uint256)');
const approvalTopic = toEventSelector('Approval(address,address,uint256)');
// The only kinds that hand coin over; a delegate call repeats the value of the call around it.
const payingTypes: readonly string[] = ['CALL', 'CREATE', 'CREATE2', 'SELFDESTRUCT'];

/**
 * Reads what a node's `callTracer` (with logs) answered. Whatever happened in a call that was reverted has not happened.
 *
 * @throws {AppError} CHAIN_UNAVAILABLE for an answer of another form.
 */
export function readTrace(answer: unknown): Traced {
  const parsed = frame.safeParse(answer);
  if (!parsed.success) throw invalidAnswer('not a trace');
  const { error, output } = parsed.data;
  if (error !== undefined) return { isReverted: true, isOutOfGas: /out of gas/i.test(error), output };
  const done = listDone(parsed.data);
  return {
    isReverted: false,
    moves: done.flatMap((call) => [...readCoin(call), ...readLogs(call, transferTopic).map(toMove)]),
    approvals: done.flatMap((call) => readLogs(call, approvalTopic)).map(toApproval),
  };
}

function listDone(call: Frame): readonly Frame[] {
  return call.error === undefined ? [call, ...(call.calls ?? []).flatMap(listDone)] : [];
}

function readCoin({ type, from, to, value }: Frame): readonly TracedMove[] {
  const amount = BigInt(value === undefined || value === '0x' ? 0 : value);
  if (amount === 0n || to === undefined || !payingTypes.includes(type)) return [];
  return [{ token: undefined, from, to, amount }];
}

type TokenLog = { readonly token: Address; readonly one: Address; readonly other: Address; readonly amount: bigint };

/** Logs of ERC-20's form: two parties as topics and one word. ERC-721 has a third topic, and so is none. */
function readLogs({ logs = [] }: Frame, topic: Hex): readonly TokenLog[] {
  return logs.flatMap(({ address: token, topics: [first, one, other, ...more], data }) => {
    if (first?.toLowerCase() !== topic || !one || !other || more.length > 0 || data.length !== 66) return [];
    return [{ token, one: toAddress(one), other: toAddress(other), amount: BigInt(data) }];
  });
}

const toAddress = (word: Hex): Address => getAddress(`0x${word.slice(-40)}`);
const toMove = ({ token, one, other, amount }: TokenLog): TracedMove => ({ token, from: one, to: other, amount });
const toApproval = ({ token, one, other, amount }: TokenLog): TracedApproval => ({
  token,
  owner: one,
  spender: other,
  amount,
});
