import type {
  ChangeWebhookEndpoint,
  CreateWebhookEndpoint,
  WebhookDeliveryWire,
  WebhookEndpointWire,
} from '@feiqian/domain/api/webhooks';
import { AppError } from '@feiqian/domain/errors';
import type { Pool } from '../database/pool.ts';
import type { Sealer } from '../database/sealed.ts';
import { doOnce } from '../http/do-once.ts';
import { findAnswer, type Idempotency } from '../http/idempotency.ts';
import { businessId } from '../ledger/ids.ts';
import type { WebhookClient } from './client.ts';
import type { DeliveryRow, DeliveryStore } from './delivery-store.ts';
import { secretContext } from './dispatcher.ts';

import type { EndpointRow, EndpointStore } from './endpoint-store.ts';
import { createSecret } from './signature.ts';

/** How many endpoints one person can have: each fact is written once for each of them. */
export const endpointsMax = 20;
const dayMs = 86_400_000;

type Deps = {
  readonly pool: Pool;
  readonly store: EndpointStore;
  readonly deliveries: DeliveryStore;
  readonly sealer: Pick<Sealer, 'sealText'>;
  readonly checkUrl: WebhookClient['check'];
};

/** An answer as it is stored, and what must not be. */
export type SecretAnswer = {
  readonly status: number;
  readonly body: object;
  /** Null when the request had been answered before. */
  readonly secret: string | null;
};

/** Where merchants are told, what became of it, and telling again. */
export type WebhookService = ReturnType<typeof createWebhookService>;

export function createWebhookService(deps: Deps) {
  return { endpoints: createEndpoints(deps), deliveries: createDeliveries(deps) };
}

/** Finds an endpoint of one's own. */
function createGet(store: EndpointStore) {
  return async (ownerId: string, id: string): Promise<EndpointRow> => {
    const row = await store.find(ownerId, id);
    if (!row) throw noEndpoint();
    return row;
  };
}

function createEndpoints({ pool, store, sealer, checkUrl }: Deps) {
  const get = createGet(store);
  return {
    list: async (ownerId: string) => ({ items: (await store.list(ownerId)).map(toWire) }),

    /** @throws {AppError} NOT_FOUND. */
    get: async (ownerId: string, id: string) => toWire(await get(ownerId, id)),

    /** @throws {AppError} WEBHOOK_URL_REFUSED, WEBHOOK_ENDPOINTS_TOO_MANY, IDEMPOTENCY_KEY_REUSED. */
    async create(ownerId: string, input: CreateWebhookEndpoint, idempotency: Idempotency): Promise<SecretAnswer> {
      await checkUrl(input.url);
      const id = businessId('webhook-endpoint', ownerId, idempotency.key);
      const secret = createSecret();
      const written = await doOnce(pool, idempotency, async (connection) => {
        const row = await store.insert(connection, {
          id,
          ownerId,
          url: input.url,
          description: input.description ?? '',
          types: input.types ?? null,
          sealedSecret: sealer.sealText(secret, secretContext(id)),
          endpointsMax,
        });
        if (!row) throw new AppError('WEBHOOK_ENDPOINTS_TOO_MANY', 'There can be no more endpoints.');
        return { status: 201, body: { ...toWire(row), secret: null } };
      });
      return written ? { ...written, secret } : answeredBefore(pool, idempotency);
    },

    /** @throws {AppError} NOT_FOUND, WEBHOOK_URL_REFUSED. */
    async change(ownerId: string, id: string, change: ChangeWebhookEndpoint): Promise<WebhookEndpointWire> {
      const before = await get(ownerId, id);
      if (change.url !== undefined && change.url !== before.url) await checkUrl(change.url);
      const { url, description, types, state } = change;
      const row = await store.change(ownerId, id, {
        ...(url === undefined ? {} : { url }),
        ...(description === undefined ? {} : { description }),
        ...(types === undefined ? {} : { types }),
        ...(state === undefined ? {} : { state }),
      });
      if (!row) throw noEndpoint();
      return toWire(row);
    },

    /** @throws {AppError} NOT_FOUND. */
    async remove(ownerId: string, id: string): Promise<void> {
      if (!(await store.remove(ownerId, id))) throw noEndpoint();
    },

    /** Another secret; the one before signs as well for a day. @throws {AppError} NOT_FOUND, IDEMPOTENCY_KEY_REUSED. */
    async rotate(ownerId: string, id: string, idempotency: Idempotency): Promise<SecretAnswer> {
      await get(ownerId, id);
      const secret = createSecret();
      const written = await doOnce(pool, idempotency, async (connection) => {
        const row = await store.rotate(connection, {
          id,
          ownerId,
          secretId: businessId('webhook-secret', id, idempotency.key),
          sealedSecret: sealer.sealText(secret, secretContext(id)),
          keepPreviousMs: dayMs,
        });
        // Removed a moment ago, or rotated by this very request elsewhere.
        if (!row) throw noEndpoint();
        return { status: 200, body: { ...toWire(row), secret: null } };
      });
      return written ? { ...written, secret } : answeredBefore(pool, idempotency);
    },
  };
}

