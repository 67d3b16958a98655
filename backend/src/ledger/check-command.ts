import { AppError, assert } from '@feiqian/domain/errors';
import type { Command, NewTransfer } from './command.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Checks what the types of a command cannot say. A wrong command is a bug of the caller: it never reaches the database.
 *
 * @throws {AppError} ASSET_MISMATCH when the two accounts of a transfer hold different assets; AMOUNT_NOT_POSITIVE for nothing.
 * @throws {Error} for everything else.
 */
export function checkCommand({ transfers, changes = [], answer, history = [] }: Command): void {
  assert(transfers.length + changes.length > 0, 'a command changes something');
  for (const transfer of transfers) checkTransfer(transfer);
  const rows = new Set<string>();
  for (const { table, id, expectVersion } of changes) {
    assert(
      uuid.test(id) && Number.isSafeInteger(expectVersion) && expectVersion >= 0,
      'a row change names a row and a version',
    );
    rows.add(`${table}:${id}`);
  }
  assert(rows.size === changes.length, 'a command changes a row once');
  assert(!answer || /^[0-9a-f]{64}$/.test(answer.requestHash), 'a request hash is 32 bytes in hex');
  assert(
    history.every((movementId) => uuid.test(movementId)),
    'history names movements by id',
  );
}

function checkTransfer({ id, phase, debit, credit, amount, pendingId, timeoutAt, movementId }: NewTransfer): void {
  if (debit.asset !== credit.asset) throw new AppError('ASSET_MISMATCH', 'A transfer joins two accounts of one asset.');
  if (amount <= 0n) throw new AppError('AMOUNT_NOT_POSITIVE', 'A transfer moves something.');
  assert(debit.name !== credit.name, 'a transfer joins two different accounts');
  assert(uuid.test(id), 'a transfer id is a UUID');
  assert(pendingId === undefined || uuid.test(pendingId), 'a pending id is a UUID');
  assert(movementId === undefined || uuid.test(movementId), 'a movement id is a UUID');
  assert(
    (phase === 'post' || phase === 'void') === (pendingId !== undefined),
    'exactly post and void end a pending transfer',
  );
  assert(timeoutAt === undefined || phase === 'pending', 'only a pending transfer has a timeout');
}
