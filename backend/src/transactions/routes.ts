import {
  broadcastRequest,
  type MovementWire,
  movementResponse,
  nextNonceQuery,
  nextNonceResponse,
  openTransactionResponse,
} from '@feiqian/domain/api/chain';
import { idSchema } from '@feiqian/domain/api/common';
import { z } from 'zod';
import type { RegisterRoutes } from '../app.ts';
import type { AnswerOnce } from '../http/idempotency.ts';
import { requirePrincipal } from '../http/principal.ts';
import type { TransactionService } from './service.ts';

/** `POST /v1/transactions` and `GET /v1/transactions/nonce`, `GET /v1/transactions/:id`. */
export function registerTransactionRoutes({
  service,
  answers,
}: {
  readonly service: TransactionService;
  readonly answers: AnswerOnce;
}): RegisterRoutes {
  return (app) => {
    app.get(
      '/v1/transactions/nonce',
      {
        schema: {
          tags: ['transactions'],
          summary: 'The nonce after those that wait here',
          querystring: nextNonceQuery,
          response: { 200: nextNonceResponse },
        },
      },
      async (request) => ({ next: await service.findNextNonce(requirePrincipal(request).userId, request.query) }),
    );

    app.get(
      '/v1/transactions/:id',
      {
        schema: {
          tags: ['transactions'],
          summary: 'A payment that waits for a block, as it was signed',
          params: z.strictObject({ id: idSchema }),
          response: { 200: openTransactionResponse },
        },
      },
      async (request) => ({
        open: await service.findOpen(requirePrincipal(request).userId, request.params.id),
      }),
    );

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
