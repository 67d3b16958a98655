import type { WebhookDeliveryWire, WebhookFailure } from '@feiqian/domain/api/webhooks';
import type { Connection, Pool, Queryable } from '../database/pool.ts';
import { wake } from './endpoint-store.ts';

/** A delivery with its newest attempts. */
export type DeliveryRow = {
  readonly id: string;
  readonly sequence: bigint;
  readonly eventId: string;
  readonly endpointId: string;
  readonly type: string;
  readonly objectId: string;
  readonly state: 'waiting' | 'delivered' | 'failed';
  readonly lastError: WebhookFailure | null;
  readonly nextAttemptAt: Date | null;
  readonly deliveredAt: Date | null;
  readonly createdAt: Date;
  /** Times as the database writes them into JSON. */
  readonly attempts: WebhookDeliveryWire['attempts'];
};

const attemptsShownMax = 20;
const deliveries = `SELECT d.id, d.sequence, d.event_id AS "eventId", d.endpoint_id AS "endpointId", v.type, d.object_id AS "objectId", d.state,
    d.last_error AS "lastError", d.next_attempt_at AS "nextAttemptAt", d.delivered_at AS "deliveredAt", d.created_at AS "createdAt",
    coalesce((SELECT jsonb_agg(jsonb_build_object('at', webhook_instant(a.at), 'durationMs', a.duration_ms, 'status', a.status, 'error', a.error, 'answer', a.answer) ORDER BY a.id DESC)
      FROM (SELECT * FROM webhook_attempts WHERE delivery_id = d.id ORDER BY id DESC LIMIT ${attemptsShownMax}) a), '[]') AS attempts
  FROM webhook_deliveries d JOIN webhook_events v ON v.id = d.event_id`;

/** Reads what was sent to a person's endpoints, and has it sent again. */
export type DeliveryStore = ReturnType<typeof createDeliveryStore>;

export function createDeliveryStore(pool: Pool) {
  return {
    /** Writes a test event. @returns its delivery's id. */
    async writeTest(connection: Connection, endpointId: string, key: string): Promise<string> {
      const { rows } = await connection.query<{ id: string }>('SELECT webhook_test($1, $2) AS id', [endpointId, key]);
      return rows[0]?.id ?? '';
    },

    async findDelivery(ownerId: string, id: string, database: Queryable = pool): Promise<DeliveryRow | undefined> {
      const { rows } = await database.query<DeliveryRow>(`${deliveries} WHERE d.id = $1 AND d.owner_id = $2`, [
        id,
        ownerId,
      ]);
      return rows[0];
    },

    /** Newest event first, after (that is, older than) the one of this sequence. */
    async listDeliveries(
      endpointId: string,
      { limit, before }: { readonly limit: number; readonly before: bigint | undefined },
    ) {
      const { rows } = await pool.query<DeliveryRow>(
        `${deliveries} WHERE d.endpoint_id = $1 AND ($3::bigint IS NULL OR d.sequence < $3) ORDER BY d.sequence DESC LIMIT $2`,
        [endpointId, limit, before?.toString() ?? null],
      );
      return rows;
    },

    /** Begins the schedule anew, now, whatever the breaker says. */
    async replay(connection: Connection, { id, endpointId }: Pick<DeliveryRow, 'id' | 'endpointId'>): Promise<void> {
      await connection.query(
        `UPDATE webhook_deliveries SET state = 'waiting', attempts = 0, begun_at = now(), next_attempt_at = now(), delivered_at = NULL WHERE id = $1`,
        [id],
      );
      await connection.query('UPDATE webhook_endpoints SET retry_at = NULL WHERE id = $1', [endpointId]);
      await wake(connection);
    },
  };
}
