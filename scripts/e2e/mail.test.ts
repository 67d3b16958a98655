/** The pages of the practice mail server with real receipts on them, and the receipts themselves, in a browser. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMailClient } from '../../backend/src/mail/client.ts';
import { createRenderMail } from '../../backend/src/mail/templates.ts';
import { aReceipt, deployment, from, tokenAsset } from '../../backend/test/mail/fixtures.ts';
import { type Mail, startMail } from '../../simulators/src/mail/mail.ts';
import { launchBrowser, type TestBrowser } from '../../web/e2e/support/browser.ts';
import { dress, examineHere, type Look, looksIn } from '../../web/e2e/support/looks.ts';

const languages = ['zh', 'en'] as const;
const hostile =
  '<script>document.title = "taken"</script><img src="https://evil.example/x.png"> https://evil.example/claim';
const receipts = {
  cash: aReceipt(),
  token: aReceipt({
    description: hostile,
    payments: [
      {
        ...{ rail: 'token', asset: tokenAsset, amount: '1234500000', chainId: 31_337 },
        txHash: `0x${'9f3c'.repeat(16)}`,
      },
    ],
  }),
};

let mail: Mail;
let browser: TestBrowser;
let page: Page;
const asked: string[] = [];

beforeAll(async () => {
  mail = await startMail({ smtpPort: 0, pagePort: 0 });
  browser = await launchBrowser();
  const profile = await browser.newProfile();
  page = await profile.newPage();
  page.on('request', (request) => asked.push(new URL(request.url()).origin));
  for (const language of languages) for (const kind of ['cash', 'token'] as const) await send(kind, language);
});
afterAll(async () => {
  await browser.close();
  await mail.close();
});

const render = createRenderMail(deployment);
const contentOf = (kind: keyof typeof receipts, language: Look['language']) =>
  render({ template: 'receipt', data: receipts[kind], language });

async function send(kind: keyof typeof receipts, language: Look['language']): Promise<void> {
  const { hostname: host, port } = new URL(mail.smtpUrl);
  const client = createMailClient({ server: { host, port: Number(port), encryption: 'none', auth: undefined }, from });
  const message = { id: `${kind}-${language}`, createdAt: new Date(), to: 'anna@example.com' };
  const outcome = await client.send({ ...message, ...contentOf(kind, language) }, new AbortController().signal);
  expect(outcome.kind).toBe('sent');
}

describe('the practice mail server', () => {
  it('has pages that axe finds nothing wrong with, in both languages', async () => {
    const found: string[] = [];
    for (const language of languages)
      for (const look of looksIn(language)) {
        await page.goto(`${mail.pageUrl}/?lang=${language}`);
        await dress(page, look);
        found.push(...(await examineHere(page, 'mail-list', look)));
        const subject = contentOf('token', language).subject;
        await page.getByRole('link', { name: subject }).first().click();
        await page.frameLocator('iframe').getByRole('heading', { level: 1 }).waitFor();
        found.push(...(await examineHere(page, 'mail-message', look)));
      }
    expect(found).toEqual([]);
  });

  it('shows a new message by itself, above the others, and keeps where the reader is', async () => {
    await page.goto(`${mail.pageUrl}/?lang=en`);
    const items = page.locator('#messages > li');
    await expect.poll(() => items.count()).toBe(4);
    const newest = items.first().getByRole('link');
    await newest.focus();
    await send('cash', 'zh');
    await expect.poll(() => items.count()).toBe(5);
    await expect.poll(() => page.getByRole('status').textContent()).toBe('5 messages');
    expect(await items.first().getByRole('link').textContent()).toBe(contentOf('cash', 'zh').subject);
    expect(
      await items
        .nth(1)
        .getByRole('link')
        .evaluate((link) => link === document.activeElement),
    ).toBe(true);
  });

  it('lets nothing in a message run or load, and nothing look like a link that the payee wrote', async () => {
    await page.goto(`${mail.pageUrl}/?lang=en`);
    await page
      .getByRole('link', { name: contentOf('token', 'en').subject })
      .first()
      .click();
    const frame = page.frameLocator('iframe');
    await frame.getByText('"taken"').waitFor();
    expect(await frame.getByRole('link').allTextContents()).toEqual([
      `${deployment.publicUrl}/pay/${receipts.token.paymentRequestId}`,
    ]);
    expect(await page.title()).not.toBe('taken');
    expect(new Set(asked)).toEqual(new Set([mail.pageUrl]));
  });
});

describe('a receipt', () => {
  it('has nothing that axe objects to, light and dark, on phone and desk', async () => {
    const found: string[] = [];
    for (const language of languages)
      for (const kind of ['cash', 'token'] as const)
        for (const look of looksIn(language)) {
          await page.goto('about:blank');
          await page.setContent(contentOf(kind, language).html);
          await dress(page, look);
          found.push(...(await examineHere(page, `receipt-${kind}`, look)));
        }
    expect(found).toEqual([]);
  });
});
