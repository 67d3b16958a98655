import { type Listener, listen } from '../chain/listen.ts';
import { failpoint } from '../database/failpoint.ts';
import type { Pool } from '../database/pool.ts';
import type { Sealer } from '../database/sealed.ts';
import type { MailClient, MailMessage } from './client.ts';
import { createMailStore, type LeasedMail, type MailStore } from './store.ts';
import type { RenderMail } from './templates.ts';

/** Sends mails, together with any number of others on the same database. */
export type MailDispatcher = {
  /** Sends from now on: what is written wakes it, and what others left behind is found by a sweep. */
  readonly start: () => Promise<void>;
  /** Sends what is due now; for tests, which move the time themselves. */
  readonly runDue: () => Promise<void>;
  /** Finishes what is under way, or breaks it off: then others send it again. */
  readonly stop: () => Promise<void>;
};

/** How a dispatcher works; tests make it small. */
export type MailPace = {
  /** Mails that are sent at the same moment, each over a connection of its own. */
  readonly sendersMax: number;
  /** Longer than a try can take by far, so that nobody takes over while one is under way. */
  readonly leaseMs: number;
  /** How often what was left behind is looked for. */
  readonly sweepMs: number;
  readonly stopGraceMs: number;
  /** Milliseconds that this process's time is ahead of the database's: moved by tests, else 0. */
  readonly shiftMs: () => number;
  readonly random: () => number;
};

const usualPace: MailPace = {
  sendersMax: 4,
  leaseMs: 180_000,
  sweepMs: 30_000,
  stopGraceMs: 3_000,
  shiftMs: () => 0,
  random: Math.random,
};

// A process that slept between taking a mail and sending it must not begin what could end behind its lease.
const beginShare = 0.5;
const lookAgainMinMs = 50;

type Deps = {
  readonly pool: Pool;
  readonly client: MailClient;
  readonly sealer: Pick<Sealer, 'openText'>;
  readonly render: RenderMail;
  readonly pace?: Partial<MailPace>;
  /** What could not be done; the sweep does it. */
  readonly onFailure: (error: unknown) => void;
  /** A mail that nobody will send any more. */
  readonly onGivenUp: (mail: { readonly id: string; readonly template: string; readonly reason: string }) => void;
};

type State = Omit<Deps, 'pace'> & {
  readonly pace: MailPace;
  readonly store: MailStore;
  readonly senders: Set<Promise<void>>;
  readonly stopping: AbortController;
  readonly breaking: AbortController;
  /** Something was written since the last sender began to look. */
  isStale: boolean;
  isServing: boolean;
  timer: NodeJS.Timeout | undefined;
};

/** The context under which a mail's recipient is sealed. */
export const recipientContext = (mailId: string): string => `mail:${mailId}`;

/** Makes what seals an address for the mail of an id. */
export const createSealRecipient =
  (sealer: Pick<Sealer, 'sealText'>) =>
  (email: string, mailId: string): string =>
    sealer.sealText(email, recipientContext(mailId));

export function createMailDispatcher({ pace: wanted, ...deps }: Deps): MailDispatcher {
  const pace = { ...usualPace, ...wanted };
  const state: State = {
    ...deps,
    pace,
    store: createMailStore({ pool: deps.pool, ...pace }),
    senders: new Set(),
    stopping: new AbortController(),
    breaking: new AbortController(),
    isStale: false,
    isServing: false,
    timer: undefined,
  };
  let listener: Listener | undefined;
  let sweeps: NodeJS.Timeout | undefined;
  return {
    async start() {
      state.isServing = true;
      listener = await listen(deps.pool, ['mails'], () => look(state));
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
async function settle({ senders }: State): Promise<void> {
  while (senders.size > 0) await Promise.all(senders);
}

async function sweep(state: State): Promise<void> {
  try {
    for (const mail of await state.store.tidy()) state.onGivenUp({ ...mail, reason: 'GIVEN_UP' });
  } catch (error) {
    state.onFailure(error);
  }
  look(state);
}

/** Begins as many senders as there may be; each ends when it finds nothing due. */
function look(state: State): void {
  const { senders, pace, stopping, onFailure } = state;
  state.isStale = true;
  while (senders.size < pace.sendersMax && !stopping.signal.aborted) {
    const sender = sendDue(state)
      // The sweep looks again.
      .catch(onFailure)
      .finally(() => {
        senders.delete(sender);
        // Written when this one had looked already, and all the others were busy.
        if (state.isStale && !stopping.signal.aborted) look(state);
      });
    senders.add(sender);
  }
}

async function sendDue(state: State): Promise<void> {
  const { store, stopping, pace } = state;
  while (!stopping.signal.aborted) {
    state.isStale = false;
    const takenAt = performance.now();
    const mail = await store.claim();
    if (!mail) return planNext(state);
    if (performance.now() - takenAt > pace.leaseMs * beginShare) await store.release(mail);
    else await send(state, mail);
  }
}

/** Wakes up when the next try is due. Without `start` somebody else says when to look. */
async function planNext(state: State): Promise<void> {
  const { store, pace, stopping } = state;
  if (!state.isServing || stopping.signal.aborted) return;
  const soonestMs = (await store.soonestMs()) ?? pace.sweepMs;
  clearTimeout(state.timer);
  state.timer = setTimeout(() => look(state), Math.min(Math.max(soonestMs, lookAgainMinMs), pace.sweepMs));
}

async function send(state: State, mail: LeasedMail): Promise<void> {
  const { client, store, breaking } = state;
  const message = prepare(state, mail);
  if (!message) return noteTrouble(state, mail, { error: 'NOT_RENDERED', status: undefined, isFinal: false });
  failpoint('after_mail_lease_before_send');
  try {
    const outcome = await client.send(message, breaking.signal);
    failpoint('after_mail_send_before_note');
    if (outcome.kind === 'sent') await store.noteSent(mail);
    else await noteTrouble(state, mail, outcome);
  } catch (error) {
    if (!breaking.signal.aborted) throw error;
    // Broken off: whoever comes next sends it (again), under the same name.
    await store.release(mail);
  }
}

/** What does not open or does not fit its template is the operator's to mend: another key, an asset that is no longer listed. */
function prepare({ sealer, render, onFailure }: State, mail: LeasedMail): MailMessage | undefined {
  const { id, createdAt, template, language, data, recipient } = mail;
  try {
    const to = sealer.openText(recipient, recipientContext(id));
    return { id, createdAt, to, ...render({ template, data, language }) };
  } catch (error) {
    onFailure(error);
    return undefined;
  }
}

async function noteTrouble(
  state: State,
  mail: LeasedMail,
  trouble: Parameters<MailStore['noteTrouble']>[1],
): Promise<void> {
  const noted = await state.store.noteTrouble(mail, trouble);
  const { error, status } = trouble;
  if (noted === 'failed')
    state.onGivenUp({
      id: mail.id,
      template: mail.template,
      reason: status === undefined ? error : `${error} ${status}`,
    });
}
