/** The only way out for mail: one message, one connection, one answer that says what became of it. */
import { createTransport } from 'nodemailer';

/** Where mail is handed in. */
export type SmtpServer = {
  readonly host: string;
  readonly port: number;
  /** `starttls` is demanded, never merely offered. `none` is for this machine only. */
  readonly encryption: 'tls' | 'starttls' | 'none';
  readonly auth: { readonly user: string; readonly pass: string } | undefined;
};

/** One message, ready to go. */
export type MailMessage = {
  /** Names the message: repeated, it is the same one for whoever receives it. */
  readonly id: string;
  readonly createdAt: Date;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
};

/** Why a try, or all of them, came to nothing. */
export type MailFailure = 'REFUSED' | 'REFUSED_FOR_NOW' | 'LOGIN_REFUSED' | 'NOT_ENCRYPTED' | 'UNREACHABLE' | 'TIMEOUT';

/** What came of one try. */
export type MailOutcome =
  | { readonly kind: 'sent' }
  | {
      readonly kind: 'failed';
      readonly error: MailFailure;
      /** The server's code with its enhanced one (RFC 3463), such as `550 5.1.1`; never its words, which repeat addresses. */
      readonly status: string | undefined;
      /** Whether another try could end otherwise. */
      readonly isFinal: boolean;
    };

/** Hands messages in. */
export type MailClient = {
  /** @param signal - Gives up, without an outcome. @throws when `signal` is aborted. */
  readonly send: (message: MailMessage, signal: AbortSignal) => Promise<MailOutcome>;
};

/** For everything together; the lease of a mail is longer by far. */
const timeoutMsDefault = 45_000;
const connectMaxMs = 10_000;
const silenceMaxMs = 20_000;
const answerBytesMax = 65_536;
// Whoever lets an address in has looked more closely; here it is made sure that it is one and nothing else.
const addressShape = /^[^\s<>"(),:;\p{Cc}]{1,64}@[^\s<>"(),:;@\p{Cc}]{1,253}$/u;

/**
 * @param from - Whom mail comes from.
 * @param timeoutMs - For everything together, from the look-up to the last answer.
 */
export function createMailClient({
  server,
  from,
  timeoutMs = timeoutMsDefault,
}: {
  readonly server: SmtpServer;
  readonly from: { readonly name: string; readonly address: string };
  readonly timeoutMs?: number;
}): MailClient {
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  const { host, port, encryption, auth } = server;
  const transport = createTransport({
    host,
    port,
    secure: encryption === 'tls',
    requireTLS: encryption === 'starttls',
    ignoreTLS: encryption === 'none',
    ...(auth ? { auth } : {}),
    // The name of this machine is nobody's business.
    name: domain,
    connectionTimeout: connectMaxMs,
    dnsTimeout: connectMaxMs,
    greetingTimeout: silenceMaxMs,
    socketTimeout: silenceMaxMs,
    maxResponseSize: answerBytesMax,
    logger: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ id, createdAt, to, subject, text, html }, signal) {
      signal.throwIfAborted();
      if (!addressShape.test(to)) return { kind: 'failed', error: 'REFUSED', status: undefined, isFinal: true };
      const deadline = AbortSignal.timeout(timeoutMs);
      try {
        await transport.sendMail({
          from,
          to: { name: '', address: to },
          envelope: { from: from.address, to: [to] },
          subject,
          text,
          html,
          messageId: `<${id}@${domain}>`,
          date: createdAt,
          // The same bytes at every try.
          baseBoundary: id,
          // Nobody's automatic answer is wanted (RFC 3834).
          headers: { 'Auto-Submitted': 'auto-generated' },
          xMailer: false,
          signal: AbortSignal.any([signal, deadline]),
        });
        return { kind: 'sent' };
      } catch (error) {
        signal.throwIfAborted();
        return judge(error, deadline.aborted);
      }
    },
  };
}

// Where the server speaks of this message: its sender, its recipient, itself.
const aboutMessage = new Set(['EENVELOPE', 'EMESSAGE']);
const aboutLogin = new Set(['EAUTH', 'ENOAUTH', 'EOAUTH2']);
// RFC 4954: log in first, log in otherwise, wrong password, encrypt first.
const loginCodes = new Set([530, 534, 535, 538]);

/** A refusal for good is about this message; a log-in or an encryption that fails is about the operator's settings, which can be mended. */
function judge(error: unknown, isLate: boolean): MailOutcome {
  const {
    code = '',
    responseCode,
    response,
  } = error as {
    code?: string;
    responseCode?: number;
    response?: string;
  };
  const status = readStatus(responseCode, response);
  const fail = (failure: MailFailure, isFinal = false): MailOutcome => ({
    kind: 'failed',
    error: failure,
    status,
    isFinal,
  });
  if (isLate || code === 'ETIMEDOUT') return fail('TIMEOUT');
  if (code === 'ETLS') return fail('NOT_ENCRYPTED');
  if (aboutLogin.has(code) || (responseCode !== undefined && loginCodes.has(responseCode)))
    return fail('LOGIN_REFUSED');
  // Without a code it is something that no server of this kind can be handed.
  if (aboutMessage.has(code) && (responseCode === undefined || responseCode >= 500)) return fail('REFUSED', true);
  if (responseCode !== undefined) return fail('REFUSED_FOR_NOW');
  return fail('UNREACHABLE');
}

function readStatus(responseCode: number | undefined, response: string | undefined): string | undefined {
  if (responseCode === undefined) return undefined;
  const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response ?? '')?.[1];
  return enhanced === undefined ? `${responseCode}` : `${responseCode} ${enhanced}`;
}
