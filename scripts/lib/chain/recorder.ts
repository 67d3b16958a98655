/**
 * Makes the local chain survive a restart: every state-changing call is logged with the time of the block it may mine, before it is made.
 * Replaying the log on the same genesis gives the same chain, block hash by block hash, because nothing else goes into a block.
 */
import { type CallLog, isLoggedHead, type LoggedCall, type LoggedHead } from './call-log.ts';
import type { ChainClock } from './clock.ts';
import { findRefusal, isSend, isStateChanging, mayMine } from './methods.ts';

/** Makes a JSON-RPC call on the node itself, past the recorder. @throws What the node answers as an error. */
export type CallNode = (method: string, params: readonly unknown[]) => Promise<unknown>;

/** A call that failed, with the JSON-RPC code that the client sees. */
export class RefusedCallError extends Error {
  override readonly name = 'RefusedCallError';
  // EIP-1474: method not supported.
  readonly code = -32_004;
}

/** What stands between the clients and the node. */
export type Recorder = {
  /** Brings the chain of the log back. @throws {Error} When the result is another chain than the logged one. */
  readonly replay: (callNode: CallNode) => Promise<{ calls: number }>;
  /** Makes one call for a client, in order with all other changes. */
  readonly request: (callNode: CallNode, call: LoggedCall) => Promise<unknown>;
  /** Waits for the change under way and closes the log; later changes fail. */
  readonly close: () => Promise<void>;
};

/** Called after each change; `hasMined` says whether the head moved. */
export type ChangeListener = (change: { readonly method: string; readonly hasMined: boolean }) => void;

type Head = LoggedHead & { readonly timeSeconds: number };

// A wrong block makes all later ones wrong, so that looking at some is enough.
const headsBetweenChecks = 50;

/** Wires a log and a clock together. */
export function createRecorder({
  log,
  clock,
  onChange,
}: {
  log: CallLog;
  clock: ChainClock;
  onChange: ChangeListener;
}): Recorder {
  let head: Head | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let isClosed = false;

  const change = async (callNode: CallNode, { method, params }: LoggedCall) => {
    const before = head ?? (await readHead(callNode));
    const planned = planCall(clock, before, method, params);
    if (planned.timeSeconds !== undefined) await callNode('evm_setNextBlockTimestamp', [planned.timeSeconds]);
    const position = log.append(planned);
    try {
      const result = await callNode(planned.method, planned.params);
      applyToClock(clock, planned);
      return result;
    } catch (error) {
      // Most failed calls leave no trace; a transaction that reverts is mined all the same and stays.
      if (isSend(method) && (await readHead(callNode)).blockHash === before.blockHash) log.dropFrom(position);
      throw error;
    } finally {
      head = await readHead(callNode);
      if (method === 'hardhat_mine') clock.catchUp(head.timeSeconds);
      if (head.blockHash !== before.blockHash)
        log.noteHead({ blockNumber: head.blockNumber, blockHash: head.blockHash });
      onChange({ method, hasMined: head.blockHash !== before.blockHash });
    }
  };

  return {
    close: async () => {
      isClosed = true;
      await queue;
      log.close();
    },
    request: (callNode, call) => {
      const refusal = findRefusal(call.method);
      if (refusal !== undefined) return Promise.reject(new RefusedCallError(refusal));
      if (!isStateChanging(call.method)) return callNode(call.method, call.params);
      if (isClosed) return Promise.reject(new RefusedCallError('The local chain is shutting down.'));
      const result = queue.then(() => change(callNode, call));
      queue = result.catch(() => undefined);
      return result;
    },
    replay: async (callNode) => {
      const genesis = await readHead(callNode);
      await checkHeader(log, genesis, callNode);
      const calls = await replayEntries(log, callNode, clock, onChange);
      head = await readHead(callNode);
      await catchUpWithClock(callNode, clock);
      return { calls };
    },
  };
}

