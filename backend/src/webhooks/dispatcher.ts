import { type Listener, listen } from '../chain/listen.ts';
import { failpoint } from '../database/failpoint.ts';
import type { Pool } from '../database/pool.ts';
import type { Sealer } from '../database/sealed.ts';
import type { Outcome, WebhookClient } from './client.ts';
import { createQueueStore, type Due, type QueueLease, type QueueStore } from './queue-store.ts';
import { renderBody } from './render.ts';
import { signMessage } from './signature.ts';

/** Delivers webhooks, together with any number of others on the same database. */
export type WebhookDispatcher = {
  /** Delivers from now on: what is written wakes it, and what others left behind is found by a sweep. */
  readonly start: () => Promise<void>;
  /** Delivers what is due now; for tests, which move the time themselves. */
  readonly runDue: () => Promise<void>;
  /** Finishes what is under way, or breaks it off: then it is delivered again by others. */
  readonly stop: () => Promise<void>;
};

/** How a dispatcher works; tests make it small. */
export type WebhookPace = {
  /** Endpoints that are delivered to at the same moment. Each costs a socket, and waits for nobody else's receiver. */
  readonly endpointsMax: number;
  /** Longer than a try can take by far, so that nobody takes over while one is under way. */
  readonly leaseMs: number;
  /** How long one endpoint is delivered to before others have their turn. */
  readonly sliceMs: number;
  /** How often what was left behind is looked for. */
  readonly sweepMs: number;
  readonly stopGraceMs: number;
  /** Milliseconds that this process's time is ahead of the database's: moved by tests, else 0. */
  readonly shiftMs: () => number;
  readonly random: () => number;
};

/** What the service runs with. */
export const usualPace: WebhookPace = {
  endpointsMax: 256,
  leaseMs: 60_000,
  sliceMs: 20_000,
  sweepMs: 30_000,
  stopGraceMs: 3_000,
  shiftMs: () => 0,
  random: Math.random,
};

// A paused process may find its lease gone; it must not begin a call that could end behind it.
const callShare = 0.5;
const lookAgainMinMs = 50;

type Deps = {
  readonly pool: Pool;
  readonly client: Pick<WebhookClient, 'post'>;
  readonly sealer: Pick<Sealer, 'openText'>;
  readonly publicUrl: string;
  readonly pace?: Partial<WebhookPace>;
  readonly onFailure: (error: unknown) => void;
};

type State = Omit<Deps, 'pace'> & {
  readonly pace: WebhookPace;
  readonly store: QueueStore;
  readonly underWay: Set<Promise<void>>;
  readonly stopping: AbortController;
  readonly breaking: AbortController;
  looking: Promise<void> | undefined;
  isStale: boolean;
  isServing: boolean;
  timer: NodeJS.Timeout | undefined;
};

/** The context under which an endpoint's secrets are sealed. */
export const secretContext = (endpointId: string): string => `webhook-endpoint:${endpointId}`;

export function createWebhookDispatcher({ pace: wanted, ...deps }: Deps): WebhookDispatcher {
  const pace = { ...usualPace, ...wanted };
  const state: State = {
    ...deps,
    pace,
    store: createQueueStore({ pool: deps.pool, ...pace }),
    underWay: new Set(),
    stopping: new AbortController(),
    breaking: new AbortController(),
    looking: undefined,
    isStale: false,
    isServing: false,
    timer: undefined,
  };
  let listener: Listener | undefined;
  let sweeps: NodeJS.Timeout | undefined;
  return {
    async start() {
      state.isServing = true;
      listener = await listen(deps.pool, ['webhooks'], () => void look(state));
      sweeps = setInterval(() => void sweep(state), pace.sweepMs);
      await sweep(state);
    },
    async runDue() {
      await sweep(state);
      await settle(state);
    },
    async stop() {
      state.stopping.abort();
      clearInterval(sweeps);
      clearTimeout(state.timer);
      await listener?.close();
      const grace = setTimeout(() => state.breaking.abort(), pace.stopGraceMs);
      await settle(state);
      clearTimeout(grace);
    },
  };
}

