import { type Amount, decodeAmount, encodeAmount } from '@feiqian/domain/money';
import { type Connection, inTransaction, type Pool } from '../database/pool.ts';

/** An item as its owner has it. */
export type ItemRow = {
  readonly id: string;
  readonly name: string;
  readonly asset: string;
  readonly amount: Amount;
  /** 0 is first; the places of one owner have no gaps. */
  readonly place: number;
  readonly createdAt: Date;
};

/** What changes of an item; what is absent stays. */
export type ItemChange = {
  readonly name?: string;
  readonly money?: Pick<ItemRow, 'asset' | 'amount'>;
  readonly place?: number;
};

type Raw = Omit<ItemRow, 'amount'> & { readonly amount: string };

const columns = `id, name, asset, amount, place, created_at AS "createdAt"`;
const toRow = (raw: Raw): ItemRow => ({ ...raw, amount: decodeAmount(raw.amount) });

/** Reads and writes one person's items; others' do not exist here. */
export type ItemStore = ReturnType<typeof createItemStore>;

export function createItemStore(pool: Pool) {
  return {
    /** In their order. There are few, so there are no pages. */
    async list(ownerId: string): Promise<ItemRow[]> {
      const { rows } = await pool.query<Raw>(
        `SELECT ${columns} FROM items WHERE owner_id = $1 AND state = 'on' ORDER BY place`,
        [ownerId],
      );
      return rows.map(toRow);
    },

    /** Adds an item behind the others. @returns undefined when its owner has as many as there can be. */
    async insert(
      connection: Connection,
      item: Pick<ItemRow, 'id' | 'name' | 'asset' | 'amount'> & { readonly ownerId: string; readonly itemsMax: number },
    ): Promise<ItemRow | undefined> {
      const { id, ownerId, name, asset, amount, itemsMax } = item;
      await lockOrder(connection, ownerId);
      const { rows } = await connection.query<Raw>(
        `INSERT INTO items (id, owner_id, name, asset, amount, place)
         SELECT $1, $2, $3, $4, $5, count(*) FROM items WHERE owner_id = $2 AND state = 'on' HAVING count(*) < $6
         RETURNING ${columns}`,
        [id, ownerId, name, asset, encodeAmount(amount), itemsMax],
      );
      return rows[0] && toRow(rows[0]);
    },

    /** @returns the item as it is now; undefined when there is none. */
    change: (ownerId: string, id: string, { name, money, place }: ItemChange): Promise<ItemRow | undefined> =>
      inTransaction(pool, async (connection) => {
        if (place !== undefined) await move(connection, { ownerId, id, place });
        const { rows } = await connection.query<Raw>(
          `UPDATE items SET name = coalesce($3, name), asset = coalesce($4, asset), amount = coalesce($5, amount), updated_at = now()
           WHERE id = $1 AND owner_id = $2 AND state = 'on' RETURNING ${columns}`,
          [id, ownerId, name ?? null, money?.asset ?? null, money ? encodeAmount(money.amount) : null],
        );
        return rows[0] && toRow(rows[0]);
      }),

    /** @returns whether there was one. */
    remove: (ownerId: string, id: string): Promise<boolean> =>
      inTransaction(pool, async (connection) => {
        await lockOrder(connection, ownerId);
        await connection.query(
          `UPDATE items SET place = place - 1
           WHERE owner_id = $2 AND place > (SELECT place FROM items WHERE id = $1 AND owner_id = $2)`,
          [id, ownerId],
        );
        const { rowCount } = await connection.query(
          `UPDATE items SET state = 'gone', place = NULL, updated_at = now() WHERE id = $1 AND owner_id = $2 AND state = 'on'`,
          [id, ownerId],
        );
        return rowCount === 1;
      }),
  };
}

/** Two changes of one owner's order at once would count from the same places. */
async function lockOrder(connection: Connection, ownerId: string): Promise<void> {
  await connection.query(`SELECT pg_advisory_xact_lock(hashtextextended('items ' || $1, 0))`, [ownerId]);
}

/** Puts an item at a place, or at the last one when there are fewer; those between where it was and is go one place towards where it was. */
async function move(
  connection: Connection,
  { ownerId, id, place }: { readonly ownerId: string; readonly id: string; readonly place: number },
): Promise<void> {
  await lockOrder(connection, ownerId);
  await connection.query(
    `WITH way AS (
       SELECT place AS origin, least($3, (SELECT count(*) - 1 FROM items WHERE owner_id = $2 AND state = 'on'))::int AS target
       FROM items WHERE id = $1 AND owner_id = $2 AND state = 'on'
     )
     UPDATE items SET place = CASE WHEN id = $1 THEN target WHEN target > origin THEN place - 1 ELSE place + 1 END
     FROM way WHERE owner_id = $2 AND place BETWEEN least(origin, target) AND greatest(origin, target)`,
    [id, ownerId, place],
  );
}
