import { broadcastRequest, type MovementWire, movementResponse } from '@feiqian/domain/api/chain';
import type { RegisterRoutes } from '../app.ts';
import type { AnswerOnce } from '../http/idempotency.ts';
import { requirePrincipal } from '../http/principal.ts';
import type { TransactionService } from './service.ts';

/** `POST /v1/transactions`. */
export function registerTransactionRoutes({
  service,
  answers,
}: {
  readonly service: TransactionService;
  readonly answers: AnswerOnce;
}): RegisterRoutes {
  return (app) => {
    app.post(
      '/v1/transactions',
      {
        schema: {
          tags: ['transactions'],
          summary: 'Broadcast a signed transaction',
          body: broadcastRequest,
          response: { 201: movementResponse },
        },
      },
      async (request, reply) => {
        const { userId } = requirePrincipal(request);
        const answer = await answers.answer(request, { userId, route: 'transactions' }, (idempotency) =>
          service.broadcast(userId, request.body, idempotency),
        );
        return reply.code(201).send(answer.body as MovementWire);
      },
    );
  };
}
