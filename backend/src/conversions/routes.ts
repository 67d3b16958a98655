import { conversionRequest, type MovementWire, movementResponse } from '@feiqian/domain/api/chain';
import { idSchema } from '@feiqian/domain/api/common';
import { z } from 'zod';
import type { RegisterRoutes } from '../app.ts';
import type { AnswerOnce } from '../http/idempotency.ts';
import { requirePrincipal } from '../http/principal.ts';
import { movedByBody } from '../http/step-up.ts';
import type { ConversionService } from './service.ts';

const params = z.object({ id: idSchema });

/** `POST /v1/conversions` and `GET /v1/conversions/:id`. */
export function registerConversionRoutes({
  service,
  answers,
}: {
  readonly service: ConversionService;
  readonly answers: AnswerOnce;
}): RegisterRoutes {
  return (app) => {
    app.post(
      '/v1/conversions',
      {
        config: { stepUp: movedByBody },
        schema: {
          tags: ['conversions'],
          summary: 'Cash to tokens at par, or tokens to cash',
          body: conversionRequest,
          response: { 201: movementResponse },
        },
      },
      async (request, reply) => {
        const { userId } = requirePrincipal(request);
        const answer = await answers.answer(request, { userId, route: 'conversions' }, (idempotency) =>
          service.convert(userId, request.body, idempotency),
        );
        return reply.code(201).send(answer.body as MovementWire);
      },
    );
    app.get(
      '/v1/conversions/:id',
      {
        schema: {
          tags: ['conversions'],
          summary: 'One of your conversions',
          params,
          response: { 200: movementResponse },
        },
      },
      (request) => service.get(requirePrincipal(request).userId, request.params.id),
    );
  };
}
