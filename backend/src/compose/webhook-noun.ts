import type { RegisterRoutes } from '../app.ts';
import { isLoopbackUrl } from '../config.ts';
import type { QueueProbe } from '../http/health.ts';
import { createWebhookClient } from '../webhooks/client.ts';
import { createDeliveryStore } from '../webhooks/delivery-store.ts';
import { createWebhookDispatcher, type WebhookDispatcher } from '../webhooks/dispatcher.ts';
import { createEndpointStore } from '../webhooks/endpoint-store.ts';
import { countWaiting } from '../webhooks/queue-store.ts';
import { registerWebhookRoutes } from '../webhooks/routes.ts';
import { createWebhookService } from '../webhooks/service.ts';
import type { Foundation } from './foundation.ts';

/** What tells merchants. */
export type WebhookNoun = {
  readonly routes: readonly RegisterRoutes[];
  readonly dispatcher: WebhookDispatcher;
  readonly probe: QueueProbe;
};

export function composeWebhooks({ config, pool, sealer, answers, log }: Foundation): WebhookNoun {
  const { publicUrl } = config;
  // A shop under development is where the deployment is: on this machine.
  const client = createWebhookClient({ allowsLoopback: isLoopbackUrl(publicUrl) });
  const service = createWebhookService({
    pool,
    store: createEndpointStore(pool),
    deliveries: createDeliveryStore(pool),
    sealer,
    checkUrl: client.check,
  });
  const dispatcher = createWebhookDispatcher({
    pool,
    client,
    sealer,
    publicUrl,
    pace: { sweepMs: config.SWEEP_MS },
    onFailure: (error) =>
      log.warn(
        { code: (error as { code?: unknown }).code, name: (error as Error).name },
        'webhooks could not be looked at, and will be again',
      ),
  });
  return {
    routes: [registerWebhookRoutes({ service, answers })],
    dispatcher: {
      ...dispatcher,
      async stop() {
        await dispatcher.stop();
        await client.close();
      },
    },
    probe: () => countWaiting(pool),
  };
}
