/** The page that shops send payers to: with a wallet of their own, from a Feiqian balance, through a bank, and back to the shop. */
import { randomUUID } from 'node:crypto';
import type { PaymentRequestWire } from '@feiqian/domain/api/payments';
import { readReturn } from '@feiqian/sdk/read-return';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { launchBrowser, type TestBrowser } from './support/browser.ts';
import { readChain } from './support/chain.ts';
import { type ExternalWallet, installWallet } from './support/external-wallet.ts';
import { letExpire } from './support/let-expire.ts';
import { dress, examineHere, inTurn, looksIn, phone, pictures } from './support/looks.ts';
import { bringAbout, listPaymentPageStates } from './support/payment-page-states.ts';
import { Person } from './support/person.ts';
import { findBanks, watchRequests } from './support/requests.ts';
import { sentences } from './support/sentences.ts';
import { findSharedProduct } from './support/shared-product.ts';
import { addReturn, askForPayment, callAs, openShopServer } from './support/shop.ts';

const product = findSharedProduct();
const words = sentences.en.paymentPage;
const failures = sentences.en.paymentFailures;
let browser: TestBrowser;
let owner: Person;
let ownerAddress: string;
let payer: Person;
/** Somebody without an account here. */
let guest: BrowserContext;
let wallet: ExternalWallet;

const newProfile = (locale = 'en-US') => browser.newProfile({ locale, viewport: phone });
const read = async (id: string) =>
  (await (await fetch(`${product.url}/v1/payment-requests/${id}`)).json()) as PaymentRequestWire;

async function openAs(profile: BrowserContext, url: string): Promise<Page> {
  const page = await profile.newPage();
  page.setDefaultTimeout(45_000);
  await page.goto(url);
  return page;
}

/** Chooses the wallet, and has it go to the chain where it is not there yet. @returns the button that pays. */
async function chooseWallet(page: Page) {
  await page.getByRole('button', { name: wallet.name }).click();
  const pay = page.getByRole('button', { name: /^Pay 10\.\d\d CNYF$/ });
  const goThere = page.getByRole('button', { name: words.switchToLocal });
  await pay.or(goThere).waitFor();
  if (await goThere.isVisible()) await goThere.click();
  await pay.waitFor();
  return pay;
}

const seePaid = (page: Page) => page.getByText(words.settledTitle, { exact: true }).waitFor();
const cashOf = async (person: Person) => {
  type Balances = { cash: { asset: string; available: string }[] };
  const { body } = await callAs<Balances>(person, 'GET', '/v1/balances');
  return BigInt(body.cash.find(({ asset }) => asset === 'iso4217:CNY')?.available ?? '0');
};

beforeAll(async () => {
  browser = await launchBrowser();
  owner = await Person.arrive(await newProfile(), product.url, {
    email: 'ding.wei@example.com',
    password: 'marble pigeon quiet autumn',
  });
  await owner.register();
  ownerAddress = await owner.readAddress();
  payer = await Person.arrive(await newProfile(), product.url, {
    email: 'fan.ru@example.com',
    password: 'cedar window early salt',
  });
  await payer.register();
  await payer.topUp('200', 'Cash');
  await payer.page.getByText('Kept as cash, held by the operator').first().waitFor();
  await payer.topUp('60', 'Tokens');
  guest = await newProfile();
  wallet = await installWallet(guest, 'Riverside');
  await payer.page.getByText('The tokens are at your address').first().waitFor();
  await payer.sendTokens(wallet.address, '45');
  const hasTokens = async () => (await readChain(product, wallet.address)).tokens === 45_000_000n;
  await vi.waitUntil(hasTokens, { timeout: 60_000 });
});
afterAll(() => browser?.close());

// Every look of every state takes its time.
if (pictures) vi.setConfig({ testTimeout: 1_200_000 });

