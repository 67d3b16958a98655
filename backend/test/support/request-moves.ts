/** Moves payment requests as tokens that come, or don't, move them: with all the facts that this has, and no node. */
import { toAmount, zeroAmount } from '@feiqian/domain/money';
import { expect } from 'vitest';
import type { Pool } from '../../src/database/pool.ts';
import type { RowChange } from '../../src/ledger/command.ts';
import { businessId } from '../../src/ledger/ids.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { changePayment, followPayments, insertPayment, type NewPayment } from '../../src/payment-requests/rows.ts';
import { createPaymentRequestStore, type PaymentRow } from '../../src/payment-requests/store.ts';
import { anAddress, bytes32, payFacts } from './chain-facts.ts';
import { createFacts } from './facts.ts';

/** What becomes of a request: somebody signs, what they signed becomes impossible, or is final. */
export type Move = 'processing' | 'new' | 'settled';

/** Needs requests that take tokens. */
export function createMoves(pool: Pool, ledger: Ledger): (id: string, move: Move) => Promise<void> {
  const store = createPaymentRequestStore(pool);
  const facts = createFacts(pool, ledger);
  let block = 0;
  const read = async (id: string) => {
    const requested = await store.findWithPayments(id);
    if (!requested) throw new Error('There is no such request.');
    return requested;
  };
  const write = async (id: string, change: RowChange, payment: NewPayment | PaymentRow) => {
    const { request, payments } = await read(id);
    const after = [...payments.filter((one) => one.id !== payment.id), { refunded: zeroAmount, ...payment }];
    const changes = [change, followPayments(request, after, new Date())];
    expect((await ledger.post({ transfers: [], changes })).status).toBe('written');
  };
  const sign = async (id: string) => {
    const { request, payments } = await read(id);
    if (!request.token) throw new Error('It takes no tokens.');
    const payment: NewPayment = {
      id: businessId('test payment', id, `${payments.length}`),
      requestId: id,
      rail: 'token',
      state: 'pending',
      asset: request.token.asset,
      amount: toAmount(request.missing),
      payerId: undefined,
      payerAddress: anAddress(),
      movementId: undefined,
      gateway: undefined,
      chainId: request.token.chainId,
      epoch: 1,
      chainTransactionId: undefined,
      txHash: undefined,
      paidAt: new Date(),
    };
    await write(id, insertPayment(payment), payment);
  };
  const end = async (id: string, state: 'failed' | 'final') => {
    const { request, payments } = await read(id);
    const payment = payments.find((one) => one.state === 'pending');
    if (!payment?.payerAddress || !request.token) throw new Error('Nobody has signed anything.');
    const txHash = state === 'final' ? bytes32() : undefined;
    if (txHash) {
      block += 1;
      const { payerAddress, amount } = payment;
      const carried = { reference: request.reference, token: request.token.checkout?.terms.token ?? '0x' } as const;
      await facts.chain();
      await facts.mine(block, payFacts(txHash, payerAddress, request.token.address, amount, carried));
      await facts.finalize(block);
    }
    const set = { state, tx_hash: txHash ?? null };
    await write(id, changePayment(payment, set), { ...payment, state, txHash });
  };
  return (id, move) => (move === 'processing' ? sign(id) : end(id, move === 'new' ? 'failed' : 'final'));
}
