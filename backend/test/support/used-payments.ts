/** Payment requests in used books: paid in every way, in part, and given back. */
import { type Amount, toAmount, zeroAmount } from '@feiqian/domain/money';
import { gatewayReceivable, userCash } from '../../src/ledger/accounts.ts';
import type { Command, RowChange } from '../../src/ledger/command.ts';
import { businessId } from '../../src/ledger/ids.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { changeSums, followPayments, insertPayment, insertRequest } from '../../src/payment-requests/rows.ts';
import type { PaymentRequestRow, PaymentRow, TokenTerms } from '../../src/payment-requests/store.ts';
import { anna, ben, blockHash, cash, contract, reference, token } from './book-names.ts';
import type { TestDatabase } from './database.ts';

const merchant = '0x90F79bf6EB2c4f870365E785982E1f101E93b906';
const payer = '0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65';
const chain = { chainId: 31_337, epoch: 1 };
const now = new Date('2027-01-15T08:00:00Z');

const aRequest = (name: string, amount: bigint, digit: string, tokens?: bigint): PaymentRequestRow => {
  const terms: TokenTerms | undefined =
    tokens === undefined
      ? undefined
      : { asset: token, amount: toAmount(tokens), address: merchant, chainId: chain.chainId, checkout: undefined };
  return {
    id: businessId('test payment request', name),
    version: 1,
    payeeId: ben,
    payeeHandle: '',
    state: 'new',
    exception: 'none',
    reason: undefined,
    asset: cash,
    amount: toAmount(amount),
    tolerance: 0,
    settleAt: 'final',
    description: name,
    token: terms,
    reference: reference(digit),
    received: zeroAmount,
    coming: zeroAmount,
    refunded: zeroAmount,
    missing: terms?.amount ?? toAmount(amount),
    returnUrl: undefined,
    orderId: undefined,
    expiresAt: undefined,
    monitoredUntil: undefined,
    cancelledAt: undefined,
    acceptedAt: undefined,
    settledAt: undefined,
    createdAt: now,
  };
};

const aPayment = (request: PaymentRequestRow, key: string, change: Partial<PaymentRow>): PaymentRow => ({
  id: businessId('test payment', key),
  version: 1,
  requestId: request.id,
  rail: 'cash',
  state: 'final',
  asset: cash,
  amount: zeroAmount,
  payerId: undefined,
  payerHandle: undefined,
  payerAddress: undefined,
  movementId: undefined,
  gateway: undefined,
  chainId: undefined,
  epoch: undefined,
  chainTransactionId: undefined,
  txHash: undefined,
  refunding: zeroAmount,
  refunded: zeroAmount,
  paidAt: now,
  ...change,
});

/** A request together with all that was paid for it, as it grows. */
function createRequested(ledger: Ledger, first: PaymentRequestRow) {
  let request = first;
  let payments: PaymentRow[] = [];
  const post = async ({ changes = [], ...more }: Partial<Command>) => {
    const result = await ledger.post({ transfers: [], ...more, changes });
    if (result.status !== 'written') throw new Error(`The ledger said ${JSON.stringify(result)}`);
    request = { ...request, version: request.version + 1 };
  };
  return {
    ask: () => ledger.post({ transfers: [], changes: [insertRequest(request)] }),
    async pay(payment: PaymentRow, { changes = [], ...more }: Partial<Command> = {}) {
      payments = [...payments, payment];
      await post({ ...more, changes: [...changes, insertPayment(payment), followPayments(request, payments, now)] });
    },
    async refund(
      key: string,
      sums: { readonly refunded: bigint; readonly refunding: bigint },
      command: Partial<Command>,
    ) {
      const id = businessId('test payment', key);
      const after = { refunded: toAmount(sums.refunded), refunding: toAmount(sums.refunding) };
      const changes = changeSums({ request, payments }, id, after, now);
      await post({ ...command, changes: [...(command.changes ?? []), ...changes] });
      payments = payments.map((one) => (one.id === id ? { ...one, ...after, version: one.version + 1 } : one));
    },
  };
}

const movement = (id: string, set: RowChange['set']): RowChange => ({ table: 'movements', id, expectVersion: 0, set });

/**
 * Ben was paid ¥0.10 in parts, 4 cents in tokens and 6 in cash by Anna, of which he gave back 1 and 2; ¥0.05 through a gateway, of which 2 are
 * on their way back; and 3 in tokens that are in a block which is not final.
 */
export async function payForAWhile(database: TestDatabase, ledger: Ledger): Promise<void> {
  await addEvents(database);
  await payInParts(ledger);
  await paySale(ledger);
  const waiting = createRequested(ledger, aRequest('a cup', 3n, '8', 30_000n));
  await waiting.ask();
  await waiting.pay(
    aPayment(aRequest('a cup', 3n, '8'), 'in a block', {
      ...{ rail: 'token', state: 'mined', asset: token, amount: toAmount(30_000n), payerAddress: payer },
      ...{ ...chain, txHash: blockHash(1012) },
    }),
  );
}

async function addEvents({ pool }: TestDatabase): Promise<void> {
  const events = [
    ['Paid', reference('7'), payer, merchant, 40_000n, 11],
    ['Refunded', reference('7'), merchant, payer, 10_000n, 12],
    ['Paid', reference('8'), payer, merchant, 30_000n, 13],
  ] as const;
  for (const [index, [name, named, from, to, amount, block]] of events.entries())
    await pool.query(
      `INSERT INTO chain_events (chain_id, epoch, block_number, log_index, tx_hash, contract, name, reference, token, address, to_address, amount, fee, block_timestamp)
       VALUES (31337, 1, $1, 1, $2, $3, $4, $5, $3, $6, $7, $8, 0, 1800000000)`,
      [block, blockHash(1010 + index), contract, name, named, from, to, `${amount}`],
    );
}

