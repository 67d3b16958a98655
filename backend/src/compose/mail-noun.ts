import type { QueueProbe } from '../http/health.ts';
import { createMailClient } from '../mail/client.ts';
import { createMailDispatcher, type MailDispatcher } from '../mail/dispatcher.ts';
import { countWaiting } from '../mail/store.ts';
import { createRenderMail } from '../mail/templates.ts';
import type { Foundation } from './foundation.ts';

/** What sends mail. */
export type MailNoun = {
  /** Absent where no mail is sent. */
  readonly dispatcher: MailDispatcher | undefined;
  readonly probe: QueueProbe;
};

export function composeMail({ config, pool, sealer, assets, log }: Foundation): MailNoun {
  const { mail, publicUrl, chains } = config;
  const probe = () => countWaiting(pool);
  if (!mail) return { dispatcher: undefined, probe };
  const dispatcher = createMailDispatcher({
    pool,
    client: createMailClient(mail),
    sealer,
    render: createRenderMail({ publicUrl, assets, chains }),
    pace: { sweepMs: config.SWEEP_MS },
    onFailure: (error) =>
      log.warn(
        { code: (error as { code?: unknown }).code, name: (error as Error).name },
        'mail could not be looked at, and will be again',
      ),
    onGivenUp: ({ id, template, reason }) => log.warn({ mail: id, template, reason }, 'a mail was given up'),
  });
  return { dispatcher, probe };
}
