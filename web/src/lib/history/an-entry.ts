import type { HistoryEntry, LegWire } from '@feiqian/domain/api/history';

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

/** A step on the chain, with what matters to each test given by it. */
export function aLeg(part: Partial<LegWire> = {}): LegWire {
  return {
    rail: 'chain',
    kind: 'transfer',
    status: 'pending',
    asset: 'eip155:31337/erc20:0x5FbDB2315678afecb367f032d93F642f64180aa3',
    amount: '1',
    reference: null,
    gateway: null,
    chainId: 31_337,
    blockNumber: null,
    at: '2026-11-22T10:00:00.000Z',
    ...part,
  };
}
