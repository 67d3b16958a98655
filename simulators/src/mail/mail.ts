import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import type { MailConfig } from '../config.ts';
import { createFaults } from '../faults.ts';
import type { MailFaultName } from './faults.ts';
import { createMailbox, type MailboxLimits } from './mailbox.ts';
import { registerMailPages } from './pages/routes.ts';
import { startSmtp } from './smtp.ts';

/** A running mail server. */
export type Mail = {
  /** Where messages are handed in, such as `smtp://127.0.0.1:2525`. */
  readonly smtpUrl: string;
  /** The page that shows them. */
  readonly pageUrl: string;
  readonly close: () => Promise<void>;
};

// Messages can hold codes and links that open something, so nobody else in the network sees them.
const host = '127.0.0.1';
const slowMsDefault = 30_000;

/**
 * Starts a mail server that takes every message and brings it nowhere.
 *
 * @param slowMs - How long the fault `slow` takes.
 */
export async function startMail(
  { smtpPort, pagePort }: MailConfig,
  {
    limits,
    slowMs = slowMsDefault,
    clock = () => new Date(),
  }: { readonly limits?: MailboxLimits; readonly slowMs?: number; readonly clock?: () => Date } = {},
): Promise<Mail> {
  const mailbox = createMailbox(limits);
  const faults = createFaults<MailFaultName>();
  const smtp = await startSmtp({ host, port: smtpPort, mailbox, faults, slowMs, clock });
  const app = Fastify({ logger: false, bodyLimit: 65_536, forceCloseConnections: true });
  await registerMailPages(app, { mailbox, faults });
  await app.listen({ host, port: pagePort });
  return {
    smtpUrl: `smtp://${host}:${smtp.port}`,
    pageUrl: `http://${host}:${(app.server.address() as AddressInfo).port}`,
    async close() {
      await app.close();
      await smtp.close();
    },
  };
}
