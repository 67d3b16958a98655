import type { EventSink } from '../http/event-stream.ts';
import { type ChangeCursor, compareCursors, encodeChangeCursor } from './change-cursor.ts';
import type { ChangePage, HistoryChange } from './change-store.ts';

/** What a subscription needs of the feed. */
export type SubscriptionDeps = {
  readonly userId: string;
  readonly sessionId: string;
  readonly after: ChangeCursor | undefined;
  readonly sink: EventSink;
  readonly openedAtMs: number;
  /** Resolves when a reading that may have begun without this subscription has ended. */
  readonly settled: () => Promise<void>;
  /** Changes of this one person after a place. */
  readonly read: (after: ChangeCursor | undefined) => Promise<ChangePage>;
  readonly onEnd: (subscription: Subscription) => void;
};

/** What a client is told of beside the history, by the name of its event. */
export type Nudge = 'address-book' | 'asked';

/** One client that is told of one person's changes: each once, in order, none left out. */
export type Subscription = {
  readonly userId: string;
  readonly sessionId: string;
  readonly openedAtMs: number;
  /** Catches up from the client's place and is live from then on. */
  readonly start: () => void;
  /** Takes changes that the feed has read for everybody. */
  readonly offer: (changes: readonly HistoryChange[]) => void;
  /** Tells that something beside the history has changed. Not one of the changes: who misses it asks now and then. */
  readonly nudge: (what: Nudge) => void;
  /** Shows intermediaries that the stream lives. */
  readonly beat: () => void;
  readonly end: () => void;
};

// A client that is slower than this many changes reads from the database again when it is ready for more.
const queueMax = 256;
// A client that takes nothing for this long is gone.
const blockedMs = 30_000;
const retryMs = 2_000;

/** Makes a subscription; it does nothing before `start`. */
export function createSubscription(deps: SubscriptionDeps): Subscription {
  const state: State = {
    cursor: deps.after,
    queue: [],
    isBehind: true,
    nudges: new Set(),
    isRunning: false,
    isWriting: false,
    isEnded: false,
  };
  const subscription: Subscription = {
    userId: deps.userId,
    sessionId: deps.sessionId,
    openedAtMs: deps.openedAtMs,
    start: () => run(state, deps, end),
    offer(changes) {
      if (state.queue.length + changes.length > queueMax) {
        state.queue = [];
        state.isBehind = true;
      } else {
        state.queue.push(...changes);
      }
      run(state, deps, end);
    },
    nudge(what) {
      state.nudges.add(what);
      run(state, deps, end);
    },
    beat() {
      if (!state.isWriting && !state.isEnded) void write(state, deps, ':\n\n').catch(end);
    },
    end,
  };
  function end(): void {
    if (state.isEnded) return;
    state.isEnded = true;
    state.queue = [];
    deps.sink.end();
    deps.onEnd(subscription);
  }
  return subscription;
}

type State = {
  /** Everything up to here was told; undefined before the first reading says what "now" is. */
  cursor: ChangeCursor | undefined;
  queue: HistoryChange[];
  /** Whether changes may have been missed since `cursor`: they are read from the database before the queue counts. */
  isBehind: boolean;
  readonly nudges: Set<Nudge>;
  isRunning: boolean;
  isWriting: boolean;
  isEnded: boolean;
};

function run(state: State, deps: SubscriptionDeps, end: () => void): void {
  if (state.isRunning || state.isEnded) return;
  state.isRunning = true;
  work(state, deps)
    .catch(end)
    .finally(() => {
      state.isRunning = false;
    });
}

async function work(state: State, deps: SubscriptionDeps): Promise<void> {
  while (!state.isEnded && (state.nudges.size > 0 || state.isBehind || state.queue.length > 0)) {
    if (state.nudges.size > 0) await tellNudges(state, deps);
    else if (state.isBehind) await catchUp(state, deps);
    else await tell(state, deps, state.queue.splice(0));
  }
}

async function catchUp(state: State, deps: SubscriptionDeps): Promise<void> {
  await deps.settled();
  // From here on the queue gets whatever the feed reads; what it read before, this reading gets.
  state.isBehind = false;
  const isFirst = state.cursor === undefined;
  const { changes, next, hasMore } = await deps.read(state.cursor);
  if (hasMore) state.isBehind = true;
  await tell(state, deps, changes);
  if (state.cursor === undefined || compareCursors(next, state.cursor) > 0 || !isReachable(state.cursor, next))
    state.cursor = next;
  if (isFirst) await write(state, deps, `retry: ${retryMs}\n${toBalances(state.cursor)}`);
}

/** A place above the last safe one was given by a database that has been set back since. */
function isReachable(cursor: ChangeCursor, safe: ChangeCursor): boolean {
  return cursor.transactionId <= safe.transactionId;
}

async function tell(state: State, deps: SubscriptionDeps, changes: readonly HistoryChange[]): Promise<void> {
  const { cursor } = state;
  const fresh = changes.filter((change) => cursor === undefined || compareCursors(change.cursor, cursor) > 0);
  const last = fresh.at(-1);
  if (!last) return;
  state.cursor = last.cursor;
  await write(state, deps, `${fresh.map(toEvent).join('')}${toBalances(last.cursor)}`);
}

/** Without an id: it is no change of the history, and whoever comes again reads the book anyway. */
async function tellNudges(state: State, deps: SubscriptionDeps): Promise<void> {
  const all = [...state.nudges];
  state.nudges.clear();
  await write(
    state,
    deps,
    all
      .map(
        (what) => `event: ${what}
data: {}

`,
      )
      .join(''),
  );
}

async function write(state: State, { sink }: SubscriptionDeps, text: string): Promise<void> {
  if (state.isEnded) return;
  state.isWriting = true;
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('The client takes nothing any more.')), blockedMs);
  });
  try {
    await Promise.race([sink.write(text), tooLong]);
  } finally {
    clearTimeout(timer);
    state.isWriting = false;
  }
}

function toEvent(change: HistoryChange): string {
  const body = change.kind === 'entry' ? change.entry : { id: change.id };
  return `id: ${encodeChangeCursor(change.cursor)}\nevent: ${change.kind}\ndata: ${JSON.stringify(body)}\n\n`;
}

function toBalances(cursor: ChangeCursor): string {
  return `id: ${encodeChangeCursor(cursor)}\nevent: balances\ndata: {}\n\n`;
}