/** What is logged and made for a client's call: times are taken out of the parameters, so that one rule sets them. */
function planCall(clock: ChainClock, head: Head, method: string, params: readonly unknown[]): LoggedCall {
  const asked = method === 'evm_mine' && params[0] !== undefined && params[0] !== null ? Number(params[0]) : undefined;
  if (asked !== undefined) clock.setNext(asked);
  const timeSeconds = mayMine(method) ? (asked ?? clock.takeNext(head.timeSeconds)) : undefined;
  if (asked !== undefined) clock.takeNext(asked);
  return {
    method,
    params: asked === undefined ? params : [],
    ...(timeSeconds === undefined ? {} : { timeSeconds }),
    ...(clock.aheadSeconds() === 0 ? {} : { aheadSeconds: clock.aheadSeconds() }),
  };
}

function applyToClock(clock: ChainClock, { method, params }: LoggedCall): void {
  if (method === 'evm_increaseTime') clock.advance(Number(params[0]));
  if (method === 'evm_setNextBlockTimestamp') clock.setNext(Number(params[0]));
}

async function replayEntries(
  log: CallLog,
  callNode: CallNode,
  clock: ChainClock,
  onChange: ChangeListener,
): Promise<number> {
  let calls = 0;
  let heads = 0;
  const last = log.entries.findLast(isLoggedHead);
  for (const entry of log.entries) {
    if (isLoggedHead(entry)) {
      heads += 1;
      if (entry === last || heads % headsBetweenChecks === 0) await checkHead(entry, callNode);
      continue;
    }
    calls += 1;
    clock.restore(entry.aheadSeconds ?? 0);
    if (entry.timeSeconds !== undefined) await callNode('evm_setNextBlockTimestamp', [entry.timeSeconds]);
    // A call that failed the first time fails again, with the same effect on the chain.
    await callNode(entry.method, entry.params).then(
      () => applyToClock(clock, entry),
      () => undefined,
    );
    onChange({ method: entry.method, hasMined: mayMine(entry.method) });
  }
  return calls;
}

async function checkHeader(log: CallLog, genesis: Head, callNode: CallNode): Promise<void> {
  const chainId = Number(await callNode('eth_chainId', []));
  if (!log.header) {
    log.writeHeader({ version: 1, chainId, genesisHash: genesis.blockHash });
    return;
  }
  if (log.header.genesisHash !== genesis.blockHash || log.header.chainId !== chainId) {
    throw new Error(
      'The local chain starts from another genesis than its log: the chain settings in hardhat.config.ts or Hardhat itself changed. Begin anew with npm start -- --fresh.',
    );
  }
}

async function checkHead(expected: LoggedHead, callNode: CallNode): Promise<void> {
  const actual = await readHead(callNode);
  if (actual.blockNumber === expected.blockNumber && actual.blockHash === expected.blockHash) return;
  throw new Error(
    `The local chain's log gives block ${actual.blockNumber} ${actual.blockHash} where it was ${expected.blockNumber} ${expected.blockHash}: Hardhat changed, or the log was edited. Begin anew with npm start -- --fresh.`,
  );
}

async function readHead(callNode: CallNode): Promise<Head> {
  const block = (await callNode('eth_getBlockByNumber', ['latest', false])) as {
    number: string;
    hash: string;
    timestamp: string;
  };
  return { blockNumber: Number(block.number), blockHash: block.hash, timeSeconds: Number(block.timestamp) };
}

/** After a replay the node's own clock is at the last block; calls on the pending block (eth_call, estimates) need it to be now. */
async function catchUpWithClock(callNode: CallNode, clock: ChainClock): Promise<void> {
  const pending = (await callNode('eth_getBlockByNumber', ['pending', false])) as { timestamp: string };
  const behind = Math.floor(Date.now() / 1000) + clock.aheadSeconds() - Number(pending.timestamp);
  if (behind > 0) await callNode('evm_increaseTime', [behind]);
}
