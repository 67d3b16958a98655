/** The SMTP side: takes every message from whoever is on this machine, and fails where a fault is armed. */
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import PostalMime, { type Address } from 'postal-mime';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { MailFaults } from './faults.ts';
import type { Mailbox, StoredMessage } from './mailbox.ts';

/** A listening SMTP server. */
export type Smtp = {
  readonly port: number;
  readonly close: () => Promise<void>;
};

const messageBytesMax = 5 * 1024 * 1024;
const clientsMax = 50;

type Parts = {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly mailbox: Mailbox;
  readonly faults: MailFaults;
  readonly slowMs: number;
  readonly clock: () => Date;
};

/** An SMTP reply that refuses (RFC 5321, with the enhanced codes of RFC 3463). */
class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly responseCode: number;

  constructor(responseCode: number, text: string) {
    super(text);
    this.responseCode = responseCode;
  }
}

/** Starts listening. */
export async function startSmtp({ host, port, mailbox, faults, slowMs, clock }: Parts): Promise<Smtp> {
  const slow = new Set<() => void>();
  const sockets = new Set<Socket>();
  const server = new SMTPServer({
    name: 'mail.sandbox',
    banner: 'Feiqian practice mail',
    size: messageBytesMax,
    rejectOversized: true,
    maxClients: clientsMax,
    // Plain, because it never leaves this machine: whoever sends needs no certificate of ours.
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    disableReverseLookup: true,
    logger: false,
    onConnect: (_session, done) =>
      faults.take('unavailable', null) ? done(new Refusal(421, '4.3.2 The server is closed for a moment')) : done(),
    onAuth: (auth, _session, done) =>
      faults.take('login_refused', null)
        ? done(new Refusal(535, '5.7.8 The password is wrong'))
        : done(null, { user: auth.username ?? 'somebody' }),
    onRcptTo: ({ address }, _session, done) => {
      if (faults.take('recipient_busy', address)) return done(new Refusal(451, '4.2.1 Try again later'));
      if (faults.take('recipient_unknown', address)) return done(new Refusal(550, `5.1.1 Nobody is called ${address}`));
      return done();
    },
    onData: (stream, session, done) => void receive(stream, session).then((reply) => done(null, reply), done),
  });

  const receive = async (stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string> => {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) if (!stream.sizeExceeded) chunks.push(chunk as Buffer);
    // Refused by the server itself.
    if (stream.sizeExceeded) return '';
    const recipients = session.envelope.rcptTo.map(({ address }) => address);
    const strikes = (name: Parameters<MailFaults['take']>[0]) =>
      recipients.some((recipient) => faults.take(name, recipient));
    if (strikes('message_refused')) throw new Refusal(554, '5.7.1 This looks like spam');
    if (strikes('message_lost')) return hangUp(session);
    mailbox.add({ ...(await read(Buffer.concat(chunks), session)), recipients, receivedAt: clock().toISOString() });
    if (strikes('answer_lost')) return hangUp(session);
    if (strikes('slow')) await pause(slow, slowMs);
    return '2.0.0 Kept';
  };

  /** Ends the connection without an answer. */
  const hangUp = ({ remotePort }: SMTPServerSession): string => {
    for (const socket of sockets) if (socket.remotePort === remotePort) socket.destroy();
    return '';
  };

  // A client that breaks off is no failure of ours.
  server.on('error', () => undefined);
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(port, host);
  await once(server.server, 'listening');
  return {
    port: (server.server.address() as AddressInfo).port,
    async close() {
      for (const wake of slow) wake();
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function read(source: Buffer, { envelope }: SMTPServerSession) {
  const email = await PostalMime.parse(source);
  return {
    sender: envelope.mailFrom ? envelope.mailFrom.address : '',
    from: describe(email.from),
    subject: email.subject ?? '',
    messageId: email.messageId ?? '',
    headers: email.headers.map(({ key, value }) => ({ name: key, value })),
    text: email.text ?? '',
    html: email.html ?? '',
    source,
  } satisfies Partial<StoredMessage>;
}

function describe(from: Address | undefined): string {
  const { name = '', address = '' } = from ?? {};
  return name === '' ? address : `${name} <${address}>`;
}

function pause(slow: Set<() => void>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      slow.delete(wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    slow.add(wake);
  });
}
