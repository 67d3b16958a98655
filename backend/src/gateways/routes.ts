import { gatewaysQuery, gatewaysResponse } from '@feiqian/domain/api/cash';
import { AppError } from '@feiqian/domain/errors';
import { decodeAmount } from '@feiqian/domain/money';
import { z } from 'zod';
import type { RegisterRoutes } from '../app.ts';
import { failpoint } from '../database/failpoint.ts';
import type { EventStore } from './events.ts';
import { encodeGateway, type GatewayRegistry, listServing } from './registry.ts';

const bodyBytesMax = 65_536;
// Generous to a gateway that catches up, and an end to a flood of forgeries.
const notificationRate = { rateLimit: { max: 6000, timeWindow: 60_000 } };

/** `GET /v1/gateways`, and where gateways notify us. */
export function registerGatewayRoutes({
  registry,
  events,
  onRefused = () => undefined,
}: {
  readonly registry: GatewayRegistry;
  readonly events: EventStore;
  /** Told of every notification that was not believed, and why. */
  readonly onRefused?: (gateway: string, reason: string) => void;
}): RegisterRoutes {
  return async (app) => {
    app.get(
      '/v1/gateways',
      {
        schema: {
          tags: ['cash'],
          summary: 'Gateways that can serve this',
          querystring: gatewaysQuery,
          response: { 200: gatewaysResponse },
        },
      },
      async (request) => {
        const { asset, amount } = request.query;
        const serving = listServing(registry.list(), {
          asset,
          amount: amount === undefined ? undefined : decodeAmount(amount),
        });
        return { gateways: serving.map(encodeGateway) };
      },
    );
    await app.register(async (scope) => {
      // Signatures cover raw bytes.
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyBytesMax }, (_request, body, done) =>
        done(null, body),
      );
      scope.post(
        '/v1/gateways/:name/notifications',
        {
          config: notificationRate,
          schema: {
            tags: ['gateways'],
            summary: 'A gateway says that something happened',
            params: z.object({ name: z.string().max(40) }),
            response: { 204: z.undefined() },
          },
        },
        async (request, reply) => {
          const { name } = request.params as { name: string };
          const gateway = registry.find(name);
          if (!gateway) throw new AppError('NOT_FOUND', 'This deployment does not have that gateway.');
          const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
          const notification = readOr(
            () => gateway.parseNotification(raw, request.headers),
            (reason) => onRefused(name, reason),
          );
          failpoint('before_gateway_event_stored');
          await events.receive(name, notification, raw);
          failpoint('after_gateway_event_before_answer');
          return reply.code(204).send();
        },
      );
    });
  };
}

function readOr<T>(read: () => T, onRefused: (reason: string) => void): T {
  try {
    return read();
  } catch (error) {
    onRefused(error instanceof AppError ? (error.details.reason ?? error.code) : 'UNKNOWN');
    throw error;
  }
}
