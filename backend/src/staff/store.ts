import type { SuspenseReason } from '@feiqian/domain/api/staff';
import { type Amount, decodeAmount, type Money } from '@feiqian/domain/money';
import type { Address, Hash, Hex } from 'viem';
import type { Queryable } from '../database/pool.ts';
import type { Place } from './cursor.ts';

/** Somebody as staff sees them. */
export type StaffPerson = { readonly id: string; readonly handle: string; readonly email: string };

/** Where an item came from. */
export type ItemSource =
  | { readonly kind: 'gateway'; readonly gateway: string; readonly orderNumber: string }
  | {
      readonly kind: 'chain';
      readonly chainId: number;
      readonly txHash: Hash;
      readonly address: Address;
      readonly reference: Hex;
      readonly tokens: Money | undefined;
    };

/** What became of an item. */
export type Resolution = {
  readonly action: 'credit' | 'match';
  readonly recipient: StaffPerson;
  readonly by: string | null;
  readonly note: string | null;
  readonly at: Date;
};

/** Money without a known owner, or a gateway's answer that could not be believed. */
export type SuspenseItem = {
  readonly id: string;
  /** Of the item's own row; 0 where nothing is booked and there is none. */
  readonly version: number;
  readonly state: 'open' | 'resolved';
  readonly isBooked: boolean;
  readonly reason: SuspenseReason;
  readonly money: Money;
  readonly source: ItemSource;
  readonly movementId: string | undefined;
  readonly ordered: Money | undefined;
  readonly person: StaffPerson | undefined;
  readonly resolution: Resolution | undefined;
  readonly createdAt: Date;
};

/** A movement that an item's money came for, as far as it matters for resolving it. */
export type ClaimedMovement = {
  readonly id: string;
  readonly version: number;
  readonly userId: string;
  readonly state: string;
};

type Raw = {
  id: string;
  version: number;
  state: 'open' | 'resolved';
  is_booked: boolean;
  reason: SuspenseReason;
  asset: string;
  amount: string;
  movement_id: string | null;
  gateway: string | null;
  order_number: string | null;
  chain_id: number | null;
  tx_hash: Hash | null;
  address: Address | null;
  reference: Hex | null;
  token_asset: string | null;
  token_amount: string | null;
  ordered_asset: string | null;
  ordered_amount: string | null;
  person_id: string | null;
  person_handle: string | null;
  person_email: string | null;
  action: 'credit' | 'match' | null;
  recipient_id: string | null;
  recipient_handle: string | null;
  recipient_email: string | null;
  resolver: string | null;
  note: string | null;
  resolved_at: Date | null;
  created_at: Date;
};

// What lies in suspense, and beside it the orders of which a gateway said something that could not be believed: booked is nothing there.
const everything = `(
  SELECT id, version, state, true AS is_booked, reason, asset, amount, movement_id, gateway, order_number, chain_id, tx_hash, address, reference,
         token_asset, token_amount, action, recipient_id, resolved_by, note, resolved_at, created_at
  FROM suspense_items
  UNION ALL
  SELECT id, 0, 'open', false, reason, asset, amount, movement_id, gateway, order_number, NULL, NULL, NULL, NULL,
         NULL, NULL, NULL, NULL, NULL, NULL, NULL, created_at
  FROM gateway_attempts WHERE reason IN ('MERCHANT_MISMATCH', 'ORDER_MISMATCH')
) AS i`;

const columns = `i.*, a.asset AS ordered_asset, a.amount AS ordered_amount,
  p.id AS person_id, p.handle AS person_handle, p.email AS person_email,
  r.handle AS recipient_handle, r.email AS recipient_email, s.handle AS resolver`;

const joins = `
  LEFT JOIN gateway_attempts a ON a.gateway = i.gateway AND a.order_number = i.order_number
  LEFT JOIN movements m ON m.id = i.movement_id
  -- Only whoever gave tokens back has a claim to what they stood for.
  LEFT JOIN addresses l ON l.address = i.address AND i.token_asset IS NOT NULL
  LEFT JOIN users p ON p.id = coalesce(m.user_id, l.user_id)
  LEFT JOIN users r ON r.id = i.recipient_id
  LEFT JOIN users s ON s.id = i.resolved_by`;

/** Reads what staff work with. Money and what becomes of it is written by ledger commands only; looks are noted here. */
export type StaffStore = ReturnType<typeof createStaffStore>;

export function createStaffStore(database: Queryable) {
  return { ...readItems(database), ...keepRecord(database) };
}

