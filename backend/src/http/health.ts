import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Whether the service can do its work; `ready` is false while the database does not answer. */
export type HealthProbe = () => Promise<{ readonly ready: boolean; readonly parts: Readonly<Record<string, string>> }>;

/** What the last look at the books found; undefined on replicas that do not look. */
export type BooksProbe = () =>
  | {
      readonly checks: readonly { readonly name: string; readonly violations: number }[];
      readonly finishedAt: Date;
      readonly durationMs: number;
    }
  | undefined;

/** What waits to be delivered. */
export type QueueProbe = () => Promise<{ readonly waiting: number; readonly oldestSeconds: number }>;

/** `/healthz` (the process lives), `/readyz` (it can serve), `/metrics` (Prometheus text). */
export function registerHealth(
  app: FastifyInstance,
  probe: HealthProbe,
  probeBooks: BooksProbe,
  { probeWebhooks, probeMails }: { readonly probeWebhooks?: QueueProbe; readonly probeMails?: QueueProbe } = {},
): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registerBooks(registry, probeBooks);
  if (probeWebhooks) registerQueue(registry, 'webhook', probeWebhooks);
  if (probeMails) registerQueue(registry, 'mail', probeMails);
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer, by route and status',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [registry],
  });
  new Gauge({
    name: 'feiqian_part_state',
    help: 'What each part of the service says of itself: 1 at its present state. A chain that is halted waits for a person',
    labelNames: ['part', 'state'] as const,
    registers: [registry],
    async collect() {
      const { parts } = await probe();
      this.reset();
      for (const [part, state] of Object.entries(parts)) this.set({ part, state }, 1);
    },
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    duration.labels(request.method, route, String(reply.statusCode)).observe(reply.elapsedTime / 1000);
  });
  const hidden = { schema: { hide: true } };
  app.get('/healthz', hidden, async () => ({ status: 'ok' }));
  app.get('/readyz', hidden, async (_request, reply) => {
    const { ready, parts } = await probe();
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'unavailable', parts });
  });
  app.get('/metrics', hidden, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
}

/** The same at every replica: what waits is in the database. */
function registerQueue(registry: Registry, what: 'webhook' | 'mail', probe: QueueProbe): void {
  const registers = [registry];
  const oldest = new Gauge({
    name: `feiqian_${what}_oldest_seconds`,
    help: `For how long the oldest ${what} has waited to be delivered`,
    registers,
  });
  new Gauge({
    name: `feiqian_${what}s_waiting`,
    help: `How many ${what}s wait to be delivered`,
    registers,
    async collect() {
      // While the database does not answer the last figures stand; /readyz says so.
      const found = await probe().catch(() => undefined);
      if (!found) return;
      this.set(found.waiting);
      oldest.set(found.oldestSeconds);
    },
  });
}

/** One figure per invariant. Only the replica that looks has them, so that an old look of another never hides a new one. */
function registerBooks(registry: Registry, probeBooks: BooksProbe): void {
  const registers = [registry];
  new Gauge({
    name: 'feiqian_verify_violations',
    help: 'Things that break an invariant of the books, at the last look',
    labelNames: ['invariant'] as const,
    registers,
    collect() {
      this.reset();
      for (const { name, violations } of probeBooks()?.checks ?? []) this.labels(name).set(violations);
    },
  });
  const single = (name: string, help: string, read: (result: NonNullable<ReturnType<BooksProbe>>) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['part'] as const,
      registers,
      collect() {
        this.reset();
        const result = probeBooks();
        if (result) this.labels('books').set(read(result));
      },
    });
  single(
    'feiqian_verify_age_seconds',
    'Since the books were last looked at',
    ({ finishedAt }) => (Date.now() - finishedAt.getTime()) / 1000,
  );
  single('feiqian_verify_duration_seconds', 'Time that the last look took', ({ durationMs }) => durationMs / 1000);
}