describe('a payer with a wallet of their own', () => {
  it('pays with one signature: without an account, without native coin, and asking nobody but the service', async () => {
    const request = await askForPayment(owner, { address: ownerAddress as `0x${string}`, expiresIn: 1800 });
    const requests = watchRequests(guest);
    const page = await openAs(guest, request.url);
    await page.getByRole('button', { name: wallet.name }).click();
    await page.getByText(words.otherChain).waitFor();
    await page.getByRole('button', { name: words.switchToLocal }).click();
    const pay = page.getByRole('button', { name: /^Pay 10\.\d\d CNYF$/ });
    await pay.waitFor();
    expect(wallet.added).toEqual([{ chainId: 31_337, rpcUrl: `${product.url}/rpc/31337` }]);
    const before = await readChain(product, wallet.address);
    await pay.click();
    await seePaid(page);
    const after = await readChain(product, wallet.address);
    const fee = BigInt(request.token?.fee ?? 0);
    expect([before.native, after.native]).toEqual([0n, 0n]);
    expect(before.tokens - after.tokens).toBe(10_000_000n + fee);
    expect(await read(request.id)).toMatchObject({ state: 'settled', received: '1000', missing: '0' });
    const { message } = JSON.parse(wallet.signed[0] ?? '') as { message: { to: string; validBefore: string } };
    expect(message.to).toBe(request.token?.contract);
    expect(Number(message.validBefore) * 1000).toBeLessThanOrEqual(Date.parse(request.expiresAt ?? ''));
    expect(requests.originsBeside(product.url)).toEqual([]);
    expect(requests.refused()).toEqual([]);
    await page.close();
  });

  it('learns in words what stands in the way, and nothing is paid', async () => {
    const request = await askForPayment(owner, { address: ownerAddress as `0x${string}` });
    const page = await openAs(guest, request.url);
    wallet.mood = 'rejects';
    await page.getByRole('button', { name: wallet.name }).click();
    await page.getByText(failures.REJECTED.title).waitFor();
    wallet.mood = 'agrees';
    const pay = await chooseWallet(page);
    wallet.mood = 'cannot_sign';
    await pay.click();
    await page.getByText(failures.CANNOT_SIGN.title).waitFor();
    wallet.mood = 'rejects';
    await pay.click();
    await page.getByText(failures.REJECTED.title).waitFor();
    wallet.mood = 'agrees';
    await page.getByRole('button', { name: words.otherWay }).click();
    await page.getByRole('button', { name: wallet.name }).waitFor();
    expect(await read(request.id)).toMatchObject({ state: 'new', coming: '0' });
    await page.close();

    const dear = await askForPayment(owner, {
      address: ownerAddress as `0x${string}`,
      money: { asset: 'iso4217:CNY', amount: '900000' },
    });
    const poor = await openAs(guest, dear.url);
    await poor.getByRole('button', { name: wallet.name }).click();
    await poor.getByRole('button', { name: /more needed$/ }).waitFor();
    await poor.close();
  });

  it.each([
    ['it did not arrive', false],
    ['its answer is lost', true],
  ])('pays once although %s and the page is closed: what was signed is handed in again', async (_, arrives) => {
    const request = await askForPayment(owner, { address: ownerAddress as `0x${string}` });
    const [before, signatures] = [await readChain(product, wallet.address), wallet.signed.length];
    const page = await guest.newPage();
    // Nothing of what becomes of it comes through either.
    await page.route('**/events', (route) => route.abort());
    await page.goto(request.url);
    const pay = await chooseWallet(page);
    await page.route(`**/v1/payment-requests/${request.id}`, (route) => route.abort());
    await page.route(`**/v1/payment-requests/${request.id}/authorizations`, async (route) => {
      if (arrives) await route.fetch();
      await route.abort();
    });
    await pay.click();
    await page.getByText(words.resendingTitle).waitFor();
    await page.close();
    const again = await openAs(guest, request.url);
    await seePaid(again);
    await again.close();
    const after = await readChain(product, wallet.address);
    expect(before.tokens - after.tokens).toBe(10_000_000n + BigInt(request.token?.fee ?? 0));
    expect(wallet.signed).toHaveLength(signatures + 1);
  });
});

