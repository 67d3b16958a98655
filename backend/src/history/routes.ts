import { idSchema } from '@feiqian/domain/api/common';
import { historyEntrySchema, historyQuery, historyResponse } from '@feiqian/domain/api/history';
import { z } from 'zod';
import type { RegisterRoutes } from '../app.ts';
import { createEventStream } from '../http/event-stream.ts';
import { requirePrincipal } from '../http/principal.ts';
import { findChangeCursor } from './change-cursor.ts';
import type { HistoryFeed } from './feed.ts';
import type { HistoryService } from './service.ts';

const tags = ['history'];
const params = z.object({ id: idSchema });

/** `/v1/history`: pages, one entry, and the live stream. */
export function registerHistoryRoutes({
  service,
  feed,
}: {
  readonly service: HistoryService;
  readonly feed: HistoryFeed;
}): RegisterRoutes {
  return (app) => {
    app.get(
      '/v1/history',
      {
        schema: {
          tags,
          summary: 'What your money did, newest first',
          querystring: historyQuery,
          response: { 200: historyResponse },
        },
      },
      (request) => service.list(requirePrincipal(request).userId, request.query),
    );
    app.get(
      '/v1/history/stream',
      {
        schema: {
          tags,
          summary:
            'Changes as they happen (server-sent events: entry, removed, balances, and for what lies beside it: address-book, asked)',
          produces: ['text/event-stream'],
        },
      },
      async (request, reply) => {
        const { userId, sessionId } = requirePrincipal(request);
        const { stream, sink } = createEventStream();
        const lastEventId = request.headers['last-event-id'];
        const after = typeof lastEventId === 'string' ? findChangeCursor(lastEventId) : undefined;
        const { end } = feed.subscribe({ userId, sessionId, after, sink });
        stream.once('close', end);
        // Proxies must neither keep nor gather events.
        return reply
          .type('text/event-stream')
          .header('cache-control', 'no-store, no-transform')
          .header('x-accel-buffering', 'no')
          .send(stream);
      },
    );
    app.get(
      '/v1/history/:id',
      { schema: { tags, summary: 'One entry', params, response: { 200: historyEntrySchema } } },
      (request) => service.get(requirePrincipal(request).userId, request.params.id),
    );
  };
}
