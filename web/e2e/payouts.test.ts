import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillAccount, listPaidTo } from './support/bank.ts';
import { launchBrowser, type TestBrowser } from './support/browser.ts';
import {
  chooseLanguage,
  desk,
  dress,
  examine,
  examineHere,
  languagesIn,
  looksIn,
  phone,
  pictures,
} from './support/looks.ts';
import { Person } from './support/person.ts';
import { sentences } from './support/sentences.ts';
import { findSharedProduct } from './support/shared-product.ts';

const product = findSharedProduct();
const words = sentences.en.payouts;
const bankWords = sentences.en.bank;
// The sandbox bank pays to the first and returns what comes to the second, by their last four digits.
const [goodAccount, closedAccount] = ['6222027700001234', '6222027700000000'];
let browser: TestBrowser;
let merchant: Person;
let payer: Person;

beforeAll(async () => {
  browser = await launchBrowser();
  const arrive = async (email: string, password: string) => {
    const profile = await browser.newProfile({ locale: 'en-US', viewport: phone });
    const person = await Person.arrive(profile, product.url, { email, password });
    await person.register();
    return person;
  };
  merchant = await arrive('qian.ming@example.com', 'bamboo kettle river stone');
  payer = await arrive('he.lan@example.com', 'meadow copper winter bridge');
  await payer.topUp('60', 'Cash');
  await payer.page.getByText('Kept as cash, held by the operator').first().waitFor();
});
afterAll(() => browser?.close());

const untilPaid = (account: string, expected: readonly string[]) =>
  expect.poll(() => listPaidTo(product, account), { timeout: 60_000 }).toEqual(expected);

/** Approves the rule that the sheet shows, and comes back to the overview. */
async function approve({ page }: Person, action: string): Promise<void> {
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('button', { name: action }).click();
  await sheet.getByRole('button', { name: 'Done' }).click();
  await page.waitForURL(`${product.url}/settings/payouts`);
}

describe('a merchant whose cash is paid out by itself', () => {
  it('says once where to, how much stays and when, and reads it back in one sentence', async () => {
    const { page } = merchant;
    await merchant.open('/settings');
    await merchant.link(/^Automatic payouts/).click();
    await merchant.seeHeading(words.title);
    await merchant.link(words.create).click();
    await merchant.pick('CNY');
    await merchant.button(bankWords.blocks.holder).waitFor();
    await fillAccount(merchant, 'Qian Ming', goodAccount);
    await page.getByLabel(/^Keep/).fill('20');
    await page.getByLabel(new RegExp(`^${words.min}`)).fill('0.5');
    await page.locator('.field__error').waitFor();
    await page.getByLabel(new RegExp(`^${words.min}`)).fill('5');
    await merchant.button('Review').click();
    const sheet = page.getByRole('dialog');
    await sheet.getByText('At any time, what is above ¥20.00 goes to the bank account ending in 1234').waitFor();
    await sheet.getByText('6222 0277 0000 1234').waitFor();
    await approve(merchant, words.start);
    await page.getByText(words.on, { exact: true }).waitFor();
    await page.getByText(words.nothingYet).waitFor();
    expect(await page.content()).not.toContain(goodAccount);
  });

  it('has what it receives paid out to the bank, and finds it in the history', async () => {
    const { page } = merchant;
    // Not yet: ¥20 stay.
    await payer.sendCash(merchant.credentials.email, '19');
    await payer.sendCash(merchant.credentials.email, '13');
    await untilPaid(goodAccount, ['1200 settled']);
    await merchant.open('/settings/payouts');
    const row = page.getByRole('link', { name: new RegExp(`ending in 1234.*${words.states.paid}`, 's') });
    await row.click();
    await page.waitForURL(/\/history\/[0-9a-f-]{36}$/);
    await page.getByText('The bank has confirmed it').first().waitFor();
    await page.getByText('¥12.00').first().waitFor();
    await merchant.open('/');
    await page.getByText('¥20.00').first().waitFor();
  });

  it('turns it off, and nothing goes out any more until it is on again', async () => {
    const { page } = merchant;
    await merchant.open('/settings/payouts');
    const active = page.getByRole('switch', { name: words.active });
    const turn = async (isOn: boolean) => {
      await page.locator('label', { has: active }).click();
      await page.getByText(isOn ? words.on : words.off, { exact: true }).waitFor();
    };
    await turn(false);
    await payer.sendCash(merchant.credentials.email, '6');
    await page.reload();
    await page.getByText(words.off, { exact: true }).waitFor();
    expect(await listPaidTo(product, goodAccount)).toEqual(['1200 settled']);
    await turn(true);
    await untilPaid(goodAccount, ['1200 settled', '600 settled']);
  });

  it('pauses when the bank returns the money, says so at home too, and goes on once the account is mended', async () => {
    const { page } = merchant;
    await merchant.open('/settings/payouts/CNY');
    await page.getByText(words.bankAccount('1234')).waitFor();
    await merchant.button(words.changeAccount).click();
    await fillAccount(merchant, 'Qian Ming', closedAccount);
    await merchant.button('Review').click();
    await approve(merchant, words.save);
    await payer.sendCash(merchant.credentials.email, '7');
    await untilPaid(closedAccount, ['700 returned']);
    const home = sentences.en.home;
    await expect
      .poll(
        async () => {
          await merchant.open('/');
          await page.getByText('¥27.00').first().waitFor();
          return page.getByText(home.payoutsStopped).count();
        },
        { timeout: 60_000 },
      )
      .toBe(1);
    await page.getByRole('status').filter({ hasText: home.payoutsStopped }).getByRole('link').click();
    await page.getByText(words.reasons.PAYOUT_RETURNED.title).waitFor();
    await page.getByText(words.states.returned).first().waitFor();
    await merchant.link(words.edit).click();
    // The account that takes nothing is asked for anew.
    await fillAccount(merchant, 'Qian Ming', goodAccount);
    await merchant.button('Review').click();
    await approve(merchant, words.save);
    await page.getByText(words.on, { exact: true }).waitFor();
    await untilPaid(goodAccount, ['1200 settled', '600 settled', '700 settled']);
    expect(await listPaidTo(product, closedAccount)).toEqual(['700 returned']);
  });

  it('removes it by keyboard, and sets another one for tokens once a day', async () => {
    const { page } = merchant;
    await page.setViewportSize(desk);
    await merchant.open('/settings/payouts');
    await merchant.button(words.remove).focus();
    await page.keyboard.press('Enter');
    const sheet = page.getByRole('dialog');
    await sheet.getByText(words.removeBody).waitFor();
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
    await merchant.button(words.remove).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Enter');
    await sheet.getByRole('button', { name: words.remove }).press('Enter');
    await page.getByText(words.emptyTitle).waitFor();

    await merchant.link(words.create).press('Enter');
    await merchant.pick('CNY');
    await merchant.pick(/^CNYF tokens/);
    await page.getByLabel(/^Keep/).fill('0');
    await merchant.pick(/^Every day/);
    await page.getByLabel(words.hour, { exact: true }).selectOption('9');
    await merchant.button('Review').press('Enter');
    await sheet.getByText(/^Every day at 09:00, all cash becomes CNYF at 0x/).waitFor();
    await approve(merchant, words.start);
    await page.getByText(/^On · next /).waitFor();
    await page.setViewportSize(phone);
  });
});

