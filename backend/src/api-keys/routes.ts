import { apiKeySchema, apiKeysResponse, createApiKeyRequest, createdApiKeySchema } from '@feiqian/domain/api/api-keys';
import { idSchema } from '@feiqian/domain/api/common';
import { z } from 'zod';
import type { RegisterRoutes } from '../app.ts';
import { readIdempotencyKey } from '../http/idempotency.ts';
import { requirePrincipal } from '../http/principal.ts';
import type { ApiKeyService } from './service.ts';

const tags = ['api keys'];
const path = '/v1/api-keys';

/** `/v1/api-keys`: for whoever is logged in; a key makes no keys. */
export function registerApiKeyRoutes({ service }: { readonly service: ApiKeyService }): RegisterRoutes {
  return (app) => {
    app.post(
      path,
      {
        config: { stepUp: 'always' },
        schema: {
          tags,
          summary: 'Make a key for the server of a shop; its secret is shown this once',
          body: createApiKeyRequest,
          response: { 201: createdApiKeySchema },
        },
      },
      async (request, reply) => {
        const { userId } = requirePrincipal(request);
        const made = await service.create(userId, request.body, readIdempotencyKey(request));
        return reply.code(201).header('cache-control', 'no-store').send(made);
      },
    );
    app.get(path, { schema: { tags, summary: 'Your keys', response: { 200: apiKeysResponse } } }, async (request) => ({
      items: await service.list(requirePrincipal(request).userId),
    }));
    app.delete(
      `${path}/:id`,
      {
        schema: {
          tags,
          summary: 'Revoke a key, at once and for good',
          params: z.object({ id: idSchema }),
          response: { 200: apiKeySchema },
        },
      },
      (request) => service.revoke(requirePrincipal(request).userId, request.params.id),
    );
  };
}
