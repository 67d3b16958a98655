/**
 * A shop that takes real payments, in one file: `FEIQIAN_API_KEY=fqk_… npm run example:shop`.
 *
 * It asks for a payment, sends the payer to it, and delivers when the service says that the money is there: by a signed
 * message, where it can be reached, and by asking whenever somebody looks at an order.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFeiqian, type PaymentRequest } from '@feiqian/sdk/feiqian';
import { readWebhook, WebhookRefused } from '@feiqian/sdk/read-webhook';

const {
  FEIQIAN_URL: url = 'http://localhost:8080',
  FEIQIAN_API_KEY: apiKey = '',
  /** Where the service reaches this shop; a secret of the endpoint comes with its registration. */
  FEIQIAN_SHOP_URL: shopUrl,
  FEIQIAN_ADDRESS: address,
  PORT: port = '8090',
} = process.env;

const feiqian = createFeiqian({ url, apiKey });
const goods = [
  { id: 'latte', name: 'Latte 拿铁', fen: '2500' },
  { id: 'tea', name: 'Jasmine tea 茉莉花茶', fen: '1800' },
] as const;

type Order = {
  readonly id: string;
  readonly name: string;
  readonly requestId: string;
  readonly payUrl: string;
  isPaid: boolean;
};
/** A real shop keeps orders in a database. */
const orders = new Map<string, Order>();
/** Checks that messages are the service's. Nobody else has it, so that none is believed before there is one. */
let secret = `whsec_${randomBytes(32).toString('base64')}`;
/** Messages come at least once: what was seen needs nothing done. */
const seen = new Set<string>();

async function order(goodId: string | null): Promise<Order | undefined> {
  const good = goods.find(({ id }) => id === goodId);
  if (!good) return undefined;
  const id = randomUUID();
  const request = await feiqian.paymentRequests.create(
    {
      money: { asset: 'iso4217:CNY', amount: good.fen },
      description: good.name,
      expiresIn: 900,
      ...(address ? { address: address as `0x${string}` } : {}),
    },
    // The order's own number: however often this is sent, the payer is asked once.
    { idempotencyKey: id },
  );
  const made = { id, name: good.name, requestId: request.id, payUrl: request.url, isPaid: false };
  orders.set(id, made);
  return made;
}

/** The one place where goods are handed over. */
function settle({ id, state }: Pick<PaymentRequest, 'id' | 'state'>): void {
  for (const one of orders.values()) if (one.requestId === id && state === 'settled') one.isPaid = true;
}

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  try {
    const event = readWebhook({ body, headers: request.headers, secret });
    if (!seen.has(event.id) && event.paymentRequest) settle(event.paymentRequest);
    seen.add(event.id);
    response.writeHead(204).end();
  } catch (error) {
    if (!(error instanceof WebhookRefused)) throw error;
    response.writeHead(400).end();
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

const page = (title: string, content: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<main style="font:1rem/1.5 system-ui;max-width:32rem;margin:3rem auto;padding:0 1rem"><h1>${title}</h1>${content}</main></html>`;

const shelf = goods
  .map(({ id, name, fen }) => {
    const price = `¥${fen.slice(0, -2)}.${fen.slice(-2)}`;
    return `<form method="post" action="/orders"><p>${name}, ${price} <button name="good" value="${id}">Buy</button></p></form>`;
  })
  .join('');

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://shop');
  const html = (status: number, text: string) =>
    void response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(text);
  if (request.method === 'POST' && pathname === '/webhooks') return receive(request, response);
  if (request.method === 'POST' && pathname === '/orders') {
    const made = await order(new URLSearchParams((await readBody(request)).toString()).get('good'));
    if (!made) return html(404, page('Not sold here', '<p><a href="/">Back</a></p>'));
    return void response.writeHead(303, { location: `/orders/${made.id}` }).end();
  }
  if (pathname === '/paid') return html(200, `${[...orders.values()].filter(({ isPaid }) => isPaid).length}`);
  if (pathname === '/') return html(200, page('Tang Coffee 唐咖啡', shelf));
  const one = orders.get(pathname.replace(/^\/orders\//, ''));
  if (!one) return html(404, page('No such order', '<p><a href="/">Back</a></p>'));
  if (!one.isPaid) settle(await feiqian.paymentRequests.get(one.requestId));
  const state = one.isPaid
    ? '<p><strong>Paid. Enjoy.</strong></p>'
    : `<p><a href="${one.payUrl}">Pay with Feiqian 用飞钱付款</a></p><p><a href="">I have paid</a></p>`;
  return html(200, page(one.name, state));
}

if (apiKey === '') {
  process.stderr.write('Set FEIQIAN_API_KEY to a key of the wallet: Settings, For shops, API keys.\n');
  process.exit(1);
}
const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    process.stderr.write(`${error}\n`);
    if (!response.headersSent) response.writeHead(502);
    response.end();
  });
});
server.listen(Number(port), '127.0.0.1', async () => {
  const { port: taken } = server.address() as AddressInfo;
  const own = `http://localhost:${taken}`;
  const endpoint = await feiqian.webhookEndpoints
    .create({ url: `${shopUrl ?? own}/webhooks`, types: ['payment_request.settled'] })
    .catch((error: unknown) => void process.stderr.write(`Nobody tells this shop of payments: ${error}\n`));
  secret = endpoint?.secret ?? secret;
  const close = () => (endpoint ? feiqian.webhookEndpoints.remove(endpoint.id) : Promise.resolve());
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void close().finally(() => process.exit(0)));
  process.stdout.write(`The shop is open at ${own}\n`);
});
