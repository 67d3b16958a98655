/** A payer shows a code, a shop's counter scans or types it, and the payer confirms: two people, each in a browser of their own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, type TestBrowser } from './support/browser.ts';
import { blank, photographCode, toFilm } from './support/code-picture.ts';
import { createTally } from './support/effort.ts';
import { chooseLanguage, dress, examineHere, languagesIn, looksIn, phone } from './support/looks.ts';
import { Person } from './support/person.ts';
import { sentences } from './support/sentences.ts';
import { findSharedProduct } from './support/shared-product.ts';

const product = findSharedProduct();
const { payCode: words, counter: counterWords, errors } = sentences.en;
const folder = mkdtempSync(join(tmpdir(), 'feiqian-counter-camera-'));
const film = join(folder, 'seen.y4m');
let browser: TestBrowser;
let payerProfile: BrowserContext;
let shop: Person;
let payer: Person;
let page: Page;

beforeAll(async () => {
  writeFileSync(film, toFilm(blank()));
  browser = await launchBrowser([
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-video-capture=${film}`,
  ]);
  shop = await Person.arrive(await browser.newProfile({ locale: 'en-US', viewport: phone }), product.url, {
    email: 'noodle.bar@example.com',
    password: 'harvest copper lantern pond',
  });
  await shop.register();
  await shop.open('/settings');
  await shop.pick('CNY');
  payerProfile = await browser.newProfile({ locale: 'en-US', viewport: phone });
  payer = await Person.arrive(payerProfile, product.url, {
    email: 'tan.wei@example.com',
    password: 'marble thunder quiet fern',
  });
  await payer.register();
  await payer.open('/settings');
  await payer.pick('CNY');
  await payer.topUp('300', 'Cash');
  await payer.page.getByText('Kept as cash, held by the operator').first().waitFor();
  ({ page } = payer);
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const tally = createTally();
const amountField = (language: 'zh' | 'en' = 'en') =>
  shop.page.getByLabel(sentences[language].form.amount, { exact: true });

/** Opens the counter for another customer, whatever was charged before. */
async function clearCounter(language: 'zh' | 'en' = 'en'): Promise<void> {
  const { cancel, next } = sentences[language].counter;
  await shop.open('/counter');
  await amountField(language).or(shop.button(cancel)).or(shop.button(next)).first().waitFor();
  if (await shop.button(cancel).count()) {
    await shop.button(cancel).click();
    await shop.button(next).waitFor();
  }
  if (await shop.button(next).count()) await shop.button(next).click();
}

/** Charges, and opens the sheet that takes a customer's code. */
async function charge(yuan: string): Promise<void> {
  await clearCounter();
  await amountField().fill(yuan);
  await shop.button(/^Charge /).click();
  await shop.button(counterWords.payCode.scan).click();
}

async function typeCode(digits: string): Promise<void> {
  const sheet = shop.page.getByRole('dialog');
  await sheet.getByLabel(counterWords.payCode.digits).fill(digits);
  await sheet.getByRole('button', { name: counterWords.payCode.ask }).click();
}

const readDigits = async () => (await page.locator('.pay-code__digits').innerText()).trim();
const seeReceived = (yuan: string) =>
  shop.page.getByRole('heading', { name: counterWords.received(yuan, 'CNY', `¥${yuan}`), level: 2 }).waitFor();