function createDeliveries({ pool, store, deliveries }: Deps) {
  const get = createGet(store);
  const requireOn = ({ state }: EndpointRow) => {
    if (state !== 'on') throw new AppError('WEBHOOK_ENDPOINT_OFF', 'Turn the endpoint on first.');
  };
  return {
    /** @throws {AppError} NOT_FOUND; REQUEST_INVALID for a cursor that we did not give. */
    async list(
      ownerId: string,
      endpointId: string,
      { limit, cursor }: { readonly limit: number; readonly cursor: string | undefined },
    ) {
      await get(ownerId, endpointId);
      const before = cursor === undefined ? undefined : readCursor(cursor);
      const rows = await deliveries.listDeliveries(endpointId, { limit: limit + 1, before });
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      return {
        items: rows.slice(0, limit).map(describeDelivery),
        ...(last ? { nextCursor: `${last.sequence}` } : {}),
      };
    },

    /** Sends an event that tells of nothing. @throws {AppError} NOT_FOUND, WEBHOOK_ENDPOINT_OFF, IDEMPOTENCY_KEY_REUSED. */
    async test(ownerId: string, endpointId: string, idempotency: Idempotency) {
      requireOn(await get(ownerId, endpointId));
      const written = await doOnce(pool, idempotency, async (connection) => {
        const id = await deliveries.writeTest(connection, endpointId, idempotency.key);
        const row = await deliveries.findDelivery(ownerId, id, connection);
        if (!row) throw noEndpoint();
        return { status: 201, body: describeDelivery(row) };
      });
      return written ?? answeredBefore(pool, idempotency);
    },

    /** Sends something again. @throws {AppError} NOT_FOUND, WEBHOOK_ENDPOINT_OFF, IDEMPOTENCY_KEY_REUSED. */
    async replay(ownerId: string, id: string, idempotency: Idempotency) {
      const delivery = await deliveries.findDelivery(ownerId, id);
      if (!delivery) throw new AppError('NOT_FOUND', 'There is no such delivery.');
      requireOn(await get(ownerId, delivery.endpointId));
      const written = await doOnce(pool, idempotency, async (connection) => {
        await deliveries.replay(connection, delivery);
        const row = await deliveries.findDelivery(ownerId, id, connection);
        return { status: 201, body: describeDelivery(row ?? delivery) };
      });
      return written ?? answeredBefore(pool, idempotency);
    },
  };
}

async function answeredBefore(pool: Pool, idempotency: Idempotency): Promise<SecretAnswer> {
  const answer = await findAnswer(pool, idempotency);
  if (!answer) throw new AppError('STATE_CONFLICT', 'It changed meanwhile.');
  return { ...answer, secret: null };
}

const noEndpoint = () => new AppError('NOT_FOUND', 'There is no such webhook endpoint.');

function readCursor(cursor: string): bigint {
  if (!/^[0-9]{1,18}$/.test(cursor))
    throw new AppError('REQUEST_INVALID', 'Not a cursor of ours.', { details: { field: 'cursor' } });
  return BigInt(cursor);
}

function toWire(row: EndpointRow): WebhookEndpointWire {
  const { id, url, description, types, state, reason, retryAt, previousSecretUntil, createdAt } = row;
  return {
    id,
    url,
    description,
    types: types && [...types],
    state,
    reason,
    retryAt: retryAt?.toISOString() ?? null,
    previousSecretUntil: previousSecretUntil?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  };
}

function describeDelivery(row: DeliveryRow): WebhookDeliveryWire {
  const { id, eventId, type, objectId, state, lastError, nextAttemptAt, deliveredAt, createdAt, attempts } = row;
  return {
    id,
    eventId,
    type,
    objectId,
    state,
    lastError,
    nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
    deliveredAt: deliveredAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    attempts,
  };
}
