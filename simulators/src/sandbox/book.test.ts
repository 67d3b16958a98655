import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openBook, type Refund } from './book.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'feiqian-book-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const aRefund = (refundNumber: string): Refund => ({
  refundNumber,
  orderNumber: 'ORDER0001',
  merchant: 'feiqian',
  currency: 'CNY',
  amount: '1',
  status: 'processing',
  reason: '退款 💸',
  createdAt: '2026-11-22T00:00:00.000Z',
});

it('is what it was when it is opened again', () => {
  const path = join(folder, 'deep', 'state.jsonl');
  const book = openBook(path);
  book.write({ refunds: [aRefund('A')] });
  book.write({ refunds: [{ ...aRefund('A'), status: 'succeeded' }], keyIndex: 1 });
  const again = openBook(path);
  expect([...again.refunds.values()]).toEqual([{ ...aRefund('A'), status: 'succeeded' }]);
  expect(again.keyIndex()).toBe(1);
});

it('forgets a line that was cut off anywhere by a kill, and goes on', () => {
  const path = join(folder, 'state.jsonl');
  openBook(path).write({ refunds: [aRefund('A')] });
  const first = readFileSync(path);
  openBook(path).write({ refunds: [aRefund('B')] });
  const both = readFileSync(path);
  for (let length = first.length; length < both.length; length += 7) {
    writeFileSync(path, both.subarray(0, length));
    const book = openBook(path);
    expect([...book.refunds.keys()]).toEqual(['A']);
    book.write({ refunds: [aRefund('C')] });
    expect([...openBook(path).refunds.keys()]).toEqual(['A', 'C']);
  }
});

it('does not open when an earlier line is damaged', () => {
  const path = join(folder, 'state.jsonl');
  openBook(path).write({ refunds: [aRefund('A')] });
  appendFileSync(path, '{"refunds":[\n');
  expect(() => openBook(path)).toThrow(/^Line 2 /);
});
