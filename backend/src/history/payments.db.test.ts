/** How payments of requests, and what is given back of them, show to both sides. */
import { randomUUID } from 'node:crypto';
import { toAmount } from '@feiqian/domain/money';
import type { Address, Hex } from 'viem';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  anAddress,
  bytes32,
  chainId,
  cny,
  cnyfAsset,
  type Fact,
  payFacts,
  refundFacts,
  relayFacts,
  transactionOf,
} from '../../test/support/chain-facts.ts';
import { createTestDatabase } from '../../test/support/database.ts';
import { createFacts, type FactPerson, type Facts } from '../../test/support/facts.ts';
import { openPool, type Pool } from '../database/pool.ts';
import { gatewayReceivable, userCash } from '../ledger/accounts.ts';
import { businessId } from '../ledger/ids.ts';
import { createLedger } from '../ledger/ledger.ts';
import { compareHistory } from './rebuild.ts';
import { createHistoryStore } from './store.ts';

let pool: Pool;
let facts: Facts;
let payer: FactPerson;
let payee: FactPerson;
// Blocks of all tests of this file are of one chain, each test higher than the last.
let block = 100;

beforeAll(async () => {
  const database = await createTestDatabase();
  // Chain rows and movements are planted without their requests' sums; what this file is about it compares itself.
  database.skipVerify();
  pool = openPool({ url: database.serviceUrl, name: 'history test', onIdleError: () => undefined });
  const ledger = createLedger({ pool });
  facts = createFacts(pool, ledger);
  await facts.chain();
  return async () => {
    await ledger.close();
    await pool.end();
  };
});

beforeEach(async () => {
  block += 100;
  [payer, payee] = await Promise.all([facts.person(), facts.person()]);
  return async () => {
    const { differences } = await compareHistory(pool);
    expect(differences).toEqual([]);
  };
});

const list = async (person: FactPerson) =>
  (await createHistoryStore(pool).list(person.id, {}, { after: undefined, limit: 100 })).items;
async function only(person: FactPerson) {
  const [entry, ...more] = await list(person);
  expect(more).toEqual([]);
  if (!entry) throw new Error('There is an entry.');
  return entry;
}

/** A request for ¥10 of the payee's. */
async function aRequest(): Promise<{ readonly id: string; readonly reference: Hex }> {
  const [id, reference] = [randomUUID(), bytes32()];
  await facts.post({
    transfers: [],
    changes: [
      facts.insert('payment_requests', id, {
        payee_id: payee.id,
        state: 'new',
        asset: cny,
        amount: '1000',
        missing: '10000000',
        description: 'two bowls',
        token_asset: cnyfAsset,
        token_amount: '10000000',
        address: payee.address,
        reference,
      }),
    ],
  });
  return { id, reference };
}

type Ways = (hash: Hex, from: Address, reference: Hex) => Fact[];
const ways: readonly (readonly [string, bigint, Ways])[] = [
  [
    'through the checkout, by a signature',
    20_000n,
    (hash, from, reference) => payFacts(hash, from, payee.address, 10_000_000n, { reference, fee: 20_000n }),
  ],
  [
    'through the checkout, from an allowance',
    0n,
    (hash, from, reference) => [
      { kind: 'Paid', hash, reference, address: from, to: payee.address, amount: 10_000_000n, fee: 0n },
      { kind: 'token', hash, from, to: payee.address, amount: 10_000_000n },
    ],
  ],
  [
    'through the relay',
    20_000n,
    (hash, from, reference) => relayFacts(hash, from, payee.address, 10_000_000n, { reference }),
  ],
];

describe('a payment of a request', () => {
  it.each(ways)('in tokens %s shows as one payment to each side', async (_what, fee, logsOf) => {
    const { id: requestId, reference } = await aRequest();
    const hash = bytes32();
    const id = await facts.tokenSend(payer, payee.address, 10_000_000n, {
      kind: 'payment',
      counterparty_id: payee.id,
      payment_request_id: requestId,
      reference,
      ...(fee > 0n ? { fee_asset: cnyfAsset, fee_amount: `${fee}` } : {}),
    });
    await facts.broadcast(id, hash);
    await facts.mine(block, logsOf(hash, payer.address, reference));
    const shown = { kind: 'payment', paymentRequestId: requestId, note: 'two bowls', money: { amount: '10000000' } };
    expect(await only(payer)).toMatchObject({
      ...shown,
      direction: 'out',
      fee: fee > 0n ? { asset: cnyfAsset, amount: `${fee}` } : null,
      counterparty: { kind: 'person', value: payee.handle },
    });
    expect(await only(payee)).toMatchObject({
      ...shown,
      direction: 'in',
      fee: null,
      counterparty: { kind: 'person', value: payer.handle },
    });
  });

  it.each(ways)('by somebody who has no account, %s, shows as a payment to the payee', async (_what, _fee, logsOf) => {
    const { id: requestId, reference } = await aRequest();
    const stranger = anAddress();
    await facts.mine(block, logsOf(bytes32(), stranger, reference));
    const shown = {
      kind: 'payment',
      direction: 'in',
      paymentRequestId: requestId,
      note: 'two bowls',
      money: { asset: cnyfAsset, amount: '10000000' },
      counterparty: { kind: 'address', value: stranger },
    };
    expect(await only(payee)).toMatchObject({ ...shown, status: 'pending', stage: 'mined', holder: 'chain' });
    await facts.finalize(block);
    expect(await only(payee)).toMatchObject({ ...shown, status: 'completed', stage: 'final', holder: 'you' });
  });

  it('through a gateway is a payment to the payee, and to its payer if they were logged in', async () => {
    for (const counterparty of [undefined, payer]) {
      const { id: requestId } = await aRequest();
      const columns = { payment_request_id: requestId, counterparty_id: counterparty?.id ?? null, note: 'two bowls' };
      const id = await facts.topUp(payee, 1000n, columns);
      expect(await list(payer), 'nothing of it while it is not paid').toEqual([]);
      await facts.payTopUp(payee, id, 1000n);
      const [entry] = await list(payee);
      expect(entry).toMatchObject({
        kind: 'payment',
        direction: 'in',
        status: 'completed',
        holder: 'you',
        paymentRequestId: requestId,
        note: 'two bowls',
        counterparty: counterparty ? { kind: 'person', value: payer.handle } : { kind: 'gateway', value: 'sandbox' },
      });
    }
    expect(await only(payer)).toMatchObject({
      kind: 'payment',
      direction: 'out',
      status: 'completed',
      holder: 'counterparty',
      counterparty: { kind: 'person', value: payee.handle },
    });
  });
});

