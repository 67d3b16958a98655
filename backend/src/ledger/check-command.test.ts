import { toAmount } from '@feiqian/domain/money';
import { describe, expect, it } from 'vitest';
import { checkCommand } from './check-command.ts';
import type { Command, NewTransfer, RowChange } from './command.ts';

const uuid = (digit: string) => `00000000-0000-8000-8000-00000000000${digit}`;
const anna = { name: 'user:anna:cash', asset: 'iso4217:CNY', floor: 'credits' } as const;
const ben = { name: 'user:ben:cash', asset: 'iso4217:CNY', floor: 'credits' } as const;

function aTransfer(changes: Partial<NewTransfer> = {}): NewTransfer {
  return {
    id: uuid('1'),
    phase: 'posted',
    debit: anna,
    credit: ben,
    amount: toAmount(5n),
    kind: 'cash_transfer',
    ...changes,
  };
}
const aRow = (id: string, expectVersion = 0): RowChange => ({ table: 'movements', id, expectVersion, set: {} });
const withTransfer = (changes: Partial<NewTransfer>): Command => ({ transfers: [aTransfer(changes)] });

describe('checking a command', () => {
  it('accepts what the types and the rules allow', () => {
    checkCommand({
      transfers: [aTransfer({ movementId: uuid('2') })],
      changes: [aRow(uuid('2'))],
      history: [uuid('2')],
    });
    checkCommand(withTransfer({ phase: 'pending', timeoutAt: new Date(0) }));
    checkCommand(withTransfer({ phase: 'void', pendingId: uuid('2') }));
  });

  it.each([
    ['ASSET_MISMATCH', { credit: { ...ben, asset: 'iso4217:USD' } }],
    ['AMOUNT_NOT_POSITIVE', { amount: toAmount(0n) }],
  ])('says %s', (code, changes) => {
    expect(() => checkCommand(withTransfer(changes))).toThrow(expect.objectContaining({ code }));
  });

  it.each<[string, Command]>([
    ['that changes nothing', { transfers: [] }],
    ['from an account to itself', withTransfer({ credit: anna })],
    ['with an id that could break out of an array', withTransfer({ id: `${uuid('1')},${uuid('2')}` })],
    ['whose id is written in capitals, which the database would take for another', withTransfer({ id: uuid('A') })],
    ['with a movement that is no id', withTransfer({ movementId: 'NULL' })],
    ['that ends no pending', withTransfer({ phase: 'post' })],
    ['that ends a pending without being an end', withTransfer({ pendingId: uuid('2') })],
    ['with a pending that is no id', withTransfer({ phase: 'post', pendingId: '{}' })],
    ['with a timeout that means nothing', withTransfer({ timeoutAt: new Date() })],
    ['that changes a row twice', { transfers: [], changes: [aRow(uuid('1')), aRow(uuid('1'), 1)] }],
    ['with a row that is no id', { transfers: [], changes: [aRow('x')] }],
    ['with a version that is none', { transfers: [], changes: [aRow(uuid('1'), -1)] }],
    ['with a history that is no id', { transfers: [aTransfer()], history: ['x'] }],
    [
      'with a request hash that is none',
      { transfers: [aTransfer()], answer: { scope: 's', key: 'k', requestHash: 'abc', status: 200, body: {} } },
    ],
  ])('refuses a command %s', (_, command) => {
    expect(() => checkCommand(command)).toThrow('Assertion failed');
  });
});
