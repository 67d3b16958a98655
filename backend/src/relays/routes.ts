import {
  heldRelayResponse,
  type MovementWire,
  movementResponse,
  relayQuoteRequest,
  relayQuoteResponse,
  relayRequest,
  undoRequest,
} from '@feiqian/domain/api/chain';
import { idSchema } from '@feiqian/domain/api/common';
import { toTokenAssetId } from '@feiqian/domain/assets';
import { z } from 'zod';
import type { RegisterRoutes } from '../app.ts';
import type { AnswerOnce } from '../http/idempotency.ts';
import { requirePrincipal } from '../http/principal.ts';
import type { RelayService } from './service.ts';

const tags = ['relays'];

const params = z.strictObject({ id: idSchema });

const movedBy = ({ chainId, token, amount }: z.infer<typeof relayRequest>) => ({
  asset: toTokenAssetId(chainId, token),
  amount,
});

/** `POST /v1/quotes`, `POST /v1/relays`, and what becomes of a held one: `GET /v1/relays/:id`, `POST /v1/relays/:id/undo`. */
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
        config: { stepUp: ({ body }) => movedBy(body as z.infer<typeof relayRequest>) },
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

    app.get(
      '/v1/relays/:id',
      {
        schema: {
          tags,
          summary: 'A payment that can still be undone, as it was signed',
          params,
          response: { 200: heldRelayResponse },
        },
      },
      (request) => service.readHeld(requirePrincipal(request).userId, request.params.id),
    );

    app.post(
      '/v1/relays/:id/undo',
      {
        schema: {
          tags,
          summary: 'Call a held payment off',
          params,
          body: undoRequest,
          response: { 200: movementResponse },
        },
      },
      async (request, reply) => {
        const { userId } = requirePrincipal(request);
        const { id } = request.params;
        const answer = await answers.answer(request, { userId, route: `relays/${id}/undo` }, (idempotency) =>
          service.undo(userId, id, request.body.signature, idempotency),
        );
        return reply.code(200).send(answer.body as MovementWire);
      },
    );
  };
}
