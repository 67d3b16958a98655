/** A new merchant's first day, in two browsers: a payment at once, a shop paid in every way, a part of each given back, the rest at the bank. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillAccount, listPaidTo } from './support/bank.ts';
import { launchBrowser, type TestBrowser } from './support/browser.ts';
import { readChain } from './support/chain.ts';
import { type ExternalWallet, installWallet } from './support/external-wallet.ts';
import { letExpire } from './support/let-expire.ts';
import { desk, phone } from './support/looks.ts';
import { Person } from './support/person.ts';
import { findBanks } from './support/requests.ts';
import { sentences } from './support/sentences.ts';
import { findSharedProduct } from './support/shared-product.ts';
import { type ExampleShop, makeKey, openExampleShop } from './support/shop.ts';

const product = findSharedProduct();
const words = sentences.en.paymentPage;
const links = sentences.en.links;
const bankAccount = '6222026100005678';
let browsers: [TestBrowser, TestBrowser];
let merchant: Person;
let payer: Person;
/** Somebody without an account here, who has a wallet of another make. */
let guest: Page;
let wallet: ExternalWallet;
let shop: ExampleShop;
/** Lattes that the shop sold, and those among them that were bought by somebody with an account here. */
let sold = 0;
let bought = 0;

beforeAll(async () => {
  browsers = [await launchBrowser(), await launchBrowser()];
  const [office, street] = browsers;
  merchant = await Person.arrive(await office.newProfile({ locale: 'en-US', viewport: desk }), product.url, {
    email: 'tang.shi@example.com',
    password: 'orchard signal velvet dawn',
  });
  payer = await Person.arrive(await street.newProfile({ locale: 'en-US', viewport: phone }), product.url, {
    email: 'mei.hua@example.com',
    password: 'glacier thimble amber road',
  });
  const profile = await street.newProfile({ locale: 'en-US', viewport: phone });
  wallet = await installWallet(profile, 'Riverside');
  guest = await profile.newPage();
  guest.setDefaultTimeout(45_000);
  await payer.register();
  await payer.topUp('100', 'Cash');
  await payer.page.getByText('Kept as cash, held by the operator').first().waitFor();
  await payer.topUp('60', 'Tokens');
  await payer.page.getByText('The tokens are at your address').first().waitFor();
  await payer.sendTokens(wallet.address, '30');
  await payer.page.getByText('They have it, and it is final').first().waitFor();
});
afterAll(async () => {
  shop?.close();
  await Promise.all((browsers ?? []).map((browser) => browser.close()));
});

/** Puts a latte into the basket, for ¥25.00, and goes on to the page that takes the money. @returns the order's page. */
async function buyLatte(page: Page): Promise<string> {
  await page.goto(shop.url);
  await page.getByRole('button', { name: 'Buy' }).first().click();
  await page.getByRole('link', { name: /^Pay with Feiqian/ }).waitFor();
  const order = page.url();
  await page.getByRole('link', { name: /^Pay with Feiqian/ }).click();
  await page.waitForURL(`${product.url}/pay/**`);
  return order;
}

const seePaid = (page: Page) => page.getByText(words.settledTitle, { exact: true }).waitFor();

async function openBank(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByRole('button', { name: 'Sandbox bank' }).click();
  await page.waitForURL((url) => findBanks(product.output()).includes(url.origin));
}

async function payAtBank(page: Page): Promise<void> {
  await page.locator('button[value="pay"]').click();
  await page.waitForURL(`${product.url}/pay/**`);
}

/** One of the ways to pay, from the page that the shop sends to. */
type PaidBy = {
  readonly way: string;
  /** Who pays: somebody with a history here, or without. */
  readonly isPerson: boolean;
  readonly pay: (page: Page) => Promise<void>;
  /** How the history says that a part is back. */
  readonly isBack: string;
};

const ways: readonly PaidBy[] = [
  {
    way: 'somebody with a balance here, in one press',
    isPerson: true,
    pay: async (page) => {
      await page.getByRole('button', { name: words.payCash('¥25.00') }).click();
      await seePaid(page);
    },
    isBack: 'They have it back',
  },
  {
    way: 'a wallet of another make, with one signature',
    isPerson: false,
    pay: async (page) => {
      await page.getByRole('button', { name: wallet.name }).click();
      await page.getByRole('button', { name: words.switchToLocal }).click();
      await page.getByRole('button', { name: /^Pay 25\.\d\d CNYF$/ }).click();
      await seePaid(page);
    },
    isBack: 'They have it back, and it is final',
  },
  {
    way: 'tokens of one’s own, looked at and signed in the wallet',
    isPerson: true,
    pay: async (page) => {
      await page.getByRole('link', { name: /^Pay 25\.\d\d CNYF in your wallet$/ }).click();
      await payer.pick(/^CNYF/);
      await payer.button(sentences.en.pay.review).click();
      await payer.approve(/^Pay 25/);
      await page.getByText('They have it, and it is final').first().waitFor();
    },
    isBack: 'They have it back, and it is final',
  },
  {
    way: 'cash, looked at in the wallet',
    isPerson: true,
    pay: async (page) => {
      await page.waitForURL(`${product.url}/pay/**`);
      await page.goto(page.url().replace('/pay/', '/wallet/pay/'));
      await payer.pick(/^Cash/);
      await payer.button(sentences.en.pay.review).click();
      await payer.approve(/^Pay ¥25/);
      await page.getByText('They have it', { exact: true }).first().waitFor();
    },
    isBack: 'They have it back',
  },
  {
    way: 'the bank’s own page, without an account here',
    isPerson: false,
    pay: async (page) => {
      await openBank(page, page.url());
      await payAtBank(page);
      await seePaid(page);
    },
    isBack: 'The payment provider has refunded the payer',
  },
];

