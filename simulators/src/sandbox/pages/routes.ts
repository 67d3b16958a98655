/** The pages that people open: the hosted page for payers, the panel for developers. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Merchant } from '../../config.ts';
import { faultTimesMax } from '../../faults.ts';
import { chooseLanguage, type Language } from '../../pages/language.ts';
import { isNearby } from '../../pages/nearby.ts';
import type { Book } from '../book.ts';
import { faultNames, type SandboxFaults } from '../faults.ts';
import type { Notifier } from '../notifier.ts';
import type { Payments } from '../payments.ts';
import type { Payouts } from '../payouts.ts';
import { Refusal } from '../refusal.ts';
import type { SigningKey } from '../signature.ts';
import { renderHostedPage, renderUnknownOrder } from './hosted-page.ts';
import { icon } from './icon.ts';
import { renderPanel } from './panel-page.ts';
import { styleSheet } from './style.ts';

/** What the pages show and change. */
export type PageParts = {
  readonly book: Book;
  readonly payments: Payments;
  readonly payouts: Payouts;
  readonly faults: SandboxFaults;
  readonly notifier: Notifier;
  readonly merchant: Merchant;
  readonly signingKey: () => SigningKey;
  readonly publicUrl: () => string;
  readonly rotateKey: () => void;
};

type Form = Readonly<Record<string, string>>;

const faultForm = z.object({
  name: z.enum(faultNames),
  orderNumber: z
    .string()
    .regex(/^[0-9A-Za-z]{0,40}$/)
    .default(''),
  times: z.coerce.number().int().min(1).max(faultTimesMax).default(1),
});

/** Adds the hosted page, the panel, and what they need. */
export async function registerPages(app: FastifyInstance, parts: PageParts): Promise<void> {
  // After paying, the form's answer leads to the merchant, which this policy has to name (CSP 3, form-action applies to redirects).
  const policy = `default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' ${parts.merchant.origins.join(' ')}; base-uri 'none'; frame-ancestors 'none'`;
  await app.register((pages, _options, done) => {
    pages.removeAllContentTypeParsers();
    pages.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    );
    pages.addHook('onRequest', async (request) => {
      checkOrigin(request, parts.publicUrl());
      if (request.url.startsWith('/panel')) checkNearby(request);
    });
    pages.addHook('onSend', async (_request, reply) => {
      reply.headers({
        'content-security-policy': policy,
        'x-content-type-options': 'nosniff',
        // Not no-referrer: browsers would then send our own forms with `Origin: null`.
        'referrer-policy': 'same-origin',
        'cache-control': 'no-store',
      });
    });
    pages.setErrorHandler((error, _request, reply) => {
      const refused = error instanceof Refusal;
      return reply
        .code(refused ? error.status : 400)
        .type('text/plain; charset=utf-8')
        .send(refused ? error.code : 'REQUEST_MALFORMED');
    });
    pages.get('/', (_request, reply) => reply.redirect('/panel', 302));
    pages.get('/style.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(styleSheet));
    pages.get('/icon.svg', (_request, reply) => reply.type('image/svg+xml').send(icon));
    addHostedPage(pages, parts);
    addPanel(pages, parts);
    done();
  });
}

function addHostedPage(pages: FastifyInstance, { payments, notifier, merchant }: PageParts): void {
  pages.get('/pay/:token', (request, reply) => {
    const language = languageOf(request);
    const payment = payments.findByToken(parameter(request, 'token'));
    if (!payment) return page(reply.code(404), renderUnknownOrder(language, request.url.split('?')[0] ?? '/'));
    return page(reply, renderHostedPage({ payment, merchantName: merchant.name, language }));
  });
  pages.post('/pay/:token', (request, reply) => {
    const payment = payments.findByToken(parameter(request, 'token'));
    if (!payment) throw new Refusal(404, 'PAYMENT_UNKNOWN');
    const { choice } = request.body as Form;
    // A second click on an old page changes nothing: it shows what has become of the order.
    if (payment.status !== 'waiting')
      return reply.redirect(`/pay/${payment.pageToken}?lang=${languageOf(request)}`, 303);
    if (choice === 'pay') payments.pay(payment.orderNumber);
    else if (choice === 'decline') payments.decline(payment.orderNumber);
    else throw new Refusal(400, 'REQUEST_MALFORMED');
    notifier.deliverDue();
    return reply.redirect(payment.returnUrl, 303);
  });
}

function addPanel(pages: FastifyInstance, parts: PageParts): void {
  const { book, payments, payouts, faults, notifier } = parts;
  pages.get('/panel', (request, reply) =>
    page(
      reply,
      renderPanel({ book, armed: faults.list(), keyId: parts.signingKey().id, language: languageOf(request) }),
    ),
  );
  pages.get('/panel.json', () => ({
    payments: [...book.payments.values()],
    payouts: [...book.payouts.values()],
    refunds: [...book.refunds.values()],
    notices: [...book.notices.values()],
    faults: faults.list(),
    key: { id: parts.signingKey().id, publicKey: parts.signingKey().publicKey },
  }));
  const action = (url: string, work: (form: Form, params: Record<string, string>) => void): void => {
    pages.post(url, (request, reply) => {
      work((request.body ?? {}) as Form, request.params as Record<string, string>);
      notifier.deliverDue();
      return reply.redirect(`/panel?lang=${languageOf(request)}`, 303);
    });
  };
  action('/panel/payments/:orderNumber', (form, { orderNumber = '' }) => {
    const actions: Readonly<Record<string, () => void>> = {
      pay: () => payments.pay(orderNumber),
      pay_late: () => payments.pay(orderNumber, { isLate: true }),
      decline: () => payments.decline(orderNumber),
      expire: () => payments.expire(orderNumber),
    };
    act(actions, form);
  });
  action('/panel/payouts/:orderNumber', (form, { orderNumber = '' }) => {
    act(
      {
        settled: () => payouts.decide(orderNumber, 'settled'),
        returned: () => payouts.decide(orderNumber, 'returned'),
      },
      form,
    );
  });
  action('/panel/notices/:id', (form, { id = '' }) => act({ release: () => notifier.release(id) }, form));
  action('/panel/faults', (form) => {
    const { name, orderNumber, times } = faultForm.parse(form);
    faults.arm(name, { target: orderNumber === '' ? null : orderNumber, times });
  });
  action('/panel/faults/clear', () => faults.clear());
  action('/panel/key', () => parts.rotateKey());
}

function act(actions: Readonly<Record<string, () => void>>, form: Form): void {
  const name = form.action ?? '';
  const work = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (!work) throw new Refusal(400, 'REQUEST_MALFORMED');
  work();
}

/** Another site must not be able to press buttons here through somebody's browser. */
function checkOrigin(request: FastifyRequest, publicUrl: string): void {
  const { origin, host } = request.headers;
  if (request.method === 'GET' || origin === undefined || origin === publicUrl) return;
  if (!URL.canParse(origin) || new URL(origin).host !== host) throw new Refusal(403, 'ORIGIN_REFUSED');
}

/** The panel decides over everybody's payments: it is for whoever sits at this machine, not for the network. */
function checkNearby({ raw: { socket } }: FastifyRequest): void {
  if (!isNearby(socket.remoteAddress, socket.localAddress)) throw new Refusal(403, 'PANEL_IS_LOCAL');
}

function languageOf(request: FastifyRequest): Language {
  return chooseLanguage((request.query as { lang?: unknown }).lang, request.headers['accept-language']);
}

function parameter(request: FastifyRequest, name: string): string {
  return (request.params as Record<string, string>)[name] ?? '';
}

function page(reply: FastifyReply, markup: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(markup);
}
