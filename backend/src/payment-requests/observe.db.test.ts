/** What chains show of payment requests, with planted facts and a clock of the test's own: times, reorganisations, lives of a chain, several observers. */
import { randomUUID } from 'node:crypto';
import { toAmount, zeroAmount } from '@feiqian/domain/money';
import type { Address, Hex } from 'viem';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  anAddress,
  bytes32,
  chainId,
  cny,
  cnyfAsset,
  type Fact,
  payFacts,
  relay,
  relayFacts,
  usdf,
} from '../../test/support/chain-facts.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { createFacts, type FactPerson, type Facts } from '../../test/support/facts.ts';
import { createIdleDeps } from '../../test/support/payment-requests.ts';
import { openPool, type Pool } from '../database/pool.ts';
import { createLedger, type Ledger } from '../ledger/ledger.ts';
import { describeCheck, verifyAll } from '../verify/verify-all.ts';
import type { Deps } from './deps.ts';
import { createEventStore } from './event-store.ts';
import { createObserver, type Observer } from './observe.ts';
import { carriedPaymentId } from './pay-token.ts';
import { followPayments, insertPayment, insertRequest, type NewPayment } from './rows.ts';
import { createPaymentRequestService, type PaymentRequestService } from './service.ts';
import type { PaymentRequestRow } from './store.ts';

const price = 10_000_000n;
/** When block n is, as `facts` plants it. */
const timeOf = (block: number) => new Date((1_700_000_000 + block * 60) * 1000);

let database: TestDatabase;
let pool: Pool;
let ledger: Ledger;
let facts: Facts;
let deps: Deps;
let service: PaymentRequestService;
let observer: Observer;
let payee: FactPerson;
let now: Date;

/** A chain of its own for each test. */
beforeEach(async () => {
  database = await createTestDatabase();
  database.skipVerify();
  pool = openPool({ url: database.serviceUrl, name: 'observe test', onIdleError: () => undefined });
  ledger = createLedger({ pool });
  facts = createFacts(pool, ledger);
  now = timeOf(1);
  deps = createIdleDeps({ pool, ledger, clock: () => now, findAddressOwner: async () => payee.id });
  service = createPaymentRequestService(deps);
  observer = anObserver();
  payee = await facts.person();
  await facts.chain();
  return async () => {
    const odd = (await verifyAll(pool)).filter(({ name, violations }) => violations > 0 && name !== 'chain.canonical');
    expect(odd.map(describeCheck)).toEqual([]);
    await ledger.close();
    await pool.end();
  };
});

function anObserver(): Observer {
  const { store } = deps;
  return createObserver({ ledger, store, events: createEventStore(pool), clock: () => now, startAfter: () => -1n });
}

/** A request for ¥10 that ends with a block, if it does. */
async function ask(change: Partial<PaymentRequestRow> = {}): Promise<{ readonly id: string; readonly reference: Hex }> {
  const [id, reference] = [randomUUID(), bytes32()];
  const row: PaymentRequestRow = {
    ...{ id, version: 1, payeeId: payee.id, payeeHandle: payee.handle, reference, description: 'tea', asset: cny },
    ...{
      state: 'new',
      exception: 'none',
      reason: undefined,
      amount: toAmount(1_000n),
      tolerance: 0,
      settleAt: 'final',
    },
    token: { asset: cnyfAsset, amount: toAmount(price), address: payee.address, chainId, checkout: undefined },
    ...{ received: zeroAmount, coming: zeroAmount, refunded: zeroAmount, missing: toAmount(price) },
    ...{ returnUrl: undefined, orderId: undefined, expiresAt: undefined, monitoredUntil: undefined },
    ...{ cancelledAt: undefined, acceptedAt: undefined, settledAt: undefined, createdAt: now },
    ...change,
  };
  expect((await ledger.post({ transfers: [], changes: [insertRequest(row)] })).status).toBe('written');
  return { id, reference };
}

const paid = (reference: Hex, amount = price, payer: Address = anAddress(), hash = bytes32()): Fact[] =>
  payFacts(hash, payer, payee.address, amount, { reference });

/** Mines facts, looks, and gives what the request has become. */
async function look(id: string, { by = observer }: { by?: Observer } = {}) {
  await by.observe(chainId);
  const requested = await deps.store.findWithPayments(id);
  if (!requested) throw new Error('There is no such request.');
  const { state, exception, reason, received, coming } = requested.request;
  return {
    outcome: [state, exception, reason].filter((one) => one !== undefined).join(' '),
    received,
    coming,
    payments: requested.payments.map((payment) => payment.state),
  };
}

