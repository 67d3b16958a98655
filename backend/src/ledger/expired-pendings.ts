import { decodeAmount } from '@feiqian/domain/money';
import type { Queryable } from '../database/pool.ts';
import type { AccountSpec, NewTransfer } from './command.ts';
import { businessId } from './ids.ts';
import type { Ledger } from './ledger.ts';

type Side = {
  readonly name: string;
  readonly asset: string;
  readonly ownerId: string | null;
  readonly floor: AccountSpec['floor'];
};
type Expired = {
  readonly id: string;
  readonly amount: string;
  readonly movement_id: string | null;
  readonly debit: Side;
  readonly credit: Side;
};

const batchMax = 500;

/**
 * Voids pending transfers that are past their time, oldest first, at most 500 of them. Safe to run in several replicas at once.
 * A hold is left to whoever ends its movement with it.
 *
 * @returns how many were voided now.
 */
export async function voidExpired({
  database,
  ledger,
}: {
  readonly database: Queryable;
  readonly ledger: Pick<Ledger, 'post'>;
}): Promise<number> {
  const { rows } = await database.query<Expired>(
    `SELECT p.id, p.amount::text AS amount, p.movement_id, ${describe('d')} AS debit, ${describe('c')} AS credit
     FROM ledger_transfers p JOIN ledger_accounts d ON d.id = p.debit_account_id JOIN ledger_accounts c ON c.id = p.credit_account_id
     WHERE p.timeout_at <= now() AND p.kind <> 'hold' AND NOT EXISTS (SELECT FROM ledger_transfers e WHERE e.pending_id = p.id)
     ORDER BY p.timeout_at LIMIT $1`,
    [batchMax],
  );
  const results = await Promise.all(rows.map((row) => ledger.post({ transfers: [toVoid(row)] })));
  return results.filter((result) => result.status === 'written' && result.transfers[0] === 'created').length;
}

const describe = (
  account: string,
) => `json_build_object('name', ${account}.name, 'asset', ${account}.asset, 'ownerId', ${account}.owner_id,
  'floor', CASE WHEN ${account}.debits_must_not_exceed_credits THEN 'credits' WHEN ${account}.credits_must_not_exceed_debits THEN 'debits' ELSE 'none' END)`;

function toVoid({ id, amount, movement_id: movementId, debit, credit }: Expired): NewTransfer {
  return {
    id: businessId('transfer', id, 'expired'),
    phase: 'void',
    debit: toSpec(debit),
    credit: toSpec(credit),
    amount: decodeAmount(amount),
    kind: 'expired',
    pendingId: id,
    ...(movementId === null ? {} : { movementId }),
  };
}

function toSpec({ ownerId, ...side }: Side): AccountSpec {
  return ownerId === null ? side : { ...side, ownerId };
}
