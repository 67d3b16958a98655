import { type MovementWire, movementResponse } from '@feiqian/domain/api/chain';
import { idSchema, pageOf, pageQuerySchema } from '@feiqian/domain/api/common';
import {
  type AuthorizedPayment,
  authorizedPayment,
  cashPaymentRequest,
  checkoutAuthorization,
  createPaymentRequest,
  type GatewayPaymentWire,
  gatewayPaymentRequest,
  gatewayPaymentResponse,
  type PaymentRequestWire,
  paymentRequestSchema,
  paymentsResponse,
} from '@feiqian/domain/api/payments';
import { z } from 'zod';
import type { RegisterRoutes } from '../app.ts';
import type { AnswerOnce, Idempotency } from '../http/idempotency.ts';
import { requireCaller, requirePrincipal } from '../http/principal.ts';
import type { Answer } from '../ledger/outcome.ts';
import type { PaymentRequestService } from './service.ts';

const tags = ['payment requests'];
const params = z.object({ id: idSchema });
const path = '/v1/payment-requests';
const reads = { scope: 'payment_requests:read' } as const;
const writes = { scope: 'payment_requests:write' } as const;
/** Whoever is not logged in shares one name: their keys have to be unguessable, as ours are. */
const guest = 'guest';
// Each is tried on the chain's node, or makes an order at a gateway.
const guestRate = { rateLimit: { max: 30, timeWindow: 60_000 } };

type Deps = {
  readonly service: PaymentRequestService;
  readonly answers: AnswerOnce;
  readonly getHandle: (userId: string) => Promise<string>;
  /** Begins a payment through a gateway. */
  readonly createSale: (selling: {
    readonly payerId: string | undefined;
    readonly requestId: string;
    readonly gateway: string;
    readonly idempotency: Idempotency;
  }) => Promise<Answer>;
};

/** `/v1/payment-requests`: making, listing, showing, ending and paying links. */
export const registerPaymentRequestRoutes = (deps: Deps): RegisterRoutes[] => [
  registerMaking(deps),
  registerReading(deps),
  registerPaying(deps),
];

function registerMaking({ service, answers, getHandle }: Deps): RegisterRoutes {
  return (app) => {
    app.post(
      path,
      {
        config: writes,
        schema: {
          tags,
          summary: 'Make a payment link',
          body: createPaymentRequest,
          response: { 201: paymentRequestSchema },
        },
      },
      async (request, reply) => {
        const { userId } = requireCaller(request);
        const answer = await answers.answer(request, { userId, route: 'payment-requests' }, async (idempotency) =>
          service.create({ id: userId, handle: await getHandle(userId) }, request.body, idempotency),
        );
        return reply.code(201).send(answer.body as PaymentRequestWire);
      },
    );
    app.post(
      `${path}/:id/cancel`,
      {
        config: writes,
        schema: { tags, summary: 'Take an unpaid link back', params, response: { 200: paymentRequestSchema } },
      },
      (request) => service.cancel(requireCaller(request).userId, request.params.id),
    );
    app.post(
      `${path}/:id/accept`,
      {
        config: writes,
        schema: {
          tags,
          summary: 'Take what came for enough, though it was too little or too late',
          params,
          response: { 200: paymentRequestSchema },
        },
      },
      (request) => service.accept(requireCaller(request).userId, request.params.id),
    );
  };
}

function registerReading({ service }: Deps): RegisterRoutes {
  return (app) => {
    app.get(
      path,
      {
        config: reads,
        schema: {
          tags,
          summary: 'Your payment links',
          querystring: pageQuerySchema.extend({ orderId: z.string().max(64).optional() }),
          response: { 200: pageOf(paymentRequestSchema) },
        },
      },
      (request) => service.list(requireCaller(request).userId, request.query),
    );
    app.get(
      `${path}/:id`,
      {
        config: reads,
        schema: { tags, summary: 'What whoever has the link sees', params, response: { 200: paymentRequestSchema } },
      },
      (request) => service.get(request.params.id),
    );
    app.get(
      `${path}/:id/payments`,
      {
        config: reads,
        schema: { tags, summary: 'What was paid for your link', params, response: { 200: paymentsResponse } },
      },
      async (request) => ({ items: await service.listPayments(requireCaller(request).userId, request.params.id) }),
    );
  };
}

function registerPaying({ service, answers, createSale }: Deps): RegisterRoutes {
  return (app) => {
    app.post(
      `${path}/:id/payments`,
      {
        config: { stepUp: async ({ params: asked }) => (await service.get((asked as { id: string }).id)).money },
        schema: {
          tags,
          summary: 'Pay from cash',
          params,
          body: cashPaymentRequest,
          response: { 201: movementResponse },
        },
      },
      async (request, reply) => {
        const { userId } = requirePrincipal(request);
        const { id } = request.params;
        const caller = { userId, route: `payments:${id}`, isOneCommand: true };
        const answer = await answers.answer(request, caller, (idempotency) =>
          service.payByCash(userId, id, idempotency),
        );
        return reply.code(201).send(answer.body as MovementWire);
      },
    );
    app.post(
      `${path}/:id/authorizations`,
      {
        config: guestRate,
        schema: {
          tags,
          summary: 'Pay in tokens by a signature, with or without an account',
          params,
          body: checkoutAuthorization,
          response: { 201: authorizedPayment },
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        const payerId = request.principal?.userId;
        const caller = { userId: payerId ?? guest, route: `authorizations:${id}` };
        const answer = await answers.answer(request, caller, (idempotency) =>
          service.authorize({ payerId, id, wire: request.body, idempotency }),
        );
        return reply.code(201).send(answer.body as AuthorizedPayment);
      },
    );
    app.post(
      `${path}/:id/gateway-payments`,
      {
        config: guestRate,
        schema: {
          tags,
          summary: 'Pay on a gateway’s page, with or without an account',
          params,
          body: gatewayPaymentRequest,
          response: { 201: gatewayPaymentResponse },
        },
      },
      async (request, reply) => {
        const { id: requestId } = request.params;
        const payerId = request.principal?.userId;
        const { gateway } = request.body;
        const caller = { userId: payerId ?? guest, route: `gateway-payments:${requestId}` };
        const answer = await answers.answer(request, caller, (idempotency) =>
          createSale({ payerId, requestId, gateway, idempotency }),
        );
        return reply.code(201).send(answer.body as GatewayPaymentWire);
      },
    );
  };
}
