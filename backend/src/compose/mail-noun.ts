import type { RegisterRoutes } from '../app.ts';
import type { QueueProbe } from '../http/health.ts';
import { createMailClient } from '../mail/client.ts';
import { createMailDispatcher, createSealRecipient, type MailDispatcher } from '../mail/dispatcher.ts';
import { countWaiting } from '../mail/store.ts';
import { createRenderMail } from '../mail/templates.ts';
import { registerReceiptRoutes } from '../receipts/routes.ts';
import { createReceiptService } from '../receipts/service.ts';
import { createReceiptStore } from '../receipts/store.ts';
import type { CashNouns } from './cash-nouns.ts';
import type { Foundation } from './foundation.ts';

/** What writes to people. */
export type MailNoun = {
  readonly routes: readonly RegisterRoutes[];
  /** Absent where no mail is sent. */
  readonly dispatcher: MailDispatcher | undefined;
  readonly probe: QueueProbe;
};

export function composeMail(foundation: Foundation, { gateways }: Pick<CashNouns, 'gateways'>): MailNoun {
  const { config, pool, sealer, addressKey } = foundation;
  const receipts = createReceiptService({
    store: createReceiptStore(pool),
    isOn: config.mail !== undefined,
    addressKey,
    sealRecipient: createSealRecipient(sealer),
  });
  return {
    routes: [registerReceiptRoutes({ service: receipts })],
    dispatcher: composeDispatcher(foundation, gateways),
    probe: () => countWaiting(pool),
  };
}

function composeDispatcher(
  { config, pool, sealer, assets, log }: Foundation,
  gateways: CashNouns['gateways'],
): MailDispatcher | undefined {
  const { mail, publicUrl, chains } = config;
  if (!mail) return undefined;
  return createMailDispatcher({
    pool,
    client: createMailClient(mail),
    sealer,
    render: createRenderMail({ publicUrl, assets, chains, gateways }),
    pace: { sweepMs: config.SWEEP_MS },
    onFailure: (error) =>
      log.warn(
        { code: (error as { code?: unknown }).code, name: (error as Error).name },
        'mail could not be looked at, and will be again',
      ),
    onGivenUp: ({ id, template, reason }) => log.warn({ mail: id, template, reason }, 'a mail was given up'),
  });
}
