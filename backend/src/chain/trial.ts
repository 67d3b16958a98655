import { checkoutAbi } from '@feiqian/contracts/abi/checkout';
import { relayAbi } from '@feiqian/contracts/abi/relay';
import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import { type SimulationFailure, simulationGasMax } from '@feiqian/domain/api/safety';
import { decodeErrorResult, type Hex } from 'viem';
import type { ChainAccess } from './access.ts';
import { parseQuantity } from './quantity.ts';
import { type CallDraft, isRevert, toCallParams } from './reverts.ts';
import { takeResult } from './rpc.ts';
import { readTrace, type TracedApproval, type TracedMove } from './trace.ts';
import type { RpcReply } from './transport.ts';

/** How a call went that was run without being sent. */
export type Trial =
  | {
      readonly outcome: 'done';
      /** Absent where the node does not trace. */
      readonly trace:
        | { readonly moves: readonly TracedMove[]; readonly approvals: readonly TracedApproval[] }
        | undefined;
    }
  | { readonly outcome: 'failed'; readonly failure: SimulationFailure }
  /** The node did not say, or not in time. */
  | { readonly outcome: 'unknown' };

const timeoutMs = 5_000;
const tracerTimeout = '4s';

/**
 * Runs a call on the chain's node and tells what it did: by its trace where there is one, else only whether it went well.
 * Bounded in gas and time. It never says more than the node did: what is not known is `unknown`.
 */
export async function tryCall({ rpc }: Pick<ChainAccess, 'rpc'>, draft: CallDraft): Promise<Trial> {
  const [call, block] = toCallParams({ ...draft, gas: BigInt(simulationGasMax) }, 'latest');
  const tracer = { tracer: 'callTracer', tracerConfig: { withLog: true }, timeout: tracerTimeout };
  const asked = rpc.batch([
    { method: 'eth_getBalance', params: [draft.from, block] },
    { method: 'eth_call', params: [call, block] },
    { method: 'debug_traceCall', params: [call, block, tracer] },
  ]);
  try {
    const [balance, outcome, trace] = await withinTime(asked);
    // Nodes trace calls that the sender could not pay for, as if it could.
    if ((draft.value ?? 0n) > parseQuantity(balance && takeResult(balance)))
      return { outcome: 'failed', failure: { kind: 'funds' } };
    return readTraced(trace) ?? readCalled(outcome);
  } catch {
    return { outcome: 'unknown' };
  }
}

function readTraced(reply: RpcReply | undefined): Trial | undefined {
  if (!reply || 'refusal' in reply) return undefined;
  const traced = readTrace(reply.result);
  if (!traced.isReverted) return { outcome: 'done', trace: traced };
  return { outcome: 'failed', failure: traced.isOutOfGas ? { kind: 'out_of_gas' } : explainRevert(traced.output) };
}

function readCalled(reply: RpcReply | undefined): Trial {
  if (!reply) return { outcome: 'unknown' };
  if ('result' in reply) return { outcome: 'done', trace: undefined };
  if (/out of gas/i.test(reply.refusal.nodeMessage)) return { outcome: 'failed', failure: { kind: 'out_of_gas' } };
  return isRevert(reply.refusal)
    ? { outcome: 'failed', failure: explainRevert(reply.refusal.data) }
    : { outcome: 'unknown' };
}

const abi = [...stablecoinAbi, ...relayAbi, ...checkoutAbi];
const textLengthMax = 200;

/** Why a contract refused, in the form that it gave: its own error, Solidity's two, or nothing that is known. */
function explainRevert(output: Hex | undefined): SimulationFailure {
  if (output === undefined || output.length < 10) return { kind: 'unknown' };
  try {
    const { errorName, args } = decodeErrorResult({ abi, data: output }) as {
      readonly errorName: string;
      readonly args?: readonly unknown[];
    };
    if (errorName === 'Error') return { kind: 'message', text: `${args?.[0]}`.slice(0, textLengthMax) };
    if (errorName === 'Panic') return { kind: 'panic', code: Number(BigInt(`${args?.[0]}`) & 0xffn) };
    return { kind: 'error', name: errorName };
  } catch {
    return { kind: 'unknown' };
  }
}

async function withinTime<Value>(work: Promise<Value>): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('too slow')), timeoutMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
