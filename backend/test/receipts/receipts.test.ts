/** Receipts, from who wants one to the message: once for each address, with the fact, and without anything that others could learn. */
import { createHash, randomUUID } from 'node:crypto';
import type { PaymentRequestWire } from '@feiqian/domain/api/payments';
import { toAmount } from '@feiqian/domain/money';
import type { LightMyRequestResponse } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Carrier } from '../../src/chain/carrier.ts';
import { createSealer } from '../../src/database/sealed.ts';
import { createAnswerOnce } from '../../src/http/idempotency.ts';
import type { RowChange } from '../../src/ledger/command.ts';
import { businessId } from '../../src/ledger/ids.ts';
import { postUnwatched } from '../../src/ledger/watched.ts';
import { createMailClient } from '../../src/mail/client.ts';
import { createMailDispatcher, type MailDispatcher, recipientContext } from '../../src/mail/dispatcher.ts';
import { createRenderMail } from '../../src/mail/templates.ts';
import { createRefundStore } from '../../src/payment-requests/refund-store.ts';
import { registerPaymentRequestRoutes } from '../../src/payment-requests/routes.ts';
import { createPaymentRequestService } from '../../src/payment-requests/service.ts';
import { createPaymentRequestStore } from '../../src/payment-requests/store.ts';
import { registerReceiptRoutes } from '../../src/receipts/routes.ts';
import { createReceiptService } from '../../src/receipts/service.ts';
import { createReceiptStore } from '../../src/receipts/store.ts';
import { dataKey, deployment, from, tokenAsset } from '../mail/fixtures.ts';
import { type Sink, startSink } from '../mail/sink.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { createTestApp, type Somebody, type TestApp } from '../support/people.ts';

const CNY = 'iso4217:CNY';
const sealer = createSealer(dataKey);
const txHash = `0x${'ab'.repeat(32)}`;

let database: TestDatabase;
let test: TestApp;
let sink: Sink;
let dispatcher: MailDispatcher;
let shop: Somebody;
let payer: Somebody;

beforeEach(async () => {
  database = await createTestDatabase();
  // Requests settle here without a payment: what is looked at is what follows from it.
  database.skipVerify();
  sink = await startSink();
  test = await createTestApp(database, (parts) => makeRoutes(parts));
  dispatcher = createMailDispatcher({
    pool: test.pool,
    client: createMailClient({ server: sink.server, from }),
    sealer,
    render: createRenderMail(deployment),
    onFailure: (error) => {
      throw error;
    },
    onGivenUp: () => undefined,
  });
  [shop, payer] = [await test.somebody(), await test.somebody()];
  await test.fund(payer, CNY, 100_000n);
});
afterEach(async () => {
  await dispatcher.stop();
  await test.close();
  await sink.close();
});

function makeRoutes({ pool, ledger }: Pick<TestApp, 'pool' | 'ledger'>, isOn = true) {
  const paymentRequests = createPaymentRequestService({
    ledger,
    postWatched: postUnwatched(ledger),
    store: createPaymentRequestStore(pool),
    refunds: createRefundStore(pool),
    ...deployment,
    clock: () => new Date(),
    findAddressOwner: async () => undefined,
    // Nothing is paid in tokens here but by the database's own rows.
    carrier: {} as Carrier,
    relayer: '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
    fee: toAmount(0n),
    minedMax: toAmount(0n),
    isReturnUrl: async () => false,
  });
  const receipts = createReceiptService({
    store: createReceiptStore(pool),
    isOn,
    addressKey: dataKey,
    sealRecipient: (email, mailId) => sealer.sealText(email, recipientContext(mailId)),
  });
  return [
    ...registerPaymentRequestRoutes({
      service: paymentRequests,
      answers: createAnswerOnce({ database: pool, hashKey: dataKey }),
      getHandle: async () => shop.handle,
      createSale: () => Promise.reject(new Error('No gateway here.')),
    }),
    registerReceiptRoutes({ service: receipts }),
  ];
}

