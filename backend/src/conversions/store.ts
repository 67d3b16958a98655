import { type Amount, decodeAmount } from '@feiqian/domain/money';
import type { Address, Hash, Hex } from 'viem';
import type { Queryable } from '../database/pool.ts';

/** A movement as conversions need it: a conversion, or a top-up that goes on as tokens. */
export type ConversionRow = {
  readonly id: string;
  readonly version: number;
  readonly kind: 'conversion' | 'top_up';
  readonly userId: string;
  readonly state: string;
  readonly asset: string;
  readonly amount: Amount;
  readonly counterAsset: string;
  readonly counterAmount: Amount;
  readonly chainId: number;
  readonly address: Address;
  readonly reference: Hex;
};

/** An `Issued` or `Redeemed` event of a canonical block. */
export type SettlementEvent = {
  readonly name: 'Issued' | 'Redeemed';
  readonly blockNumber: bigint;
  readonly logIndex: number;
  readonly txHash: Hash;
  readonly token: Address;
  /** Issued: receiver. Redeemed: holder. */
  readonly address: Address;
  readonly reference: Hex;
  readonly amount: Amount;
};

/** How far the ledger has followed a chain, in the latest of its epochs that it has begun. */
export type Cursor = { readonly epoch: number; readonly version: number; readonly blockNumber: bigint };

type RawMovement = {
  id: string;
  version: number;
  kind: 'conversion' | 'top_up';
  user_id: string;
  state: string;
  asset: string;
  amount: string;
  counter_asset: string;
  counter_amount: string;
  chain_id: number;
  address: Address;
  reference: Hex;
};

type RawEvent = {
  name: 'Issued' | 'Redeemed';
  block_number: bigint | number;
  log_index: number;
  tx_hash: Hash;
  token: Address;
  address: Address;
  reference: Hex;
  amount: string;
};

const toEvent = (raw: RawEvent): SettlementEvent => ({
  name: raw.name,
  blockNumber: BigInt(raw.block_number),
  logIndex: raw.log_index,
  txHash: raw.tx_hash,
  token: raw.token,
  address: raw.address,
  reference: raw.reference,
  amount: decodeAmount(raw.amount),
});

const columns =
  'id, version, kind, user_id, state, asset, amount, counter_asset, counter_amount, chain_id, address, reference';
const isConversion = `kind IN ('conversion', 'top_up') AND counter_asset IS NOT NULL AND reference IS NOT NULL`;

const toRow = (raw: RawMovement): ConversionRow => ({
  id: raw.id,
  version: raw.version,
  kind: raw.kind,
  userId: raw.user_id,
  state: raw.state,
  asset: raw.asset,
  amount: decodeAmount(raw.amount),
  counterAsset: raw.counter_asset,
  counterAmount: decodeAmount(raw.counter_amount),
  chainId: raw.chain_id,
  address: raw.address,
  reference: raw.reference,
});

/** Reads what conversions and their settlement need; only ledger commands write. */
export type ConversionStore = ReturnType<typeof createConversionStore>;

export function createConversionStore(database: Queryable) {
  return { ...readMovements(database), ...readSettlement(database) };
}