describe('its screens', () => {
  it('say when they load, when they fail, and that nothing was changed', async () => {
    const { page } = merchant;
    await page.route(/\/v1\/payout/, () => undefined);
    await merchant.open('/settings/payouts');
    await page.locator('.skeleton').first().waitFor();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.route(/\/v1\/payout/, (route) =>
      route.fulfill({ status: 500, contentType: 'application/json', body: '{"code":"INTERNAL","requestId":"req"}' }),
    );
    await merchant.open('/settings/payouts');
    await page.getByRole('alert').waitFor();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await merchant.open('/settings/payouts');
    await page.route(/\/v1\/payout-rules\//, (route) => route.abort());
    await page.locator('label', { has: page.getByRole('switch') }).click();
    await page.getByText(words.unchanged).waitFor();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  });

  it(
    'have nothing that axe objects to',
    async () => {
      const { page } = merchant;
      const found: string[] = [];
      for (const language of languagesIn('zh')) {
        const { payouts, bank, form, home } = sentences[language];
        await chooseLanguage(page, product.url, language);
        const lookAt = async (name: string) => {
          for (const look of looksIn(language)) {
            await dress(page, look);
            found.push(...(await examineHere(page, name, look)));
          }
        };
        found.push(...(await examine(page, `${product.url}/settings/payouts`, 'payouts', language)));
        found.push(...(await examine(page, `${product.url}/settings/payouts/CNY`, 'payout-rule-token', language)));
        await merchant.open('/settings/payouts/new');
        await page.getByLabel(bank.holder).fill('钱明');
        await page.getByLabel(bank.number).fill('6222 0277 0000 1234');
        await page.getByLabel(new RegExp(`^${payouts.keep}`)).fill('200');
        await merchant.pick(new RegExp(`^${payouts.everyDay}`));
        await lookAt('payout-rule-new');
        await merchant.button(form.review).click();
        await page.getByRole('dialog').getByText(payouts.fromNow).waitFor();
        await lookAt('payout-rule-review');
        await page.keyboard.press('Escape');
        await page.getByLabel(new RegExp(`^${payouts.min}`)).fill('0.1');
        await page.getByLabel(bank.number).fill('??');
        await lookAt('payout-rule-wrong');
        await merchant.open('/settings/payouts');
        await merchant.button(payouts.remove).click();
        await lookAt('payout-rule-remove');
        await page.keyboard.press('Escape');
        // As if the bank had returned the last payout.
        await page.route(/\/v1\/payout-rules$/, async (route) => {
          const answer = await (await route.fetch()).json();
          const target = { kind: 'bank', gateway: 'sandbox', bankAccount: { number: '•••• 0000' } };
          const items = answer.items.map((rule: object) => ({
            ...rule,
            ...{ state: 'needs_attention', reason: 'PAYOUT_RETURNED', nextAt: null, target, keep: '20000' },
          }));
          await route.fulfill({ status: 200, contentType: 'application/json', body: JSON.stringify({ items }) });
        });
        await merchant.open('/settings/payouts');
        await page.getByText(payouts.reasons.PAYOUT_RETURNED.title).waitFor();
        await lookAt('payouts-stopped');
        await merchant.open('/');
        await page.getByText(home.payoutsStopped).waitFor();
        await lookAt('payouts-stopped-home');
        await page.unrouteAll({ behavior: 'ignoreErrors' });
      }
      expect(found).toEqual([]);
    },
    pictures ? 1_200_000 : 240_000,
  );

  it('have nothing that axe objects to while there is no rule', async () => {
    const found: string[] = [];
    for (const language of languagesIn('en')) {
      await chooseLanguage(payer.page, product.url, language);
      found.push(...(await examine(payer.page, `${product.url}/settings/payouts`, 'payouts-empty', language)));
    }
    expect(found).toEqual([]);
  });
});
