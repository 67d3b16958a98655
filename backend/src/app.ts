import type { Server } from 'node:http';
import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyServerOptions,
  LogController,
  type RouteOptions,
} from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { registerCsrfGuard } from './http/guards.ts';
import { registerSecurityHeaders } from './http/headers.ts';
import { type BooksProbe, type HealthProbe, type QueueProbe, registerHealth } from './http/health.ts';
import { registerPages } from './http/pages.ts';
import { assertScope, type KeyHolder, type Principal } from './http/principal.ts';
import { registerProblems } from './http/problems.ts';
import { registerStepUp, type StepUp } from './http/step-up.ts';
import { createTlsServer, type Tls } from './http/tls.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Everything that is answered, in the order in which it was added. */
    readonly routeTable: readonly RouteOptions[];
  }
}

/** The service's HTTP server with zod as the language of its schemas. */
export type App = FastifyInstance & { withTypeProvider: () => TypedApp };
/** An app whose handlers are typed by their schemas. */
export type TypedApp = ReturnType<typeof typed>;

const typed = (app: FastifyInstance) => app.withTypeProvider<ZodTypeProvider>();

/** Names the principal of a session cookie; null when it is unknown or over. */
export type FindPrincipal = (token: string) => Promise<Principal | null>;

/** Names the holder of an API key by the `Authorization` header. @throws {AppError} API_KEY_INVALID. */
export type ReadBearer = (authorization: string) => Promise<KeyHolder>;

/** Adds one noun's routes. */
export type RegisterRoutes = (app: TypedApp) => void | Promise<void>;

const bodyBytesMax = 300_000;

/**
 * Builds the server without listening: routes of every noun are handed in by `main`, so that tests can build it the same way.
 *
 * @param publicUrl - The origin that people see, such as `https://wallet.example`.
 * @param tls - With which it answers HTTPS itself.
 * @param webFolder - The built wallet.
 */
export async function buildApp({
  logger,
  publicUrl,
  tls,
  webFolder,
  sessionCookie,
  findPrincipal,
  readBearer,
  stepUp,
  routes,
  probe,
  probeBooks = () => undefined,
  queues = {},
  requestsPerMinuteMax = 1200,
}: {
  readonly logger: FastifyBaseLogger | boolean;
  readonly publicUrl: string;
  readonly tls?: Tls | undefined;
  readonly webFolder: string;
  readonly sessionCookie: string;
  readonly findPrincipal: FindPrincipal;
  /** Absent: no key opens anything. */
  readonly readBearer?: ReadBearer;
  /** Judges who may do what asks for a second factor. Absent: everybody who is logged in. */
  readonly stepUp?: StepUp;
  readonly routes: readonly RegisterRoutes[];
  readonly probe: HealthProbe;
  /** The last look at the books, for `/metrics`. */
  readonly probeBooks?: BooksProbe;
  /** What waits to go out, for `/metrics`. */
  readonly queues?: { readonly probeWebhooks?: QueueProbe; readonly probeMails?: QueueProbe };
  /** From one address, to the API. */
  readonly requestsPerMinuteMax?: number;
}): Promise<FastifyInstance> {
  const listening: Pick<FastifyServerOptions<Server>, 'serverFactory'> = tls
    ? { serverFactory: (handler) => createTlsServer(handler, tls, publicUrl) }
    : {};
  const app = Fastify({
    ...(typeof logger === 'boolean' ? { logger } : { loggerInstance: logger }),
    ...listening,
    bodyLimit: bodyBytesMax,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => crypto.randomUUID(),
    return503OnClosing: true,
    // Open event streams must not hold up an ending service.
    forceCloseConnections: true,
  });
  app.removeContentTypeParser('text/plain');
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  const routeTable: RouteOptions[] = [];
  app.decorate('routeTable', routeTable);
  app.addHook('onRoute', (route) => void routeTable.push(route));
  registerProblems(app);
  registerSecurityHeaders(app, publicUrl);
  await app.register(cookie);
  await app.register(compress, {
    encodings: ['br', 'gzip'],
    threshold: 1024,
    customTypes: /^(?:application\/(?:problem\+)?json|text\/(?!event-stream)|image\/svg)/,
  });
  await app.register(rateLimit, {
    global: true,
    max: requestsPerMinuteMax,
    timeWindow: 60_000,
    allowList: (request) => !request.url.startsWith('/v1/'),
  });
  await registerDocs(app);
  registerCsrfGuard(app, new URL(publicUrl).origin);
  app.decorateRequest('principal', null);
  app.decorateRequest('keyHolder', null);
  app.addHook('onRequest', async (request) => {
    const { authorization } = request.headers;
    const token = request.cookies[sessionCookie];
    if (readBearer && authorization !== undefined && /^Bearer /i.test(authorization))
      request.keyHolder = await readBearer(authorization);
    else if (token !== undefined) request.principal = await findPrincipal(token);
    assertScope(request);
  });
  if (stepUp) registerStepUp(app, stepUp);
  registerHealth(app, probe, probeBooks, queues);
  for (const register of routes) await register(typed(app));
  await registerPages(app, webFolder);
  return app;
}

async function registerDocs(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Feiqian',
        version: '1',
        description:
          'A wallet for money and tokens. Amounts are decimal strings of the smallest unit beside their asset.',
      },
    },
    transform: jsonSchemaTransform,
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    // Without the hosts that the package would allow, and without asking one of them whether the document is valid.
    uiConfig: { validatorUrl: null },
    transformStaticCSP: (policy) =>
      policy.replaceAll(/ (?:https:|validator\.swagger\.io)| ?upgrade-insecure-requests;/g, ''),
  });
}
