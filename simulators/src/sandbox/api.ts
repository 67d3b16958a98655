/** The signed HTTP API of PROTOCOL.md. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { SandboxFaults } from './faults.ts';
import { envelopeHeaders } from './notifier.ts';
import type { Payments } from './payments.ts';
import type { Payouts } from './payouts.ts';
import { Refusal } from './refusal.ts';
import type { RequestCheck } from './request-check.ts';
import { canonicalText, createNonce, createSeed, createSigningKey, type SigningKey } from './signature.ts';
import {
  createPaymentSchema,
  createPayoutSchema,
  createRefundSchema,
  encodePayment,
  encodePayout,
  encodeRefund,
} from './wire.ts';

/** What the API is made of. */
export type ApiParts = {
  readonly payments: Payments;
  readonly payouts: Payouts;
  readonly faults: SandboxFaults;
  readonly check: RequestCheck;
  readonly signingKey: () => SigningKey;
  readonly merchantId: string;
  /** The origin that people's browsers reach. */
  readonly publicUrl: () => string;
  readonly clock: () => Date;
};

const slowMs = 30_000;
const bodyBytesMax = 65_536;

type Answer = { readonly status: number; readonly body: object };

/** Adds the routes under /v1. */
export async function registerApi(app: FastifyInstance, parts: ApiParts): Promise<void> {
  await app.register((api, _options, done) => {
    // Signatures cover raw bytes, so nothing is parsed before it is checked.
    api.removeAllContentTypeParsers();
    api.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyBytesMax }, (_request, body, done) =>
      done(null, body),
    );
    const route = (
      method: 'GET' | 'POST',
      url: string,
      work: (body: unknown, params: Record<string, string>) => Answer,
    ): void => {
      api.route({ method, url, handler: (request, reply) => handle(parts, request, reply, work) });
    };
    addRoutes(route, parts);
    done();
  });
}

function addRoutes(
  route: (method: 'GET' | 'POST', url: string, work: (body: unknown, params: Record<string, string>) => Answer) => void,
  { payments, payouts, publicUrl }: ApiParts,
): void {
  route('POST', '/v1/payments', (body) => {
    const { payment, isNew } = payments.create(parse(createPaymentSchema, body));
    return { status: isNew ? 201 : 200, body: encodePayment(payment, publicUrl()) };
  });
  route('GET', '/v1/payments/:orderNumber', (_body, { orderNumber = '' }) => ({
    status: 200,
    body: encodePayment(payments.get(orderNumber), publicUrl()),
  }));
  route('POST', '/v1/payments/:orderNumber/expire', (_body, { orderNumber = '' }) => {
    payments.expire(orderNumber);
    return { status: 200, body: encodePayment(payments.get(orderNumber), publicUrl()) };
  });
  route('POST', '/v1/payments/:orderNumber/refunds', (body, { orderNumber = '' }) => ({
    status: 200,
    body: encodeRefund(payments.refund(orderNumber, parse(createRefundSchema, body))),
  }));
  route('POST', '/v1/payouts', (body) => {
    const { payout, isNew } = payouts.create(parse(createPayoutSchema, body));
    return { status: isNew ? 201 : 200, body: encodePayout(payout) };
  });
  route('GET', '/v1/payouts/:orderNumber', (_body, { orderNumber = '' }) => ({
    status: 200,
    body: encodePayout(payouts.get(orderNumber)),
  }));
}

async function handle(
  parts: ApiParts,
  request: FastifyRequest,
  reply: FastifyReply,
  work: (body: unknown, params: Record<string, string>) => Answer,
): Promise<FastifyReply> {
  const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const orderNumber = orderOf(request, raw);
  if (parts.faults.take('api_unavailable', orderNumber))
    return reply.code(503).type('text/plain').send('The bank is closed for a moment.');
  if (parts.faults.take('api_slow', orderNumber)) await untilGone(request, slowMs);
  return send(parts, request, reply, { answer: answerOf(parts, request, raw, work), orderNumber });
}

function answerOf(
  parts: ApiParts,
  request: FastifyRequest,
  raw: Buffer,
  work: (body: unknown, params: Record<string, string>) => Answer,
): Answer {
  try {
    parts.check({ method: request.method, target: request.raw.url ?? '', headers: request.headers, body: raw });
    return work(raw.length === 0 ? undefined : parseJson(raw), request.params as Record<string, string>);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, body: { code: error.code } };
  }
}

/** Signs and sends an answer, unless an armed fault wants otherwise. */
function send(
  parts: ApiParts,
  request: FastifyRequest,
  reply: FastifyReply,
  { answer, orderNumber }: { answer: Answer; orderNumber: string | null },
): FastifyReply {
  const strikes = (name: Parameters<SandboxFaults['take']>[0]): boolean => parts.faults.take(name, orderNumber);
  if (strikes('api_answer_lost')) {
    request.raw.socket.destroy();
    return reply.hijack();
  }
  const text = JSON.stringify(answer.body);
  const body = Buffer.from(strikes('api_answer_garbage') ? text.slice(0, text.length / 2) : text);
  const key = parts.signingKey();
  const signer = strikes('api_answer_forged') ? createSigningKey(createSeed()) : key;
  const asked = request.headers['sandbox-nonce'];
  // An answer to another question is validly signed and says something about another request.
  const requestNonce = strikes('api_answer_replayed') ? createNonce() : typeof asked === 'string' ? asked : '';
  const envelope = {
    merchant: parts.merchantId,
    key: key.id,
    timestamp: String(Math.floor(parts.clock().getTime() / 1000)),
    nonce: createNonce(),
  };
  const signature = signer.sign(canonicalText({ kind: 'answer', status: answer.status, requestNonce }, envelope, body));
  const headers = {
    ...envelopeHeaders(envelope),
    ...(strikes('api_answer_unsigned') ? {} : { 'sandbox-signature': signature }),
  };
  return reply.code(answer.status).headers(headers).type('application/json').send(body);
}

/** The order that a request is about, as far as it says so; only for aiming faults. */
function orderOf(request: FastifyRequest, raw: Buffer): string | null {
  const { orderNumber } = request.params as { orderNumber?: string };
  if (orderNumber !== undefined) return orderNumber;
  return /"orderNumber":"([0-9A-Za-z]{8,40})"/.exec(raw.toString('utf8'))?.[1] ?? null;
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new Refusal(400, 'REQUEST_MALFORMED');
  return parsed.data;
}

function parseJson(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString('utf8'));
  } catch {
    throw new Refusal(400, 'REQUEST_MALFORMED');
  }
}

function untilGone(request: FastifyRequest, limitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, limitMs);
    request.raw.socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
