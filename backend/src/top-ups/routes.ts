import { type TopUp, topUpRequest, topUpResponse } from '@feiqian/domain/api/cash';
import { idSchema } from '@feiqian/domain/api/common';
import { z } from 'zod';
import type { RegisterRoutes } from '../app.ts';
import type { AnswerOnce } from '../http/idempotency.ts';
import { requirePrincipal } from '../http/principal.ts';
import type { TopUpService } from './service.ts';

const tags = ['cash'];
const params = z.object({ id: idSchema });

/** `/v1/top-ups`: beginning, showing and trying again. */
export function registerTopUpRoutes({
  service,
  answers,
}: {
  readonly service: TopUpService;
  readonly answers: AnswerOnce;
}): RegisterRoutes {
  return (app) => {
    app.post(
      '/v1/top-ups',
      { schema: { tags, summary: 'Pay in through a gateway', body: topUpRequest, response: { 201: topUpResponse } } },
      async (request, reply) => {
        const { userId } = requirePrincipal(request);
        const answer = await answers.answer(request, { userId, route: 'top-ups' }, (idempotency) =>
          service.create(userId, request.body, idempotency),
        );
        return reply.code(201).send(answer.body as TopUp);
      },
    );
    app.get(
      '/v1/top-ups/:id',
      { schema: { tags, summary: 'What has become of a top-up', params, response: { 200: topUpResponse } } },
      (request) => service.get(requirePrincipal(request).userId, request.params.id),
    );
    app.post(
      '/v1/top-ups/:id/attempts',
      {
        schema: {
          tags,
          summary: 'Try again to pay a top-up that expired or failed',
          params,
          response: { 201: topUpResponse },
        },
      },
      async (request, reply) => {
        const { userId } = requirePrincipal(request);
        const { id } = request.params;
        const answer = await answers.answer(request, { userId, route: `top-ups:${id}:attempts` }, (idempotency) =>
          service.retry(userId, id, idempotency),
        );
        return reply.code(201).send(answer.body as TopUp);
      },
    );
  };
}
