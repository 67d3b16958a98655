/** Accounts, transfers, rows and answers for tests of the ledger, under names of their own so that tests may share a database. */
import { randomUUID } from 'node:crypto';
import { toAmount } from '@feiqian/domain/money';
import type { AccountSpec, NewTransfer, RowChange, StoredAnswer } from '../../src/ledger/command.ts';
import { businessId } from '../../src/ledger/ids.ts';

/** The currency of every account of a world. */
export const worldAsset = 'iso4217:CNY';

/** A SHA-256 in hex that is easy to tell from another. */
export const hashOf = (letter: string): string => letter.repeat(64);

/** A small chart of accounts. */
export type World = {
  /** Begins every name in it. */
  readonly name: string;
  /** `bank` may not be overdrawn by credits, `anna` and `ben` not by debits, `source` has no floor. */
  readonly accounts: Readonly<Record<'bank' | 'source' | 'anna' | 'ben', AccountSpec>>;
  /** An id that only this world has. */
  readonly id: (...parts: readonly string[]) => string;
};

export function aWorld(): World {
  const name = `world-${randomUUID()}`;
  const account = (short: string, floor: AccountSpec['floor']): AccountSpec => ({
    name: `${name}:${short}`,
    asset: worldAsset,
    floor,
  });
  return {
    name,
    accounts: {
      bank: account('bank', 'debits'),
      source: account('source', 'none'),
      anna: account('anna', 'credits'),
      ben: account('ben', 'credits'),
    },
    id: (...parts) => businessId(name, ...parts),
  };
}

/** 100 from `source` to `anna`, unless `changes` say otherwise. `key` names it. */
export function aTransfer(
  { id, accounts: { source, anna } }: World,
  key: string,
  changes: Partial<NewTransfer> = {},
): NewTransfer {
  return {
    id: id('transfer', key),
    phase: 'posted',
    debit: source,
    credit: anna,
    amount: toAmount(100n),
    kind: 'top_up',
    ...changes,
  };
}

/** A versioned row that nothing else reads. */
export function aRow({ name, id }: World, expectVersion: number, key = 'row'): RowChange {
  const fresh = { chain_id: 1, epoch: 1, consumer: `${name}:${key}`, block_number: 7 };
  return {
    table: 'chain_cursors',
    id: id('row', key),
    expectVersion,
    set: expectVersion === 0 ? fresh : { block_number: 7 + expectVersion },
  };
}

export function anAnswer({ name }: World, changes: Partial<StoredAnswer> = {}): StoredAnswer {
  return { scope: name, key: 'key-1', requestHash: hashOf('a'), status: 201, body: { id: 'x' }, ...changes };
}
