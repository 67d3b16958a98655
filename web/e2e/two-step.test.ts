import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { computeTotp, stepAt } from '../../backend/src/second-factors/totp.ts';
import { launchBrowser, type TestBrowser } from './support/browser.ts';
import { letFactorAge } from './support/let-expire.ts';
import { chooseLanguage, dress, examine, examineHere, languagesIn, looksIn } from './support/looks.ts';
import { Person } from './support/person.ts';
import { sentences } from './support/sentences.ts';
import { findSharedProduct } from './support/shared-product.ts';

const product = findSharedProduct();
const words = sentences.en;
const password = 'lantern harbour quiet maple';
let browser: TestBrowser;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
});

/** An authenticator app: each code that it shows is a later one than the last. */
class AuthenticatorApp {
  #secret = Buffer.alloc(0);
  #last = 0;

  constructor(secret: string) {
    this.take(secret);
  }

  /** Scans another code; what it showed for the last one stays used. */
  take(secret: string): void {
    const letters = [...secret.replaceAll(' ', '')];
    const bits = letters.map((letter) =>
      'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
    );
    this.#secret = Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  }

  /** The next code that the service takes; it may be the one before or after the clock's. */
  async next(): Promise<string> {
    const nextStep = () => Math.max(this.#last + 1, stepAt(new Date()) - 1);
    await vi.waitUntil(() => nextStep() <= stepAt(new Date()) + 1, { timeout: 60_000, interval: 500 });
    this.#last = nextStep();
    return computeTotp(this.#secret, this.#last);
  }

  /** A code that the app has shown already. */
  last(): string {
    return computeTotp(this.#secret, this.#last);
  }
}

async function turnOn(person: Person): Promise<{ app: AuthenticatorApp; recoveryCodes: string[] }> {
  const { page } = person;
  await person.open('/settings/two-step');
  await page.getByLabel(words.twoStep.password, { exact: true }).fill('not the password at all');
  await person.button(words.twoStep.begin).click();
  await page.getByText(words.errors.PASSWORD_WRONG.title).waitFor();
  await page.getByLabel(words.twoStep.password, { exact: true }).fill(password);
  await person.button(words.twoStep.begin).click();
  const app = new AuthenticatorApp(await page.locator('.secret-text').innerText());
  await page.getByRole('img', { name: words.twoStep.qrLabel }).waitFor();
  await page.getByLabel(words.twoStep.code).fill(await app.next());
  await person.button(words.twoStep.confirm).click();
  await page.getByText(words.twoStep.codesLead).waitFor();
  const recoveryCodes = await page
    .getByRole('list', { name: words.twoStep.codesList })
    .getByRole('listitem')
    .allInnerTexts();
  await person.button(words.twoStep.kept).click();
  await page.getByText(words.twoStep.codesLeft(10)).waitFor();
  return { app, recoveryCodes: recoveryCodes.map((text) => text.trim()) };
}

/** The first step alone. */
async function givePassword(person: Person): Promise<void> {
  await person.link('Log in').click();
  await person.page.getByLabel('E-mail').fill(person.credentials.email);
  await person.page.getByLabel('Password', { exact: true }).fill(person.credentials.password);
  await person.page.getByRole('button', { name: 'Log in', exact: true }).click();
}

const sheetOf = (page: Page) => page.getByRole('dialog', { name: words.secondFactor.title });
const isIn = (page: Page) => page.getByRole('link', { name: 'Top up' }).first().waitFor();

describe('two-step verification', () => {
  it('asks for a code at the next log-in, takes each once, and lets a recovery code in when the phone is gone', async () => {
    const profile = await browser.newProfile({ locale: 'en-US' });
    const person = await Person.arrive(profile, product.url, { email: 'careful@example.com', password });
    const { page } = person;
    await person.register();
    const address = await person.readAddress();
    const { app, recoveryCodes } = await turnOn(person);
    expect(recoveryCodes).toHaveLength(10);

    await person.logOut();
    await givePassword(person);
    const code = sheetOf(page).getByLabel(words.secondFactor.code, { exact: true });
    await code.fill(app.last());
    await page.getByText(words.errors.SECOND_FACTOR_USED.title).waitFor();
    await code.fill('00000');
    await person.button(words.secondFactor.enterCode).waitFor();
    // The last digit sends it.
    await code.fill(await app.next());
    await isIn(page);
    expect(await person.readAddress()).toBe(address);

    // On another device: left half-way nobody is in, and a recovery code is good once.
    const elsewhere = await browser.newProfile({ locale: 'en-US' });
    const other = await Person.arrive(elsewhere, product.url, person.credentials);
    await givePassword(other);
    await sheetOf(other.page).getByRole('button', { name: words.common.close }).click();
    await other.page.getByText(words.errors.STEP_UP_REQUIRED.title).waitFor();
    await other.page.getByRole('button', { name: 'Log in', exact: true }).click();
    await sheetOf(other.page).getByRole('button', { name: words.secondFactor.use.recovery_code }).click();
    await sheetOf(other.page)
      .getByLabel(words.secondFactor.recoveryCode)
      .fill(recoveryCodes[0]?.toLowerCase() ?? '');
    await sheetOf(other.page).getByRole('button', { name: words.secondFactor.submit }).click();
    await isIn(other.page);
    await other.open('/settings/two-step');
    await other.page.getByText(words.twoStep.codesLeft(9)).waitFor();
    await elsewhere.close();
    await profile.close();
  });

  it('has screens that axe finds nothing wrong with', { timeout: 600_000 }, async () => {
    const profile = await browser.newProfile({ locale: 'en-US' });
    const person = await Person.arrive(profile, product.url, { email: 'onlooker@example.com', password });
    const { page } = person;
    await person.register();
    const app = new AuthenticatorApp('');
    const found: string[] = [];
    for (const language of languagesIn('en')) {
      const own = sentences[language].twoStep;
      const lookHere = async (name: string) => {
        for (const look of looksIn(language)) {
          await dress(page, look);
          found.push(...(await examineHere(page, name, look)));
        }
      };
      await chooseLanguage(page, product.url, language);
      found.push(...(await examine(page, `${product.url}/settings/two-step`, 'two-step', language)));
      await page.getByLabel(own.password, { exact: true }).fill(password);
      await person.button(own.begin).click();
      app.take(await page.locator('.secret-text').innerText());
      await lookHere('two-step-scan');
      await page.getByLabel(own.code).fill(await app.next());
      await person.button(own.confirm).click();
      await page.getByText(own.codesLead).waitFor();
      await lookHere('two-step-codes');
      await person.button(own.kept).click();
      await page.getByText(own.codesLeft(10)).waitFor();
      await lookHere('two-step-on');
      await person.button(own.renew).click();
      await page.getByRole('dialog').getByText(own.renewBody).waitFor();
      await lookHere('two-step-renew');
      await page.keyboard.press('Escape');
      await person.button(own.off).click();
      await lookHere('two-step-off');
      await page.getByRole('dialog').getByRole('button', { name: own.off }).click();
      await page.getByText(own.turnedOff).waitFor();
    }
    expect(found).toEqual([]);
    await profile.close();
  });

  it('is asked for again before a large sum goes out, which then goes out once', async () => {
    const profile = await browser.newProfile({ locale: 'en-US' });
    const friend = await Person.arrive(profile, product.url, { email: 'thriftyfriend@example.com', password });
    await friend.register();
    await friend.logOut();
    const person = await Person.arrive(profile, product.url, { email: 'thrifty@example.com', password });
    const { page } = person;
    await person.register();
    const { app } = await turnOn(person);
    await person.topUp('2000', 'Cash');
    await page.getByText('Kept as cash, held by the operator').first().waitFor();
    await letFactorAge(product, person.credentials.email);
    await person.open('/transfer');
    await page.getByLabel('To', { exact: true }).fill(friend.credentials.email);
    await page.getByLabel('Amount').fill('1500');
    await person.button('Review and send').click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Send / })
      .click();
    // Left alone, nothing goes out.
    await sheetOf(page).getByRole('button', { name: words.common.close }).click();
    await page.getByText(words.errors.STEP_UP_REQUIRED.title).waitFor();
    await page.getByText(words.form.nothingMoved).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: words.common.retry }).click();
    await sheetOf(page)
      .getByLabel(words.secondFactor.code, { exact: true })
      .fill(await app.next());
    await page.getByRole('link', { name: words.form.follow }).click();
    await person.open('/history');
    const rows = await person.readHistory();
    expect(rows.filter((row) => row.includes('1,500'))).toHaveLength(1);
    await profile.close();
  });

  it('is asked for again before it is turned off, and what was asked for then goes on by itself', async () => {
    const profile = await browser.newProfile({ locale: 'en-US' });
    const person = await Person.arrive(profile, product.url, { email: 'undecided@example.com', password });
    const { page } = person;
    await person.register();
    const { app } = await turnOn(person);
    await letFactorAge(product, person.credentials.email);
    await person.button(words.twoStep.off).click();
    await page.getByRole('dialog').getByRole('button', { name: words.twoStep.off }).click();
    const code = sheetOf(page).getByLabel(words.secondFactor.code, { exact: true });
    await code.fill('000000');
    await page.getByText(words.errors.SECOND_FACTOR_WRONG.title).waitFor();
    await code.fill(await app.next());
    await page.getByText(words.twoStep.turnedOff).waitFor();
    await person.button(words.twoStep.begin).waitFor();

    await person.logOut();
    await person.logIn();
    await profile.close();
  });
});
