/** The part of the service that sends mail, on a database of its own, with a mail server. Time is moved, never waited for. */
import type { Language } from '@feiqian/domain/api/auth';
import { openPool, type Pool } from '../../src/database/pool.ts';
import { createSealer } from '../../src/database/sealed.ts';
import { businessId } from '../../src/ledger/ids.ts';
import { createMailClient, type MailClient } from '../../src/mail/client.ts';
import {
  createMailDispatcher,
  type MailDispatcher,
  type MailPace,
  recipientContext,
} from '../../src/mail/dispatcher.ts';
import { createMailStore } from '../../src/mail/store.ts';
import { createRenderMail } from '../../src/mail/templates.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { aReceipt, dataKey, deployment, from } from './fixtures.ts';
import { type Sink, startSink } from './sink.ts';

/** A mail as it is kept. */
export type MailRow = {
  readonly state: string;
  readonly recipient: string | null;
  readonly attempts: number;
  readonly last_error: string | null;
  readonly last_status: string | null;
};

export type Scene = {
  readonly database: TestDatabase;
  readonly pool: Pool;
  readonly owner: Pool;
  readonly sink: Sink;
  /** Moves this scene's time ahead of the database's. */
  readonly pass: (ms: number) => void;
  /** Moves time to when the next try is due. @returns how long that took. */
  readonly passUntilDue: () => Promise<number>;
  /** Another process that sends. */
  readonly replica: (pace?: Partial<MailPace>, client?: MailClient) => MailDispatcher;
  /** The first of them. */
  readonly dispatcher: MailDispatcher;
  /** What went wrong inside of dispatchers. */
  readonly failures: unknown[];
  readonly givenUp: readonly object[];
  /** Writes a mail as the facts do. @returns its id. */
  readonly write: (
    name: string,
    mail?: { language?: Language; to?: string; data?: object; template?: string },
  ) => Promise<string>;
  readonly rowOf: (id: string) => Promise<MailRow>;
  readonly isAnyWaiting: () => Promise<boolean>;
  readonly close: () => Promise<void>;
};

export async function startScene(): Promise<Scene> {
  const database = await createTestDatabase();
  const owner = database.connect('owner', 2);
  const pool = openPool({ url: database.serviceUrl, name: 'mail test', onIdleError: () => undefined });
  const sink = await startSink();
  const sealer = createSealer(dataKey);
  const usual = createMailClient({ server: sink.server, from });
  const failures: unknown[] = [];
  const givenUp: object[] = [];
  const replicas: MailDispatcher[] = [];
  let shift = 0;
  const times = { shiftMs: () => shift, random: () => 0.5 };
  const replica = (pace: Partial<MailPace> = {}, client = usual) => {
    const dispatcher = createMailDispatcher({
      pool,
      client,
      sealer,
      render: createRenderMail(deployment),
      pace: { ...times, stopGraceMs: 0, ...pace },
      onFailure: (error) => failures.push(error),
      onGivenUp: (mail) => givenUp.push(mail),
    });
    replicas.push(dispatcher);
    return dispatcher;
  };
  const store = createMailStore({ pool, leaseMs: 60_000, ...times });
  return {
    ...{ database, pool, owner, sink, replica, failures, givenUp },
    dispatcher: replica(),
    pass: (ms) => {
      shift += ms;
    },
    async passUntilDue() {
      const ms = Math.ceil((await store.soonestMs()) ?? 0);
      shift += ms;
      return ms;
    },
    async write(name, { language = 'zh', to = `${name}@example.com`, data = aReceipt(), template = 'receipt' } = {}) {
      const id = businessId('mail of a test', name);
      const recipient = sealer.sealText(to, recipientContext(id));
      await owner.query('SELECT mail_write($1, $2, $3, $4, $5)', [id, template, language, recipient, data]);
      return id;
    },
    async rowOf(id) {
      const { rows } = await pool.query<MailRow>(
        'SELECT state, recipient, attempts, last_error, last_status FROM mails WHERE id = $1',
        [id],
      );
      if (!rows[0]) throw new Error('There is no such mail.');
      return rows[0];
    },
    isAnyWaiting: async () => (await store.soonestMs()) !== undefined,
    async close() {
      for (const one of replicas) await one.stop();
      await sink.close();
      await pool.end();
    },
  };
}
