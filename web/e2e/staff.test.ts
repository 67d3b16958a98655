import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, type TestBrowser } from './support/browser.ts';
import { chooseLanguage, desk, dress, examine, examineHere, languagesIn, looksIn, phone } from './support/looks.ts';
import { Person } from './support/person.ts';
import { startProduct, type TestProduct } from './support/product.ts';
import { sentences } from './support/sentences.ts';

const li = { email: 'li.wei@example.com', password: 'lantern harbour quiet maple' };
const clerkWords = { email: 'chen.yu@example.com', password: 'copper meadow slow violet' };
const root = fileURLToPath(new URL('../../', import.meta.url));

let product: TestProduct;
let browser: TestBrowser;
let payer: Person;
let clerk: Person;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
  const profile = (viewport: typeof phone) => browser.newProfile({ locale: 'en-US', viewport });
  payer = await Person.arrive(await profile(phone), product.url, li);
  await payer.register();
  clerk = await Person.arrive(await profile(desk), product.url, clerkWords);
  await clerk.register();
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

/** What the operator types on the machine. */
async function runStaff(...args: readonly string[]): Promise<string> {
  const env = { ...process.env, DATA_FOLDER: product.dataFolder, DATABASE_OWNER_URL: '' };
  const { stdout } = await promisify(execFile)(process.execPath, ['scripts/staff.ts', ...args], { cwd: root, env });
  return stdout;
}

/** Has the bank take one fen less than ordered the next time that somebody pays. */
async function armBank(): Promise<void> {
  const bank = /Sandbox bank (http:\S+)/.exec(product.output())?.[1];
  if (!bank) throw new Error('The product does not say where its bank is.');
  const form = new URLSearchParams({ name: 'paid_wrong_amount', orderNumber: '', times: '1' });
  const { status } = await fetch(new URL('/panel/faults', bank), { method: 'POST', body: form, redirect: 'manual' });
  expect(status).toBe(303);
}

const waiting = 'The money does not match the order; the operator is looking';

describe('money that nobody can book by rule', () => {
  it('is shown to nobody who is not staff', async () => {
    await clerk.open('/settings');
    await clerk.seeHeading('Settings');
    await clerk.page.getByText(clerkWords.email).first().waitFor();
    expect(await clerk.link(/Suspense/).count()).toBe(0);
    await clerk.open('/staff/suspense');
    await clerk.seeHeading('No such page');
  });

  it('is on the list of whoever the operator makes staff', async () => {
    await armBank();
    await payer.topUp('100', 'Cash');
    await payer.page.getByText(waiting).first().waitFor();
    expect(await runStaff('list')).toContain('Nobody is staff yet');
    expect(await runStaff('grant', clerkWords.email)).toContain('is staff now');
    expect(await runStaff('list')).toContain(clerkWords.email);
    await clerk.open('/settings');
    await clerk.link(/Suspense/).click();
    await clerk.seeHeading('Suspense');
    await clerk.link(/Amount differs from the order/).click();
    await clerk.page.getByText(li.email).first().waitFor();
  });

  it('has screens that axe finds nothing wrong with', async () => {
    const { page } = clerk;
    const item = new URL(page.url()).pathname;
    const found: string[] = [];
    for (const language of languagesIn('en')) {
      const words = sentences[language].staff;
      await chooseLanguage(page, product.url, language);
      found.push(...(await examine(page, `${product.url}/staff/suspense`, 'suspense', language)));
      found.push(...(await examine(page, `${product.url}/staff/suspense?state=resolved`, 'suspense-none', language)));
      found.push(...(await examine(page, `${product.url}${item}`, 'suspense-item', language)));
      await page.getByRole('button', { name: words.takeHint('liwei') }).click();
      await page.getByLabel(words.note).fill('Li Wei');
      await page.getByRole('button', { name: words.review }).click();
      await page.getByRole('dialog').getByText(words.leaves).waitFor();
      for (const look of looksIn(language)) {
        await dress(page, look);
        found.push(...(await examineHere(page, 'suspense-review', look)));
      }
      await page.keyboard.press('Escape');
    }
    expect(found).toEqual([]);
  });

  it('is credited to the payer, whose open page shows it without a reload', async () => {
    const { page } = clerk;
    const words = sentences.en.staff;
    await dress(page, { language: 'en', scheme: 'light', size: 'desk' });
    await clerk.open('/staff/suspense');
    // From the list to the button by the keyboard alone.
    const row = clerk.link(/Amount differs from the order/);
    await row.focus();
    await page.keyboard.press('Enter');
    await page.getByLabel(words.to, { exact: true }).fill(li.email);
    await page.getByText(words.found('liwei')).waitFor();
    await page.getByLabel(words.note).fill('The slip of the bank shows the fee of one fen');
    await page.keyboard.press('Enter');
    const sheet = page.getByRole('dialog');
    await sheet.getByText('@liwei').first().waitFor();
    await sheet.getByRole('button', { name: /^Credit .*99\.99.* to @liwei$/ }).click();
    await sheet.getByRole('heading', { name: words.outcome.credit('liwei') }).waitFor();
    const found = [];
    for (const look of looksIn('en')) {
      await dress(page, look);
      found.push(...(await examineHere(page, 'suspense-done', look)));
    }
    expect(found).toEqual([]);
    await payer.page.getByText('Kept as cash, held by the operator').first().waitFor();
    await payer.page.getByText('Credited after the operator had looked').first().waitFor();
    await payer.page
      .getByText(/99\.99/)
      .first()
      .waitFor();
    await sheet.getByRole('button', { name: 'Done' }).click();
    await page.getByText(words.emptyTitle).waitFor();
    await clerk.open('/staff/suspense?state=resolved');
    await clerk.link(/@liwei/).click();
    await page.getByText('The slip of the bank shows the fee of one fen').waitFor();
    expect(await runStaff('revoke', clerkWords.email)).toContain('is not staff any more');
    await page.reload();
    await clerk.seeHeading('No such page');
  });
});
