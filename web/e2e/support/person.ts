/** A person at a browser: does what people do on the screens, by the words on them. Nothing here reaches behind the page. */
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { vi } from 'vitest';

/** What a person remembers. */
export type Credentials = { readonly email: string; readonly password: string };

/** How long people wait for money to arrive; the local chain mines a block a second. */
const patienceMs = 45_000;

/** Goes to an address as the address bar does, once a sheet that was closed just now has left its entry in the history. */
export async function goTo(page: Page, url: string): Promise<void> {
  const isSettled = () =>
    page.evaluate(() => document.querySelector('dialog[open]') !== null || !history.state?.layers);
  await vi.waitUntil(isSettled, { timeout: patienceMs });
  await page.goto(url);
}

/** Somebody with one open page. */
export class Person {
  readonly page: Page;
  readonly credentials: Credentials;
  readonly url: string;

  constructor(page: Page, url: string, credentials: Credentials) {
    this.page = page;
    this.url = url;
    this.credentials = credentials;
  }

  static async arrive(profile: BrowserContext, url: string, credentials: Credentials): Promise<Person> {
    const page = await profile.newPage();
    page.setDefaultTimeout(patienceMs);
    await page.goto(url);
    return new Person(page, url, credentials);
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name });
  }

  link(name: string | RegExp): Locator {
    return this.page.getByRole('link', { name });
  }

  /** Opens a screen as the address bar does. The wallet stays open over it. */
  async open(path: string): Promise<void> {
    await goTo(this.page, `${this.url}${path}`);
  }

  async seeHeading(name: string): Promise<void> {
    await this.page.getByRole('heading', { name, level: 1 }).waitFor();
  }

  async register(): Promise<void> {
    await this.link('Register').click();
    await this.page.getByLabel('E-mail').fill(this.credentials.email);
    await this.page.getByLabel('Password', { exact: true }).fill(this.credentials.password);
    await this.button('Register and create a wallet').click();
    await this.page.getByRole('link', { name: 'Top up' }).first().waitFor();
  }

  async logIn(): Promise<void> {
    await this.link('Log in').click();
    await this.page.getByLabel('E-mail').fill(this.credentials.email);
    await this.page.getByLabel('Password', { exact: true }).fill(this.credentials.password);
    await this.page.getByRole('button', { name: 'Log in', exact: true }).click();
    await this.page.getByRole('link', { name: 'Top up' }).first().waitFor();
  }

  async logOut(): Promise<void> {
    await this.open('/settings');
    await this.button('Log out').click();
    await this.page.getByRole('dialog').getByRole('button', { name: 'Log out' }).click();
    await this.link('Register').waitFor();
  }

  /** The person's first address, as the wallet shows it. */
  async readAddress(): Promise<string> {
    await this.open('/receive');
    await this.seeHeading('Receive');
    const text = await this.page.locator('main, body').first().innerText();
    const address = /0x(?:\s*[0-9a-fA-F]){40}/.exec(text)?.[0].replace(/\s/g, '');
    if (!address) throw new Error('The screen shows no address.');
    return address;
  }

  /** Shows the recovery phrase and reads it, as somebody who writes it down does. */
  async readPhrase(): Promise<string> {
    await this.open('/settings/phrase');
    await this.page.getByLabel('Your password again').fill(this.credentials.password);
    await this.button('Show the phrase').click();
    await this.button('Written down; check some words').waitFor();
    const words = await this.page.locator('.phrase-words li').allInnerTexts();
    const phrase = words.flatMap((text) => text.toLowerCase().match(/[a-z]{3,}/g) ?? []);
    return phrase.join(' ');
  }

  async pick(label: string | RegExp): Promise<void> {
    const options = { name: label, exact: typeof label === 'string' };
    await this.page.locator('label', { has: this.page.getByRole('radio', options) }).click();
    await this.page.getByRole('radio', { ...options, checked: true }).waitFor({ state: 'attached' });
  }

  /** Pays in through the gateway's own page and comes back. */
  async topUp(yuan: string, target: 'Cash' | 'Tokens'): Promise<void> {
    await this.open('/top-up');
    await this.pick('CNY');
    await this.page.getByLabel('Amount').fill(yuan);
    await this.pick(target === 'Cash' ? /^Cash/ : /^\w+ tokens/);
    await this.button(/^Pay /).click();
    await this.page.waitForURL((url) => url.origin !== this.url);
    await this.page.locator('button[value="pay"]').click();
    await this.page.waitForURL(`${this.url}/history/**`);
  }

  /** Approves what the review sheet shows and waits until the service has taken it. */
  async approve(action: RegExp): Promise<void> {
    const sheet = this.page.getByRole('dialog');
    await sheet.getByRole('button', { name: action }).click();
    await sheet.getByRole('link', { name: 'Follow the money' }).click();
    await this.page.waitForURL(`${this.url}/history/**`);
  }

  async sendTokens(to: string, amount: string): Promise<void> {
    await this.open('/send');
    await this.page.getByLabel('To', { exact: true }).fill(to);
    await this.page.getByLabel('Amount').fill(amount);
    await this.button('Review and send').click();
    await this.approve(/^Send /);
  }

  async sendCash(recipient: string, amount: string): Promise<void> {
    await this.open('/transfer');
    await this.page.getByLabel('To', { exact: true }).fill(recipient);
    await this.page.getByLabel('Amount').fill(amount);
    await this.button('Review and send').click();
    await this.approve(/^Send /);
  }

  /** Makes a payment link and gives its address. */
  async makeLink(yuan: string, purpose: string): Promise<string> {
    await this.open('/links/new');
    await this.pick('CNY');
    await this.page.getByLabel('Amount').fill(yuan);
    await this.page.getByLabel('What for').fill(purpose);
    await this.button(/^Make a link for /).click();
    await this.page.waitForURL(/\/links\/[0-9a-f-]{36}$/);
    return `${this.url}/pay/${this.page.url().split('/').at(-1)}`;
  }

  /** Pays a link in the wallet, where it is looked at once more and signed. */
  async payLink(address: string, rail?: RegExp): Promise<void> {
    await goTo(this.page, address.replace('/pay/', '/wallet/pay/'));
    if (rail) await this.pick(rail);
    await this.button('Review and pay').click();
    await this.approve(/^Pay /);
  }

  async convertToCash(amount: string): Promise<void> {
    await this.open('/convert');
    await this.pick(/CNY/);
    await this.pick(/^Tokens to cash/);
    await this.page.getByLabel('Amount').fill(amount);
    await this.button('Review').click();
    await this.approve(/^Convert /);
  }

  async withdraw(amount: string, holder: string, number: string): Promise<void> {
    await this.open('/withdraw');
    await this.pick('CNY');
    await this.page.getByLabel('Amount').fill(amount);
    await this.page.getByLabel('Account holder').fill(holder);
    await this.page.getByLabel('Card or account number').fill(number);
    await this.button('Review').click();
    await this.approve(/^Withdraw /);
  }

  /** The rows of the history from the newest, as they read. */
  async readHistory(): Promise<string[]> {
    const rows = this.page.locator('a[href^="/history/"]');
    await rows.first().waitFor();
    return (await rows.allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim());
  }
}