function readItems(database: Queryable) {
  return {
    async find(id: string): Promise<SuspenseItem | undefined> {
      const { rows } = await database.query<Raw>(`SELECT ${columns} FROM ${everything} ${joins} WHERE i.id = $1`, [id]);
      return rows[0] && toItem(rows[0]);
    },

    /** Items in a state, newest first, after a place. `next` is the place of the last one. */
    async list(
      state: 'open' | 'resolved',
      { limit, after }: { readonly limit: number; readonly after: Place | undefined },
    ): Promise<{ readonly item: SuspenseItem; readonly place: Place }[]> {
      const { rows } = await database.query<Raw & { at_us: string }>(
        `SELECT ${columns}, (extract(epoch FROM i.created_at) * 1000000)::bigint::text AS at_us FROM ${everything} ${joins}
         WHERE i.state = $1 AND ($3::bigint IS NULL OR (i.created_at, i.id) < (timestamptz 'epoch' + $3 * interval '1 microsecond', $4::uuid))
         ORDER BY i.created_at DESC, i.id DESC LIMIT $2`,
        [state, limit, after?.atUs ?? null, after?.id ?? null],
      );
      return rows.map((row) => ({ item: toItem(row), place: { atUs: row.at_us, id: row.id } }));
    },

    /** The movement that an item's money came for: by its id, or a redemption by the reference and holder that the chain names. */
    async findClaimed({ movementId, source }: SuspenseItem): Promise<ClaimedMovement | undefined> {
      const { rows } = await database.query<{ id: string; version: number; user_id: string; state: string }>(
        movementId !== undefined
          ? { text: 'SELECT id, version, user_id, state FROM movements WHERE id = $1', values: [movementId] }
          : {
              text: `SELECT id, version, user_id, state FROM movements
                     WHERE kind = 'conversion' AND reference = $1 AND address = $2 AND chain_id = $3 ORDER BY created_at LIMIT 1`,
              values: source.kind === 'chain' ? [source.reference, source.address, source.chainId] : [null, null, null],
            },
      );
      const [row] = rows;
      return row && { id: row.id, version: row.version, userId: row.user_id, state: row.state };
    },

    /** A person as staff sees them. */
    async findPerson(id: string): Promise<StaffPerson | undefined> {
      return (await database.query<StaffPerson>('SELECT id, handle, email FROM users WHERE id = $1', [id])).rows[0];
    },
  };
}

function keepRecord(database: Queryable) {
  return {
    async isStaff(userId: string): Promise<boolean> {
      return (await database.query('SELECT FROM staff WHERE user_id = $1', [userId])).rowCount === 1;
    },

    /** Notes that somebody looked at the list, or at one item. */
    async noteLook(staffId: string, look: { readonly item?: string; readonly details?: object }): Promise<void> {
      await database.query(
        'INSERT INTO staff_actions (id, staff_id, action, subject_id, details) VALUES (gen_random_uuid(), $1, $2, $3, $4)',
        [staffId, look.item === undefined ? 'list' : 'view', look.item ?? null, look.details ?? {}],
      );
    },
  };
}

const toMoney = (asset: string | null, amount: string | null): Money | undefined =>
  asset === null || amount === null ? undefined : { asset, amount: decodeAmount(amount) as Amount };

function toItem(raw: Raw): SuspenseItem {
  return {
    id: raw.id,
    version: raw.version,
    state: raw.state,
    isBooked: raw.is_booked,
    reason: raw.reason,
    money: { asset: raw.asset, amount: decodeAmount(raw.amount) },
    source: toSource(raw),
    movementId: raw.movement_id ?? undefined,
    ordered: toMoney(raw.ordered_asset, raw.ordered_amount),
    person: toPerson(raw.person_id, raw.person_handle, raw.person_email),
    resolution: toResolution(raw),
    createdAt: raw.created_at,
  };
}

function toSource(raw: Raw): ItemSource {
  const { gateway, order_number: orderNumber, chain_id: chainId, tx_hash: txHash, address, reference } = raw;
  if (gateway !== null && orderNumber !== null) return { kind: 'gateway', gateway, orderNumber };
  if (chainId === null || txHash === null || address === null || reference === null)
    throw new Error('A suspense item says where it came from.');
  return { kind: 'chain', chainId, txHash, address, reference, tokens: toMoney(raw.token_asset, raw.token_amount) };
}

function toPerson(id: string | null, handle: string | null, email: string | null): StaffPerson | undefined {
  return id === null || handle === null || email === null ? undefined : { id, handle, email };
}

function toResolution(raw: Raw): Resolution | undefined {
  const recipient = toPerson(raw.recipient_id, raw.recipient_handle, raw.recipient_email);
  const { action, resolver: by, note, resolved_at: at } = raw;
  if (action === null || !recipient || at === null) return undefined;
  return { action, recipient, by, note, at };
}