/** A movement that gives a payment back. */
const aRefund = (id: string, requestId: string, set: Record<string, string | null>) =>
  facts.insert('movements', id, {
    kind: 'refund',
    user_id: payee.id,
    payment_id: randomUUID(),
    payment_request_id: requestId,
    note: 'one was cold',
    ...set,
  });

describe('a refund', () => {
  it('of cash shows to both, as what went back', async () => {
    const { id: requestId } = await aRequest();
    const id = randomUUID();
    await facts.post({
      transfers: [
        {
          id: businessId('refund', id),
          phase: 'posted',
          debit: gatewayReceivable('sandbox', cny),
          credit: userCash(payee.id, cny),
          amount: toAmount(500n),
          kind: 'top_up',
        },
        {
          id: businessId('refunded', id),
          phase: 'posted',
          debit: userCash(payee.id, cny),
          credit: userCash(payer.id, cny),
          amount: toAmount(500n),
          kind: 'refund',
          movementId: id,
        },
      ],
      changes: [aRefund(id, requestId, { state: 'posted', counterparty_id: payer.id, asset: cny, amount: '500' })],
      history: [id],
    });
    const shown = { kind: 'refund', status: 'completed', note: 'one was cold', paymentRequestId: requestId };
    expect(await only(payee)).toMatchObject({ ...shown, direction: 'out', holder: 'counterparty' });
    expect(await only(payer)).toMatchObject({ ...shown, direction: 'in', holder: 'you' });
  });

  it.each([
    ['somebody with an account', true],
    ['a guest', false],
  ])('of tokens to %s is one entry for each that we know', async (_who, isPerson) => {
    const { id: requestId, reference } = await aRequest();
    const [id, hash, address] = [randomUUID(), bytes32(), isPerson ? payer.address : anAddress()];
    await facts.post({
      transfers: [],
      changes: [
        aRefund(id, requestId, {
          state: 'submitted',
          counterparty_id: isPerson ? payer.id : null,
          asset: cnyfAsset,
          amount: '5000000',
          fee_asset: cnyfAsset,
          fee_amount: '20000',
          chain_id: `${chainId}`,
          address: payee.address,
          to_address: address,
          reference,
        }),
        facts.insert('chain_transactions', transactionOf(id), {
          chain_id: chainId,
          epoch: 1,
          sender: anAddress(),
          purpose: 'relay',
          movement_id: id,
          state: 'requested',
        }),
      ],
      history: [id],
    });
    expect(await only(payee)).toMatchObject({ kind: 'refund', direction: 'out', status: 'pending', holder: 'you' });
    await facts.broadcast(id, hash);
    await facts.mine(block, refundFacts(hash, payee.address, address, 5_000_000n, { reference, fee: 20_000n }));
    const shown = { kind: 'refund', money: { asset: cnyfAsset, amount: '5000000' }, paymentRequestId: requestId };
    expect(await only(payee)).toMatchObject({
      ...shown,
      direction: 'out',
      fee: { asset: cnyfAsset, amount: '20000' },
      counterparty: isPerson ? { kind: 'person', value: payer.handle } : { kind: 'address', value: address },
    });
    if (isPerson) expect(await only(payer)).toMatchObject({ ...shown, direction: 'in', status: 'pending', fee: null });
    await facts.endTransaction(id, 'final');
    await facts.finalize(block);
    expect(await only(payee)).toMatchObject({ ...shown, status: 'completed', holder: 'counterparty' });
  });

  it('through a gateway is its payee’s until the gateway has it, and theirs again when it fails', async () => {
    const { id: requestId } = await aRequest();
    const id = randomUUID();
    const set = { state: 'reserved', counterparty_id: payer.id, asset: cny, amount: '500', gateway: 'sandbox' };
    await facts.post({ transfers: [], changes: [aRefund(id, requestId, set)], history: [id] });
    const holders: string[] = [];
    for (const state of ['reserved', 'sent', 'failed']) {
      await facts.post({ transfers: [], changes: [await facts.change('movements', id, { state })], history: [id] });
      const { kind, holder, status } = await only(payee);
      holders.push(`${kind} ${holder} ${status}`);
    }
    expect(holders).toEqual(['refund operator pending', 'refund gateway pending', 'refund you failed']);
    expect(await list(payer), 'nothing came').toEqual([]);
  });
});
