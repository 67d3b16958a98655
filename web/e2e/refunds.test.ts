import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, type TestBrowser } from './support/browser.ts';
import { readChain } from './support/chain.ts';
import { dress, examineHere, looksIn, phone } from './support/looks.ts';
import { Person } from './support/person.ts';
import { sentences } from './support/sentences.ts';
import { findSharedProduct } from './support/shared-product.ts';

const words = sentences.en.links;
const product = findSharedProduct();
let browser: TestBrowser;
let payee: Person;
let payer: Person;

beforeAll(async () => {
  browser = await launchBrowser();
  const arrive = async (email: string, password: string) => {
    const profile = await browser.newProfile({ locale: 'en-US', viewport: phone });
    const person = await Person.arrive(profile, product.url, { email, password });
    await person.register();
    return person;
  };
  payee = await arrive('cao.min@example.com', 'copper meadow slow violet');
  payer = await arrive('deng.lu@example.com', 'harvest pepper silver kite');
});
afterAll(() => browser?.close());

/** Opens the one payment of the link that the payee looks at, and asks for the form. */
async function openRefund(): Promise<void> {
  const sheet = payee.page.getByRole('dialog');
  await payee.page.getByRole('list', { name: words.payments }).getByRole('button').click();
  await sheet.getByRole('button', { name: words.refund }).click();
}

describe('a payee', () => {
  it('gives a part of a payment in tokens back by a signature, and both see it', async () => {
    const address = await payer.readAddress();
    await payer.topUp('40', 'Tokens');
    await payer.page.getByText('The tokens are at your address').first().waitFor();
    // The payee pays for carrying the refund, in the token.
    await payee.topUp('1', 'Tokens');
    await payee.page.getByText('The tokens are at your address').first().waitFor();
    const link = await payee.makeLink('25', 'Two lattes');
    await payer.payLink(link);
    await payer.page.getByText('They have it, and it is final').first().waitFor();
    const before = (await readChain(product, address)).tokens;

    await payee.page.getByText(words.states.paid, { exact: true }).first().waitFor();
    await openRefund();
    await payee.pick(words.part);
    await payee.page.getByLabel('Amount').fill('30');
    await payee.button(sentences.en.errors.AMOUNT_TOO_LARGE.title).waitFor();
    await payee.page.getByLabel('Amount').fill('10');
    await payee.button(words.reviewRefund).click();
    await payee.page.getByRole('dialog').getByText('You refund').waitFor();
    await payee.page.getByRole('region', { name: sentences.en.review.whatHappens }).waitFor();
    await payee.approve(/^Refund 10/);
    await payee.page.getByText('They have it back, and it is final').first().waitFor();
    expect((await readChain(product, address)).tokens - before).toBe(10_000_000n);
    for (const look of looksIn('en')) {
      await dress(payee.page, look);
      expect(await examineHere(payee.page, 'refund-entry', look)).toEqual([]);
    }

    await payer.open('/history?kind=refund');
    const rows = await payer.readHistory();
    expect(rows).toHaveLength(1);
    expect(rows[0]).toContain('+10.00');
    await payee.link('View the payment link').click();
    await payee.page.getByText('10.00 CNYF refunded').first().waitFor();
    // What went back can't go back again.
    await openRefund();
    await payee.page.getByRole('dialog').getByText('15.00 CNYF').first().waitFor();
    await payee.page.keyboard.press('Escape');
  });

  it('gives a payment in cash back at once, whole', async () => {
    await payer.topUp('20', 'Cash');
    await payer.page.getByText('Kept as cash, held by the operator').first().waitFor();
    const link = await payee.makeLink('18', 'Jasmine tea');
    await payer.page.goto(link);
    await payer.button(sentences.en.paymentPage.payCash('¥18.00')).click();
    await payee.page.getByText(words.states.paid, { exact: true }).first().waitFor();
    await openRefund();
    await payee.button(words.reviewRefund).click();
    await payee.approve(/^Refund ¥18/);
    await payee.page.getByText('They have it back').first().waitFor();
    await payee.link('View the payment link').click();
    await payee.page.getByRole('list', { name: words.payments }).getByRole('button').click();
    await payee.page.getByText(words.ways.nothing_left).waitFor();
    await payer.open('/');
    await payer.page.getByText('¥20.00').first().waitFor();
  });

  it('takes a link back, which then cannot be paid', async () => {
    const link = await payee.makeLink('5', 'A cup of tea');
    await payer.page.goto(link);
    const pay = payer.button(sentences.en.paymentPage.payCash('¥5.00'));
    await pay.waitFor();
    await payee.button(words.cancel).click();
    await payee.page.getByText(words.states.cancelled, { exact: true }).first().waitFor();
    await payer.page.getByText(sentences.en.paymentPage.cancelledTitle).waitFor();
    expect(await pay.count()).toBe(0);
  });
});
