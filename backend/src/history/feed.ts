import { AppError } from '@feiqian/domain/errors';
import { type Listener, listen } from '../chain/listen.ts';
import type { Pool } from '../database/pool.ts';
import type { EventSink } from '../http/event-stream.ts';
import type { ChangeCursor } from './change-cursor.ts';
import { listChanges } from './change-store.ts';
import { createSubscription, type Nudge, type Subscription } from './subscription.ts';

/** Tells connected clients of changes to their histories, and that something beside these changed. One for each process. */
export type HistoryFeed = {
  /** Begins to listen. */
  readonly start: () => Promise<void>;
  /**
   * Tells a client of a person's changes: those after `after`, or from now on.
   *
   * @returns what ends it.
   * @throws {AppError} SERVICE_UNAVAILABLE when this process has as many clients as it takes.
   */
  readonly subscribe: (client: Client) => { readonly end: () => void };
  /** Ends the streams of a session, as when somebody logs out. */
  readonly endSession: (sessionId: string) => void;
  readonly close: () => Promise<void>;
};

type Client = {
  readonly userId: string;
  readonly sessionId: string;
  readonly after: ChangeCursor | undefined;
  readonly sink: EventSink;
};

/** Bounds of a feed; tests make them small. */
export type FeedLimits = {
  readonly clientsMax: number;
  /** A person's further clients take the place of the oldest. */
  readonly clientsPerPersonMax: number;
  readonly beatMs: number;
  /** Streams end after this and begin again, so that whoever reads still has a session. */
  readonly lifetimeMs: number;
};

const usualLimits: FeedLimits = { clientsMax: 5_000, clientsPerPersonMax: 8, beatMs: 15_000, lifetimeMs: 600_000 };
/** By the channel of the database on which a person's id is told. */
const nudges: Readonly<Record<string, Nudge>> = { address_books: 'address-book', pay_codes: 'asked' };
const pageSize = 500;
const catchUpSize = 200;
// While an earlier transaction holds up what is written, and while the database does not answer, the feed looks again after a while.
const lookAgainMinMs = 10;
const lookAgainMaxMs = 1_000;

type State = {
  readonly pool: Pool;
  readonly limits: FeedLimits;
  readonly subscriptions: Set<Subscription>;
  /** Everything up to here was offered to whoever was there; undefined while nobody is. */
  position: ChangeCursor | undefined;
  reading: Promise<void> | undefined;
  isStale: boolean;
  lookAgainMs: number;
  timer: NodeJS.Timeout | undefined;
  isClosed: boolean;
};

/** @param pool - One of its connections is kept for listening. */
export function createHistoryFeed({
  pool,
  limits = usualLimits,
}: {
  readonly pool: Pool;
  readonly limits?: FeedLimits;
}): HistoryFeed {
  const state: State = {
    pool,
    limits,
    subscriptions: new Set(),
    position: undefined,
    reading: undefined,
    isStale: false,
    lookAgainMs: lookAgainMinMs,
    timer: undefined,
    isClosed: false,
  };
  let listener: Listener | undefined;
  let beats: NodeJS.Timeout | undefined;
  return {
    async start() {
      listener = await listen(pool, ['history', ...Object.keys(nudges)], (notice) => {
        // Without a notice nobody listened for a while.
        if (notice === undefined || notice.channel === 'history') look(state);
        for (const [channel, what] of Object.entries(nudges))
          if (notice === undefined || notice.channel === channel) nudge(state, what, notice?.payload);
      });
      beats = setInterval(() => beat(state), limits.beatMs);
      beats.unref();
    },
    subscribe: (client) => subscribe(state, client),
    endSession(sessionId) {
      for (const subscription of [...state.subscriptions]) if (subscription.sessionId === sessionId) subscription.end();
    },
    async close() {
      state.isClosed = true;
      clearInterval(beats);
      clearTimeout(state.timer);
      for (const subscription of [...state.subscriptions]) subscription.end();
      await listener?.close();
      await state.reading;
    },
  };
}

function subscribe(state: State, client: Client): { readonly end: () => void } {
  const { subscriptions, limits, pool } = state;
  if (state.isClosed || subscriptions.size >= limits.clientsMax)
    throw new AppError('SERVICE_UNAVAILABLE', 'Too many open streams.');
  const others = [...subscriptions].filter(({ userId }) => userId === client.userId);
  if (others.length >= limits.clientsPerPersonMax) others[0]?.end();
  const subscription = createSubscription({
    ...client,
    openedAtMs: Date.now(),
    settled: async () => state.reading,
    read: (after) => listChanges(pool, { after, userIds: [client.userId], limit: catchUpSize }),
    onEnd: (ended) => subscriptions.delete(ended),
  });
  subscriptions.add(subscription);
  // With the first client the feed needs a place to begin at.
  if (state.position === undefined) look(state);
  subscription.start();
  return { end: subscription.end };
}

/**
 * Tells a person's clients that something beside the history has changed; what, they ask.
 *
 * @param userId - Absent: anybody's may have changed while nobody listened.
 */
function nudge({ subscriptions }: State, what: Nudge, userId: string | undefined): void {
  for (const subscription of [...subscriptions])
    if (userId === undefined || subscription.userId === userId) subscription.nudge(what);
}

function beat({ subscriptions, limits }: State): void {
  const bornBeforeMs = Date.now() - limits.lifetimeMs;
  for (const subscription of [...subscriptions]) {
    if (subscription.openedAtMs < bornBeforeMs) subscription.end();
    else subscription.beat();
  }
}

/** Reads what is new, now or as soon as the reading under way has ended. */
function look(state: State): void {
  if (state.isClosed) return;
  state.isStale = true;
  if (state.reading !== undefined) return;
  clearTimeout(state.timer);
  state.reading = readAll(state).finally(() => {
    state.reading = undefined;
    if (state.isStale) look(state);
  });
}

async function readAll(state: State): Promise<void> {
  let isHeldUp = false;
  while (state.isStale && !state.isClosed) {
    state.isStale = false;
    try {
      isHeldUp = await readOnce(state);
    } catch {
      // The database is away. Nothing is lost: reading goes on at the same place.
      isHeldUp = true;
      break;
    }
  }
  state.lookAgainMs = isHeldUp ? Math.min(state.lookAgainMs * 2, lookAgainMaxMs) : lookAgainMinMs;
  if (isHeldUp && !state.isClosed) state.timer = setTimeout(() => look(state), state.lookAgainMs);
}

/** @returns whether something waits that can't be told yet. */
async function readOnce(state: State): Promise<boolean> {
  const byPerson = Map.groupBy(state.subscriptions, ({ userId }) => userId);
  if (byPerson.size === 0) {
    state.position = undefined;
    return false;
  }
  const { changes, next, hasMore, isHeldUp } = await listChanges(state.pool, {
    after: state.position,
    userIds: [...byPerson.keys()],
    limit: pageSize,
  });
  state.position = next;
  if (hasMore) state.isStale = true;
  for (const [userId, theirs] of Map.groupBy(changes, (change) => change.userId)) {
    for (const subscription of byPerson.get(userId) ?? []) subscription.offer(theirs);
  }
  return isHeldUp;
}
