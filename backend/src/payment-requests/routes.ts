import {
  cashPaymentRequest,
  createPaymentRequest,
  type PaymentRequestWire,
  paymentRequestSchema,
} from '@feiqian/domain/api/cash';
import { type MovementWire, movementResponse } from '@feiqian/domain/api/chain';
import { idSchema, pageOf, pageQuerySchema } from '@feiqian/domain/api/common';
import { z } from 'zod';
import type { RegisterRoutes } from '../app.ts';
import type { AnswerOnce } from '../http/idempotency.ts';
import { requireCaller, requirePrincipal } from '../http/principal.ts';
import type { PaymentRequestService } from './service.ts';

const tags = ['payment requests'];
const params = z.object({ id: idSchema });
const path = '/v1/payment-requests';
const reads = { scope: 'payment_requests:read' } as const;
const writes = { scope: 'payment_requests:write' } as const;

/** `/v1/payment-requests`: making, listing, showing, cancelling and paying links. */
export function registerPaymentRequestRoutes({
  service,
  answers,
  getHandle,
}: {
  readonly service: PaymentRequestService;
  readonly answers: AnswerOnce;
  readonly getHandle: (userId: string) => Promise<string>;
}): RegisterRoutes {
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
    app.get(
      path,
      {
        config: reads,
        schema: {
          tags,
          summary: 'Your payment links',
          querystring: pageQuerySchema,
          response: { 200: pageOf(paymentRequestSchema) },
        },
      },
      (request) =>
        service.list(requireCaller(request).userId, {
          limit: request.query.limit,
          cursor: request.query.cursor,
        }),
    );
    app.get(
      `${path}/:id`,
      {
        config: reads,
        schema: { tags, summary: 'What whoever has the link sees', params, response: { 200: paymentRequestSchema } },
      },
      (request) => service.get(request.params.id),
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
      `${path}/:id/payments`,
      {
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
  };
}