describe('a payer who is logged in', () => {
  it('pays in one press from the balance, once however often it is pressed', async () => {
    const request = await askForPayment(owner);
    const before = await cashOf(payer);
    await payer.page.goto(request.url);
    const pay = payer.button(words.payCash('¥10.00'));
    await pay.dblclick();
    await seePaid(payer.page);
    expect(before - (await cashOf(payer))).toBe(1000n);
    await payer.page.reload();
    await seePaid(payer.page);
    expect(await payer.page.getByText('¥10.00').first().isVisible()).toBe(true);
    expect(before - (await cashOf(payer))).toBe(1000n);
    await payer.page.getByLabel(words.receiptLabel).fill(payer.credentials.email);
    await payer.button(words.receiptSend).click();
    await payer.page.getByText(words.receiptSent(payer.credentials.email)).waitFor();
  });

  it('pays once although the answer is lost and the page is loaded again', async () => {
    const request = await askForPayment(owner);
    const before = await cashOf(payer);
    const path = `**/v1/payment-requests/${request.id}/payments`;
    const keys: (string | undefined)[] = [];
    payer.page.on('request', (sent) => {
      if (sent.url().endsWith(`${request.id}/payments`)) keys.push(sent.headers()['idempotency-key']);
    });
    // It never leaves: the page can't know that.
    await payer.page.route(path, (route) => route.abort());
    await payer.page.goto(request.url);
    await payer.button(words.payCash('¥10.00')).click();
    await payer.page.getByText(failures.SERVICE_UNAVAILABLE.title).waitFor();
    await payer.page.unroute(path);
    await payer.page.reload();
    await payer.button(words.payCash('¥10.00')).click();
    await seePaid(payer.page);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    expect(before - (await cashOf(payer))).toBe(1000n);
  });

  it('is led to the wallet’s own review to pay in tokens', async () => {
    const money = { asset: 'iso4217:CNY', amount: '900' };
    const request = await askForPayment(owner, { address: ownerAddress as `0x${string}`, money });
    await payer.page.goto(request.url);
    await payer.link(/^Pay 9\.\d\d CNYF in your wallet$/).click();
    await payer.page.waitForURL(`${product.url}/wallet/pay/${request.id}`);
    await payer.page.getByText('Two lattes').first().waitFor();
  });

  it('logs in on the way, and comes back to pay', async () => {
    const request = await askForPayment(owner);
    const profile = await newProfile();
    const page = await openAs(profile, request.url);
    await page.getByRole('link', { name: words.logIn }).click();
    await page.getByLabel('E-mail').fill(payer.credentials.email);
    await page.getByLabel('Password', { exact: true }).fill(payer.credentials.password);
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await page.waitForURL(request.url);
    await page.getByRole('button', { name: words.payCash('¥10.00') }).click();
    await seePaid(page);
    await profile.close();
  });

  it('does not pay themselves', async () => {
    const request = await askForPayment(owner);
    await owner.page.goto(request.url);
    await owner.page.getByText(words.ownTitle).waitFor();
    expect(await owner.button(/^Pay ¥/).count()).toBe(0);
    await owner.link(words.ownAction).click();
    await owner.page.getByText('Two lattes').first().waitFor();
  });
});

describe('a payer at a bank', () => {
  it('pays there without an account and comes back to see it', async () => {
    const request = await askForPayment(owner);
    const page = await openAs(guest, request.url);
    await page.getByRole('button', { name: 'Sandbox bank' }).click();
    await page.waitForURL((url) => findBanks(product.output()).includes(url.origin));
    // Who comes back without paying finds where it goes on.
    await page.goto(request.url);
    await page.getByRole('link', { name: words.saleGoOn('Sandbox bank') }).click();
    await page.locator('button[value="pay"]').click();
    await page.waitForURL(request.url);
    await seePaid(page);
    expect(await read(request.id)).toMatchObject({ state: 'settled', received: '1000' });
    await page.close();
  });
});

