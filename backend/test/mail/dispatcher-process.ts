/** A process of its own that sends mail, so that tests can kill it at a named place or at any. Its argument is JSON. */
import { armFailpoint } from '../../src/database/failpoint.ts';
import { openPool } from '../../src/database/pool.ts';
import { createSealer } from '../../src/database/sealed.ts';
import { createMailClient, type SmtpServer } from '../../src/mail/client.ts';
import { createMailDispatcher } from '../../src/mail/dispatcher.ts';
import { createRenderMail } from '../../src/mail/templates.ts';
import { dataKey, deployment, from } from './fixtures.ts';

/** What the parent hands over. */
export type DispatcherOrder = { readonly databaseUrl: string; readonly server: SmtpServer; readonly failAt?: string };

const order = JSON.parse(process.argv[2] ?? '{}') as DispatcherOrder;
armFailpoint(order.failAt);
const dispatcher = createMailDispatcher({
  pool: openPool({ url: order.databaseUrl, name: 'mail process', onIdleError: () => undefined }),
  client: createMailClient({ server: order.server, from }),
  sealer: createSealer(dataKey),
  render: createRenderMail(deployment),
  // One after the other, so that it is known what dies with it.
  pace: { sendersMax: 1 },
  onFailure: (error) => void process.stderr.write(`${String(error)}\n`),
  onGivenUp: () => undefined,
});
await dispatcher.start();
