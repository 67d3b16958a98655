/** The states of the page that payers are sent to, each brought about from outside: the service's own answer, changed on its way. */
import type { PaymentRequestWire } from '@feiqian/domain/api/payments';
import type { Page } from 'playwright-core';
import type { sentences } from './sentences.ts';

type Words = (typeof sentences)['zh'];
type Change = Partial<Omit<PaymentRequestWire, 'token'>> & { readonly token?: object | null };

/** One state of the page. */
export type PaymentPageState = {
  readonly name: string;
  /** What the service says of the request instead. */
  readonly request?: Change;
  /** Who is logged in, as the service says; nobody when absent. */
  readonly me?: { readonly cash: string; readonly tokens: string };
  readonly arrange?: (page: Page, id: string) => Promise<unknown>;
  readonly act?: (page: Page, words: Words) => Promise<void>;
};

const json = (body: unknown, status = 200) => ({ status, contentType: 'application/json', body: JSON.stringify(body) });
const minutesMs = 60_000;
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * minutesMs).toISOString();
const address = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';

/** Puts a state between the page and the service. The next one takes it away. */
export async function bringAbout(page: Page, { request, me, arrange }: PaymentPageState, real: PaymentRequestWire) {
  await page.route('**/events', (route) => route.abort());
  await page.route(`**/v1/payment-requests/${real.id}`, async (route) => {
    const answer = (await (await route.fetch()).json()) as PaymentRequestWire;
    const token =
      answer.token && request?.missing
        ? { ...answer.token, missing: `${BigInt(request.missing) * 10_000n}` }
        : answer.token;
    await route.fulfill(json({ ...answer, token, ...request }));
  });
  if (me) {
    const { asset } = real.token ?? { asset: '' };
    await page.route('**/v1/me', (route) => route.fulfill(json({ handle: 'fan_ru', addresses: [{ address }] })));
    await page.route('**/v1/balances', (route) =>
      route.fulfill(
        json({
          cash: [{ asset: 'iso4217:CNY', available: me.cash, pending: '0' }],
          onChain: [{ asset, address, amount: me.tokens }],
          held: [],
          unavailable: [],
        }),
      ),
    );
  }
  await arrange?.(page, real.id);
}

const partly = { exception: 'partial', received: '400', missing: '600' } as const;
const over = { missing: '0', settledAt: inMinutes(-2) };

/** Leaves something in the browser as an earlier visit does. */
const remember = (kept: object) => (page: Page, id: string) =>
  page.addInitScript(([name, text]) => localStorage.setItem(name, text), [
    `feiqian.payment.${id}`,
    JSON.stringify(kept),
  ] as const);

/** @param wallet - The name of the wallet that is in the browser. */
export const listPaymentPageStates = (wallet: string): readonly PaymentPageState[] => [
  { name: 'open' },
  { name: 'open-ending', request: { expiresAt: new Date(Date.now() + 65_000).toISOString() } },
  { name: 'cash-only', request: { token: null, orderId: null, returnUrl: null, expiresAt: null } },
  { name: 'me-cash', me: { cash: '12000', tokens: '0' } },
  { name: 'me-both', me: { cash: '12000', tokens: '88000000' } },
  { name: 'me-poor', me: { cash: '150', tokens: '0' } },
  { name: 'partly', request: partly, me: { cash: '12000', tokens: '0' } },
  {
    name: 'wallet-other-chain',
    act: async (page, { paymentPage }) => {
      await page.getByRole('button', { name: wallet }).click();
      await page.getByText(paymentPage.otherChain).waitFor();
    },
  },
  {
    name: 'wallet-connected',
    act: async (page, { paymentPage }) => {
      await page.getByRole('button', { name: wallet }).click();
      await page.getByRole('button', { name: paymentPage.switchToLocal }).click();
      await page.getByText(paymentPage.feeNote).waitFor();
      await page.getByText(paymentPage.otherChain).waitFor({ state: 'detached' });
    },
  },
  {
    name: 'sale-begun',
    arrange: remember({
      sale: {
        gateway: 'sandbox',
        title: { zh: '沙盒银行', en: 'Sandbox Bank' },
        missing: '1000',
        key: 'x',
        redirectUrl: 'http://localhost:1/',
        expiresAtMs: 9e15,
      },
    }),
  },
  {
    name: 'resending',
    arrange: async (page, id) => {
      await remember({ signature: { key: crypto.randomUUID(), body: {}, validBeforeSeconds: 9e9 } })(page, id);
      await page.route('**/authorizations', (route) => route.abort());
    },
  },
  {
    name: 'gateway-refuses',
    arrange: (page) =>
      page.route('**/gateway-payments', (route) => route.fulfill(json({ code: 'GATEWAY_REFUSED' }, 409))),
    act: async (page, { paymentFailures }) => {
      await page.getByRole('button', { name: /沙盒|Sandbox/ }).click();
      await page.getByText(paymentFailures.GATEWAY_REFUSED.title).waitFor();
    },
  },
  { name: 'processing', request: { state: 'processing', coming: '1000', missing: '0' } },
  {
    name: 'settled-returning',
    request: { state: 'settled', received: '1000', ...over },
    arrange: async (page, id) => {
      // As if it was paid at a gateway just now.
      await remember({ sale: { gateway: 'sandbox', missing: '1000', key: 'x' } })(page, id);
      // The shop answers with nothing, so that the page stays for as long as it is looked at.
      await page.route('https://shop.example/**', (route) => route.fulfill({ status: 204 }));
    },
  },
  { name: 'settled', request: { state: 'settled', received: '1000', ...over } },
  { name: 'over', request: { state: 'settled', exception: 'over', received: '1200', refunded: '50', ...over } },
  { name: 'expired', request: { state: 'expired', expiresAt: inMinutes(-5) } },
  { name: 'expired-partly', request: { state: 'expired', ...partly, expiresAt: inMinutes(-5) } },
  { name: 'late', request: { state: 'expired', exception: 'late', received: '1000', expiresAt: inMinutes(-5) } },
  { name: 'cancelled', request: { state: 'invalid', reason: 'CANCELLED' } },
  { name: 'cancelled-paid', request: { state: 'invalid', reason: 'CANCELLED', ...partly } },
  { name: 'unconfirmed', request: { state: 'invalid', reason: 'UNCONFIRMED' } },
  {
    name: 'missing',
    arrange: (page, id) =>
      page.route(`**/v1/payment-requests/${id}`, (route) => route.fulfill(json({ code: 'NOT_FOUND' }, 404))),
  },
  { name: 'away', arrange: (page) => page.route(/\/v1\//, (route) => route.abort()) },
  {
    name: 'offline',
    act: async (page, { paymentPage }) => {
      await page.context().setOffline(true);
      await page.getByText(paymentPage.offlineTitle).waitFor();
    },
  },
];
