import { setTimeout as delay } from 'node:timers/promises';
import type { Chain } from '@feiqian/domain/chains';
import { isAppError } from '@feiqian/domain/errors';
import type { PrivateKeyAccount } from 'viem/accounts';
import type { Pool } from '../database/pool.ts';
import { createFollowUp, type EndedTransaction } from './follow-up.ts';
import { type HeadWatch, type WatchPace, watchHeads } from './head-watch.ts';
import { createIndexer, type Indexer } from './indexer.ts';
import type { Position } from './indexer-store.ts';
import { acquireLease, type Lease, LeaseLost, newLeaseHolder, releaseLease } from './lease.ts';
import type { ChainLog } from './log.ts';
import { findRevert, revertUnknown } from './reverts.ts';
import type { Rpc } from './rpc.ts';
import { createSender, type SenderSettings } from './sender.ts';
import type { TrackedTransaction } from './tracked-transactions.ts';

/** What happened on a chain, told in the process that leads it. */
export type ChainListener = {
  /** The head moved, or more of it became final. */
  readonly onAdvance?: (position: Position) => void;
  /** An ephemeral chain began anew. */
  readonly onEpoch?: (position: Position) => void;
};

/** What leading a chain needs. */
export type LeaderDeps = ChainListener & {
  readonly pool: Pool;
  readonly chain: Chain;
  readonly rpc: Rpc;
  readonly log: ChainLog;
  readonly signers: readonly PrivateKeyAccount[];
  readonly settings: SenderSettings;
  readonly pace: WatchPace;
  /** How long a leader that says nothing stays leader. */
  readonly leaseMs: number;
  readonly onEnded: (ended: EndedTransaction) => Promise<void>;
};

/** Leads a chain whenever nobody else does. */
export type Leader = {
  readonly start: () => void;
  readonly stop: () => Promise<void>;
  /** Something was requested, linked or changed: look at once. Harmless in a process that does not lead. */
  readonly wake: () => void;
  readonly noteAddresses: () => void;
  readonly isLeading: () => boolean;
};

const failuresBeforeUnavailable = 3;
const pauseMinMs = 50;
const pauseMaxMs = 2_000;
const senderPauseMs = 1_000;

type Term = {
  readonly deps: LeaderDeps;
  readonly lease: Lease;
  readonly abort: AbortController;
  readonly indexer: Indexer;
  readonly heads: HeadWatch;
  readonly bell: Bell;
};

/** Makes the leader of one chain in this process. */
export function createLeader(deps: LeaderDeps): Leader {
  const holder = newLeaseHolder();
  const stopping = new AbortController();
  let term: Term | undefined;
  let running: Promise<void> | undefined;

  const run = async (): Promise<void> => {
    const name = `chain:${deps.chain.chainId}`;
    while (!stopping.signal.aborted) {
      const lease = await acquireLease(deps.pool, { name, holder, ttlMs: deps.leaseMs }).catch(() => undefined);
      // It may have been told to stop while it asked: then nothing would end a term any more.
      if (lease && !stopping.signal.aborted) {
        term = beginTerm(deps, lease, stopping.signal);
        await serveTerm(term);
        term = undefined;
      }
      if (lease && stopping.signal.aborted) await releaseLease(deps.pool, lease).catch(() => undefined);
      await pause(deps.leaseMs / 3, stopping.signal);
    }
  };

  return {
    start() {
      running ??= run();
    },
    async stop() {
      stopping.abort();
      term?.heads.wake();
      term?.bell.ring();
      await running;
    },
    wake() {
      term?.bell.ring();
    },
    noteAddresses() {
      term?.indexer.noteAddresses();
      term?.heads.wake();
    },
    isLeading: () => term !== undefined,
  };
}

function beginTerm(deps: LeaderDeps, lease: Lease, stopping: AbortSignal): Term {
  const abort = new AbortController();
  stopping.addEventListener('abort', () => abort.abort(), { once: true });
  const bell = createBell();
  const heads = watchHeads(deps.rpc, deps.pace);
  const indexer = createIndexer({
    ...deps,
    lease,
    explainRevert: (transaction, blockNumber) => explainRevert(deps.rpc, transaction, blockNumber),
    onAdvance: (position) => {
      deps.onAdvance?.(position);
      bell.ring();
    },
    onEpoch: (position) => deps.onEpoch?.(position),
  });
  return { deps, lease, abort, indexer, heads, bell };
}

/** Serves until the lease is lost or the process stops. */
async function serveTerm(term: Term): Promise<void> {
  const { deps, abort, heads, bell } = term;
  deps.log.info({ chainId: deps.chain.chainId, fence: `${term.lease.fence}` }, 'leading the chain');
  const end = () => {
    abort.abort();
    heads.wake();
    bell.ring();
  };
  await Promise.all([keepLease(term, end), index(term).finally(end), send(term).finally(end)]);
  heads.close();
  await term.indexer.settled();
  deps.log.info({ chainId: deps.chain.chainId }, 'no longer leading the chain');
}

