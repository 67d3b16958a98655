import type { PaymentRequestWire } from '@feiqian/domain/api/payments';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CNY, type Links, newKey, post, shopUrl, startLinks } from './support/links.ts';
import { idleChain } from './support/payment-requests.ts';
import type { Somebody } from './support/people.ts';

const token = idleChain.tokens[0]?.address ?? '0x';

let links: Links;
beforeAll(async () => {
  links = await startLinks();
});
afterAll(() => links.close());
afterEach(() => links.setAhead(0));

describe('a payment link that is paid from cash', () => {
  it('is seen by whoever has it, and its payment is one event on both sides', async () => {
    const { payer, payee } = await links.pair(1500n);
    const request = await links.link(payee, { orderId: 'A-17' });
    expect(await links.look(request.id)).toMatchObject({
      state: 'new',
      exception: 'none',
      missing: '1000',
      received: '0',
      description: '一壶茶',
      payee: { handle: payee.handle },
      token: null,
      orderId: 'A-17',
    });
    expect((await links.payCash(payer, request.id)).statusCode).toBe(201);
    const settled = await links.look(request.id);
    expect(settled).toMatchObject({ state: 'settled', exception: 'none', received: '1000', missing: '0', coming: '0' });
    expect(settled.settledAt).not.toBeNull();
    expect([await links.available(payer), await links.available(payee)]).toEqual([500n, 1000n]);
    const { rows } = await links.pool.query(
      'SELECT kind, direction FROM history_entries WHERE payment_request_id = $1 ORDER BY direction',
      [request.id],
    );
    expect(rows).toEqual([
      { kind: 'payment', direction: 'in' },
      { kind: 'payment', direction: 'out' },
    ]);
    expect(await links.paymentsOf(payee, request.id)).toMatchObject([
      { rail: 'cash', state: 'final', counts: true, money: { amount: '1000' }, payer: { handle: payer.handle } },
    ]);
    const strangers = await links.as(payer, { url: `/v1/payment-requests/${request.id}/payments` });
    expect(strangers.json()).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is paid once: of many payers at the same time one pays and the others keep their money', async () => {
    const payee = await links.somebody();
    const payers = await Promise.all(Array.from({ length: 8 }, () => links.somebody()));
    for (const payer of payers) await links.fund(payer, CNY, 1000n);
    const { id } = await links.link(payee);
    const answers = await Promise.all(payers.map((payer) => links.payCash(payer, id)));
    expect(answers.filter(({ statusCode }) => statusCode === 201)).toHaveLength(1);
    for (const answer of answers)
      if (answer.statusCode !== 201)
        expect(answer.json()).toMatchObject({ code: 'PAYMENT_REQUEST_CLOSED', details: { state: 'settled' } });
    expect(await links.available(payee)).toBe(1000n);
  });

  it('pays once when one payer clicks twice', async () => {
    const { payer, payee } = await links.pair(5000n);
    const { id } = await links.link(payee);
    const sameKey = newKey();
    const answers = await Promise.all([links.payCash(payer, id, sameKey), links.payCash(payer, id, sameKey)]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 201]);
    expect(answers[0]?.body).toBe(answers[1]?.body);
    expect(await links.available(payee)).toBe(1000n);
  });

  it('gives its payer the same answer again, though by then it is settled and the money is spent', async () => {
    const { payer, payee } = await links.pair(1000n);
    const { id } = await links.link(payee);
    const payment = newKey();
    const first = await links.payCash(payer, id, payment);
    const again = await links.payCash(payer, id, payment);
    expect(first.statusCode).toBe(201);
    expect([again.statusCode, again.json()]).toEqual([201, first.json()]);
    expect((await links.payCash(payer, id)).json()).toMatchObject({ code: 'PAYMENT_REQUEST_CLOSED' });
  });

  it('is nothing that its maker can pay, or anybody with less than that', async () => {
    const { payer, payee } = await links.pair(999n);
    await links.fund(payee, CNY, 5000n);
    const { id } = await links.link(payee);
    expect((await links.payCash(payee, id)).json()).toMatchObject({ code: 'RECIPIENT_IS_SELF' });
    expect((await links.payCash(payer, id)).json()).toMatchObject({ code: 'INSUFFICIENT_FUNDS' });
    expect(await links.look(id)).toMatchObject({ state: 'new', received: '0' });
    expect(await links.paymentsOf(payee, id)).toEqual([]);
  });

  it('can be taken back until it is paid, by its owner only', async () => {
    const { payer, payee } = await links.pair(5000n);
    const { id } = await links.link(payee);
    const cancel = (person: Somebody) => links.as(person, { method: 'POST', url: `/v1/payment-requests/${id}/cancel` });
    expect((await cancel(payer)).json()).toMatchObject({ code: 'NOT_FOUND' });
    const cancelled = (await cancel(payee)).json();
    expect(cancelled).toMatchObject({ state: 'invalid', reason: 'CANCELLED', exception: 'none' });
    expect((await cancel(payee)).json(), 'a second time').toEqual(cancelled);
    expect((await links.payCash(payer, id)).json()).toMatchObject({
      code: 'PAYMENT_REQUEST_CLOSED',
      details: { state: 'invalid' },
    });
    expect(await links.available(payer)).toBe(5000n);
    const paid = await links.link(payee);
    await links.payCash(payer, paid.id);
    expect(
      (await links.as(payee, { method: 'POST', url: `/v1/payment-requests/${paid.id}/cancel` })).json(),
    ).toMatchObject({ code: 'PAYMENT_REQUEST_CLOSED', details: { state: 'settled' } });
  });
});

