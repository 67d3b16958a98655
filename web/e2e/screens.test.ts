import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { launchBrowser, type TestBrowser } from './support/browser.ts';
import {
  chooseLanguage,
  dress,
  examine,
  examineHere,
  findViolations,
  inTurn,
  languagesIn,
  looksIn,
  phone,
  pictures,
} from './support/looks.ts';
import { Person } from './support/person.ts';
import { findBanks, type Requests, watchRequests } from './support/requests.ts';
import { sentences } from './support/sentences.ts';
import { findSharedProduct } from './support/shared-product.ts';

const product = findSharedProduct();
let browser: TestBrowser;
let person: Person;
let link: string;
const requests: Requests[] = [];

/** A profile whose every request is seen. */
async function newProfile(options: Parameters<TestBrowser['newProfile']>[0]) {
  const profile = await browser.newProfile(options);
  requests.push(watchRequests(profile));
  return profile;
}

beforeAll(async () => {
  browser = await launchBrowser();
  const profile = await newProfile({ locale: 'en-US', viewport: phone });
  person = await Person.arrive(profile, product.url, {
    email: 'lin.tao@example.com',
    password: 'lantern harbour quiet maple',
  });
});
afterAll(async () => {
  await browser?.close();
});

// Every look of every screen takes its time.
if (pictures) vi.setConfig({ testTimeout: 1_200_000 });

