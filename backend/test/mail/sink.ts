/** A real mail server in the hands of a test: down and up again at the same place, failing on demand. */

import type { MailFaultName } from '../../../simulators/src/mail/faults.ts';
import { type Mail, startMail } from '../../../simulators/src/mail/mail.ts';
import type { SmtpServer } from '../../src/mail/client.ts';

/** One message as it came in. */
export type Received = {
  readonly recipients: readonly string[];
  readonly sender: string;
  readonly from: string;
  readonly subject: string;
  readonly messageId: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly text: string;
  readonly html: string;
};

export type Sink = {
  readonly server: SmtpServer;
  /** Oldest first. */
  readonly received: () => Promise<readonly Received[]>;
  readonly untilReceived: (count: number) => Promise<void>;
  /** The bytes of the one that came as the nth, from 1. */
  readonly sourceOf: (index: number) => Promise<string>;
  readonly arm: (
    name: MailFaultName,
    options?: { readonly recipient?: string; readonly times?: number },
  ) => Promise<void>;
  /** Nobody listens any more. What came is forgotten. */
  readonly down: () => Promise<void>;
  /** Somebody does again, at the same port. */
  readonly up: () => Promise<void>;
  readonly close: () => Promise<void>;
};

export async function startSink({ slowMs = 600_000 }: { readonly slowMs?: number } = {}): Promise<Sink> {
  let mail: Mail | undefined = await startMail({ smtpPort: 0, pagePort: 0 }, { slowMs });
  const port = Number(new URL(mail.smtpUrl).port);
  const ask = (path: string, form?: Record<string, string>) =>
    fetch(
      `${mail?.pageUrl}${path}`,
      form ? { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' } : {},
    );
  const received = async () =>
    ((await (await ask('/messages.json')).json()) as { messages: Received[] }).messages.toReversed();
  const down = async () => {
    await mail?.close();
    mail = undefined;
  };
  return {
    server: { host: '127.0.0.1', port, encryption: 'none', auth: undefined },
    received,
    async untilReceived(count) {
      const events = await fetch(`${mail?.pageUrl}/events`);
      const reader = events.body?.getReader();
      // Each word of it is a reason to look: at the opening, and after every message.
      while ((await received()).length < count) if ((await reader?.read())?.done !== false) break;
      await reader?.cancel();
    },
    sourceOf: async (index) => (await ask(`/messages/${index}/source`)).text(),
    arm: async (name, { recipient = '', times = 1 } = {}) => {
      const { status } = await ask('/faults', { name, recipient, times: String(times) });
      if (status !== 303) throw new Error(`The fault ${name} could not be armed.`);
    },
    down,
    async up() {
      mail = await startMail({ smtpPort: port, pagePort: 0 }, { slowMs });
    },
    close: down,
  };
}