async function keepLease({ deps, lease, abort }: Term, end: () => void): Promise<void> {
  let renewedAt = Date.now();
  while (!abort.signal.aborted) {
    await pause(deps.leaseMs / 3, abort.signal);
    if (abort.signal.aborted) return;
    const renewed = await acquireLease(deps.pool, {
      name: lease.name,
      holder: lease.holder,
      ttlMs: deps.leaseMs,
    }).catch(() => 'unreachable' as const);
    if (renewed === 'unreachable') {
      // The fence guards every write; a leader that cannot renew for long only stops trying.
      if (Date.now() - renewedAt > deps.leaseMs * 3) return end();
    } else if (renewed?.fence !== lease.fence) return end();
    else renewedAt = Date.now();
  }
}

// The indexer's loop

async function index(term: Term): Promise<void> {
  const { indexer, heads, abort } = term;
  let failures = 0;
  let isLoaded = false;
  let mustLook = true;
  while (!abort.signal.aborted) {
    try {
      if (!isLoaded) await indexer.load();
      isLoaded = true;
      const hint = mustLook ? undefined : await heads.next();
      if (abort.signal.aborted) return;
      const isNews = await indexer.step(hint);
      if (isNews) heads.noteNews();
      failures = 0;
      mustLook = indexer.status() !== 'following';
      if (mustLook) await pause(pauseMaxMs / 4, abort.signal);
    } catch (error) {
      if (abort.signal.aborted) return;
      if (error instanceof LeaseLost) return;
      failures += 1;
      isLoaded = false;
      mustLook = true;
      await noteFailure(term, error, failures);
      await pause(Math.min(pauseMinMs * 2 ** failures, pauseMaxMs), abort.signal);
    }
  }
}

/** Says that the chain is unavailable: at once when no node answers, after a few tries when answers contradict themselves. */
async function noteFailure({ deps, indexer }: Term, error: unknown, failures: number): Promise<void> {
  const isChain = isAppError(error) && error.code === 'CHAIN_UNAVAILABLE';
  const isSilent = isChain && error.details.reason === undefined;
  if (isChain && !isSilent) deps.rpc.failOver();
  deps.log.warn(
    {
      chainId: deps.chain.chainId,
      failures,
      code: (error as { code?: unknown }).code,
      reason: isChain ? error.details.reason : undefined,
      name: (error as Error).name,
    },
    'the chain could not be read',
  );
  if (!isSilent && failures < failuresBeforeUnavailable) return;
  try {
    if (indexer.status() === 'following')
      await indexer.setStatus('unavailable', isSilent ? 'node_unreachable' : 'node_contradicts_itself');
  } catch {
    // The database does not answer either, or the lease is gone: the next round finds out which.
  }
}

async function explainRevert(
  rpc: Rpc,
  { sender, to, data, value }: TrackedTransaction,
  blockNumber: number,
): Promise<string> {
  if (to === null) return revertUnknown;
  try {
    return (await findRevert(rpc, { from: sender, to, data, value }, Math.max(blockNumber - 1, 0))) ?? revertUnknown;
  } catch {
    // A reason is a courtesy: that it failed is known from the receipt.
    return revertUnknown;
  }
}

// The sender's loop

async function send(term: Term): Promise<void> {
  const { deps, lease, indexer, abort, bell } = term;
  const sender = createSender({ ...deps, lease, position: () => indexer.position() });
  const followUp = createFollowUp({
    ...deps,
    lease,
    sender,
    position: () => indexer.position(),
    explainRevert: (transaction, blockNumber) => explainRevert(deps.rpc, transaction, blockNumber),
  });
  while (!abort.signal.aborted) {
    // Nothing is signed before the indexer has found which epoch the chain is in, nor while it is halted or away.
    if (indexer.status() === 'following' && indexer.hasCompared()) {
      const isMore = await sendOnce(term, async () => {
        const more = await sender.sendAll();
        await followUp.recheck();
        await followUp.tellEnded();
        return more;
      });
      if (isMore === undefined) return;
      if (isMore) continue;
    }
    await bell.wait(senderPauseMs);
  }
}

async function sendOnce({ deps, abort }: Term, work: () => Promise<boolean>): Promise<boolean | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LeaseLost || abort.signal.aborted) return undefined;
    deps.log.warn(
      { chainId: deps.chain.chainId, code: (error as { code?: unknown }).code, name: (error as Error).name },
      'transactions could not be sent',
    );
    return false;
  }
}

type Bell = { readonly ring: () => void; readonly wait: (timeoutMs: number) => Promise<void> };

/** Wakes a loop: a ring while nobody waits is kept for the next wait. */
function createBell(): Bell {
  let isRung = false;
  let waiting: (() => void) | undefined;
  return {
    ring() {
      isRung = true;
      waiting?.();
    },
    async wait(timeoutMs) {
      if (!isRung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, timeoutMs);
          waiting = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      isRung = false;
      waiting = undefined;
    },
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