/** So many events of a kind, the newest of which is of this much. */
async function seeEvents(person: Person, kind: 'payment' | 'refund', count: number, amount: string): Promise<void> {
  await person.open(`/history?kind=${kind}`);
  const rows = person.page.locator('a[href^="/history/"]');
  await rows.nth(count - 1).waitFor();
  expect(await rows.count()).toBe(count);
  expect(await rows.first().innerText()).toContain(amount);
}

describe('a new merchant', () => {
  it('takes the first payment within a minute of registering', async () => {
    const began = performance.now();
    await merchant.register();
    const link = await merchant.makeLink('25', 'Two lattes');
    await payer.page.goto(link);
    await payer.button(words.payCash('¥25.00')).click();
    await merchant.page.getByText(links.states.paid, { exact: true }).first().waitFor();
    const seconds = (performance.now() - began) / 1000;
    process.stdout.write(`From registering to the first payment: ${seconds.toFixed(1)} s\n`);
    expect(seconds).toBeLessThan(60);
  });

  it('opens a shop with a key of the wallet, whose customers may pay in tokens', async () => {
    const address = await merchant.readAddress();
    shop = await openExampleShop(product, await makeKey(merchant, 'Tang Coffee'), { FEIQIAN_ADDRESS: address });
  });

  it.each(ways)('is paid through the shop by $way, and gives a part back', async ({ isPerson, pay, isBack }) => {
    const page = isPerson ? payer.page : guest;

    const order = await buyLatte(page);
    const [, id = ''] = /\/pay\/([0-9a-f-]{36})/.exec(page.url()) ?? [];
    await pay(page);
    // Told by a signed message: the list of what is paid asks nobody.
    sold += 1;
    await expect
      .poll(async () => Number(await (await fetch(`${shop.url}/paid`)).text()), { timeout: 30_000 })
      .toBe(sold);
    await page.goto(order);
    await page.getByText('Paid. Enjoy.').waitFor();

    await merchant.open(`/links/${id}`);
    await merchant.page.getByText(links.states.paid, { exact: true }).first().waitFor();
    await merchant.page.getByRole('list', { name: links.payments }).getByRole('button').click();
    const sheet = merchant.page.getByRole('dialog');
    await sheet.getByRole('button', { name: links.refund }).click();
    await merchant.pick(links.part);
    await merchant.page.getByLabel('Amount').fill('5');
    await merchant.button(links.reviewRefund).click();
    await merchant.approve(/^Refund .?5\.00/);
    await merchant.page.getByText(isBack, { exact: true }).first().waitFor();

    if (isPerson) bought += 1;
    // The first payment came before, without the shop.
    await seeEvents(merchant, 'payment', sold + 1, '25.00');
    await seeEvents(merchant, 'refund', sold, '5.00');
    await seeEvents(payer, 'payment', bought + 1, '25.00');
    if (bought > 0) await seeEvents(payer, 'refund', bought, '5.00');
  });

  it('gave back to another wallet what came from it', async () => {
    // 30 came to it; a latte and the carrying of it were paid, and 5 came back.
    const { tokens } = await readChain(product, wallet.address);
    expect(tokens).toBe(30_000_000n - 25_020_000n + 5_000_000n);
  });

  it('sees a scone paid twice, with too much said on both sides, and gives the second back', async () => {
    const link = await merchant.makeLink('12', 'A scone');
    await openBank(guest, link);
    await payer.page.goto(link);
    await payer.button(words.payCash('¥12.00')).click();
    await seePaid(payer.page);
    await payAtBank(guest);
    await guest.getByText(words.overTitle('¥12.00')).waitFor();
    await merchant.page.getByText(links.states.overpaid, { exact: true }).first().waitFor();
    await merchant.button(links.refundExcess('¥12.00')).click();
    await merchant.button(links.reviewRefund).click();
    await merchant.approve(/^Refund ¥12\.00/);
    await merchant.page.getByText('The payment provider has refunded the payer').first().waitFor();
    await merchant.open(new URL(link).pathname.replace('/pay/', '/links/'));
    await merchant.page.getByText(links.states.paid, { exact: true }).first().waitFor();
  });

  it('sees a cake paid after its link had ended, and takes it for good', async () => {
    const link = await merchant.makeLink('36', 'A cake');
    await openBank(guest, link);
    await letExpire(product, link);
    await payAtBank(guest);
    await guest.getByText(words.lateTitle('¥36.00')).waitFor();
    await merchant.page.getByText(links.states.late, { exact: true }).first().waitFor();
    await merchant.button(links.accept).click();
    await merchant.page.getByText(links.states.accepted, { exact: true }).first().waitFor();
    await seePaid(guest);
  });

  it('has all that stayed paid out to the bank: the tokens, once they are cash, too', async () => {
    const { payouts } = sentences.en;
    // Two lattes in tokens, less what went back and its carrying.
    await merchant.convertToCash('39.96');
    await merchant.page.getByText('It is cash again').first().waitFor();
    await merchant.open('/settings/payouts/new');
    await merchant.pick('CNY');
    await fillAccount(merchant, 'Tang Shi', bankAccount);
    await merchant.button('Review').click();
    await merchant.page.getByRole('dialog').getByRole('button', { name: payouts.start }).click();
    // 25 by the link, 20 for each of three lattes in cash, 12 and 36 by links, and the tokens.
    await expect.poll(() => listPaidTo(product, bankAccount), { timeout: 60_000 }).toEqual(['17296 settled']);
    await merchant.open('/history?kind=withdrawal');
    expect(await merchant.readHistory()).toHaveLength(1);
    expect(await readChain(product, await merchant.readAddress())).toEqual({ tokens: 0n, native: 0n });
  });
});
