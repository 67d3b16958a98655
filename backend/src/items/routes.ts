import { idSchema, pageOf } from '@feiqian/domain/api/common';
import { changeItemRequest, createItemRequest, type ItemWire, itemSchema } from '@feiqian/domain/api/items';
import { z } from 'zod';
import type { RegisterRoutes } from '../app.ts';
import type { AnswerOnce } from '../http/idempotency.ts';
import { requireCaller } from '../http/principal.ts';
import type { ItemService } from './service.ts';

const tags = ['items'];
const params = z.object({ id: idSchema });
const path = '/v1/items';
const reads = { scope: 'items:read' } as const;
const writes = { scope: 'items:write' } as const;

/** `/v1/items`: what a shop sells again and again, seen and changed by its owner alone. */
export function registerItemRoutes({
  service,
  answers,
}: {
  readonly service: ItemService;
  readonly answers: AnswerOnce;
}): RegisterRoutes {
  return (app) => {
    app.get(
      path,
      {
        config: reads,
        schema: { tags, summary: 'Your items, in their order', response: { 200: pageOf(itemSchema) } },
      },
      (request) => service.list(requireCaller(request).userId),
    );
    app.post(
      path,
      {
        config: writes,
        schema: {
          tags,
          summary: 'Add an item behind the others',
          body: createItemRequest,
          response: { 201: itemSchema },
        },
      },
      async (request, reply) => {
        const { userId } = requireCaller(request);
        const answer = await answers.answer(request, { userId, route: 'items' }, (idempotency) =>
          service.create(userId, request.body, idempotency),
        );
        return reply.code(201).send(answer.body as ItemWire);
      },
    );
    app.patch(
      `${path}/:id`,
      {
        config: writes,
        schema: {
          tags,
          summary: 'Change its name, price or place',
          params,
          body: changeItemRequest,
          response: { 200: itemSchema },
        },
      },
      (request) => service.change(requireCaller(request).userId, request.params.id, request.body),
    );
    app.delete(
      `${path}/:id`,
      { config: writes, schema: { tags, summary: 'Remove it', params, response: { 204: z.null() } } },
      async (request, reply) => {
        await service.remove(requireCaller(request).userId, request.params.id);
        return reply.code(204).send(null);
      },
    );
  };
}