describe('every screen', () => {
  it('has nothing that axe objects to, before anybody is logged in', async () => {
    const found: string[] = [];
    for (const locale of ['zh-CN', 'en-US'] as const) {
      const profile = await newProfile({ locale });
      const page = await profile.newPage();
      const language = locale === 'zh-CN' ? 'zh' : 'en';
      for (const [name, path] of [
        ['welcome', '/'],
        ['register', '/register'],
        ['login', '/login'],
      ] as const) {
        found.push(...(await examine(page, `${product.url}${path}`, name, language)));
      }
      await profile.close();
    }
    expect(found).toEqual([]);
  });

  it('has nothing that axe objects to, with money in the wallet, in both languages', async () => {
    await person.register();
    await person.topUp('128', 'Cash');
    await person.page.getByText('Kept as cash, held by the operator').first().waitFor();
    await person.topUp('100', 'Tokens');
    await person.page.getByText('The tokens are at your address').first().waitFor();
    const entry = new URL(person.page.url()).pathname;
    link = new URL(await person.makeLink('25', 'Two lattes')).pathname;
    const screens = [
      ['home', '/'],
      ['history', '/history'],
      ['entry', entry],
      ['top-up', '/top-up'],
      ['receive', '/receive'],
      ['send', '/send'],
      ['transfer', '/transfer'],
      ['convert', '/convert'],
      ['withdraw', '/withdraw'],
      ['links', '/links'],
      ['new-link', '/links/new'],
      ['link', link.replace('/pay/', '/links/')],
      ['pay', `/wallet${link}`],
      ['settings', '/settings'],
      ['phrase', '/settings/phrase'],
      ['api-keys', '/settings/api-keys'],
      ['webhooks', '/settings/webhooks'],
      ['return-addresses', '/settings/return-addresses'],
      ['payouts', '/settings/payouts'],
      ['payout-rule', '/settings/payouts/new'],
      ['items-none', '/settings/items'],
      ['contacts-none', '/contacts'],
      ['counter', '/counter'],
      ['password', '/settings/password'],
      ['passkeys', '/settings/passkeys'],
      ['two-step', '/settings/two-step'],
      ['backup', '/settings/backup'],
      ['accounts', '/settings/accounts'],
      ['approvals-none', '/settings/approvals'],
      ['pay-limit', '/settings/pay-limit'],
      ['pay-code', '/pay-code'],
      ['scan', '/scan'],
      ['nowhere', '/no-such-page'],
    ] as const;
    const found: string[] = [];
    for (const language of ['zh', 'en'] as const) {
      await chooseLanguage(person.page, product.url, language);
      for (const [name, path] of inTurn(screens, language))
        found.push(...(await examine(person.page, `${product.url}${path}`, name, language)));
    }
    expect(found).toEqual([]);
  });

  it('has nothing that axe objects to at the steps of a flow', async () => {
    const { page } = person;
    const found: string[] = [];
    for (const language of languagesIn('en')) {
      const words = sentences[language];
      const lookAt = async (name: string) => {
        for (const look of looksIn(language)) {
          await dress(page, look);
          await page.locator('h1').first().waitFor();
          found.push(...(await examineHere(page, name, look)));
        }
      };
      const amount = () => page.getByLabel(words.form.amount, { exact: true });
      const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
      await chooseLanguage(page, product.url, language);

      await person.open('/send');
      await page.getByLabel(words.send.to, { exact: true }).fill('0xfb6916095ca1df60bB79Ce92cE3Ea74c37c5d359');
      await amount().fill('1000000');
      await page.getByLabel(words.send.to, { exact: true }).blur();
      await lookAt('send-wrong');
      const to = privateKeyToAddress(generatePrivateKey());
      await page.getByLabel(words.send.to, { exact: true }).fill(to);
      await amount().fill('5');
      await press(words.send.review);
      await page.getByRole('dialog').getByText(words.form.theyReceive).first().waitFor();
      await lookAt('send-review');
      await page
        .getByRole('dialog')
        .getByRole('button', { name: new RegExp(`^${words.send.send('').trim()}`) })
        .click();
      await page.getByRole('dialog').getByRole('link', { name: words.form.follow }).waitFor();
      await lookAt('send-done');

      // Who was paid before is paid by one press, with the slip in the form.
      await person.open(`/send?to=${to}`);
      await amount().fill('1');
      await page.getByRole('button', { name: new RegExp(`^${words.send.send('').trim()}`) }).waitFor();
      await lookAt('send-known');

      await person.open('/convert');
      await amount().fill('10');
      await press(words.form.review);
      await page.getByRole('dialog').getByText(words.convert.youGet).waitFor();
      await lookAt('convert-review');

      await person.open('/withdraw');
      await amount().fill('10');
      await page.getByLabel(words.bank.holder).fill('李伟');
      await page.getByLabel(words.bank.number).fill('6222 0000 0000 0001');
      await press(words.form.review);
      await page.getByRole('dialog').getByText(words.withdraw.leaves).waitFor();
      await lookAt('withdraw-review');

      await person.open('/settings/phrase');
      await page.getByLabel(words.settings.phrasePassword).fill(person.credentials.password);
      await press(words.settings.reveal);
      await page.getByRole('button', { name: words.settings.wrote }).waitFor();
      // No picture of a phrase: it is for the person's eyes.
      found.push(...(await findViolations(page)).map(({ id }) => `phrase shown ${language}: ${id}`));
      await press(words.settings.wrote);
      await page.getByRole('button', { name: words.settings.check }).waitFor();
      await lookAt('phrase-check');

      const guest = await newProfile({ locale: language === 'zh' ? 'zh-CN' : 'en-US' });
      const outside = await guest.newPage();
      found.push(...(await examine(outside, `${product.url}${link}`, 'pay-outside', language)));
      await guest.close();

      await person.open('/settings');
      await press(words.settings.lockNow);
      await page.getByLabel(words.session.password, { exact: true }).waitFor();
      await lookAt('unlock');
      await page.getByLabel(words.session.password, { exact: true }).fill('not the password');
      await press(words.session.unlock);
      await page.getByRole('alert').waitFor();
      await lookAt('unlock-wrong');
      await page.getByLabel(words.session.password, { exact: true }).fill(person.credentials.password);
      await press(words.session.unlock);
      await page.getByRole('heading', { level: 1, name: words.session.unlockTitle }).waitFor({ state: 'hidden' });
    }
    expect(found).toEqual([]);
  });

  it('asks nothing of another origin but the bank’s page, and nothing that its own policy refuses', () => {
    const all = requests.flatMap((one) => one.list());
    // Nothing is found only if everything is seen: the page, the keyring's worker and the service worker among it.
    const seen = (pattern: RegExp, isByServiceWorker = false) =>
      all.some((one) => pattern.test(one.url) && one.isByServiceWorker === isByServiceWorker);
    expect([seen(/\/assets\/first-/), seen(/\/assets\/keyring-/), seen(/\/assets\//, true)]).toEqual([
      true,
      true,
      true,
    ]);
    const known = [product.url, ...findBanks(product.output())];
    expect(requests.flatMap((one) => one.originsBeside(...known))).toEqual([]);
    expect(requests.flatMap((one) => one.refused())).toEqual([]);
  });
});
