/** The pages on which people of this machine read what was sent, and make things go wrong. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { faultTimesMax } from '../../faults.ts';
import { chooseLanguage, type Language } from '../../pages/language.ts';
import { type MailFaults, mailFaultNames } from '../faults.ts';
import type { Mailbox, StoredMessage } from '../mailbox.ts';
import { renderList } from './list-page.ts';
import { liveScript } from './live.ts';
import { renderMessage, renderUnknownMessage } from './message-page.ts';
import { icon, styleSheet } from './style.ts';

type PageParts = { readonly mailbox: Mailbox; readonly faults: MailFaults };

const policy =
  "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/** Of a message: its own styles and pictures that it brought along. Links open beside. */
const messagePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";
const streamsMax = 20;

const faultForm = z.object({
  name: z.enum(mailFaultNames),
  recipient: z.string().max(254).default(''),
  times: z.coerce.number().int().min(1).max(faultTimesMax).default(1),
});

/** Adds every page. */
export async function registerMailPages(app: FastifyInstance, parts: PageParts): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
  app.addHook('onRequest', async (request, reply) => {
    if (!isOurs(request)) return reply.code(403).type('text/plain').send('ORIGIN_REFUSED');
  });
  app.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('content-security-policy')) reply.header('content-security-policy', policy);
    reply.headers({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cache-control': 'no-store',
    });
  });
  app.setErrorHandler((_error, _request, reply) =>
    reply.code(400).type('text/plain; charset=utf-8').send('REQUEST_MALFORMED'),
  );
  app.get('/style.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(styleSheet));
  app.get('/live.js', (_request, reply) => reply.type('text/javascript; charset=utf-8').send(liveScript));
  app.get('/icon.svg', (_request, reply) => reply.type('image/svg+xml').send(icon));
  addList(app, parts);
  addMessage(app, parts);
  addEvents(app, parts);
}

function addList(app: FastifyInstance, { mailbox, faults }: PageParts): void {
  app.get('/', (request, reply) => {
    const language = languageOf(request);
    return page(reply, renderList({ messages: mailbox.list(), armed: faults.list(), language }));
  });
  app.get('/messages.json', () => ({
    messages: mailbox.list().map(({ source, ...message }) => ({ ...message, bytes: source.length })),
    faults: faults.list(),
  }));
  app.post('/clear', (request, reply) => {
    mailbox.clear();
    return backToList(request, reply);
  });
  app.post('/faults', (request, reply) => {
    const { name, recipient, times } = faultForm.parse(request.body);
    faults.arm(name, { target: recipient === '' ? null : recipient, times });
    return backToList(request, reply);
  });
  app.post('/faults/clear', (request, reply) => {
    faults.clear();
    return backToList(request, reply);
  });
}

function addMessage(app: FastifyInstance, { mailbox }: PageParts): void {
  const add = (
    path: string,
    answer: (message: StoredMessage, request: FastifyRequest, reply: FastifyReply) => unknown,
  ) =>
    app.get(`/messages/:id${path}`, (request, reply) => {
      const message = mailbox.find(Number((request.params as { id: string }).id));
      if (message) return answer(message, request, reply);
      return page(reply.code(404), renderUnknownMessage(languageOf(request)));
    });
  add('', (message, request, reply) => page(reply, renderMessage(message, languageOf(request))));
  add('/html', ({ html }, _request, reply) =>
    page(reply.header('content-security-policy', messagePolicy), openLinksBeside(html)),
  );
  add('/source', ({ source }, _request, reply) => reply.type('text/plain; charset=utf-8').send(source));
}

/** Tells open pages that there is something new. */
function addEvents(app: FastifyInstance, { mailbox }: PageParts): void {
  let streams = 0;
  app.get('/events', (request, reply) => {
    if (streams >= streamsMax) return reply.code(503).send();
    streams += 1;
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    reply.raw.write(': open\n\n');
    const stop = mailbox.listen(() => void reply.raw.write('data: new\n\n'));
    request.raw.once('close', () => {
      streams -= 1;
      stop();
    });
    return reply;
  });
}

/** A name that leads here by somebody else's doing, or a page of somebody else's, must not read or press anything. */
function isOurs({ headers: { host = '', origin } }: FastifyRequest): boolean {
  if (!/^(?:127\.0\.0\.1|localhost):\d+$/.test(host)) return false;
  return origin === undefined || origin === `http://${host}`;
}

/** In the frame itself the wallet would not be shown. */
function openLinksBeside(markup: string): string {
  const base = '<base target="_blank">';
  return /<head[^>]*>/i.test(markup) ? markup.replace(/<head[^>]*>/i, (head) => head + base) : base + markup;
}

function backToList(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply.redirect(`/?lang=${languageOf(request)}`, 303);
}

function languageOf(request: FastifyRequest): Language {
  return chooseLanguage((request.query as { lang?: unknown }).lang, request.headers['accept-language']);
}

function page(reply: FastifyReply, markup: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(markup);
}
