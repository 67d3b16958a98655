import { addedTokenSchema, addedTokensResponse, tokenParams } from '@feiqian/domain/api/tokens';
import { z } from 'zod';
import type { RegisterRoutes } from '../app.ts';
import { requirePrincipal } from '../http/principal.ts';
import type { TokenService } from './service.ts';

const tags = ['tokens'];
// Each look asks a contract that anybody may have written.
const lookRate = { rateLimit: { max: 60, timeWindow: 60_000 } };

/** `GET /v1/tokens`, and `GET`, `PUT`, `DELETE /v1/tokens/:chainId/:address`. Adding and removing twice is once. */
export function registerTokenRoutes({ service }: { readonly service: TokenService }): RegisterRoutes {
  return (app) => {
    app.get(
      '/v1/tokens',
      { schema: { tags, summary: 'Tokens that you have added by hand', response: { 200: addedTokensResponse } } },
      async (request) => ({ tokens: await service.list(requirePrincipal(request).userId) }),
    );
    app.get(
      '/v1/tokens/:chainId/:address',
      {
        config: lookRate,
        schema: {
          tags,
          summary: 'What a token contract says of itself',
          params: tokenParams,
          response: { 200: addedTokenSchema },
        },
      },
      async (request) => {
        requirePrincipal(request);
        return service.lookUp(request.params);
      },
    );
    app.put(
      '/v1/tokens/:chainId/:address',
      {
        config: lookRate,
        schema: { tags, summary: 'Add a token', params: tokenParams, response: { 200: addedTokenSchema } },
      },
      async (request) => service.add(requirePrincipal(request).userId, request.params),
    );
    app.delete(
      '/v1/tokens/:chainId/:address',
      {
        schema: {
          tags,
          summary: 'Remove a token that you have added',
          params: tokenParams,
          response: { 204: z.null() },
        },
      },
      async (request, reply) => {
        await service.remove(requirePrincipal(request).userId, request.params);
        return reply.code(204).send(null);
      },
    );
  };
}
