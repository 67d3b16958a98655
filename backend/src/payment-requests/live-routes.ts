import { idSchema } from '@feiqian/domain/api/common';
import { z } from 'zod';
import type { RegisterRoutes } from '../app.ts';
import { createEventStream } from '../http/event-stream.ts';
import type { RequestFeed } from './feed.ts';

/** `/v1/payment-requests/:id/events`: the request as it is, and again whenever that changes. */
export function registerLiveRequestRoutes({ feed }: { readonly feed: RequestFeed }): RegisterRoutes {
  return (app) => {
    app.get(
      '/v1/payment-requests/:id/events',
      {
        schema: {
          tags: ['payment requests'],
          summary: 'The request as it is, and whenever it changes (server-sent events: request), until it is over',
          params: z.object({ id: idSchema }),
          produces: ['text/event-stream'],
        },
      },
      async (request, reply) => {
        const { stream, sink } = createEventStream();
        const { end } = await feed.subscribe({ requestId: request.params.id, address: request.ip, sink });
        stream.once('close', end);
        // Proxies must neither keep nor gather events.
        return reply
          .type('text/event-stream')
          .header('cache-control', 'no-store, no-transform')
          .header('x-accel-buffering', 'no')
          .send(stream);
      },
    );
  };
}
