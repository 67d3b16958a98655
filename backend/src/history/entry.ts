import type { HistoryEntry, LegWire } from '@feiqian/domain/api/history';

/** A stored entry as the queries of this folder read it (see {@link entryColumns}). */
export type EntryRow = {
  id: string;
  kind: HistoryEntry['kind'];
  direction: HistoryEntry['direction'];
  status: HistoryEntry['status'];
  stage: string;
  holder: HistoryEntry['holder'];
  asset: string;
  amount: string;
  counter_asset: string | null;
  counter_amount: string | null;
  fee_asset: string | null;
  fee_amount: string | null;
  counterparty_kind: 'person' | 'address' | 'gateway' | null;
  counterparty: string | null;
  note: string | null;
  reason: string | null;
  movement_id: string | null;
  payment_request_id: string | null;
  tx_hash: HistoryEntry['txHash'];
  legs: LegWire[];
  occurred_at: Date;
  updated_at: Date;
  /** `occurred_at` to the microsecond, which a Date does not hold. */
  position: string;
};

/** What {@link EntryRow} is selected from: entries as `e`, the person on the other side as `u`. */
export const entryColumns = `e.id, e.kind, e.direction, e.status, e.stage, e.holder, e.asset, e.amount::text AS amount,
  e.counter_asset, e.counter_amount::text AS counter_amount, e.fee_asset, e.fee_amount::text AS fee_amount,
  e.counterparty_kind, coalesce(u.handle, e.counterparty_value) AS counterparty, e.note, e.reason, e.movement_id, e.payment_request_id,
  e.tx_hash, e.legs, e.occurred_at, e.updated_at, to_char(e.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS position`;

/** Turns a stored entry into what is sent. A person who left has no name any more. */
export function toEntry(row: EntryRow): HistoryEntry {
  return {
    id: row.id,
    kind: row.kind,
    direction: row.direction,
    status: row.status,
    stage: row.stage,
    holder: row.holder,
    money: { asset: row.asset, amount: row.amount },
    counterMoney: toMoney(row.counter_asset, row.counter_amount),
    fee: toMoney(row.fee_asset, row.fee_amount),
    counterparty:
      row.counterparty_kind !== null && row.counterparty !== null
        ? { kind: row.counterparty_kind, value: row.counterparty }
        : null,
    note: row.note,
    reason: row.reason,
    movementId: row.movement_id,
    paymentRequestId: row.payment_request_id,
    txHash: row.tx_hash,
    legs: row.legs,
    occurredAt: row.occurred_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function toMoney(asset: string | null, amount: string | null): HistoryEntry['counterMoney'] {
  return asset !== null && amount !== null ? { asset, amount } : null;
}
