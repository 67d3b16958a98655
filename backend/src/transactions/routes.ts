import { broadcastRequest, type MovementWire, movementResponse } from '@feiqian/domain/api/chain';
import type { RegisterRoutes } from '../app.ts';
import type { Queryable } from '../database/pool.ts';
import { findAnswer, readIdempotency } from '../http/idempotency.ts';
import { requirePrincipal } from '../http/principal.ts';
import type { TransactionService } from './service.ts';

/** `POST /v1/transactions`. */
export function registerTransactionRoutes({
  service,
  database,
}: {
  readonly service: TransactionService;
  readonly database: Queryable;
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
        const idempotency = readIdempotency(request, userId, 'transactions');
        const answer =
          (await findAnswer(database, idempotency)) ?? (await service.broadcast(userId, request.body, idempotency));
        return reply.code(201).send(answer.body as MovementWire);
      },
    );
  };
}
