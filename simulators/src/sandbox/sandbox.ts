import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import type { SimulatorConfig } from '../config.ts';
import { createFaults } from '../faults.ts';
import { registerApi } from './api.ts';
import { openBook } from './book.ts';
import type { FaultName } from './faults.ts';
import { createNotifier } from './notifier.ts';
import { registerPages } from './pages/routes.ts';
import { createPayments } from './payments.ts';
import { createPayouts } from './payouts.ts';
import { createRequestCheck } from './request-check.ts';
import { createSigningKey, createVerifyingKey, type SigningKey } from './signature.ts';

/** A running gateway. */
export type Sandbox = {
  /** The origin that it is reached at. */
  readonly url: string;
  /** Stops taking requests and waits for deliveries under way; what is still due goes out after the next start. */
  readonly close: () => Promise<void>;
};

const tickMs = 100;

/** Starts a payment gateway and bank as merchants see it from outside. */
export async function startSandbox(config: SimulatorConfig, clock: () => Date = () => new Date()): Promise<Sandbox> {
  const book = openBook(config.statePath);
  const faults = createFaults<FaultName>();
  const keys = config.gatewaySeeds.map(createSigningKey);
  const signingKey = (): SigningKey => {
    const key = keys[book.keyIndex() % keys.length];
    if (!key) throw new Error('The gateway has no key.');
    return key;
  };
  const { merchant, payoutDelayMs: delayMs, retryDelaysMs } = config;
  const payments = createPayments({ book, faults, merchant, clock });
  const payouts = createPayouts({ book, faults, merchant, delayMs, clock });
  const notifier = createNotifier({ book, signingKey, retryDelaysMs, clock });
  const check = createRequestCheck({ merchantId: merchant.id, key: createVerifyingKey(merchant.publicKey), clock });
  const options = { logger: false, bodyLimit: 65_536, forceCloseConnections: true };
  // Only the type of the server differs, which nobody here looks at.
  const app = config.tls
    ? (Fastify({ ...options, https: config.tls }) as unknown as FastifyInstance)
    : Fastify(options);
  let url = config.publicUrl ?? '';
  const publicUrl = (): string => url;
  await registerApi(app, { payments, payouts, faults, check, signingKey, merchantId: merchant.id, publicUrl, clock });
  await registerPages(app, {
    book,
    payments,
    payouts,
    faults,
    notifier,
    merchant,
    signingKey,
    publicUrl,
    rotateKey: () => book.write({ keyIndex: book.keyIndex() + 1 }),
  });
  await app.listen({ host: config.host, port: config.port });
  const listening = listeningUrl(app, config.tls ? 'https' : 'http');
  url = config.publicUrl ?? listening;
  const tick = (): void => {
    payments.expireDue();
    payments.decideRefunds();
    payouts.decideDue();
    notifier.deliverDue();
  };
  const timer = setInterval(tick, tickMs);
  return {
    url: listening,
    async close() {
      clearInterval(timer);
      await app.close();
      await notifier.settle();
    },
  };
}

function listeningUrl(app: FastifyInstance, scheme: 'http' | 'https'): string {
  const { port, address, family } = app.server.address() as AddressInfo;
  const host = address === '::' || address === '0.0.0.0' ? '127.0.0.1' : address;
  return `${scheme}://${family === 'IPv6' && host === address ? `[${host}]` : host}:${port}`;
}