/** Ends when nothing is under way and nothing more is due. */
async function settle(state: State): Promise<void> {
  while (state.looking || state.underWay.size > 0) await Promise.all([state.looking, ...state.underWay]);
}

async function sweep(state: State): Promise<void> {
  await state.store.tidy().catch(state.onFailure);
  await look(state);
}

/** Takes what is due, as much as there is room for; one look at a time, and one more when something came meanwhile. */
function look(state: State): Promise<void> {
  state.isStale = true;
  state.looking ??= lookWhileStale(state).finally(() => {
    state.looking = undefined;
    // Between the end of the look and now.
    if (state.isStale && !state.stopping.signal.aborted) void look(state);
  });
  return state.looking;
}

async function lookWhileStale(state: State): Promise<void> {
  try {
    while (state.isStale && !state.stopping.signal.aborted) {
      state.isStale = false;
      await takeDue(state);
      if (!state.isStale) await planNext(state);
    }
  } catch (error) {
    // The sweep looks again.
    state.onFailure(error);
  }
}

async function takeDue(state: State): Promise<void> {
  const { store, pace, underWay } = state;
  const room = pace.endpointsMax - underWay.size;
  if (room <= 0) return;
  for (const lease of await store.claim(room)) {
    const work = deliverTo(state, lease)
      .catch(state.onFailure)
      .finally(() => underWay.delete(work))
      // What was written while the lease was held found nobody who could take it.
      .then(() => look(state));
    underWay.add(work);
  }
}

/** Wakes up when the next try is due. Without `start` somebody else says when to look. */
async function planNext(state: State): Promise<void> {
  const { store, pace, stopping } = state;
  if (!state.isServing || stopping.signal.aborted) return;
  const soonestMs = (await store.soonestMs()) ?? pace.sweepMs;
  clearTimeout(state.timer);
  state.timer = setTimeout(() => void look(state), Math.min(Math.max(soonestMs, lookAgainMinMs), pace.sweepMs));
}

/** Empties one endpoint's queue, one delivery after the other, until it is empty, fails or has had its share of time. */
async function deliverTo(state: State, lease: QueueLease): Promise<void> {
  const { store, pace, stopping } = state;
  const endsAt = performance.now() + pace.sliceMs;
  let besideObjectId: string | undefined;
  while (!stopping.signal.aborted && performance.now() < endsAt) {
    const takenAt = performance.now();
    const due = await store.take(lease, besideObjectId);
    if (!due || performance.now() - takenAt > pace.leaseMs * callShare) break;
    const outcome = await post(state, lease, due);
    if (!outcome) break;
    const noted = await store.note(lease, due, outcome);
    if (noted === 'lost') return;
    if (noted === 'off') break;
    if (noted === 'delivered') {
      besideObjectId = undefined;
      continue;
    }
    if (besideObjectId !== undefined) {
      // Two different things in a row: it is the receiver.
      await store.giveUp(lease);
      break;
    }
    // Who refuses the same thing again may take another: then it is the thing, and the others need not wait behind it.
    if (due.attempts === 0 && noted === 'failing') break;
    besideObjectId = due.objectId;
  }
  await store.release(lease);
}

/** @returns undefined when it was broken off, so that nobody knows what came of it. */
async function post(state: State, { endpointId }: QueueLease, due: Due): Promise<Outcome | undefined> {
  const { client, sealer, publicUrl, breaking } = state;
  const body = renderBody(due.event, publicUrl);
  const timestamp = Math.floor(due.now.getTime() / 1000);
  const secrets = due.secrets.map((sealed) => sealer.openText(sealed, secretContext(endpointId)));
  const headers = signMessage({ id: due.event.id, timestamp, body }, secrets);
  failpoint('after_webhook_lease_before_call');
  try {
    const outcome = await client.post(due.url, { headers, body }, breaking.signal);
    failpoint('after_webhook_call_before_note');
    return outcome;
  } catch (error) {
    if (breaking.signal.aborted) return undefined;
    throw error;
  }
}