let senders = 0;

/** Asks for a receipt, from an address of its own in the network unless it is given. */
function ask(id: string, email: string, { language = 'zh', remoteAddress = '' } = {}): Promise<LightMyRequestResponse> {
  senders += 1;
  return test.app.inject({
    method: 'POST',
    url: `/v1/payment-requests/${id}/receipts`,
    payload: { email, language },
    remoteAddress: remoteAddress || `192.0.2.${senders % 250}`,
  });
}

async function askForPayment(description = '茶 & tea'): Promise<PaymentRequestWire> {
  const response = await test.as(shop, {
    method: 'POST',
    url: '/v1/payment-requests',
    headers: { 'idempotency-key': randomUUID() },
    payload: { money: { asset: CNY, amount: '1250' }, description },
  });
  expect(response.statusCode).toBe(201);
  return response.json();
}

async function pay(id: string): Promise<void> {
  const response = await test.as(payer, {
    method: 'POST',
    url: `/v1/payment-requests/${id}/payments`,
    headers: { 'idempotency-key': randomUUID() },
    payload: { rail: 'cash' },
  });
  expect(response.statusCode, response.body).toBe(201);
}

const received = async () => {
  await dispatcher.runDue();
  return sink.received();
};

/** What settles a request, past the service. */
const settle = `UPDATE payment_requests SET state = 'settled', settled_at = now(), received = amount, version = version + 1 WHERE id = $1`;