function readMovements(database: Queryable) {
  return {
    async find(id: string): Promise<ConversionRow | undefined> {
      const { rows } = await database.query<RawMovement>(
        `SELECT ${columns} FROM movements WHERE id = $1 AND ${isConversion}`,
        [id],
      );
      return rows[0] && toRow(rows[0]);
    },

    /** The hash of the transaction that carries a movement now. */
    async findTxHash(movementId: string): Promise<Hash | null> {
      const { rows } = await database.query<{ hash: Hash | null }>(
        'SELECT hash FROM chain_transactions WHERE movement_id = $1 ORDER BY created_at DESC LIMIT 1',
        [movementId],
      );
      return rows[0]?.hash ?? null;
    },

    /** Movements that wait for one of these references, or could still happen. What is redeemed belongs to whom the holder's address is linked to. */
    async findWaiting(chainId: number, references: readonly Hex[]): Promise<ConversionRow[]> {
      const { rows } = await database.query<RawMovement>(
        `SELECT ${columns} FROM movements m WHERE reference = ANY ($2) AND chain_id = $1 AND ${isConversion} AND (
           state = 'issuing'
           OR ((state = 'redeeming' OR (state = 'failed' AND details->>'direction' = 'redeem'))
             AND EXISTS (SELECT FROM addresses a WHERE a.address = m.address AND a.user_id = m.user_id)))`,
        [chainId, references],
      );
      return rows.map(toRow);
    },

    /**
     * Issues under way whose event is behind the ledger's cursor: it was booked before they began to wait for it. That happens to a
     * database that was restored, when the chain is read again sooner than the gateway.
     */
    async findOvertaken(
      chainId: number,
    ): Promise<{ row: ConversionRow; event: SettlementEvent; item: { id: string; version: number } }[]> {
      const { rows } = await database.query<RawMovement & { event: RawEvent; item: { id: string; version: number } }>(
        `SELECT ${columns
          .split(', ')
          .map((column) => `m.${column}`)
          .join(
            ', ',
          )}, to_jsonb(e) || jsonb_build_object('amount', e.amount::text) AS event, jsonb_build_object('id', i.id, 'version', i.version) AS item
         FROM movements m
         JOIN chains k ON k.chain_id = m.chain_id
         JOIN chain_cursors c ON c.consumer = 'ledger' AND c.chain_id = k.chain_id AND c.epoch = k.epoch
         JOIN chain_events e ON e.chain_id = k.chain_id AND e.epoch = k.epoch AND e.name = 'Issued' AND e.reference = m.reference AND e.block_number <= c.block_number
         JOIN suspense_items i ON i.chain_id = e.chain_id AND i.tx_hash = e.tx_hash AND i.reference = e.reference AND i.reason = 'ISSUE_UNKNOWN' AND i.state = 'open'
         WHERE m.chain_id = $1 AND m.state = 'issuing' AND m.kind IN ('conversion', 'top_up') AND m.counter_asset IS NOT NULL`,
        [chainId],
      );
      return rows.map((row) => ({ row: toRow(row), event: toEvent(row.event), item: row.item }));
    },

    /** Whether a holder's reference was ever given to us. */
    async hasRedemption(chainId: number, holder: Address, reference: Hex): Promise<boolean> {
      const { rowCount } = await database.query(
        `SELECT FROM movements WHERE reference = $3 AND chain_id = $1 AND address = $2 AND kind = 'conversion'`,
        [chainId, holder, reference],
      );
      return rowCount !== 0;
    },
  };
}

function readSettlement(database: Queryable) {
  return {
    async findChain(
      chainId: number,
    ): Promise<{ epoch: number; finalizedNumber: bigint | null; isHalted: boolean } | undefined> {
      const { rows } = await database.query<{ epoch: number; finalized_number: bigint | null; status: string }>(
        'SELECT epoch, finalized_number, status FROM chains WHERE chain_id = $1',
        [chainId],
      );
      const [row] = rows;
      return row && { epoch: row.epoch, finalizedNumber: row.finalized_number, isHalted: row.status === 'halted' };
    },

    async findCursor(chainId: number): Promise<Cursor | undefined> {
      const { rows } = await database.query<{ epoch: number; version: number; block_number: bigint }>(
        `SELECT epoch, version, block_number FROM chain_cursors WHERE chain_id = $1 AND consumer = 'ledger' ORDER BY epoch DESC LIMIT 1`,
        [chainId],
      );
      const [row] = rows;
      return row && { epoch: row.epoch, version: row.version, blockNumber: row.block_number };
    },

    /** The next block after a cursor, up to `to`, that has events of ours, with all of them. */
    async nextEvents(
      chainId: number,
      { epoch, blockNumber }: Cursor,
      to: bigint | undefined,
    ): Promise<SettlementEvent[]> {
      const { rows } = await database.query<RawEvent>(
        `SELECT name, block_number, log_index, tx_hash, token, address, reference, amount FROM chain_events
         WHERE chain_id = $1 AND epoch = $2 AND name IN ('Issued', 'Redeemed') AND block_number = (
           SELECT min(block_number) FROM chain_events
           WHERE chain_id = $1 AND epoch = $2 AND name IN ('Issued', 'Redeemed') AND block_number > $3 AND ($4::bigint IS NULL OR block_number <= $4))
         ORDER BY log_index`,
        [chainId, epoch, blockNumber, to ?? null],
      );
      return rows.map(toEvent);
    },

    /** What the books say is issued of some tokens: credits less debits, posted only. */
    async readIssued(tokens: readonly string[]): Promise<{ token: string; amount: Amount }[]> {
      const { rows } = await database.query<{ asset: string; amount: string }>(
        `SELECT asset, credits_posted - debits_posted AS amount FROM ledger_accounts WHERE name = 'issued:' || asset AND asset = ANY ($1) ORDER BY asset`,
        [tokens],
      );
      return rows.map(({ asset, amount }) => ({ token: asset, amount: decodeAmount(amount) }));
    },
  };
}