async function payInParts(ledger: Ledger): Promise<void> {
  const request = aRequest('two bowls', 10n, '7', 100_000n);
  const requested = createRequested(ledger, request);
  await requested.ask();
  await requested.pay(
    aPayment(request, 'in tokens', {
      ...{
        rail: 'token',
        asset: token,
        amount: toAmount(40_000n),
        payerAddress: payer,
        ...chain,
        txHash: blockHash(1010),
      },
    }),
    { changes: [paymentsCursor] },
  );
  const paid = businessId('test movement', 'payment');
  await requested.pay(
    aPayment(request, 'in cash', { amount: toAmount(6n), payerId: anna, movementId: paid }),
    aCashMove(paid, { from: anna, to: ben, amount: toAmount(6n), kind: 'payment' }, request.id),
  );
  const back = businessId('test movement', 'cash refund');
  await requested.refund(
    'in cash',
    { refunded: 2n, refunding: 0n },
    aCashMove(back, { from: ben, to: anna, amount: toAmount(2n), kind: 'refund' }, request.id),
  );
  const inTokens = businessId('test movement', 'token refund');
  await requested.refund(
    'in tokens',
    { refunded: 10_000n, refunding: 0n },
    {
      changes: [
        movement(inTokens, {
          ...{ kind: 'refund', user_id: ben, state: 'final', asset: token, amount: '10000', chain_id: 31_337 },
          ...{ address: merchant, to_address: payer, reference: request.reference, payment_request_id: request.id },
          payment_id: businessId('test payment', 'in tokens'),
        }),
        {
          table: 'chain_transactions',
          id: businessId('test transaction', inTokens),
          expectVersion: 0,
          set: {
            ...{ chain_id: 31_337, epoch: 1, sender: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8', nonce: 2 },
            ...{ purpose: 'relay', movement_id: inTokens, state: 'final', raw: '0x', hash: blockHash(1011) },
            ...{ block_number: 12, handled_at: now.toISOString() },
          },
        },
      ],
      history: [inTokens],
    },
  );
}

const paymentsCursor: RowChange = {
  table: 'chain_cursors',
  id: businessId('test cursor', 'payments'),
  expectVersion: 0,
  set: { chain_id: 31_337, epoch: 1, consumer: 'payments', block_number: 12 },
};

function aCashMove(
  id: string,
  {
    from,
    to,
    amount,
    kind,
  }: { readonly from: string; readonly to: string; readonly amount: Amount; readonly kind: 'payment' | 'refund' },
  requestId: string,
): Partial<Command> {
  const transfer = { phase: 'posted', debit: userCash(from, cash), credit: userCash(to, cash), amount } as const;
  const of = kind === 'refund' ? { payment_id: businessId('test payment', 'in cash') } : {};
  const set = { kind, user_id: from, counterparty_id: to, state: 'posted', asset: cash, amount: `${amount}` };
  return {
    transfers: [{ ...transfer, id: businessId('test transfer', id), kind, movementId: id }],
    changes: [movement(id, { ...set, payment_request_id: requestId, ...of })],
    history: [id],
  };
}

async function paySale(ledger: Ledger): Promise<void> {
  const request = aRequest('a pot', 5n, '9');
  const requested = createRequested(ledger, request);
  await requested.ask();
  const sale = businessId('test movement', 'sale');
  const set = { kind: 'top_up', user_id: ben, state: 'credited', gateway: 'sandbox', asset: cash, amount: '5' };
  const order = { gateway: 'sandbox', asset: cash };
  const receivable = gatewayReceivable('sandbox', cash);
  await requested.pay(
    aPayment(request, 'at a gateway', { rail: 'gateway', amount: toAmount(5n), movementId: sale, gateway: 'sandbox' }),
    {
      transfers: [
        {
          ...{ id: businessId('test transfer', 'sale'), phase: 'posted', kind: 'top_up', movementId: sale },
          ...{ debit: receivable, credit: userCash(ben, cash), amount: toAmount(5n) },
        },
      ],
      changes: [
        movement(sale, { ...set, payment_request_id: request.id }),
        {
          table: 'gateway_attempts',
          id: businessId('test attempt', sale),
          expectVersion: 0,
          set: {
            ...order,
            movement_id: sale,
            direction: 'payment',
            order_number: sale,
            state: 'succeeded',
            amount: '5',
          },
        },
      ],
      history: [sale],
    },
  );
  const back = businessId('test movement', 'gateway refund');
  await requested.refund(
    'at a gateway',
    { refunded: 0n, refunding: 2n },
    {
      transfers: [
        {
          ...{ id: businessId('test transfer', 'refund reserve'), phase: 'pending', kind: 'refund_reserve' },
          ...{ movementId: back, debit: userCash(ben, cash), credit: receivable, amount: toAmount(2n) },
        },
      ],
      changes: [
        movement(back, {
          ...{ kind: 'refund', user_id: ben, state: 'reserved', gateway: 'sandbox', asset: cash, amount: '2' },
          ...{ payment_request_id: request.id, payment_id: businessId('test payment', 'at a gateway') },
        }),
        {
          table: 'gateway_attempts',
          id: businessId('test attempt', back),
          expectVersion: 0,
          set: {
            ...{ ...order, movement_id: back, direction: 'refund', order_number: back, state: 'created', amount: '2' },
            next_check_at: '2999-01-01T00:00:00Z',
          },
        },
      ],
      history: [back],
    },
  );
}
