import { randomUUID } from 'node:crypto';
import type { PaymentRequestWire } from '@feiqian/domain/api/payments';
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { signPayment } from './support/checkout.ts';
import { type Links, newKey, post, startLinks } from './support/links.ts';
import type { Somebody } from './support/people.ts';

let links: Links;
beforeAll(async () => {
  links = await startLinks();
});
afterAll(() => links.close());
afterEach(() => links.setAhead(0));

/** What the chain says of the transaction that carries a payment. */
async function endTransaction(paymentId: string, state: 'failed' | 'replaced' | 'dropped' | 'final') {
  const { rows } = await links.pool.query<{ id: string; movement_id: string | null }>(
    'SELECT t.id, t.movement_id FROM payments p JOIN chain_transactions t ON t.id = p.chain_transaction_id WHERE p.id = $1',
    [paymentId],
  );
  const [row] = rows;
  if (!row) throw new Error('No transaction carries it.');
  const ended = {
    id: row.id,
    purpose: 'relay',
    state,
    reason: 'CheckoutExpired',
    movementId: row.movement_id,
  } as const;
  await links.requests.handleEnded(ended);
}

describe('a signed payment of a link', () => {
  it('is waited for, and the link opens again when it becomes impossible', async () => {
    const { payer, payee } = await links.pair(5000n);
    const wallet = links.walletOf(payer);
    const request = await links.link(payee, { address: links.walletOf(payee).address });
    const authorized = await links.authorize(wallet, request, { payer });
    expect(authorized.statusCode).toBe(201);
    const { paymentId, historyId } = authorized.json<{ paymentId: string; historyId: string }>();
    expect(historyId).not.toBeNull();
    expect(await links.look(request.id)).toMatchObject({
      state: 'processing',
      coming: '1000',
      missing: '0',
      received: '0',
    });
    expect((await links.payCash(payer, request.id)).json()).toMatchObject({
      code: 'PAYMENT_REQUEST_CLOSED',
      details: { state: 'processing' },
    });
    await endTransaction(paymentId, 'final');
    expect((await links.look(request.id)).state, 'what came is seen on chain, and nothing was seen').toBe('processing');
    for (const _twice of [1, 2]) await endTransaction(paymentId, 'failed');
    expect(await links.look(request.id)).toMatchObject({ state: 'new', coming: '0', missing: '1000' });
    expect(await links.paymentsOf(payee, request.id)).toMatchObject([
      { id: paymentId, state: 'failed', rail: 'token' },
    ]);
    expect((await links.payCash(payer, request.id)).statusCode).toBe(201);
    expect(await links.look(request.id)).toMatchObject({ state: 'settled', received: '1000' });
  });

  it('of a part leaves the rest to anybody, and cash pays what is left, in whole units', async () => {
    const { payer, payee } = await links.pair(5000n);
    const wallet = links.walletOf(payer);
    const request = await links.link(payee, { address: links.walletOf(payee).address });
    // ¥3.995: a cash unit begun is missing whole.
    expect((await links.authorize(wallet, request, { payer, change: { amount: '3995000' } })).statusCode).toBe(201);
    const partly = await links.look(request.id);
    expect(partly).toMatchObject({ state: 'new', exception: 'partial', coming: '399', missing: '601' });
    expect(partly.token?.missing).toBe('6005000');
    const tooMuch = await links.authorize(wallet, partly, { payer, change: { amount: '6005001' } });
    expect(tooMuch.json()).toMatchObject({ code: 'AUTHORIZATION_INVALID', details: { field: 'amount' } });
    expect((await links.payCash(payer, request.id)).statusCode).toBe(201);
    expect(await links.available(payee)).toBe(601n);
    expect(await links.look(request.id)).toMatchObject({
      state: 'processing',
      received: '601',
      coming: '399',
      missing: '0',
    });
  });

  it('is carried once, whoever hands it in and under whatever key', async () => {
    const { payer, payee } = await links.pair(1n);
    const wallet = links.walletOf(payer);
    const request = await links.link(payee, { address: links.walletOf(payee).address });
    const body = await signPayment(wallet, request, { amount: '1000000' });
    const hand = (sameKey: string, person?: Somebody) => {
      const asking = post(`/v1/payment-requests/${request.id}/authorizations`, body, sameKey);
      return person ? links.as(person, asking) : links.app.inject(asking);
    };
    const sameKey = newKey();
    const [first, again] = [await hand(sameKey, payer), await hand(sameKey, payer)];
    expect([again.statusCode, again.body]).toEqual([201, first.body]);
    for (const person of [payer, undefined, payee])
      expect((await hand(newKey(), person)).json()).toMatchObject({
        code: expect.stringMatching(/^(AUTHORIZATION_INVALID|RECIPIENT_IS_SELF)$/),
      });
    expect(await links.paymentsOf(payee, request.id)).toHaveLength(1);
  });

  it('by somebody without an account has no movement and no entry of theirs', async () => {
    const payee = await links.somebody();
    const wallet = privateKeyToAccount(generatePrivateKey());
    const request = await links.link(payee, { address: links.walletOf(payee).address });
    const answer = await links.authorize(wallet, request);
    expect([answer.statusCode, answer.json()]).toMatchObject([201, { historyId: null }]);
    expect(await links.paymentsOf(payee, request.id)).toMatchObject([
      { state: 'pending', payer: { handle: null, address: wallet.address } },
    ]);
    const { rowCount } = await links.pool.query('SELECT FROM movements WHERE payment_request_id = $1', [request.id]);
    expect(rowCount).toBe(0);
  });

  it('is a guest’s too when it comes from an address that is not the logged-in person’s', async () => {
    const { payer, payee } = await links.pair(1n);
    const request = await links.link(payee, { address: links.walletOf(payee).address });
    const answer = await links.authorize(links.walletOf(await links.somebody()), request, { payer });
    expect(answer.json()).toMatchObject({ historyId: null });
    expect(await links.paymentsOf(payee, request.id)).toMatchObject([{ payer: { handle: null } }]);
  });

  it('can’t come late, and one that was given in time is waited for past the end', async () => {
    const { payer, payee } = await links.pair(5000n);
    const wallet = links.walletOf(payer);
    const request = await links.link(payee, {
      address: links.walletOf(payee).address,
      expiresIn: 600,
      monitorFor: 3600,
    });
    const endsAt = BigInt(request.token?.validBefore ?? 0);
    const late = await links.authorize(wallet, request, { payer, change: { validBefore: `${endsAt + 1n}` } });
    expect(late.json()).toMatchObject({ code: 'AUTHORIZATION_INVALID', details: { field: 'validBefore' } });
    await links.authorize(wallet, request, { payer, change: { validBefore: `${endsAt}` } });
    links.setAhead(700_000);
    await links.requests.sweep();
    expect(await links.look(request.id)).toMatchObject({ state: 'processing', exception: 'none' });
    links.setAhead(600_000 + 3_600_000);
    await links.requests.sweep();
    expect(await links.look(request.id)).toMatchObject({ state: 'invalid', reason: 'UNCONFIRMED', exception: 'none' });
    await links.requests.sweep();
    expect((await links.authorize(wallet, request, { payer })).json()).toMatchObject({
      code: 'PAYMENT_REQUEST_CLOSED',
    });
  });

  it.each([
    [
      'signed by somebody else',
      'SIGNATURE_INVALID',
      async (request: PaymentRequestWire, wallet: PrivateKeyAccount) => ({
        ...(await signPayment(privateKeyToAccount(generatePrivateKey()), request)),
        from: wallet.address,
      }),
    ],
    [
      'of an amount changed after signing',
      'SIGNATURE_INVALID',
      async (request: PaymentRequestWire, wallet: PrivateKeyAccount) => ({
        ...(await signPayment(wallet, request, { amount: '10000' })),
        amount: '20000',
      }),
    ],
    [
      'for other terms',
      'SIGNATURE_INVALID',
      (request: PaymentRequestWire, wallet: PrivateKeyAccount) =>
        signPayment(wallet, { token: request.token && { ...request.token, amount: '20000000' } }),
    ],
    [
      'of nothing',
      'AUTHORIZATION_INVALID',
      (request: PaymentRequestWire, wallet: PrivateKeyAccount) => signPayment(wallet, request, { amount: '0' }),
    ],
    [
      'for less than the fee',
      'AUTHORIZATION_INVALID',
      (request: PaymentRequestWire, wallet: PrivateKeyAccount) => signPayment(wallet, request, { fee: '19999' }),
    ],
    [
      'for another fee receiver',
      'AUTHORIZATION_INVALID',
      (request: PaymentRequestWire, wallet: PrivateKeyAccount) =>
        signPayment(wallet, request, { feeReceiver: wallet.address }),
    ],
    [
      'for longer than an hour',
      'AUTHORIZATION_INVALID',
      (request: PaymentRequestWire, wallet: PrivateKeyAccount) =>
        signPayment(wallet, request, { validBefore: `${BigInt(Math.floor(Date.now() / 1000)) + 3700n}` }),
    ],
    [
      'that begins later',
      'AUTHORIZATION_INVALID',
      (request: PaymentRequestWire, wallet: PrivateKeyAccount) =>
        signPayment(wallet, request, { validAfter: `${BigInt(Math.floor(Date.now() / 1000)) + 600n}` }),
    ],
    [
      'that has ended',
      'AUTHORIZATION_EXPIRED',
      (request: PaymentRequestWire, wallet: PrivateKeyAccount) => signPayment(wallet, request, { validBefore: '1000' }),
    ],
  ] as const)('is refused when it is %s, and nothing is written', async (_what, code, make) => {
    const payee = await links.somebody();
    const request = await links.link(payee, { address: links.walletOf(payee).address });
    const body = await make(request, privateKeyToAccount(generatePrivateKey()));
    const answer = await links.app.inject(post(`/v1/payment-requests/${request.id}/authorizations`, body));
    expect(answer.json()).toMatchObject({ code });
    expect(await links.paymentsOf(payee, request.id)).toEqual([]);
    expect(await links.look(request.id)).toMatchObject({ state: 'new', coming: '0' });
  });

  it('is refused for a link that takes no tokens, is the payer’s own, or is not there', async () => {
    const payee = await links.somebody();
    const wallet = links.walletOf(payee);
    const [inTokens, cashOnly] = [await links.link(payee, { address: wallet.address }), await links.link(payee)];
    const body = await signPayment(privateKeyToAccount(generatePrivateKey()), inTokens);
    const hand = (id: string) => links.app.inject(post(`/v1/payment-requests/${id}/authorizations`, body));
    expect((await hand(cashOnly.id)).json()).toMatchObject({
      code: 'PAYMENT_REQUEST_CLOSED',
      details: { state: 'cash_only' },
    });
    expect((await hand(randomUUID())).json()).toMatchObject({ code: 'NOT_FOUND' });
    expect((await links.authorize(wallet, inTokens)).json(), 'from the merchant’s address').toMatchObject({
      code: 'RECIPIENT_IS_SELF',
    });
    expect(
      (await links.authorize(links.walletOf(payee), inTokens, { payer: payee })).json(),
      'from another of theirs',
    ).toMatchObject({
      code: 'RECIPIENT_IS_SELF',
    });
  });
});
