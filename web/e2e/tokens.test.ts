import type { Address } from 'viem';
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, type TestBrowser } from './support/browser.ts';
import { findChainAccess, giveCoins, makeToken } from './support/chain.ts';
import { chooseLanguage, dress, examine, examineHere, languagesIn, looksIn, phone } from './support/looks.ts';
import { Person } from './support/person.ts';
import { sentences } from './support/sentences.ts';
import { findSharedProduct } from './support/shared-product.ts';

const words = sentences.en;
const product = findSharedProduct();
let browser: TestBrowser;
let me: Person;
let own: Address;
let token: Address;
let imitation: Address;

const sheet = () => me.page.getByRole('dialog');
const row = (symbol: string) => me.page.getByRole('listitem').filter({ hasText: symbol });
/** The receiver of the second token, never paid before. */
const payee = privateKeyToAddress(generatePrivateKey());

async function lookUp(text: string): Promise<void> {
  await me.open('/tokens/add');
  await me.page.getByLabel(words.tokens.address).fill(text);
}

beforeAll(async () => {
  browser = await launchBrowser();
  const profile = await browser.newProfile({ locale: 'en-US', viewport: phone });
  me = await Person.arrive(profile, product.url, {
    email: 'tao.ping@example.com',
    password: 'nine paper boats upriver',
  });
  await me.register();
  own = (await me.readAddress()) as Address;
  const tokens = { holder: own, amount: 1_500_500_000n };
  token = await makeToken(product, { ...tokens, symbol: 'PEAR', name: 'Pear Points' });
  imitation = await makeToken(product, { ...tokens, symbol: 'USDF', name: 'Feiqian USD' });
});
afterAll(async () => {
  await browser?.close();
});

describe('a token that is not listed', () => {
  it('is nowhere before it is added', async () => {
    await me.open('/');
    await me.page.getByText(words.home.tokenEmpty).waitFor();
    await me.link(words.home.addToken).click();
    await me.seeHeading(words.tokens.addTitle);
    expect(await me.page.getByText('PEAR').count()).toBe(0);
  });

  it('is told apart from what is no token, is one’s own or is listed', async () => {
    const { cnyf } = await findChainAccess(product);
    await lookUp(payee);
    await me.page.getByText(words.errors.TOKEN_INVALID.title).waitFor();
    await lookUp(own);
    await me.page.getByText(words.tokens.own).waitFor();
    await lookUp(cnyf);
    await me.page.getByText(words.errors.TOKEN_LISTED.title).waitFor();
    await lookUp('0x1234');
    await me.page.getByText(words.errors.ADDRESS_MALFORMED.title).waitFor();
    await me.button(words.tokens.enterAddress).waitFor();
  });

  it('can be tried again when the service cannot be reached', async () => {
    await me.page.route('**/v1/tokens/**', (route) => route.abort());
    await lookUp(token);
    await me.page.getByText(words.tokens.notAdded).waitFor();
    await me.page.unroute('**/v1/tokens/**');
    await me.button(words.common.retry).click();
    await me.page.getByText('Pear Points').waitFor();
  });

  it('shows what it says of itself and is added by one press, with what happened before', async () => {
    await lookUp(token.toLowerCase());
    await me.page.getByText('Pear Points').waitFor();
    await me.page.getByText(words.unverified.unverified).waitFor();
    await me.page.getByText(words.tokens.anybodyTitle).waitFor();
    await me.button(words.tokens.confirm('PEAR')).focus();
    await me.page.keyboard.press('Enter');
    await me.seeHeading(words.tokens.title);
    await row('PEAR').getByText(words.unverified.unverified).waitFor();
    await me.open('/');
    const holding = row('PEAR').filter({ hasText: '1,500.50' }).first();
    await holding.getByText(words.unverified.unverified).waitFor();
    const entry = me.page.locator('a[href^="/history/"]').filter({ hasText: 'PEAR' }).first();
    await entry.click();
    await me.page.locator('.history-entry').getByText(words.unverified.unverified).waitFor();
  });

  it('is warned of in the review, which shows its contract, and can be sent', async () => {
    await giveCoins(product, own);
    await me.open(`/send?to=${payee}&asset=${encodeURIComponent(`eip155:31337/erc20:${token}`)}`);
    await me.page.getByLabel(words.form.amount).fill('0.5');
    await me.button(words.send.review).click();
    await sheet().getByText(words.review.warnings.token_unverified.title).waitFor();
    await sheet().getByText(words.review.tokenContract).waitFor();
    expect(await sheet().getByText(words.unverified.unverified).count()).toBeGreaterThan(0);
    const look = { language: 'en', scheme: 'light', size: 'phone' } as const;
    expect(await examineHere(me.page, 'token-review', look)).toEqual([]);
    await me.approve(/^Send 0\.50? PEAR/);
    await me.page.getByText('They have it, and it is final').first().waitFor();
    await me.open('/');
    await row('PEAR').filter({ hasText: '1,500.00' }).first().waitFor();
  });
});

describe('a token that calls itself what a listed one is called', () => {
  it('is said loudly when it is added, and has to be held for when it is sent', async () => {
    await lookUp(imitation);
    await me.page.getByText(words.unverified.takesListed('USDF')).waitFor();
    await me.button(words.tokens.confirm('USDF')).click();
    await me.seeHeading(words.tokens.title);
    await me.open(`/send?to=${payee}&asset=${encodeURIComponent(`eip155:31337/erc20:${imitation}`)}`);
    await me.page.getByText(words.unverified.takesListed('USDF')).waitFor();
    await me.page.getByLabel(words.form.amount).fill('1');
    await me.button(words.send.review).click();
    await sheet().getByText(words.unverified.takesListed('USDF')).waitFor();
    await sheet()
      .getByRole('button', { name: /^Hold to send/ })
      .waitFor();
    await me.page.keyboard.press('Escape');
  });
});

describe('the tokens that were added', () => {
  it('read well in every look', async () => {
    const found: string[] = [];
    for (const language of languagesIn('zh')) {
      await chooseLanguage(me.page, product.url, language);
      found.push(...(await examine(me.page, `${product.url}/tokens`, 'tokens', language)));
      found.push(...(await examine(me.page, `${product.url}/`, 'tokens-home', language)));
      for (const look of looksIn(language)) {
        await dress(me.page, look);
        await lookUpIn(language, imitation);
        found.push(...(await examineHere(me.page, 'tokens-add', look)));
      }
    }
    await dress(me.page, { language: 'en', scheme: 'light', size: 'phone' });
    await chooseLanguage(me.page, product.url, 'en');
    expect(found).toEqual([]);
  });

  it('are hidden with their history when they are removed', async () => {
    await me.open('/settings');
    await me.link(new RegExp(`^${words.settings.tokens}`)).click();
    await me.seeHeading(words.tokens.title);
    for (const symbol of ['PEAR', 'USDF']) {
      await me.button(`${words.tokens.remove} ${symbol}`).click();
      await sheet().getByRole('button', { name: words.tokens.remove, exact: true }).click();
      await sheet().waitFor({ state: 'detached' });
      await row(symbol).waitFor({ state: 'detached' });
    }
    await me.page.getByText(words.tokens.emptyTitle).waitFor();
    await me.open('/history');
    await me.seeHeading('History');
    expect(await me.page.getByText('PEAR').count()).toBe(0);
  });
});

async function lookUpIn(language: 'zh' | 'en', address: Address): Promise<void> {
  await me.open('/tokens/add');
  await me.page.getByLabel(sentences[language].tokens.address).fill(address);
  await me.page.getByText('Feiqian USD').waitFor();
}
