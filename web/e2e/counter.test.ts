/** A shop's counter and what it sells: one person charges, another one pays in a browser of their own. */
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, type TestBrowser } from './support/browser.ts';
import { letExpire } from './support/let-expire.ts';
import { chooseLanguage, dress, examineHere, languagesIn, looksIn, phone } from './support/looks.ts';
import { goTo, Person } from './support/person.ts';
import { sentences } from './support/sentences.ts';
import { findSharedProduct } from './support/shared-product.ts';

const product = findSharedProduct();
const words = sentences.en.counter;
const { paymentPage } = sentences.en;
let browser: TestBrowser;
let profile: BrowserContext;
let shop: Person;
let payer: Person;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
  // Answers are changed on their way to the page, which a service worker would hide from the test.
  profile = await browser.newProfile({ locale: 'en-US', viewport: phone, serviceWorkers: 'block' });
  await listen(profile);
  shop = await Person.arrive(profile, product.url, {
    email: 'ouyang.min@example.com',
    password: 'saddle pepper orbit cloud',
  });
  page = shop.page;
  await shop.register();
  await shop.open('/settings');
  await shop.pick('CNY');
  payer = await Person.arrive(await browser.newProfile({ locale: 'en-US', viewport: phone }), product.url, {
    email: 'he.jia@example.com',
    password: 'velvet orchard tidal stone',
  });
  await payer.register();
  await payer.topUp('500', 'Cash');
  await payer.page.getByText('Kept as cash, held by the operator').first().waitFor();
});
afterAll(() => browser?.close());

type Heard = { readonly said: string[] };

/** Notes what pages say aloud, and lets them say it. */
async function listen(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const said: string[] = [];
    Object.assign(globalThis, { said });
    const speak = speechSynthesis.speak.bind(speechSynthesis);
    speechSynthesis.speak = (utterance) => {
      if (utterance.text !== '') said.push(`${utterance.lang}: ${utterance.text}`);
      speak(utterance);
    };
  });
}

/** What was said since the page was opened. */
const hear = () => page.evaluate(() => (globalThis as unknown as Heard).said);
/** What screen readers read out by themselves. */
const status = (text: string) => page.getByRole('status').filter({ hasText: text });
const heading = (name: string) => page.getByRole('heading', { name, level: 2, exact: true });
const amount = () => page.getByLabel(sentences.en.form.amount, { exact: true });
const key = (name: string) => page.getByRole('button', { name, exact: true });
const readFocus = () => page.evaluate(() => document.activeElement?.textContent);

/** Where the code leads, which is written below it. */
const readCode = async () => (await page.locator('.counter-charge__url').innerText()).trim();

/** Charges what is typed, and gives the address that the code stands for. */
async function charge(yuan: string): Promise<string> {
  await shop.open('/counter');
  await amount().fill(yuan);
  await shop.button(/^Charge /).click();
  await heading(words.scan).waitFor();
  return readCode();
}

/** Pays what a code leads to. */
async function payFromCash(url: string): Promise<void> {
  await goTo(payer.page, url);
  await payer.button(/^Pay ¥.* from your balance$/).click();
  await payer.page.getByText(paymentPage.settledTitle, { exact: true }).waitFor();
}

