import type { WebhookEventType } from '@feiqian/domain/api/webhooks';
import { type Connection, inTransaction, type Pool, type Queryable } from '../database/pool.ts';
import { endWaiting } from './queue-store.ts';

/** An endpoint as its owner has it. */
export type EndpointRow = {
  readonly id: string;
  readonly url: string;
  readonly description: string;
  readonly types: readonly WebhookEventType[] | null;
  readonly state: 'on' | 'off';
  readonly reason: 'OWNER' | 'ANSWERED_GONE' | null;
  readonly retryAt: Date | null;
  readonly previousSecretUntil: Date | null;
  readonly createdAt: Date;
};

/** What changes of an endpoint; what is absent stays. */
export type EndpointChange = Partial<Pick<EndpointRow, 'url' | 'description' | 'types' | 'state'>>;

const endpointColumns = `id, url, description, types, state, reason, CASE WHEN retry_at > now() THEN retry_at END AS "retryAt",
  CASE WHEN previous_secret_until > now() THEN previous_secret_until END AS "previousSecretUntil", created_at AS "createdAt"`;
/** Reads and writes one person's endpoints; others' do not exist here. */
export type EndpointStore = ReturnType<typeof createEndpointStore>;

export function createEndpointStore(pool: Pool) {
  return {
    async find(ownerId: string, id: string, database: Queryable = pool): Promise<EndpointRow | undefined> {
      const { rows } = await database.query<EndpointRow>(
        `SELECT ${endpointColumns} FROM webhook_endpoints WHERE id = $1 AND owner_id = $2 AND state <> 'gone'`,
        [id, ownerId],
      );
      return rows[0];
    },

    /** Newest first. There are few, so there are no pages. */
    async list(ownerId: string): Promise<EndpointRow[]> {
      const { rows } = await pool.query<EndpointRow>(
        `SELECT ${endpointColumns} FROM webhook_endpoints WHERE owner_id = $1 AND state <> 'gone' ORDER BY created_at DESC, id DESC`,
        [ownerId],
      );
      return rows;
    },

    /** Adds an endpoint with its secret. @returns undefined when its owner has as many as there can be. */
    async insert(
      connection: Connection,
      endpoint: Pick<EndpointRow, 'id' | 'url' | 'description' | 'types'> & {
        readonly ownerId: string;
        readonly sealedSecret: string;
        readonly endpointsMax: number;
      },
    ): Promise<EndpointRow | undefined> {
      const { id, ownerId, url, description, types, sealedSecret, endpointsMax } = endpoint;
      // Two at once must not both be the last.
      await connection.query(`SELECT pg_advisory_xact_lock(hashtextextended('webhook endpoints ' || $1, 0))`, [
        ownerId,
      ]);
      const { rows } = await connection.query<EndpointRow>(
        `INSERT INTO webhook_endpoints (id, owner_id, url, description, types, secret, secret_id)
         SELECT $1, $2, $3, $4, $5, $6, $1 WHERE (SELECT count(*) FROM webhook_endpoints WHERE owner_id = $2 AND state <> 'gone') < $7
         RETURNING ${endpointColumns}`,
        [id, ownerId, url, description, types, sealedSecret, endpointsMax],
      );
      return rows[0];
    },

    /** Changes an endpoint. Turned off, it ends what waits; turned on, it begins anew at once. */
    change: (ownerId: string, id: string, change: EndpointChange): Promise<EndpointRow | undefined> =>
      inTransaction(pool, async (connection) => {
        const { url, description, types, state } = change;
        const { rows } = await connection.query<EndpointRow>(
          `UPDATE webhook_endpoints SET url = coalesce($3, url), description = coalesce($4, description),
             types = CASE WHEN $5 THEN $6::text[] ELSE types END, state = coalesce($7, state),
             reason = CASE coalesce($7, state) WHEN 'on' THEN NULL ELSE coalesce(reason, 'OWNER') END, retry_at = NULL, updated_at = now()
           WHERE id = $1 AND owner_id = $2 AND state <> 'gone' RETURNING ${endpointColumns}`,
          [id, ownerId, url ?? null, description ?? null, types !== undefined, types ?? null, state ?? null],
        );
        if (rows[0]?.state === 'off') await endWaiting(connection, id, 'ENDPOINT_OFF');
        else await wake(connection);
        return rows[0];
      }),

    /** @returns whether there was one. */
    remove: (ownerId: string, id: string): Promise<boolean> =>
      inTransaction(pool, async (connection) => {
        // Its secrets are needed no more.
        const { rowCount } = await connection.query(
          `UPDATE webhook_endpoints SET state = 'gone', reason = 'OWNER', secret = '', previous_secret = NULL, previous_secret_until = NULL,
             retry_at = NULL, updated_at = now() WHERE id = $1 AND owner_id = $2 AND state <> 'gone'`,
          [id, ownerId],
        );
        if (rowCount === 1) await endWaiting(connection, id, 'ENDPOINT_REMOVED');
        return rowCount === 1;
      }),

    /** Gives an endpoint another secret, once for each `secretId`; the one before is accepted for a while. */
    async rotate(
      connection: Connection,
      endpoint: {
        readonly id: string;
        readonly ownerId: string;
        readonly secretId: string;
        readonly sealedSecret: string;
        readonly keepPreviousMs: number;
      },
    ): Promise<EndpointRow | undefined> {
      const { id, ownerId, secretId, sealedSecret, keepPreviousMs } = endpoint;
      const { rows } = await connection.query<EndpointRow>(
        `UPDATE webhook_endpoints SET secret = $4, secret_id = $3, previous_secret = secret,
           previous_secret_until = now() + $5::bigint * interval '1 millisecond', updated_at = now()
         WHERE id = $1 AND owner_id = $2 AND state <> 'gone' AND secret_id <> $3 RETURNING ${endpointColumns}`,
        [id, ownerId, secretId, sealedSecret, keepPreviousMs],
      );
      return rows[0];
    },
  };
}

/** Something is due: heard at commit. */
export async function wake(connection: Connection): Promise<void> {
  await connection.query(`SELECT pg_notify('webhooks', '')`);
}
