/** What becomes of a payment link that is not paid as asked: the service's answers are changed on their way to the page. */
import type { PaymentRequestWire, PaymentWire, RefundWire } from '@feiqian/domain/api/payments';
import type { Page } from 'playwright-core';
import type { ScreenState } from './states.ts';

type Stands = {
  readonly request: Partial<PaymentRequestWire>;
  readonly payments?: readonly Partial<PaymentWire>[];
  readonly refunds?: readonly Partial<RefundWire>[];
  /** Somebody else's, so that it can be paid. */
  readonly isOthers?: boolean;
};

const id = (last: number) => `3f1c0e6e-3a5d-4c1e-8b57-0d6a4c5f2a${last}`;
const now = () => new Date().toISOString();
const cash = (amount: string) => ({ asset: 'iso4217:CNY', amount });

const byCash = (amount: string, part: Partial<PaymentWire> = {}): Partial<PaymentWire> => ({
  rail: 'cash',
  money: cash(amount),
  payer: { handle: 'wang.fang', address: null },
  ...part,
});
const byGateway = (amount: string): Partial<PaymentWire> => ({
  rail: 'gateway',
  gateway: 'sandbox',
  money: cash(amount),
  payer: { handle: null, address: null },
});

/** Answers as if the link stood so. What it takes to pay it stays the service's own. */
const standing =
  (requestId: string, { request, payments = [], refunds = [], isOthers = false }: Stands) =>
  async (page: Page) => {
    const json = (body: unknown) => ({ status: 200, contentType: 'application/json', body: JSON.stringify(body) });
    const path = `**/v1/payment-requests/${requestId}`;
    let token: PaymentRequestWire['token'] = null;
    await page.route(path, async (route) => {
      const real = (await (await route.fetch()).json()) as PaymentRequestWire;
      token = real.token;
      const payee = isOthers ? { handle: 'wang.fang' } : real.payee;
      const missing =
        token && request.missing !== undefined ? { ...token, missing: `${BigInt(request.missing) * 10_000n}` } : token;
      await route.fulfill(json({ ...real, payee, ...request, token: missing }));
    });
    await page.route(`${path}/payments`, (route) =>
      route.fulfill(
        json({
          items: payments.map((payment, index) => ({
            ...{ id: id(10 + index), requestId, state: 'final', counts: true, gateway: null },
            ...{ chainId: null, txHash: null, refunding: '0', refunded: '0', paidAt: now() },
            ...payment,
            // Whichever token the link takes.
            ...(payment.rail === 'token' ? { money: { ...payment.money, asset: token?.asset } } : {}),
          })),
        }),
      ),
    );
    await page.route(`${path}/refunds`, (route) =>
      route.fulfill(
        json({
          items: refunds.map((refund, index) => ({
            ...{ id: id(30 + index), historyId: id(50 + index), requestId, state: 'posted', reason: null },
            createdAt: now(),
            ...refund,
          })),
        }),
      ),
    );
  };

const press = (pick: (words: Parameters<NonNullable<ScreenState['act']>>[1]['links']) => string | RegExp) =>
  (async (page, words) => {
    await page
      .getByRole('button', { name: pick(words.links) })
      .first()
      .click();
    await page.getByRole('dialog').waitFor();
  }) satisfies ScreenState['act'];

const over: Stands = {
  request: { state: 'settled', exception: 'over', received: '5000', missing: '0', settledAt: now() },
  payments: [byCash('2500'), byGateway('2500')],
};
const half: Stands['request'] = { exception: 'partial', received: '1500', missing: '1000' };
const byTokens: Partial<PaymentWire> = {
  rail: 'token',
  money: { asset: '', amount: '25000000' },
  payer: { handle: null, address: '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359' },
  txHash: `0x${'4e'.repeat(32)}`,
};
const paidByTokens: Stands = {
  request: { state: 'settled', received: '2500', missing: '0', settledAt: now() },
  payments: [{ ...byTokens, refunded: '5000000' }],
  refunds: [{ paymentId: id(10), money: cash('500') }],
};

/** A link of 25 yuan in states that nobody wishes for. `requestId` is one of the person's own. */
export function listLinkStates(requestId: string): readonly ScreenState[] {
  const link = `/links/${requestId}`;
  const pay = `/wallet/pay/${requestId}`;
  const state = (name: string, path: string, stands: Stands, act?: ScreenState['act']): ScreenState => ({
    name,
    path,
    arrange: standing(requestId, stands),
    ...(act ? { act } : {}),
  });
  const others = (request: Stands['request']): Stands => ({ request, isOthers: true });
  return [
    state('link-partly', link, { request: half, payments: [byCash('1500')] }),
    state('link-over', link, over),
    state(
      'link-over-refund',
      link,
      over,
      press(({ refundExcess }) => new RegExp(refundExcess('').trim().split(' ')[0] ?? '')),
    ),
    state('link-late', link, {
      request: { state: 'expired', exception: 'late', received: '2500', expiresAt: '2026-11-22T10:00:00Z' },
      payments: [byCash('2500')],
    }),
    state('link-cancelled', link, {
      request: { state: 'invalid', reason: 'CANCELLED', exception: 'partial', received: '1500', refunded: '500' },
      payments: [byCash('1500', { refunded: '500' })],
    }),
    state('link-payment', link, paidByTokens, async (page, words) => {
      await page.getByRole('list', { name: words.links.payments }).getByRole('button').click();
      await page.getByRole('dialog').getByRole('link').first().waitFor();
    }),
    state('link-refund-review', link, paidByTokens, async (page, words) => {
      await page.getByRole('list', { name: words.links.payments }).getByRole('button').click();
      await page.getByRole('dialog').getByRole('button', { name: words.links.refund }).click();
      await page.getByRole('dialog').getByText(words.links.part, { exact: true }).click();
      await page.getByLabel(words.form.amount, { exact: true }).fill('3');
      await page.getByRole('dialog').getByRole('button', { name: words.links.reviewRefund }).click();
      await page.getByRole('dialog').getByText('3.00').first().waitFor();
    }),
    state('pay-partly', pay, others(half)),
    state('pay-partly-review', pay, others(half), async (page, words) => {
      await page.getByRole('button', { name: words.pay.review }).click();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /10\.0\d/ })
        .waitFor();
    }),
    state('pay-confirming', pay, others({ state: 'processing', coming: '2500', missing: '0' })),
    state('pay-late', pay, others({ state: 'expired', exception: 'late', received: '2500' })),
  ];
}
