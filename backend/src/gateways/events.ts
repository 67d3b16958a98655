import { decodeAmount, encodeAmount, type Money } from '@feiqian/domain/money';
import { addJob } from '../database/jobs.ts';
import type { Pool, Queryable } from '../database/pool.ts';
import { inTransaction } from '../database/pool.ts';
import { followJob } from './attempts.ts';
import type { GatewayNotification } from './gateway.ts';

/** A stored notification that nobody has looked at yet. */
export type GatewayEvent = {
  readonly eventId: string;
  readonly subject: GatewayNotification['subject'];
  readonly claim: Money;
};

/** Keeps what gateways told us, raw. */
export type EventStore = ReturnType<typeof createEventStore>;

export function createEventStore(pool: Pool) {
  return {
    /** Stores a verified notification once and sees to it that its order is asked for; both or neither. */
    async receive(gateway: string, notification: GatewayNotification, raw: Uint8Array): Promise<void> {
      await inTransaction(pool, async (connection) => {
        if (await isDone(connection, gateway, notification, raw)) return;
        await addJob(connection, followJob({ gateway, orderNumber: notification.orderNumber }));
      });
    },

    /** What came for an order and was not looked at yet, oldest first. */
    async listUnprocessed(gateway: string, orderNumber: string): Promise<GatewayEvent[]> {
      const { rows } = await pool.query<{
        event_id: string;
        subject: GatewayEvent['subject'];
        asset: string;
        amount: string;
      }>(
        'SELECT event_id, subject, asset, amount FROM gateway_events WHERE gateway = $1 AND order_number = $2 AND processed_at IS NULL ORDER BY received_at',
        [gateway, orderNumber],
      );
      return rows.map(({ event_id: eventId, subject, asset, amount }) => ({
        eventId,
        subject,
        claim: { asset, amount: decodeAmount(amount) },
      }));
    },

    async markProcessed(
      gateway: string,
      outcomes: readonly { readonly eventId: string; readonly outcome: string }[],
    ): Promise<void> {
      await pool.query(
        `UPDATE gateway_events AS e SET processed_at = now(), outcome = o.outcome FROM unnest($2::text[], $3::text[]) AS o (event_id, outcome)
         WHERE e.gateway = $1 AND e.event_id = o.event_id AND e.processed_at IS NULL`,
        [gateway, outcomes.map(({ eventId }) => eventId), outcomes.map(({ outcome }) => outcome)],
      );
    },

    /** Orders with notifications that should have been looked at by now. */
    async listForgotten(before: Date, limit: number): Promise<{ gateway: string; orderNumber: string }[]> {
      const { rows } = await pool.query<{ gateway: string; order_number: string }>(
        `SELECT DISTINCT gateway, order_number FROM gateway_events WHERE processed_at IS NULL AND received_at <= $1 LIMIT $2`,
        [before, limit],
      );
      return rows.map(({ gateway, order_number: orderNumber }) => ({ gateway, orderNumber }));
    },
  };
}

/** Inserts an event unless it is there; true when it is there and was looked at. */
async function isDone(
  database: Queryable,
  gateway: string,
  { eventId, orderNumber, subject, money }: GatewayNotification,
  raw: Uint8Array,
): Promise<boolean> {
  const { rowCount } = await database.query(
    `INSERT INTO gateway_events (gateway, event_id, order_number, subject, asset, amount, body) VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (gateway, event_id) DO NOTHING`,
    [gateway, eventId, orderNumber, subject, money.asset, encodeAmount(money.amount), raw],
  );
  if (rowCount === 1) return false;
  const { rows } = await database.query<{ done: boolean }>(
    'SELECT processed_at IS NOT NULL AS done FROM gateway_events WHERE gateway = $1 AND event_id = $2',
    [gateway, eventId],
  );
  return rows[0]?.done ?? false;
}
