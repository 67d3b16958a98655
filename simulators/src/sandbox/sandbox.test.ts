import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { aPayment, aPayout, type Merchant, startMerchant } from '../../test/support/merchant.ts';

vi.setConfig({ testTimeout: 20_000 });

let merchant: Merchant;
beforeAll(async () => {
  merchant = await startMerchant();
});
afterAll(() => merchant.close());

const noticesOf = (orderNumber: string) =>
  merchant.deliveries.filter(({ content }) => content.orderNumber === orderNumber);
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 10_000, interval: 10 });

async function createPayment(changes: Record<string, unknown> = {}) {
  const order = aPayment(merchant, changes);
  const { status, body } = await merchant.call('POST', '/v1/payments', order);
  expect(status).toBe(201);
  return { order, orderNumber: order.orderNumber, pageUrl: String(body.pageUrl) };
}

const queryPayment = async (orderNumber: string) => (await merchant.call('GET', `/v1/payments/${orderNumber}`)).body;

describe('payments', () => {
  it('makes one payment of an order number, however often it is asked', async () => {
    const order = aPayment(merchant);
    const answers = await Promise.all(Array.from({ length: 8 }, () => merchant.call('POST', '/v1/payments', order)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers.every(({ isSigned }) => isSigned)).toBe(true);
  });

  it('refuses an order number with another amount', async () => {
    const { order } = await createPayment();
    const { status, body } = await merchant.call('POST', '/v1/payments', { ...order, amount: '9999' });
    expect([status, body]).toEqual([409, { code: 'ORDER_NUMBER_REUSED' }]);
  });

  it.each([
    'https://evil.example/',
    '//evil.example',
    'https:\\\\evil.example',
    'javascript:alert(1)',
    'http://feiqian@evil.example/',
    'http://127.0.0.1/',
    'http://127.0.0.1:1/',
    '',
  ])('sends nobody back to %s', async (returnUrl) => {
    const { status, body } = await merchant.call('POST', '/v1/payments', aPayment(merchant, { returnUrl }));
    expect([status, body]).toEqual([422, { code: 'URL_NOT_REGISTERED' }]);
  });

  it('refuses credentials and other spellings of the registered origin', async () => {
    for (const returnUrl of [
      merchant.origin.replace('//', '//user:word@'),
      `${merchant.origin}/a/../b`,
      merchant.origin.toUpperCase(),
      `${merchant.origin}/#x`,
    ]) {
      expect((await merchant.call('POST', '/v1/payments', aPayment(merchant, { returnUrl }))).status).toBe(422);
    }
  });

  it('takes the money on its page, goes back to the merchant and tells it', async () => {
    const { order, orderNumber, pageUrl } = await createPayment();
    const response = await fetch(pageUrl, {
      method: 'POST',
      body: new URLSearchParams({ choice: 'pay' }),
      redirect: 'manual',
    });
    expect([response.status, response.headers.get('location')]).toEqual([303, order.returnUrl]);
    await until(() => expect(noticesOf(orderNumber)).toHaveLength(1));
    const [notice] = noticesOf(orderNumber);
    expect(notice && merchant.isGenuine(notice)).toBe(true);
    expect(notice?.content).toMatchObject({
      type: 'payment.paid',
      merchant: 'feiqian',
      currency: 'CNY',
      amount: '10000',
    });
    expect(await queryPayment(orderNumber)).toMatchObject({
      status: 'paid',
      paid: { currency: 'CNY', amount: '10000' },
    });
  });

  it('takes nothing when the payer declines, and no longer afterwards', async () => {
    const { orderNumber, pageUrl } = await createPayment();
    await fetch(pageUrl, { method: 'POST', body: new URLSearchParams({ choice: 'decline' }), redirect: 'manual' });
    await fetch(pageUrl, { method: 'POST', body: new URLSearchParams({ choice: 'pay' }), redirect: 'manual' });
    expect(await queryPayment(orderNumber)).toMatchObject({ status: 'declined', paid: null });
  });

  it('expires by its clock, and can still be paid late through the panel', async () => {
    const other = await startMerchant();
    try {
      const order = aPayment(other, { expiresAt: new Date(Date.now() + 120_000).toISOString() });
      await other.call('POST', '/v1/payments', order);
      await other.restart(() => new Date(Date.now() + 121_000));
      await until(() => expect(other.deliveries.map(({ content }) => content.type)).toEqual(['payment.expired']));
      await other.panel(`/panel/payments/${order.orderNumber}`, { action: 'pay' });
      expect((await other.call('GET', `/v1/payments/${order.orderNumber}`)).body).toMatchObject({ status: 'expired' });
      await other.panel(`/panel/payments/${order.orderNumber}`, { action: 'pay_late' });
      expect((await other.call('GET', `/v1/payments/${order.orderNumber}`)).body).toMatchObject({ status: 'paid' });
    } finally {
      await other.close();
    }
  });

  it('answers with a signed 404 for an order that it never got', async () => {
    expect(await merchant.call('GET', '/v1/payments/NEVERHEARD')).toEqual({
      status: 404,
      body: { code: 'PAYMENT_UNKNOWN' },
      isSigned: true,
    });
  });

  it('refunds in parts up to the whole and not one unit more', async () => {
    const { orderNumber } = await createPayment();
    await merchant.panel(`/panel/payments/${orderNumber}`, { action: 'pay' });
    const refund = (refundNumber: string, amount: string) =>
      merchant.call('POST', `/v1/payments/${orderNumber}/refunds`, { refundNumber, currency: 'CNY', amount });
    expect((await refund('REFUND01A', '4000')).status).toBe(200);
    expect((await refund('REFUND01A', '4000')).status).toBe(200);
    expect((await refund('REFUND01A', '1')).body).toEqual({ code: 'REFUND_NUMBER_REUSED' });
    expect((await refund('REFUND01B', '6001')).body).toEqual({ code: 'REFUND_TOO_LARGE' });
    expect((await refund('REFUND01C', '6000')).status).toBe(200);
    expect((await refund('REFUND01D', '1')).body).toEqual({ code: 'REFUND_TOO_LARGE' });
    await until(async () => expect((await refund('REFUND01C', '6000')).body).toMatchObject({ status: 'succeeded' }));
  });
});

describe('payouts', () => {
  it('pays one order out once and tells the merchant', async () => {
    const order = aPayout(merchant);
    const answers = await Promise.all(Array.from({ length: 4 }, () => merchant.call('POST', '/v1/payouts', order)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 201]);
    await until(() =>
      expect(noticesOf(order.orderNumber).map(({ content }) => content.type)).toEqual(['payout.settled']),
    );
    expect((await merchant.call('GET', `/v1/payouts/${order.orderNumber}`)).body).toMatchObject({
      status: 'settled',
      reason: null,
    });
  });

  it('does with an account what its last digits announce', async () => {
    const send = (number: string) =>
      merchant.call('POST', '/v1/payouts', aPayout(merchant, { account: { holder: 'A', number } }));
    expect((await send('622202001111')).body).toEqual({ code: 'ACCOUNT_UNKNOWN' });
    const returned = await send('622202000000');
    await until(async () =>
      expect((await merchant.call('GET', `/v1/payouts/${String(returned.body.orderNumber)}`)).body).toMatchObject({
        status: 'returned',
        reason: 'ACCOUNT_CLOSED',
      }),
    );
    const undecided = await send('622202002222');
    await merchant.panel(`/panel/payouts/${String(undecided.body.orderNumber)}`, { action: 'settled' });
    expect((await merchant.call('GET', `/v1/payouts/${String(undecided.body.orderNumber)}`)).body).toMatchObject({
      status: 'settled',
    });
  });
});

describe('signatures of requests', () => {
  const path = '/v1/payments/NEVERHEARD';
  const query = (change: (headers: Record<string, string>) => Record<string, string>) =>
    merchant.call('GET', path, undefined, change);
  const now = () => Math.floor(Date.now() / 1000);

  it.each([
    ['another merchant', { 'sandbox-merchant': 'somebody' }, 'MERCHANT_UNKNOWN'],
    ['another algorithm', { 'sandbox-algorithm': 'hmac-sha256' }, 'ALGORITHM_REFUSED'],
    ['another key', { 'sandbox-key': '0123456789abcdef' }, 'KEY_UNKNOWN'],
    ['an old timestamp', { 'sandbox-timestamp': String(now() - 400) }, 'TIMESTAMP_REFUSED'],
    ['a future timestamp', { 'sandbox-timestamp': String(now() + 400) }, 'TIMESTAMP_REFUSED'],
    ['a malformed timestamp', { 'sandbox-timestamp': '1e9' }, 'TIMESTAMP_REFUSED'],
    ['a changed timestamp', { 'sandbox-timestamp': String(now() - 20) }, 'SIGNATURE_REFUSED'],
    ['no nonce', { 'sandbox-nonce': '' }, 'NONCE_REFUSED'],
    ['a signature of zeros', { 'sandbox-signature': 'A'.repeat(86) }, 'SIGNATURE_REFUSED'],
    ['no signature', { 'sandbox-signature': '' }, 'SIGNATURE_REFUSED'],
  ])('refuses %s', async (_what, changed, code) => {
    expect(await query((headers) => ({ ...headers, ...changed }))).toMatchObject({ status: 401, body: { code } });
  });

  it('takes each nonce once', async () => {
    let first: Record<string, string> = {};
    await query((headers) => (first = headers));
    expect(await query(() => first)).toMatchObject({ status: 401, body: { code: 'NONCE_REFUSED' } });
  });

  it('refuses a body that was changed after signing', async () => {
    const { order, orderNumber } = await createPayment();
    const answer = await merchant.call('POST', `/v1/payments/${orderNumber}/expire`, order);
    expect(answer.status).toBe(200);
    const stolen = await captureHeaders('POST', '/v1/payouts', aPayout(merchant));
    const response = await fetch(`${merchant.sandbox().url}/v1/payouts`, {
      method: 'POST',
      headers: stolen,
      body: JSON.stringify(aPayout(merchant, { amount: '999999' })),
    });
    expect(await response.json()).toEqual({ code: 'SIGNATURE_REFUSED' });
  });

  async function captureHeaders(method: 'GET' | 'POST', path_: string, body: object): Promise<Record<string, string>> {
    let captured: Record<string, string> = {};
    await merchant.call(method, path_, body, (headers) => {
      captured = headers;
      return { ...headers, 'sandbox-merchant': 'kept-back' };
    });
    return captured;
  }
});

describe('notifications', () => {
  async function paid(fault?: string) {
    const { orderNumber } = await createPayment();
    if (fault) await merchant.armFault(fault, orderNumber);
    await merchant.panel(`/panel/payments/${orderNumber}`, { action: 'pay' });
    return orderNumber;
  }

  it('come again with growing waits until the merchant answers', async () => {
    merchant.answerNotices(500);
    const orderNumber = await paid();
    await until(() => expect(noticesOf(orderNumber).length).toBeGreaterThanOrEqual(2));
    merchant.answerNotices(204);
    await until(async () =>
      expect((await merchant.state()).notices.find((notice) => notice.orderNumber === orderNumber)).toMatchObject({
        status: 'delivered',
      }),
    );
    expect(new Set(noticesOf(orderNumber).map(({ content }) => content.eventId)).size).toBe(1);
    expect(new Set(noticesOf(orderNumber).map(({ headers }) => headers['sandbox-nonce'])).size).toBe(
      noticesOf(orderNumber).length,
    );
  });

  it('are given up after the last wait, and sent again by hand', async () => {
    merchant.answerNotices(302);
    const orderNumber = await paid();
    const find = async () => (await merchant.state()).notices.find((notice) => notice.orderNumber === orderNumber);
    await until(async () => expect(await find()).toMatchObject({ status: 'given_up', attempts: 4, lastAnswer: '302' }));
    merchant.answerNotices(200);
    await merchant.panel(`/panel/notices/${String((await find())?.id)}`, { action: 'release' });
    await until(async () => expect(await find()).toMatchObject({ status: 'delivered' }));
  });

  it.each([
    'notice_forged_key',
    'notice_forged_body',
    'notice_downgraded',
    'notice_unsigned',
    'notice_foreign',
    'notice_replayed',
    'notice_future',
  ])('can be false: %s', async (fault) => {
    const orderNumber = await paid(fault);
    await until(() => expect(noticesOf(orderNumber)).toHaveLength(1));
    expect(noticesOf(orderNumber).map(merchant.isGenuine)).toEqual([false]);
  });

  it('can be lost, held back, doubled, out of order, or say something else', async () => {
    const lost = await paid('notice_lost');
    const held = await paid('notice_held');
    const doubled = await paid('notice_duplicate');
    const outOfOrder = await paid('notice_out_of_order');
    const amount = await paid('notice_wrong_amount');
    const currency = await paid('notice_wrong_currency');
    const unusual = await paid('notice_unusual');
    await until(() =>
      expect(noticesOf(outOfOrder).map(({ content }) => content.type)).toEqual(['payment.paid', 'payment.waiting']),
    );
    await until(() => expect(noticesOf(doubled)).toHaveLength(5));
    await until(() => expect([amount, currency, unusual].map((order) => noticesOf(order).length)).toEqual([1, 1, 1]));
    expect([noticesOf(lost), noticesOf(held)]).toEqual([[], []]);
    expect(noticesOf(amount)[0]?.content).toMatchObject({ amount: '10001', currency: 'CNY' });
    expect(noticesOf(currency)[0]?.content).toMatchObject({ amount: '10000', currency: 'USD' });
    expect(noticesOf(unusual)[0]?.content.remark).toContain('💸');
    expect([amount, currency, unusual].flatMap(noticesOf).every(merchant.isGenuine)).toBe(true);
  });

  it('are signed by the next key once it is rotated', async () => {
    const before = await paid();
    await until(() => expect(noticesOf(before)).toHaveLength(1));
    await merchant.panel('/panel/key', {});
    const after = await paid();
    await until(() => expect(noticesOf(after)).toHaveLength(1));
    expect([before, after].flatMap(noticesOf).every(merchant.isGenuine)).toBe(true);
    expect(noticesOf(before)[0]?.headers['sandbox-key']).not.toBe(noticesOf(after)[0]?.headers['sandbox-key']);
  });
});

describe('answers on demand', () => {
  it('are unsigned, forged, cut, mixed up, refused or lost', async () => {
    const { orderNumber } = await createPayment();
    const query = () => merchant.call('GET', `/v1/payments/${orderNumber}`);
    for (const fault of ['api_answer_unsigned', 'api_answer_forged', 'api_answer_replayed']) {
      await merchant.armFault(fault, orderNumber);
      expect(await query()).toMatchObject({ status: 200, isSigned: false, body: { orderNumber } });
    }
    await merchant.armFault('api_answer_garbage', orderNumber);
    expect(await query()).toMatchObject({ status: 200, isSigned: true, body: {} });
    await merchant.armFault('api_unavailable', orderNumber);
    expect(await query()).toMatchObject({ status: 503, isSigned: false });
    await merchant.armFault('api_answer_lost', orderNumber);
    await expect(query()).rejects.toThrow();
    expect(await query()).toMatchObject({ status: 200, isSigned: true });
  });

  it('say what was really paid when that is not what was ordered', async () => {
    const first = await createPayment();
    await merchant.armFault('paid_wrong_amount', first.orderNumber);
    await merchant.panel(`/panel/payments/${first.orderNumber}`, { action: 'pay' });
    expect(await queryPayment(first.orderNumber)).toMatchObject({
      amount: '10000',
      paid: { amount: '9999', currency: 'CNY' },
    });
  });
});

describe('after a restart', () => {
  it('orders, outcomes and undelivered notifications are still there', async () => {
    const other = await startMerchant({ retryDelaysMs: [60_000, 60_000] });
    try {
      other.answerNotices(500);
      const order = aPayment(other);
      const first = await other.call('POST', '/v1/payments', order);
      await other.panel(`/panel/payments/${order.orderNumber}`, { action: 'pay' });
      await until(() => expect(other.deliveries).toHaveLength(1));
      other.answerNotices(204);
      await other.restart(() => new Date(Date.now() + 61_000));
      await until(() => expect(other.deliveries).toHaveLength(2));
      const { body } = await other.call('POST', '/v1/payments', order);
      expect(body).toMatchObject({ reference: first.body.reference, status: 'paid' });
    } finally {
      await other.close();
    }
  });
});