describe('a payment that a block shows', () => {
  it('is in the block first, and the payee’s when that is final', async () => {
    const { id, reference } = await ask();
    expect(await look(id)).toMatchObject({ outcome: 'new none', payments: [] });
    await facts.mine(2, paid(reference));
    expect(await look(id)).toEqual({ outcome: 'processing none', received: 0n, coming: 1_000n, payments: ['mined'] });
    await facts.finalize(1);
    expect(await look(id)).toMatchObject({ outcome: 'processing none' });
    await facts.finalize(2);
    expect(await look(id)).toEqual({ outcome: 'settled none', received: 1_000n, coming: 0n, payments: ['final'] });
    const { rows } = await pool.query(`SELECT block_number::int FROM chain_cursors WHERE consumer = 'payments'`);
    expect(rows).toEqual([{ block_number: 2 }]);
  });

  it('counts where a block counts, goes with it, and comes again with another', async () => {
    const { id, reference } = await ask({ settleAt: 'mined' });
    const facts1 = paid(reference);
    await facts.mine(2, facts1);
    expect(await look(id)).toMatchObject({ outcome: 'settled none', received: 1_000n });
    await facts.reorg(1);
    expect(await look(id)).toEqual({ outcome: 'new none', received: 0n, coming: 0n, payments: ['failed'] });
    await facts.mine(3, facts1);
    expect(await look(id)).toMatchObject({ outcome: 'settled none', received: 1_000n, payments: ['mined'] });
    await facts.finalize(3);
    expect(await look(id)).toMatchObject({ outcome: 'settled none', payments: ['final'] });
  });

  it('is told from others in the same transaction, for the same request and for others', async () => {
    const [one, other] = [await ask(), await ask()];
    const [hash, payer] = [bytes32(), anAddress()];
    const half = (reference: Hex) => paid(reference, price / 2n, payer, hash);
    await facts.mine(2, [...half(one.reference), ...half(one.reference), ...half(other.reference)]);
    await facts.finalize(2);
    expect(await look(one.id)).toMatchObject({
      outcome: 'settled none',
      received: 1_000n,
      payments: ['final', 'final'],
    });
    expect(await look(other.id)).toMatchObject({ outcome: 'new partial', received: 500n, payments: ['final'] });
  });

  it('of another token, or to another address under this reference, does not count', async () => {
    const { id, reference } = await ask();
    await facts.mine(2, [
      ...payFacts(bytes32(), anAddress(), payee.address, price, { reference, token: usdf }),
      ...payFacts(bytes32(), anAddress(), anAddress(), price, { reference }),
      ...paid(bytes32()),
    ]);
    await facts.finalize(2);
    expect(await look(id)).toEqual({ outcome: 'new none', received: 0n, coming: 0n, payments: ['final'] });
  });

  it('is seen however late we look', async () => {
    const { id, reference } = await ask();
    await facts.mine(2, paid(reference, price / 2n));
    await facts.finalize(2);
    await facts.mine(5, paid(reference, price / 2n));
    await facts.finalize(9);
    expect(await look(id)).toMatchObject({ outcome: 'settled none', payments: ['final', 'final'] });
    expect(await look(id), 'and again').toMatchObject({ outcome: 'settled none', payments: ['final', 'final'] });
  });
});

describe('the time of a payment', () => {
  const ends = (block: number): Partial<PaymentRequestRow> => ({
    expiresAt: timeOf(block),
    monitoredUntil: timeOf(block + 60),
  });

  it.each([
    ['just before the end', 4, 'settled none'],
    ['at the very end', 5, 'expired late'],
  ])('is that of its block: %s', async (_when, block, outcome) => {
    const { id, reference } = await ask(ends(5));
    await facts.mine(block, relayFacts(bytes32(), anAddress(), payee.address, price, { reference }));
    await facts.finalize(block);
    now = timeOf(6);
    expect((await look(id)).outcome).toBe(outcome);
    await service.sweep();
    expect((await look(id)).outcome).toBe(outcome);
  });

  it('which was before the end settles a request that was put down as expired', async () => {
    const { id, reference } = await ask(ends(5));
    now = timeOf(6);
    await service.sweep();
    expect((await look(id)).outcome).toBe('expired none');
    await facts.mine(4, paid(reference));
    expect((await look(id)).outcome).toBe('processing none');
    await facts.finalize(4);
    expect((await look(id)).outcome).toBe('settled none');
  });

  it('which was in time is waited for until it is confirmed, and then counts all the same', async () => {
    const { id, reference } = await ask(ends(5));
    await facts.mine(4, paid(reference));
    expect((await look(id)).outcome).toBe('processing none');
    now = timeOf(64);
    await service.sweep();
    expect((await look(id)).outcome).toBe('processing none');
    now = timeOf(65);
    await service.sweep();
    expect((await look(id)).outcome).toBe('invalid none UNCONFIRMED');
    await facts.finalize(4);
    expect((await look(id)).outcome).toBe('settled none');
  });

  it('which was after the end needs its payee’s word', async () => {
    const { id, reference } = await ask(ends(5));
    await facts.mine(4, paid(reference, price / 2n));
    await facts.mine(7, relayFacts(bytes32(), anAddress(), payee.address, price / 2n, { reference }));
    await facts.finalize(7);
    now = timeOf(8);
    expect(await look(id)).toMatchObject({ outcome: 'expired late', received: 1_000n });
    expect(await service.accept(payee.id, id)).toMatchObject({ state: 'settled', exception: 'late' });
    expect((await look(id)).outcome).toBe('settled late');
  });
});