describe('the way back to the shop', () => {
  it('is to exactly a registered address, signed with what became of the payment', async () => {
    const shop = await openShopServer();
    const { secret } = await addReturn(owner, shop.url);
    const other = { money: { asset: 'iso4217:CNY', amount: '1000' }, description: 'x', returnUrl: `${shop.url}1` };
    const refused = await callAs<{ code: string }>(owner, 'POST', '/v1/payment-requests', other);
    expect(refused).toMatchObject({ status: 400, body: { code: 'RETURN_URL_REFUSED' } });

    const request = await askForPayment(owner, { returnUrl: shop.url, orderId: 'A 7' });
    const { host } = new URL(shop.url);
    const tell = () => readReturn(shop.returns.at(-1) ?? '', secret ?? '');
    // Without paying first.
    await payer.page.goto(request.url);
    await payer.button(words.backUnpaid(host)).click();
    await payer.page.getByRole('heading', { name: 'Thank you' }).waitFor();
    expect(tell()).toMatchObject({ requestId: request.id, state: 'new', orderId: 'A 7' });

    await payer.page.goto(request.url);
    await payer.button(words.payCash('¥10.00')).click();
    await seePaid(payer.page);
    // By itself, after a while.
    await payer.page.getByRole('heading', { name: 'Thank you' }).waitFor();
    expect(tell()).toMatchObject({ requestId: request.id, state: 'settled', orderId: 'A 7' });
    expect(new URL(shop.returns.at(-1) ?? '').searchParams.get('order')).toBe('7');

    // Opened again, a paid one sends nobody anywhere by itself.
    await payer.page.goto(request.url);
    await seePaid(payer.page);
    expect(await payer.button(words.stay).count()).toBe(0);
    await payer.button(words.back(host)).click();
    await payer.page.getByRole('heading', { name: 'Thank you' }).waitFor();
    expect(shop.returns).toHaveLength(3);
    shop.close();
  });

  it('can be stopped', async () => {
    const shop = await openShopServer();
    await addReturn(owner, shop.url);
    const request = await askForPayment(owner, { returnUrl: shop.url });
    await payer.page.goto(request.url);
    await payer.button(words.payCash('¥10.00')).click();
    await payer.button(words.stay).click();
    await payer.button(words.stay).waitFor({ state: 'detached' });
    await payer.button(words.back(new URL(shop.url).host)).waitFor();
    expect(payer.page.url()).toBe(request.url);
    shop.close();
  });
});

describe('what becomes of a request meanwhile', () => {
  it('is shown as it happens, and by asking where nothing can be told', async () => {
    const [told, asked] = [await askForPayment(owner), await askForPayment(owner)];
    const page = await openAs(guest, told.url);
    await page.getByRole('link', { name: words.logIn }).waitFor();
    const blind = await guest.newPage();
    await blind.route('**/events', (route) => route.abort());
    await blind.goto(asked.url);
    await blind.getByRole('link', { name: words.logIn }).waitFor();
    for (const { id } of [told, asked])
      await callAs(payer, 'POST', `/v1/payment-requests/${id}/payments`, { rail: 'cash' });
    await seePaid(page);
    await seePaid(blind);
    await page.close();
    await blind.close();
  });

  it('is not lost while the service can’t be reached', async () => {
    const request = await askForPayment(owner);
    const page = await guest.newPage();
    await page.goto(request.url);
    await page.getByText('Two lattes').waitFor();
    await guest.setOffline(true);
    await page.getByText(words.offlineTitle).waitFor();
    await page.getByText('Two lattes').waitFor();
    await callAs(payer, 'POST', `/v1/payment-requests/${request.id}/payments`, { rail: 'cash' });
    await guest.setOffline(false);
    await seePaid(page);
    await page.close();
  });

  it('is that its time is over, which is told while somebody looks', async () => {
    const request = await askForPayment(owner, { expiresIn: 1800 });
    const page = await openAs(guest, request.url);
    await page.getByRole('link', { name: words.logIn }).waitFor();
    await letExpire(product, request.url);
    await page.getByText(words.expiredTitle, { exact: true }).waitFor();
    expect(await page.getByRole('link', { name: words.logIn }).count()).toBe(0);
    await page.close();
  });

  it('is that there is none, or none any more', async () => {
    const taken = await askForPayment(owner);
    await callAs(owner, 'POST', `/v1/payment-requests/${taken.id}/cancel`);
    const page = await openAs(guest, taken.url);
    await page.getByText(words.cancelledTitle).waitFor();
    expect(await page.getByRole('link', { name: words.logIn }).count()).toBe(0);
    for (const path of [`/pay/${randomUUID()}`, '/pay/nonsense']) {
      await page.goto(`${product.url}${path}`);
      await page.getByText(words.missingTitle).first().waitFor();
    }
    await page.close();
  });
});

