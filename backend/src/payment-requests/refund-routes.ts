import { idSchema } from '@feiqian/domain/api/common';
import { type RefundWire, refundRequest, refundSchema, refundsResponse } from '@feiqian/domain/api/payments';
import { z } from 'zod';
import type { RegisterRoutes } from '../app.ts';
import type { AnswerOnce } from '../http/idempotency.ts';
import { requireCaller } from '../http/principal.ts';
import type { RefundService } from './service.ts';

const tags = ['payment requests'];

/** `POST /v1/refunds`, and what was refunded of a request. */
export function registerRefundRoutes({
  service,
  answers,
}: {
  readonly service: RefundService;
  readonly answers: AnswerOnce;
}): RegisterRoutes {
  return (app) => {
    app.post(
      '/v1/refunds',
      {
        config: { scope: 'refunds:write' },
        schema: {
          tags,
          summary: 'Give a payment back, wholly or in part, the way it came',
          body: refundRequest,
          response: { 201: refundSchema },
        },
      },
      async (request, reply) => {
        const { userId: payeeId } = requireCaller(request);
        const answer = await answers.answer(request, { userId: payeeId, route: 'refunds' }, (idempotency) =>
          service.refund({ payeeId, wire: request.body, idempotency }),
        );
        return reply.code(201).send(answer.body as RefundWire);
      },
    );
    app.get(
      '/v1/payment-requests/:id/refunds',
      {
        config: { scope: 'payment_requests:read' },
        schema: {
          tags,
          summary: 'What was given back of your link',
          params: z.object({ id: idSchema }),
          response: { 200: refundsResponse },
        },
      },
      async (request) => ({ items: await service.listRefunds(requireCaller(request).userId, request.params.id) }),
    );
  };
}
