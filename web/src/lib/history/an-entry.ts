import type { HistoryEntry } from '@feiqian/domain/api/history';

/** An entry for tests, with what matters to each given by it. */
export function anEntry(part: Partial<HistoryEntry> = {}): HistoryEntry {
  return {
    id: '00000000-0000-4000-8000-000000000000',
    kind: 'top_up',
    direction: 'in',
    status: 'pending',
    stage: 'paying',
    holder: 'bank',
    money: { asset: 'iso4217:CNY', amount: '10000' },
    counterMoney: null,
    fee: null,
    counterparty: null,
    note: null,
    reason: null,
    movementId: null,
    paymentRequestId: null,
    txHash: null,
    legs: [],
    occurredAt: '2026-11-22T10:00:00Z',
    updatedAt: '2026-11-22T10:00:00Z',
    ...part,
  };
}