describe('a pay code', () => {
  it('is one press from the first screen, is scanned by the counter’s camera, and one more press pays', async () => {
    await payer.open('/');
    await clearCounter();
    await tally.count('Pay by pay code', async (payerHand) => {
      const actions = page.getByRole('navigation', { name: sentences.en.home.actions });
      await payerHand.click(actions.getByRole('link', { name: words.title }));
      await payer.seeHeading(words.title);
      const digits = await readDigits();
      expect(digits).toMatch(/^88\d{4} \d{6} \d{6}$/);
      await tally.count('Take a pay code, at the counter', async (shopHand) => {
        await shopHand.fill(amountField(), '18.60');
        await shopHand.click(shop.button(/^Charge /));
        await shopHand.click(shop.button(counterWords.payCode.scan));
        writeFileSync(film, toFilm(photographCode(digits.replaceAll(' ', ''))));
        const start = shop.page.getByRole('dialog').getByRole('button', { name: sentences.en.camera.start });
        await shopHand.click(start);
        await shop.page.getByText(counterWords.payCode.asked).waitFor();
      });
      await page
        .getByText(/asks you for/)
        .first()
        .waitFor();
      await payerHand.click(payer.button(words.pay('¥18.60')));
      await page.getByText(words.paid, { exact: true }).waitFor();
    });
    await seeReceived('18.60');
    tally.judge('Pay by pay code', 'Take a pay code, at the counter');
    expect(await readCash()).toBe('28140');
  });

  it('can be typed, is good for one payment, and another one is on the screen then', async () => {
    await payer.button(words.showAgain).click();
    const digits = await readDigits();
    await charge('5');
    await typeCode(digits);
    await payer.button(words.pay('¥5.00')).waitFor();
    await payer.button(words.notNow).click();
    const next = await readDigits();
    await charge('6');
    await typeCode('880000000000000005');
    await shop.page.getByText(errors.PAY_CODE_UNKNOWN.title).waitFor();
    await typeCode(digits);
    await shop.page.getByText(errors.PAY_CODE_USED.title).waitFor();
    await payer.button(words.renewNow).click();
    await expect.poll(readDigits).not.toBe(next);
    await typeCode(await readDigits());
    await payer.button(words.pay('¥6.00')).click();
    await seeReceived('6.00');
    // What was declined was not paid.
    expect(await readCash()).toBe('27540');
  });

  it('shows what was asked after a reload, and pays it once however often it is pressed', async () => {
    await payer.button(words.showAgain).click();
    await charge('7');
    await typeCode(await readDigits());
    await payer.button(words.pay('¥7.00')).waitFor();
    await page.reload();
    await payer.button(words.pay('¥7.00')).dblclick();
    await page.getByText(words.paid, { exact: true }).waitFor();
    await seeReceived('7.00');
    expect(await readCash()).toBe('26840');
  });

  it('pays small amounts without a press for who has allowed that, and asks for others', async () => {
    await payer.open('/pay-code');
    await payer.link(new RegExp(words.limit)).click();
    await page.getByLabel(words.perPayment).fill('10');
    await page.getByLabel(words.perDay).fill('15');
    await payer.button(words.save).click();
    await payer.button(words.turnOff).waitFor();
    await payer.open('/pay-code');
    await page.getByText(words.leadAllowed('¥10.00')).waitFor();
    await charge('9.50');
    await typeCode(await readDigits());
    await page.getByText(words.paid, { exact: true }).waitFor();
    await seeReceived('9.50');
    await payer.button(words.showAgain).click();
    await charge('9');
    await typeCode(await readDigits());
    await payer.button(words.pay('¥9.00')).waitFor();
    expect(await readCash()).toBe('25890');
    await payer.button(words.notNow).click();
    await payer.open('/settings/pay-limit');
    await payer.button(words.turnOff).click();
    await payer.button(sentences.en.form.enterAmount).waitFor();
  });

  it('is not shown without a network, and comes back with it', async () => {
    await payer.open('/pay-code');
    await page.locator('.pay-code__digits').waitFor();
    await payerProfile.setOffline(true);
    await page.getByText(words.offline).waitFor();
    expect(await page.locator('.pay-code__digits').count()).toBe(0);
    await payerProfile.setOffline(false);
    await page.locator('.pay-code__digits').waitFor();
  });
});

/** In fen. */
const readCash = () =>
  page.evaluate(async () => {
    const { cash } = await (await fetch('/v1/balances')).json();
    return cash.find(({ asset }: { asset: string }) => asset === 'iso4217:CNY').available as string;
  });

it('has no fault that axe finds', async () => {
  const found: string[] = [];
  for (const language of languagesIn('zh')) {
    const { payCode, counter, home } = sentences[language];
    await chooseLanguage(page, product.url, language);
    await chooseLanguage(shop.page, product.url, language);
    const lookAt = async (seen: Page, name: string) => {
      for (const look of looksIn(language)) {
        await dress(seen, look);
        found.push(...(await examineHere(seen, name, look)));
      }
    };
    await payer.open('/');
    await payer.link(home.payCode).waitFor();
    await lookAt(page, 'home-pay-code');
    await payer.open('/settings/pay-limit');
    await page.getByLabel(payCode.perPayment).waitFor();
    await lookAt(page, 'pay-limit');
    await payer.open('/pay-code');
    await page.locator('.pay-code__digits').waitFor();
    await lookAt(page, 'pay-code');
    await clearCounter(language);
    await amountField(language).fill('18.60');
    await shop.button(counter.charge('¥18.60')).click();
    await shop.button(counter.payCode.scan).click();
    await shop.page.getByRole('dialog').getByLabel(counter.payCode.digits).waitFor();
    await lookAt(shop.page, 'counter-pay-code');
    await shop.page
      .getByRole('dialog')
      .getByLabel(counter.payCode.digits)
      .fill(await readDigits());
    await shop.button(counter.payCode.ask).click();
    await payer.button(payCode.pay('¥18.60')).waitFor();
    await lookAt(page, 'pay-code-asked');
    await shop.page.getByText(counter.payCode.asked).waitFor();
    await lookAt(shop.page, 'counter-asked');
    await payer.button(payCode.notNow).click();
  }
  expect(found).toEqual([]);
});
