import {
  type MovementWire,
  movementResponse,
  relayQuoteRequest,
  relayQuoteResponse,
  relayRequest,
} from '@feiqian/domain/api/chain';
import type { RegisterRoutes } from '../app.ts';
import type { AnswerOnce } from '../http/idempotency.ts';
import { requirePrincipal } from '../http/principal.ts';
import type { RelayService } from './service.ts';

const tags = ['relays'];

/** `POST /v1/quotes` and `POST /v1/relays`. */
export function registerRelayRoutes({
  service,
  answers,
}: {
  readonly service: RelayService;
  readonly answers: AnswerOnce;
}): RegisterRoutes {
  return (app) => {
    app.post(
      '/v1/quotes',
      {
        schema: {
          tags,
          summary: 'What relaying a stablecoin costs',
          body: relayQuoteRequest,
          response: { 200: relayQuoteResponse },
        },
      },
      (request) => service.quote(requirePrincipal(request).userId, request.body.asset),
    );
    app.post(
      '/v1/relays',
      {
        schema: {
          tags,
          summary: 'Move a stablecoin by one signature',
          body: relayRequest,
          response: { 201: movementResponse },
        },
      },
      async (request, reply) => {
        const { userId } = requirePrincipal(request);
        const answer = await answers.answer(request, { userId, route: 'relays' }, (idempotency) =>
          service.relay(userId, request.body, idempotency),
        );
        return reply.code(201).send(answer.body as MovementWire);
      },
    );
  };
}
