import { cashTransferRequest, personQuery, personResponse } from '@feiqian/domain/api/cash';
import { type MovementWire, movementResponse } from '@feiqian/domain/api/chain';
import type { RegisterRoutes } from '../app.ts';
import type { AnswerOnce } from '../http/idempotency.ts';
import { requirePrincipal } from '../http/principal.ts';
import { movedByBody } from '../http/step-up.ts';
import type { CashTransferService } from './service.ts';

// Whoever could ask without end would learn who has an account.
const lookUps = { rateLimit: { max: 60, timeWindow: 60_000 } };

/** `POST /v1/cash-transfers` and `GET /v1/people`. */
export function registerCashTransferRoutes({
  service,
  answers,
}: {
  readonly service: CashTransferService;
  readonly answers: AnswerOnce;
}): RegisterRoutes {
  return (app) => {
    app.get(
      '/v1/people',
      {
        config: lookUps,
        schema: {
          tags: ['cash'],
          summary: 'The one person with this e-mail address or handle',
          querystring: personQuery,
          response: { 200: personResponse },
        },
      },
      async (request) => {
        requirePrincipal(request);
        return { handle: (await service.getPerson(request.query.query)).handle };
      },
    );
    app.post(
      '/v1/cash-transfers',
      {
        config: { stepUp: movedByBody },
        schema: {
          tags: ['cash'],
          summary: 'Send cash to a person',
          body: cashTransferRequest,
          response: { 201: movementResponse },
        },
      },
      async (request, reply) => {
        const { userId } = requirePrincipal(request);
        const caller = { userId, route: 'cash-transfers', isOneCommand: true };
        const answer = await answers.answer(request, caller, (idempotency) =>
          service.send(userId, request.body, idempotency),
        );
        return reply.code(201).send(answer.body as MovementWire);
      },
    );
  };
}