describe('somebody whose wallet is kept in this browser', () => {
  it('gets that where the service can’t be reached, with nothing of this page kept for it', async () => {
    const request = await askForPayment(owner);
    const { page } = payer;
    await payer.open('/');
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await page.context().setOffline(true);
    await page.goto(request.url);
    await page.waitForURL(`${product.url}/wallet/pay/${request.id}`);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.context().setOffline(false);
    await page.goto(request.url);
    await payer.button(words.payCash('¥10.00')).waitFor();
    const kept = await (await fetch(`${product.url}/sw.js`)).text();
    const own = (await (await fetch(request.url)).text()).match(/\/assets\/[^"]+\.js/g) ?? [];
    expect(own.length).toBeGreaterThan(0);
    for (const file of own) expect(kept).not.toContain(file);
  });
});

describe('the page', () => {
  it('speaks the browser’s language, and the other one at a press, also the next time', async () => {
    const request = await askForPayment(owner);
    const profile = await newProfile('zh-CN');
    const page = await openAs(profile, request.url);
    await page.getByRole('link', { name: sentences.zh.paymentPage.logIn }).waitFor();
    expect(await page.getAttribute('html', 'lang')).toBe('zh-CN');
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('link', { name: words.logIn }).waitFor();
    await page.reload();
    await page.getByRole('link', { name: words.logIn }).waitFor();
    expect(await page.title()).toContain('Pay ¥10.00');
    await profile.close();
  });

  it('is light or dark as the device is, unless its owner chose otherwise in the wallet', async () => {
    const request = await askForPayment(owner);
    const profile = await newProfile();
    const page = await openAs(profile, request.url);
    const readGround = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const grounds = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      grounds.push(await readGround());
    }
    expect(new Set(grounds).size).toBe(2);
    await page.evaluate(() => localStorage.setItem('feiqian.preferences', JSON.stringify({ theme: 'light' })));
    await page.reload();
    await page.getByRole('link', { name: words.logIn }).waitFor();
    expect(await readGround()).toBe(grounds[0]);
    await profile.close();
  });

  it('is paid by the keyboard alone', async () => {
    const request = await askForPayment(owner, { address: ownerAddress as `0x${string}` });
    const page = await openAs(guest, request.url);
    const reach = async (name: string | RegExp) => {
      const wanted = page.getByRole('button', { name });
      await wanted.waitFor();
      for (let presses = 0; presses < 20; presses += 1) {
        if (await wanted.evaluate((element) => element === document.activeElement)) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`The keyboard does not reach ${name}.`);
    };
    await reach(wallet.name);
    await page.keyboard.press('Enter');
    await reach(/^Pay 10\.\d\d CNYF$/);
    await page.keyboard.press('Enter');
    await seePaid(page);
    await page.close();
  });

  it('has nothing that axe objects to in any state, in both languages', async () => {
    const found: string[] = [];
    for (const language of ['zh', 'en'] as const) {
      const real = await askForPayment(owner, {
        address: ownerAddress as `0x${string}`,
        description: language === 'zh' ? '拿铁两杯' : 'Two lattes',
        orderId: 'A-2026-1130-07',
        expiresIn: 1500,
        returnUrl: (await addReturn(owner, `https://shop.example/${language}`)).url,
      });
      const locale = language === 'zh' ? 'zh-CN' : 'en-US';
      const withoutWallet = await newProfile(locale);
      const withWallet = await newProfile(locale);
      await installWallet(withWallet, 'Riverside');
      for (const state of inTurn(listPaymentPageStates('Riverside'), language)) {
        const page = await (state.name === 'cash-only' ? withoutWallet : withWallet).newPage();
        await bringAbout(page, state, real);
        await page.goto(real.url);
        await page.getByRole('heading', { level: 1 }).waitFor({ state: 'attached' });
        await page.locator('.skeleton').first().waitFor({ state: 'detached' });
        await state.act?.(page, sentences[language]);
        for (const look of looksIn(language)) {
          await dress(page, look);
          found.push(...(await examineHere(page, `payment-page-${state.name}`, look)));
        }
        await page.evaluate(() => localStorage.clear());
        await page.close();
      }
      await withoutWallet.close();
      await withWallet.close();
    }
    expect(found).toEqual([]);
  });
});