describe('what a payment link asks for', () => {
  it('is the token at par when the payee names an address of their own, and nobody else’s address', async () => {
    const payee = await links.somebody();
    const { address } = links.walletOf(payee);
    const stranger = privateKeyToAccount(generatePrivateKey()).address;
    expect((await links.create(payee, { address: stranger })).json()).toMatchObject({ code: 'ADDRESS_NOT_LINKED' });
    const request = await links.link(payee, { address });
    const asset = `eip155:31337/erc20:${token}`;
    expect(request.token).toMatchObject({ asset, amount: '10000000', missing: '10000000', address });
    expect((await links.link(payee, { address })).token?.reference).not.toBe(request.token?.reference);
    const inToken = await links.link(payee, { address, money: { asset, amount: '2500000' } });
    expect(inToken).toMatchObject({ money: { asset: CNY, amount: '250' }, token: { amount: '2500000' } });
    for (const [money, code] of [
      [{ asset, amount: '2500001' }, 'AMOUNT_TOO_PRECISE'],
      [{ asset: CNY, amount: '0' }, 'AMOUNT_NOT_POSITIVE'],
      [{ asset: 'iso4217:EUR', amount: '5' }, 'ASSET_UNKNOWN'],
      [{ asset: 'eip155:31337/slip44:60', amount: '5' }, 'ASSET_UNKNOWN'],
    ] as const)
      expect((await links.create(payee, { money })).json(), money.asset).toMatchObject({ code });
  });

  it('leads back to an address that its maker registered, exactly', async () => {
    const payee = await links.somebody();
    expect(await links.link(payee, { returnUrl: shopUrl })).toMatchObject({ returnUrl: shopUrl });
    for (const returnUrl of [`${shopUrl}/`, `${shopUrl}?a`, 'https://evil.example'])
      expect((await links.create(payee, { returnUrl })).json()).toMatchObject({ code: 'RETURN_URL_REFUSED' });
  });

  it('is made once for one key', async () => {
    const payee = await links.somebody();
    const asking = { money: { asset: CNY, amount: '5' }, description: 'x' };
    const sameKey = newKey();
    const answers = await Promise.all(
      [1, 2, 3].map(() => links.as(payee, post('/v1/payment-requests', asking, sameKey))),
    );
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    const other = post('/v1/payment-requests', { ...asking, description: 'y' }, sameKey);
    expect((await links.as(payee, other)).json()).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it('is listed page by page, each once, also by the shop’s own number', async () => {
    const payee = await links.somebody();
    const made = await Promise.all(
      Array.from({ length: 5 }, (_, n) => links.link(payee, { orderId: `order ${n % 2}` })),
    );
    const page = async (query: string) =>
      (await links.as(payee, { url: `/v1/payment-requests?${query}` })).json<{
        items: PaymentRequestWire[];
        nextCursor?: string;
      }>();
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { items, nextCursor } = await page(`limit=2${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...items.map(({ id }) => id));
      cursor = nextCursor;
    } while (cursor);
    expect(seen.sort()).toEqual(made.map(({ id }) => id).sort());
    const ofOrder = (await page('orderId=order%201')).items;
    expect(ofOrder.map(({ id }) => id).sort()).toEqual([made[1]?.id, made[3]?.id].sort());
  });
});

describe('a payment link with an end', () => {
  it('ends at its time: it is not paid any more, and is put down as expired', async () => {
    const { payer, payee } = await links.pair(5000n);
    const [{ id }, endless] = [await links.link(payee, { expiresIn: 60 }), await links.link(payee)];
    expect(await links.look(id)).toMatchObject({ state: 'new', expiresAt: expect.any(String) });
    expect(await links.look(endless.id)).toMatchObject({ expiresAt: null });
    const stored = async () =>
      (await links.pool.query('SELECT state FROM payment_requests WHERE id = $1', [id])).rows[0]?.state;
    await links.requests.sweep();
    expect(await stored()).toBe('new');
    links.setAhead(60_000);
    expect(await links.look(id)).toMatchObject({ state: 'expired' });
    expect((await links.payCash(payer, id)).json()).toMatchObject({
      code: 'PAYMENT_REQUEST_CLOSED',
      details: { state: 'expired' },
    });
    await links.requests.sweep();
    expect([await stored(), (await links.look(id)).state, (await links.look(endless.id)).state]).toEqual([
      'expired',
      'expired',
      'new',
    ]);
    expect((await links.payCash(payer, id)).json()).toMatchObject({ details: { state: 'expired' } });
    links.setAhead(0);
    expect(await links.available(payer)).toBe(5000n);
    for (const expiresIn of [59, 2_592_001, 1.5])
      expect((await links.create(payee, { expiresIn })).json()).toMatchObject({ code: 'REQUEST_INVALID' });
  });
});
