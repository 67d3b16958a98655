import type { PaymentRequestWire } from '@feiqian/domain/api/payments';
import { AppError } from '@feiqian/domain/errors';
import { type Listener, listen } from '../chain/listen.ts';
import type { Pool } from '../database/pool.ts';
import type { EventSink } from '../http/event-stream.ts';
import { createViewer, type Viewer } from './viewer.ts';

/** Tells whoever has a request's page open what becomes of it. One for each process, over one connection to the database. */
export type RequestFeed = {
  /** Begins to listen. */
  readonly start: () => Promise<void>;
  /**
   * Shows a client a request as it is, and again whenever that changes, until nothing more can come of it.
   *
   * @returns what ends it.
   * @throws {AppError} NOT_FOUND; RATE_LIMITED for an address, SERVICE_UNAVAILABLE for a process that has as many as it takes:
   *   who gets neither asks now and then.
   */
  readonly subscribe: (client: Client) => Promise<{ readonly end: () => void }>;
  readonly close: () => Promise<void>;
};

type Client = {
  readonly requestId: string;
  /** Network address of whoever looks. */
  readonly address: string;
  readonly sink: EventSink;
};

/** Bounds of a feed; tests make them small. */
export type RequestFeedLimits = {
  readonly clientsMax: number;
  /** Many people come from one address: of an office, of a mobile network, of a proxy. */
  readonly clientsPerAddressMax: number;
  readonly beatMs: number;
  /** Streams end after this; whoever is still there comes again. */
  readonly lifetimeMs: number;
};

const usualLimits: RequestFeedLimits = {
  clientsMax: 5_000,
  clientsPerAddressMax: 100,
  beatMs: 15_000,
  lifetimeMs: 600_000,
};
// While the database does not answer.
const lookAgainMs = 1_000;

/** Everybody who looks at one request, which is read once for all of them. */
type Shown = { readonly viewers: Set<Viewer>; isStale: boolean; isBeingRead: boolean };

type State = {
  readonly read: (id: string) => Promise<PaymentRequestWire>;
  readonly limits: RequestFeedLimits;
  readonly shown: Map<string, Shown>;
  readonly addresses: Map<string, number>;
  readonly timers: Set<NodeJS.Timeout>;
  /** Those who are being let in count, too. */
  clients: number;
  isClosed: boolean;
};

/**
 * @param pool - One of its connections is kept for listening.
 * @param read - @throws {AppError} NOT_FOUND.
 */
export function createRequestFeed({
  pool,
  read,
  limits = usualLimits,
}: {
  readonly pool: Pool;
  readonly read: (id: string) => Promise<PaymentRequestWire>;
  readonly limits?: RequestFeedLimits;
}): RequestFeed {
  const state: State = {
    read,
    limits,
    shown: new Map(),
    addresses: new Map(),
    timers: new Set(),
    clients: 0,
    isClosed: false,
  };
  let listener: Listener | undefined;
  let beats: NodeJS.Timeout | undefined;
  return {
    async start() {
      // Without a notice anything may have been missed.
      listener = await listen(pool, ['payment_requests'], (notice) => {
        for (const id of notice ? [notice.payload] : [...state.shown.keys()]) look(state, id);
      });
      beats = setInterval(() => beat(state), limits.beatMs);
      beats.unref();
    },
    subscribe: (client) => subscribe(state, client),
    async close() {
      state.isClosed = true;
      clearInterval(beats);
      for (const timer of state.timers) clearTimeout(timer);
      for (const viewer of listViewers(state)) viewer.end();
      await listener?.close();
    },
  };
}

const listViewers = ({ shown }: State): Viewer[] => [...shown.values()].flatMap(({ viewers }) => [...viewers]);

async function subscribe(state: State, { requestId, address, sink }: Client): Promise<{ readonly end: () => void }> {
  const leave = enter(state, address);
  try {
    await state.read(requestId);
  } catch (error) {
    leave();
    throw error;
  }
  const entry = state.shown.get(requestId) ?? { viewers: new Set(), isStale: false, isBeingRead: false };
  state.shown.set(requestId, entry);
  const viewer = createViewer({
    sink,
    openedAtMs: Date.now(),
    onEnd: () => {
      entry.viewers.delete(viewer);
      if (entry.viewers.size === 0 && state.shown.get(requestId) === entry) state.shown.delete(requestId);
      leave();
    },
  });
  entry.viewers.add(viewer);
  if (state.isClosed) viewer.end();
  // Read again: what changed since, nobody would tell it.
  else look(state, requestId);
  return viewer;
}

/** @returns what counts the client out again. */
function enter(state: State, address: string): () => void {
  const { addresses, limits } = state;
  if (state.isClosed || state.clients >= limits.clientsMax)
    throw new AppError('SERVICE_UNAVAILABLE', 'Too many open streams.');
  const open = addresses.get(address) ?? 0;
  if (open >= limits.clientsPerAddressMax) throw new AppError('RATE_LIMITED', 'Too many open streams of this address.');
  addresses.set(address, open + 1);
  state.clients += 1;
  return () => {
    state.clients -= 1;
    const left = (addresses.get(address) ?? 1) - 1;
    if (left === 0) addresses.delete(address);
    else addresses.set(address, left);
  };
}

function beat(state: State): void {
  const bornBeforeMs = Date.now() - state.limits.lifetimeMs;
  for (const viewer of listViewers(state)) {
    if (viewer.openedAtMs < bornBeforeMs) viewer.end();
    else viewer.beat();
  }
}

/** Reads a request, now or as soon as the reading under way has ended, and shows it to everybody who looks at it. */
function look(state: State, id: string): void {
  const entry = state.shown.get(id);
  if (!entry || state.isClosed) return;
  entry.isStale = true;
  if (!entry.isBeingRead) void readWhileStale(state, id, entry);
}

async function readWhileStale(state: State, id: string, entry: Shown): Promise<void> {
  entry.isBeingRead = true;
  try {
    while (entry.isStale && entry.viewers.size > 0) {
      entry.isStale = false;
      const request = await state.read(id);
      for (const viewer of entry.viewers) viewer.show(request);
    }
  } catch {
    // The database is away. What it has to say is asked for again.
    const timer = setTimeout(() => {
      state.timers.delete(timer);
      look(state, id);
    }, lookAgainMs);
    state.timers.add(timer);
  } finally {
    entry.isBeingRead = false;
  }
}
