/** A process of its own that delivers webhooks, so that tests can kill it at a named place or at any. Its argument is JSON. */
import { armFailpoint } from '../../src/database/failpoint.ts';
import { openPool } from '../../src/database/pool.ts';
import { createSealer } from '../../src/database/sealed.ts';
import { createWebhookClient } from '../../src/webhooks/client.ts';
import { createWebhookDispatcher } from '../../src/webhooks/dispatcher.ts';

/** What the parent hands over. */
export type DispatcherOrder = {
  readonly databaseUrl: string;
  readonly dataKey: string;
  readonly publicUrl: string;
  readonly failAt?: string;
};

const order = JSON.parse(process.argv[2] ?? '{}') as DispatcherOrder;
armFailpoint(order.failAt);
const dispatcher = createWebhookDispatcher({
  pool: openPool({ url: order.databaseUrl, name: 'dispatcher process', onIdleError: () => undefined }),
  client: createWebhookClient({ allowsLoopback: true }),
  sealer: createSealer(Buffer.from(order.dataKey, 'hex')),
  publicUrl: order.publicUrl,
  onFailure: (error) => void process.stderr.write(`${String(error)}\n`),
});
await dispatcher.start();
process.stdout.write('started\n');
