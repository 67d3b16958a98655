import { idSchema, pageOf, pageQuerySchema } from '@feiqian/domain/api/common';
import {
  changeWebhookEndpoint,
  createWebhookEndpoint,
  type WebhookDeliveryWire,
  type WebhookSecretWire,
  webhookDeliverySchema,
  webhookEndpointSchema,
  webhookSecretResponse,
} from '@feiqian/domain/api/webhooks';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { RegisterRoutes, TypedApp } from '../app.ts';
import type { AnswerOnce, Idempotency } from '../http/idempotency.ts';
import { requireCaller } from '../http/principal.ts';
import type { SecretAnswer, WebhookService } from './service.ts';

const tags = ['webhooks'];
const params = z.object({ id: idSchema });
const path = '/v1/webhook-endpoints';
const writes = { scope: 'webhooks:write' } as const;
// Where a shop is told, and what proves it: not for a browser that was left open.
const guarded = { ...writes, stepUp: 'always' } as const;

type Parts = { readonly service: WebhookService; readonly answers: AnswerOnce };

/** `/v1/webhook-endpoints` and `/v1/webhook-deliveries`: where a merchant is told, and what became of it. */
export function registerWebhookRoutes(parts: Parts): RegisterRoutes {
  return (app) => {
    addEndpoints(app, parts);
    addSecrets(app, parts);
    addDeliveries(app, parts);
  };
}

function addEndpoints(app: TypedApp, { service }: Parts): void {
  app.get(
    path,
    {
      config: writes,
      schema: { tags, summary: 'Your endpoints, newest first', response: { 200: pageOf(webhookEndpointSchema) } },
    },
    (request) => service.endpoints.list(requireCaller(request).userId),
  );
  app.get(
    `${path}/:id`,
    { config: writes, schema: { tags, summary: 'One of them', params, response: { 200: webhookEndpointSchema } } },
    (request) => service.endpoints.get(requireCaller(request).userId, request.params.id),
  );
  app.patch(
    `${path}/:id`,
    {
      config: guarded,
      schema: {
        tags,
        summary: 'Change it, turn it off or on',
        params,
        body: changeWebhookEndpoint,
        response: { 200: webhookEndpointSchema },
      },
    },
    (request) => service.endpoints.change(requireCaller(request).userId, request.params.id, request.body),
  );
  app.delete(
    `${path}/:id`,
    { config: writes, schema: { tags, summary: 'Remove it', params, response: { 204: z.null() } } },
    async (request, reply) => {
      await service.endpoints.remove(requireCaller(request).userId, request.params.id);
      return reply.code(204).send(null);
    },
  );
}

/** The two requests whose answer has a secret, which is added behind what is stored and shared with copies of the request. */
function addSecrets(app: TypedApp, { service, answers }: Parts): void {
  const answerWithSecret = async (
    request: FastifyRequest,
    route: string,
    work: (userId: string, idempotency: Idempotency) => Promise<SecretAnswer>,
  ): Promise<WebhookSecretWire> => {
    const { userId } = requireCaller(request);
    let secret: string | null = null;
    const { body } = await answers.answer(request, { userId, route }, async (idempotency) => {
      const { secret: made, ...answer } = await work(userId, idempotency);
      secret = made;
      return answer;
    });
    return { ...(body as WebhookSecretWire), secret };
  };
  app.post(
    path,
    {
      config: guarded,
      schema: {
        tags,
        summary: 'Add an endpoint; the answer has its secret, once',
        body: createWebhookEndpoint,
        response: { 201: webhookSecretResponse },
      },
    },
    async (request, reply) => {
      const answer = await answerWithSecret(request, 'webhook-endpoints', (userId, idempotency) =>
        service.endpoints.create(userId, request.body, idempotency),
      );
      return reply.code(201).send(answer);
    },
  );
  app.post(
    `${path}/:id/secret`,
    {
      config: guarded,
      schema: {
        tags,
        summary: 'Make another secret; the one before is valid for another day',
        params,
        response: { 200: webhookSecretResponse },
      },
    },
    (request) => {
      const { id } = request.params;
      return answerWithSecret(request, `webhook-endpoints:${id}:secret`, (userId, idempotency) =>
        service.endpoints.rotate(userId, id, idempotency),
      );
    },
  );
}

function addDeliveries(app: TypedApp, { service, answers }: Parts): void {
  app.get(
    `${path}/:id/deliveries`,
    {
      config: writes,
      schema: {
        tags,
        summary: 'What was sent there, newest first, with its attempts',
        params,
        querystring: pageQuerySchema,
        response: { 200: pageOf(webhookDeliverySchema) },
      },
    },
    (request) =>
      service.deliveries.list(requireCaller(request).userId, request.params.id, {
        limit: request.query.limit,
        cursor: request.query.cursor,
      }),
  );
  app.post(
    `${path}/:id/test`,
    {
      config: writes,
      schema: { tags, summary: 'Send a test event', params, response: { 201: webhookDeliverySchema } },
    },
    async (request, reply) => {
      const { userId } = requireCaller(request);
      const { id } = request.params;
      const answer = await answers.answer(request, { userId, route: `webhook-endpoints:${id}:test` }, (idempotency) =>
        service.deliveries.test(userId, id, idempotency),
      );
      return reply.code(201).send(answer.body as WebhookDeliveryWire);
    },
  );
  app.post(
    '/v1/webhook-deliveries/:id/replay',
    { config: writes, schema: { tags, summary: 'Send it again', params, response: { 201: webhookDeliverySchema } } },
    async (request, reply) => {
      const { userId } = requireCaller(request);
      const { id } = request.params;
      const answer = await answers.answer(
        request,
        { userId, route: `webhook-deliveries:${id}:replay` },
        (idempotency) => service.deliveries.replay(userId, id, idempotency),
      );
      return reply.code(201).send(answer.body as WebhookDeliveryWire);
    },
  );
}