describe('a receipt', () => {
  it('that was asked for before goes out when the request is paid, and says of what', async () => {
    const { id } = await askForPayment();
    expect((await ask(id, ' Anna@Example.COM ')).statusCode).toBe(202);
    expect(await received()).toEqual([]);
    await pay(id);
    const [mail, ...others] = await received();
    expect(others).toEqual([]);
    expect(mail).toMatchObject({
      recipients: ['anna@example.com'],
      subject: `收据：已向 @${shop.handle} 付款 ¥12.50 CNY`,
    });
    for (const line of [`收款人：@${shop.handle}`, '用途（收款人填写）：茶 & tea', '付款方式：现金余额'])
      expect(mail?.text.split('\n')).toContain(line);
    expect(mail?.text).toContain(`${deployment.publicUrl}/pay/${id}`);
  });

  it('that is asked for afterwards goes out at once, in the language that was asked for', async () => {
    const { id } = await askForPayment();
    await pay(id);
    await ask(id, 'anna@example.com', { language: 'en' });
    expect((await received()).map(({ subject }) => subject)).toEqual([`Receipt: ¥12.50 CNY paid to @${shop.handle}`]);
  });

  it('goes once to each address, however often and however it is asked for', async () => {
    const { id } = await askForPayment();
    await Promise.all([ask(id, 'anna@example.com'), ask(id, 'ANNA@example.com'), ask(id, 'ben@example.com')]);
    await Promise.all([pay(id), ask(id, 'anna@example.com', { language: 'en' })]);
    await ask(id, 'ben@example.com');
    await dispatcher.runDue();
    await ask(id, 'anna@example.com');
    expect((await received()).map(({ recipients }) => recipients[0]).sort()).toEqual([
      'anna@example.com',
      'ben@example.com',
    ]);
  });

  describe('is not lost between who asks and who settles', () => {
    /** Does `first` and holds its transaction open until `second` waits for it. */
    async function interleave(first: string, parameters: readonly unknown[], second: () => Promise<unknown>) {
      // Who waits for whom is shown to superusers only.
      const client = await database.connect('superuser', 1).connect();
      await client.query('BEGIN');
      await client.query(first, [...parameters]);
      const doing = second();
      try {
        await vi.waitFor(async () => {
          const { rowCount } = await client.query(
            `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
          );
          expect(rowCount).toBe(1);
        });
      } finally {
        await client.query('COMMIT');
        client.release();
      }
      await doing;
      expect(await received()).toHaveLength(1);
    }

    it('when it is asked for in the moment in which the request settles', async () => {
      const { id } = await askForPayment();
      await interleave(settle, [id], () => ask(id, 'anna@example.com'));
    });

    it('when the request settles in the moment in which it is asked for', async () => {
      const { id } = await askForPayment();
      const mailId = businessId('mail of a test');
      const recipient = sealer.sealText('anna@example.com', recipientContext(mailId));
      await interleave(
        `SELECT receipt_ask($1, $2, $3, 'zh', $4, 3, 20)`,
        [mailId, id, Buffer.alloc(32), recipient],
        () => pay(id),
      );
    });

    it('when both happen at any time', async () => {
      const requests = await Promise.all(Array.from({ length: 20 }, () => askForPayment()));
      await Promise.all(requests.flatMap(({ id }, index) => [pay(id), ask(id, `person${index}@example.com`)]));
      expect(await received()).toHaveLength(20);
    });
  });

  it('is written in the transaction that settles: when that does not happen, nor does it', async () => {
    const { id } = await askForPayment();
    await ask(id, 'anna@example.com');
    const owner = database.connect('owner', 1);
    const client = await owner.connect();
    await client.query('BEGIN');
    await client.query(settle, [id]);
    await client.query('SET CONSTRAINTS ALL IMMEDIATE');
    expect((await client.query('SELECT FROM mails')).rowCount).toBe(1);
    await client.query('ROLLBACK');
    client.release();
    expect(await received()).toEqual([]);
    await pay(id);
    expect(await received()).toHaveLength(1);
  });

  it('of a token payment has its chain and transaction, and none of what did not count', async () => {
    const { id } = await askForPayment();
    await ask(id, 'anna@example.com', { language: 'en' });
    const payment = (name: string, set: RowChange['set']): RowChange => ({
      table: 'payments',
      id: businessId('payment of a test', name),
      expectVersion: 0,
      set: {
        ...{ request_id: id, rail: 'token', state: 'final', asset: tokenAsset, amount: '12500000' },
        ...{ chain_id: 31_337, epoch: 1, tx_hash: txHash, paid_at: '2026-11-30T00:00:00Z' },
        ...set,
      },
    });
    const { rows } = await test.pool.query<{ version: number }>('SELECT version FROM payment_requests WHERE id = $1', [
      id,
    ]);
    await database
      .connect('superuser', 1)
      .query(
        `SET session_replication_role = replica; UPDATE payment_requests SET token_asset = '${tokenAsset}', token_amount = 12500000, address = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'`,
      );
    // The request first: whatever order rows are written in, the receipt knows all of them.
    const { status } = await test.ledger.post({
      transfers: [],
      changes: [
        {
          table: 'payment_requests',
          id,
          expectVersion: rows[0]?.version ?? 0,
          set: { state: 'settled', settled_at: '2026-11-30T14:05:00Z', received: '1250' },
        },
        payment('good', {}),
        payment('failed', { state: 'failed', tx_hash: `0x${'cd'.repeat(32)}` }),
        payment('other', { asset: 'eip155:31337/erc20:0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359' }),
      ],
    });
    expect(status).toBe('written');
    const [mail] = await received();
    for (const line of ['Paid by: Tokens, 12.5 CNYF', 'Chain: Local chain', `Transaction: ${txHash}`])
      expect(mail?.text.split('\n')).toContain(line);
    expect(mail?.text.match(/Transaction/g)).toHaveLength(1);
    expect(mail?.text).toContain('Completed: 30 November 2026 at 14:05 UTC');
  });

  it('shows what a hostile payee wrote as text, to nobody but who was asked for', async () => {
    const { id } = await askForPayment('<a href="https://evil.example">Bcc: victim@example.com</a>');
    await ask(id, 'anna@example.com');
    await pay(id);
    const [mail] = await received();
    expect(mail?.recipients).toEqual(['anna@example.com']);
    expect(mail?.html).toContain('&lt;a href=&quot;https');
    expect(mail?.html).not.toContain('evil.example');
  });
});

describe('whoever asks', () => {
  it('gets the same answer whatever comes of it', async () => {
    const { id } = await askForPayment();
    const answers = [
      await ask(id, 'anna@example.com'),
      await ask(id, 'anna@example.com'),
      await ask(randomUUID(), 'anna@example.com'),
      ...(await Promise.all(['b', 'c', 'd', 'e'].map((name) => ask(id, `${name}@example.com`)))),
    ];
    await pay(id);
    answers.push(await ask(id, 'f@example.com'));
    expect(new Set(answers.map(({ statusCode, body }) => `${statusCode} ${body}`))).toEqual(new Set(['202 {}']));
  });

  it('can have it sent to three addresses for one request', async () => {
    const { id } = await askForPayment();
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => ask(id, `${name}@example.com`)));
    await pay(id);
    await ask(id, 'f@example.com');
    expect(await received()).toHaveLength(3);
  });

  it('cannot fill a mailbox: so many a day go to one address, of whichever requests', async () => {
    const requests = await Promise.all(Array.from({ length: 23 }, () => askForPayment()));
    await Promise.all(requests.map(({ id }) => ask(id, 'victim@example.com')));
    await Promise.all(requests.map(({ id }) => pay(id)));
    expect(await received()).toHaveLength(20);
  });

  it('is told when it is too often, of one place in the network and of one request', async () => {
    const { id } = await askForPayment();
    const codes = [];
    for (let asked = 0; asked < 11; asked += 1) codes.push((await ask(id, 'anna@example.com')).statusCode);
    expect(codes).toEqual([...Array(10).fill(202), 429]);
    const others = [];
    for (let asked = 0; asked < 21; asked += 1)
      others.push((await ask(randomUUID(), 'anna@example.com', { remoteAddress: '198.51.100.1' })).statusCode);
    expect(others).toEqual([...Array(20).fill(202), 429]);
  });

  it.each(['anna', 'anna@example.com\r\nBcc: victim@example.com', 'a@example.com, b@example.com', ''])(
    'is refused with %j for an address',
    async (email) => {
      const { id } = await askForPayment();
      const response = await ask(id, email);
      expect([response.statusCode, response.json().code]).toEqual([400, 'EMAIL_MALFORMED']);
    },
  );

  it('is told where no mail is sent', async () => {
    const other = await createTestApp(database, (parts) => makeRoutes(parts, false));
    const { id } = await askForPayment();
    const response = await other.app.inject({
      method: 'POST',
      url: `/v1/payment-requests/${id}/receipts`,
      payload: { email: 'anna@example.com', language: 'zh' },
    });
    expect([response.statusCode, response.json().code]).toEqual([403, 'MAIL_OFF']);
    await other.close();
  });
});

describe('the database', () => {
  it('keeps no address that could be read or guessed without the key', async () => {
    const { id } = await askForPayment();
    await ask(id, 'anna@example.com');
    await pay(id);
    const { rows } = await test.pool.query(
      `SELECT coalesce((SELECT jsonb_agg(r) FROM receipts r), '[]')::text || coalesce((SELECT jsonb_agg(m) FROM mails m), '[]')::text AS all`,
    );
    const kept = JSON.stringify(rows);
    expect(kept).toContain(id);
    expect(kept).not.toContain('anna');
    expect(kept).not.toContain(createHash('sha256').update('anna@example.com').digest('hex'));
  });

  it('lets the service ask for receipts and nothing else', async () => {
    for (const statement of [
      'UPDATE receipts SET recipient = NULL',
      'DELETE FROM receipts',
      'INSERT INTO receipts DEFAULT VALUES',
    ])
      await expect(test.pool.query(statement)).rejects.toMatchObject({ code: '42501' });
    await expect(test.pool.query(`SELECT receipt_write($1)`, [randomUUID()])).rejects.toMatchObject({ code: '42501' });
  });
});