describe('a chain that begins anew', () => {
  it('leaves what was final there, and takes back what was not', async () => {
    const [done, waiting] = [await ask(), await ask({ settleAt: 'mined' })];
    await facts.mine(2, paid(done.reference));
    await facts.finalize(2);
    await facts.mine(3, paid(waiting.reference));
    expect((await look(done.id)).outcome).toBe('settled none');
    expect((await look(waiting.id)).outcome).toBe('settled none');
    // As the chain's own code does: rows of its former life above what was final are gone.
    await facts.reorg(2);
    await facts.beginEpoch(2);
    expect(await look(waiting.id)).toMatchObject({ outcome: 'new none', payments: ['failed'] });
    expect((await look(done.id)).outcome).toBe('settled none');
    await facts.mine(2, paid(waiting.reference), { epoch: 2 });
    expect((await look(waiting.id)).outcome).toBe('settled none');
    await facts.finalize(2);
    expect(await look(waiting.id)).toMatchObject({ outcome: 'settled none', payments: ['failed', 'final'] });
  });

  it('is paid anew by what we carry on there', async () => {
    const { id, reference } = await ask();
    const [carrier, payer, hash] = [randomUUID(), anAddress(), bytes32()];
    const requested = await deps.store.findWithPayments(id);
    if (!requested) throw new Error('There is no such request.');
    const payment: NewPayment = {
      ...{ id: carriedPaymentId(carrier), requestId: id, rail: 'token', state: 'pending', asset: cnyfAsset },
      ...{
        amount: toAmount(price),
        payerId: undefined,
        payerAddress: payer,
        movementId: undefined,
        gateway: undefined,
      },
      ...{ chainId, epoch: 1, chainTransactionId: carrier, txHash: undefined, paidAt: now },
    };
    const set = { chain_id: chainId, epoch: 1, sender: relay, purpose: 'relay', to_address: relay, data: '0x' };
    await facts.post({
      transfers: [],
      changes: [
        facts.insert('chain_transactions', carrier, { ...set, state: 'requested' }),
        insertPayment(payment),
        followPayments(requested.request, [{ ...payment, refunded: zeroAmount }], now),
      ],
    });
    expect((await look(id)).outcome).toBe('processing none');
    await facts.beginEpoch(2);
    // As the chain's own code does: what was not over is requested again.
    await pool.query(`UPDATE chain_transactions SET epoch = 2, version = version + 1 WHERE id = $1`, [carrier]);
    expect(await look(id)).toMatchObject({ outcome: 'new none', payments: ['failed'] });
    const sent = `UPDATE chain_transactions SET state = 'mined', hash = $2, block_number = 3, version = version + 1 WHERE id = $1`;
    await pool.query(sent, [carrier, hash]);
    await facts.mine(3, paid(reference, price, payer, hash), { epoch: 2 });
    await facts.finalize(3);
    expect(await look(id)).toMatchObject({ outcome: 'settled none', payments: ['failed', 'final'] });
  });

  it('does not hide what was final in its former life and nobody had looked at yet', async () => {
    const { id, reference } = await ask();
    expect((await look(id)).outcome).toBe('new none');
    await facts.mine(2, paid(reference));
    await facts.finalize(2);
    await facts.beginEpoch(2);
    expect(await look(id)).toMatchObject({ outcome: 'settled none', payments: ['final'] });
    expect(await look(id), 'once').toMatchObject({ payments: ['final'] });
  });
});

describe('several observers', () => {
  it('at once, with payers from cash between them, come to one sum', async () => {
    const payer = await facts.person();
    const requests = await Promise.all(Array.from({ length: 6 }, () => ask({ settleAt: 'mined' })));
    const observers = [anObserver(), anObserver(), anObserver()];
    const top = await facts.topUp(payer, 100_000n);
    await facts.payTopUp(payer, top, 100_000n);
    for (const block of [2, 3, 4]) {
      await facts.mine(
        block,
        requests.flatMap(({ reference }) => paid(reference, price / 10n)),
      );
      await Promise.all([...observers, ...observers].map((one) => one.observe(chainId)));
    }
    await Promise.all([
      ...observers.map((one) => facts.finalize(4).then(() => one.observe(chainId))),
      ...requests.map(({ id }) =>
        service.payByCash(payer.id, id, { scope: `test:${id}`, key: 'key', requestHash: '00'.repeat(32) }),
      ),
    ]);
    for (const { id } of requests) {
      const { outcome, received, payments } = await look(id);
      expect({ outcome, received, payments }).toEqual({
        outcome: 'settled none',
        received: 1_000n,
        payments: ['final', 'final', 'final', 'final'],
      });
    }
  });
});

describe('a chain that a person has to look at', () => {
  it('is not followed', async () => {
    const { id, reference } = await ask();
    await facts.mine(2, paid(reference));
    await pool.query(`UPDATE chains SET status = 'halted', reason = 'reorg_beyond_finality' WHERE chain_id = $1`, [
      chainId,
    ]);
    expect(await look(id)).toMatchObject({ outcome: 'new none', payments: [] });
    await pool.query(`UPDATE chains SET status = 'following', reason = NULL WHERE chain_id = $1`, [chainId]);
    expect(await look(id)).toMatchObject({ payments: ['mined'] });
  });
});
