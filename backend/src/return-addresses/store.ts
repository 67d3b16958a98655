import type { Connection, Pool } from '../database/pool.ts';

/** An address as its owner has it. */
export type ReturnAddressRow = { readonly id: string; readonly url: string; readonly createdAt: Date };

const columns = 'id, url, created_at AS "createdAt"';

/** What came of adding an address. */
export type Inserted = ReturnAddressRow | 'exists' | 'too_many';

/** Reads and writes where payers are sent back; others' addresses do not exist here. */
export type ReturnAddressStore = ReturnType<typeof createReturnAddressStore>;

export function createReturnAddressStore(pool: Pool) {
  return {
    /** Newest first. There are few, so there are no pages. */
    async list(ownerId: string): Promise<ReturnAddressRow[]> {
      const { rows } = await pool.query<ReturnAddressRow>(
        `SELECT ${columns} FROM return_addresses WHERE owner_id = $1 ORDER BY created_at DESC, id DESC`,
        [ownerId],
      );
      return rows;
    },

    /** Finds an address by exactly its text, with its sealed secret. */
    async find(ownerId: string, url: string): Promise<{ readonly id: string; readonly secret: string } | undefined> {
      const { rows } = await pool.query<{ id: string; secret: string }>(
        'SELECT id, secret FROM return_addresses WHERE owner_id = $1 AND url = $2',
        [ownerId, url],
      );
      return rows[0];
    },

    async insert(
      connection: Connection,
      address: {
        readonly id: string;
        readonly ownerId: string;
        readonly url: string;
        readonly sealedSecret: string;
        readonly addressesMax: number;
      },
    ): Promise<Inserted> {
      const { id, ownerId, url, sealedSecret, addressesMax } = address;
      // Two at once must not both be the last.
      await connection.query(`SELECT pg_advisory_xact_lock(hashtextextended('return addresses ' || $1, 0))`, [ownerId]);
      const { rows: counted } = await connection.query<{ count: bigint }>(
        'SELECT count(*) FROM return_addresses WHERE owner_id = $1',
        [ownerId],
      );
      if ((counted[0]?.count ?? 0n) >= BigInt(addressesMax)) return 'too_many';
      const { rows } = await connection.query<ReturnAddressRow>(
        `INSERT INTO return_addresses (id, owner_id, url, secret) VALUES ($1, $2, $3, $4)
         ON CONFLICT (owner_id, url) DO NOTHING RETURNING ${columns}`,
        [id, ownerId, url, sealedSecret],
      );
      return rows[0] ?? 'exists';
    },

    /** @returns whether there was one. */
    async remove(ownerId: string, id: string): Promise<boolean> {
      const { rowCount } = await pool.query('DELETE FROM return_addresses WHERE owner_id = $1 AND id = $2', [
        ownerId,
        id,
      ]);
      return rowCount === 1;
    },
  };
}