/** Tabs to a button and presses it. */
async function pressByKeyboard(name: string): Promise<void> {
  for (let presses = 0; (await readFocus()) !== name; presses += 1) {
    expect(presses, `no way to “${name}” by the keyboard`).toBeLessThan(30);
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
}

describe('the counter', () => {
  it('shows a code for the amount, and says in words and aloud that somebody has paid it', async () => {
    await shop.open('/settings');
    await shop.link(/^Counter/).click();
    await shop.seeHeading(words.title);
    for (const name of ['1', '2', words.point, '5', '7', words.back]) await key(name).click();
    expect(await amount().inputValue()).toBe('12.5');
    await key(words.charge('¥12.50')).click();
    await heading(words.scan).waitFor();
    await page.getByText(/^Valid for 1[45]:\d\d$/).waitFor();
    await status(words.status.waiting('¥12.50')).waitFor({ state: 'attached' });
    expect(await hear()).toEqual([]);
    await payFromCash(await readCode());
    await heading('Received ¥12.50').waitFor();
    await status('Received ¥12.50').waitFor({ state: 'attached' });
    expect(await hear()).toEqual(['en-GB: Received 12.5 yuan']);
    // The next customer is one key away.
    expect(await readFocus()).toBe(words.next);
    await page.keyboard.press('Enter');
    expect(await amount().inputValue()).toBe('');
  });

  it('shows that somebody is paying in tokens until their payment is final', async () => {
    await payer.topUp('50', 'Tokens');
    await payer.page.getByText('The tokens are at your address').first().waitFor();
    const url = await charge('2');
    await payer.payLink(url, /tokens/);
    await heading(words.processing).waitFor();
    expect(await key(words.cancel).count()).toBe(0);
    await heading('Received ¥2.00').waitFor();
    expect(await hear()).toEqual(['en-GB: Received 2 yuan']);
    await key(words.next).click();
  });

  it('needs nothing but a keyboard, wherever its focus is', async () => {
    await shop.open('/counter');
    await amount().waitFor();
    await page.keyboard.type('107.305');
    expect(await amount().inputValue()).toBe('107.30');
    await page.keyboard.press('Escape');
    await key('4').click();
    await page.keyboard.type('2');
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.type('.50');
    await page.keyboard.press('Backspace');
    expect(await amount().inputValue()).toBe('42.5');
    // A letter that means another screen elsewhere takes nobody away from a half typed amount.
    await page.keyboard.type('s');
    expect(await amount().inputValue()).toBe('42.5');
    await page.keyboard.press('Enter');
    await heading(words.scan).waitFor();
    expect(await readFocus()).toBe(words.scan);
    await pressByKeyboard(words.cancel);
    await heading(words.ended.cancelled.title).waitFor();
    await pressByKeyboard(words.next);
    expect(await amount().inputValue()).toBe('');
    expect(await readFocus()).toBe('');
  });

  it('takes nothing for a charge that was cancelled, and keeps the amount for another one', async () => {
    const url = await charge('8');
    await key(words.cancel).click();
    await heading(words.ended.cancelled.title).waitFor();
    await status(words.status.cancelled('¥8.00')).waitFor({ state: 'attached' });
    await goTo(payer.page, url);
    await payer.page.getByText(paymentPage.cancelledTitle).waitFor();
    expect(await payer.button(/^Pay /).count()).toBe(0);
    await key(words.edit).click();
    expect(await amount().inputValue()).toBe('8');
    await page.keyboard.type('0');
    await key(words.charge('¥80.00')).click();
    await heading(words.scan).waitFor();
    expect(await readCode()).not.toBe(url);
    await key(words.cancel).click();
    await key(words.next).click();
    expect(await hear()).toEqual([]);
  });

  it('takes nothing for a charge that has expired, and charges the same again', async () => {
    const url = await charge('9');
    await letExpire(product, url);
    await heading(words.ended.expired.title).waitFor();
    await status(words.status.expired('¥9.00')).waitFor({ state: 'attached' });
    await goTo(payer.page, url);
    await payer.page.getByText(paymentPage.expiredTitle, { exact: true }).waitFor();
    expect(await payer.button(/^Pay /).count()).toBe(0);
    await key(words.again('¥9.00')).click();
    await heading(words.scan).waitFor();
    await payFromCash(await readCode());
    await heading('Received ¥9.00').waitFor();
    expect(await hear()).toEqual(['en-GB: Received 9 yuan']);
    await key(words.next).click();
  });

  it('waits for the same payment after a reload, and says once that it is there', async () => {
    const url = await charge('3.05');
    await page.reload();
    await heading(words.scan).waitFor();
    expect(await readCode()).toBe(url);
    await payFromCash(url);
    await heading('Received ¥3.05').waitFor();
    expect(await hear()).toEqual(['en-GB: Received 3.05 yuan']);
    await page.reload();
    await heading('Received ¥3.05').waitFor();
    expect(await hear()).toEqual([]);
    await key(words.next).click();
    await page.reload();
    expect(await amount().inputValue()).toBe('');
  });

  it('says what came while nobody looked as soon as somebody does, unless it is to be quiet', async () => {
    const first = await charge('4');
    await shop.open('/history');
    await payFromCash(first);
    await shop.open('/counter');
    await heading('Received ¥4.00').waitFor();
    expect(await hear()).toEqual(['en-GB: Received 4 yuan']);
    await key(words.next).click();

    const speech = page.getByRole('button', { name: words.speech, pressed: true });
    await speech.click();
    const second = await charge('5');
    await page.getByRole('button', { name: words.speech, pressed: false }).waitFor();
    await payFromCash(second);
    await heading('Received ¥5.00').waitFor();
    await status('Received ¥5.00').waitFor({ state: 'attached' });
    expect(await hear()).toEqual([]);
    await page.getByRole('button', { name: words.speech, pressed: false }).click();
    await speech.waitFor();
    expect(await hear()).toEqual([`en-GB: ${words.speechOn}`]);
    await key(words.next).click();
  });

  it('keeps what was typed without a network, and sees what was paid meanwhile when there is one again', async () => {
    await shop.open('/counter');
    await amount().fill('6.60');
    await profile.setOffline(true);
    await key(words.waitForNetwork).waitFor();
    await page.keyboard.press('Enter');
    expect(await amount().inputValue()).toBe('6.60');
    await profile.setOffline(false);
    await key(words.charge('¥6.60')).click();
    await heading(words.scan).waitFor();
    const url = await readCode();
    await profile.setOffline(true);
    await page.getByText(words.unseen).waitFor();
    await payFromCash(url);
    expect(await heading(words.scan).count()).toBe(1);
    await profile.setOffline(false);
    await heading('Received ¥6.60').waitFor();
    await key(words.next).click();
  });
});

describe('what a shop sells', () => {
  const items = sentences.en.items;

  async function addItem(name: string, yuan: string): Promise<void> {
    const sheet = page.getByRole('dialog');
    await shop.button(items.create).first().click();
    await sheet.getByLabel(items.name).fill(name);
    await sheet.getByLabel(items.price).fill(yuan);
    await shop.pick('CNY');
    await sheet.getByRole('button', { name: items.create }).click();
    await sheet.waitFor({ state: 'detached' });
  }

  it('is kept with its prices, in the shop’s own order', async () => {
    await shop.open('/counter');
    await shop.link(words.addItems).click();
    await shop.seeHeading(items.title);
    await addItem('Latte', '28');
    await addItem('Scone', '16.50');
    await addItem('Gift card', '100');
    const names = async () => (await page.getByRole('list', { name: items.list }).innerText()).match(/[A-Z][a-z ]+/g);
    await key(items.arrange).click();
    const up = key(items.up('Gift card'));
    await up.click();
    await up.click();
    await expect.poll(names).toEqual(['Gift card', 'Latte', 'Scone']);
    await key(items.down('Gift card')).focus();
    await page.keyboard.press('Enter');
    await expect.poll(names).toEqual(['Latte', 'Gift card', 'Scone']);
    // The key went with its row, and so did the focus.
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(items.down('Gift card'));
    await expect.poll(() => page.evaluate(async () => (await (await fetch('/v1/items')).json()).items.length)).toBe(3);
    await page.reload();
    await expect.poll(names).toEqual(['Latte', 'Gift card', 'Scone']);

    await shop.link(/Scone/).click();
    await key(items.edit).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByLabel(items.price).fill('18');
    await sheet.getByRole('button', { name: items.save }).click();
    await page.getByText('¥18.00').first().waitFor();
  });

  it('fills in a payment link', async () => {
    await shop.link(items.makeLink).click();
    await page.waitForURL(/\/links\/new\?item=/);
    expect(await amount().inputValue()).toBe('18');
    expect(await page.getByLabel('What for').inputValue()).toBe('Scone');
    await shop.button('Make a link for ¥18.00').click();
    await page.waitForURL(/\/links\/[0-9a-f-]{36}$/);
    await page.getByText('Scone').first().waitFor();
  });

  it('adds up at the counter, and is what the payer reads', async () => {
    await chooseLanguage(page, product.url, 'zh');
    const zh = sentences.zh.counter;
    await shop.open('/counter');
    await shop.pick(zh.byItems);
    await shop.button(/^Latte ¥/).click();
    await shop.button(/^Latte ¥/).click();
    await shop.button(/^Scone ¥/).click();
    await key(zh.more('Scone')).click();
    await key(zh.less('Latte')).click();
    await key(zh.less('Latte')).click();
    await shop.button(/^Latte ¥/).click();
    // Kept with the tab, as what is typed is.
    await page.reload();
    await key(zh.charge('¥64.00')).click();
    await heading(zh.scan).waitFor();
    const url = await readCode();
    await goTo(payer.page, url);
    await payer.page.getByText('Latte、Scone ×2').first().waitFor();
    await payFromCash(url);
    await heading('已收款 64.00 元').waitFor();
    expect(await hear()).toEqual(['zh-CN: 已收款 64 元']);
    await key(zh.next).click();
    await key(zh.pickItems).waitFor();
    await shop.open('/history');
    await page.getByText('Latte、Scone ×2').first().waitFor();
  });
});

describe('the screens of a shop', () => {
  it('are such that axe finds nothing wrong with them', async () => {
    const found: string[] = [];
    for (const language of languagesIn('zh')) {
      const { counter, form, items } = sentences[language];
      const lookAt = async (name: string) => {
        for (const look of looksIn(language)) {
          await dress(page, look);
          found.push(...(await examineHere(page, name, look)));
        }
      };
      /** Shows the counter with what the service says of its charge changed. */
      const pretend = async (name: string, change: object, seen: Locator) => {
        await page.route(/\/v1\/payment-requests\/[0-9a-f-]{36}$/, async (route) => {
          const answer = await (await route.fetch()).json();
          await route.fulfill({ json: { ...answer, ...change } });
        });
        await seen.waitFor();
        await lookAt(name);
        await page.unrouteAll({ behavior: 'ignoreErrors' });
        await page.reload();
        await heading(counter.scan).waitFor();
      };
      await chooseLanguage(page, product.url, language);
      await shop.open('/settings/items');
      await shop.link(/Scone/).waitFor();
      await lookAt('items');
      await key(items.arrange).click();
      await lookAt('items-arrange');
      await shop.button(items.create).click();
      await page.getByRole('dialog').getByLabel(items.name).fill('燕麦拿铁 Oat latte');
      await lookAt('item-new');
      await page.keyboard.press('Escape');
      await shop.open('/settings/items');
      await shop.link(/Scone/).click();
      await lookAt('item');
      await key(items.remove).click();
      await lookAt('item-remove');

      await shop.open('/counter');
      await shop.pick(counter.byItems);
      await shop.button(/^Latte ¥/).click();
      await shop.button(/^Gift card ¥/).click();
      await lookAt('counter-items');
      await shop.pick(counter.byAmount);
      await page.getByLabel(form.amount, { exact: true }).fill('128.50');
      await lookAt('counter-amount');
      await key(counter.charge('¥128.50')).click();
      await heading(counter.scan).waitFor();
      await lookAt('counter-scan');
      const paid = { state: 'settled', received: '12850', missing: '0' };
      const part = { exception: 'partial', received: '2850', missing: '10000' };
      const tooMuch = { ...paid, exception: 'over', received: '13000' };
      const late = { state: 'expired', exception: 'late', received: '12850' };
      const { ended } = counter;
      await pretend('counter-partial', part, page.getByText(counter.partial('¥128.50')));
      await pretend('counter-processing', { state: 'processing', missing: '0' }, heading(counter.processing));
      await pretend('counter-expired', { state: 'expired' }, heading(ended.expired.title));
      await pretend('counter-short', { ...part, state: 'expired' }, heading(ended.short.title));
      await pretend('counter-late', late, heading(ended.late.title));
      await pretend('counter-received', paid, heading(counter.received('128.50', 'CNY', '¥128.50')));
      await pretend('counter-over', tooMuch, heading(counter.received('130.00', 'CNY', '¥130.00')));
      await profile.setOffline(true);
      await page.getByText(counter.unseen).waitFor();
      await lookAt('counter-offline');
      await profile.setOffline(false);
      await key(counter.cancel).click();
      await heading(counter.ended.cancelled.title).waitFor();
      await lookAt('counter-cancelled');
      await key(counter.next).click();
    }
    expect(found).toEqual([]);
  });
});
