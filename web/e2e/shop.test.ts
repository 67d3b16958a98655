import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PaymentRequestWire } from '@feiqian/domain/api/payments';
import { readWebhook } from '@feiqian/sdk/read-webhook';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, type TestBrowser } from './support/browser.ts';
import { chooseLanguage, dress, examineHere, languagesIn, looksIn, phone } from './support/looks.ts';
import { Person } from './support/person.ts';
import { sentences } from './support/sentences.ts';
import { findSharedProduct } from './support/shared-product.ts';
import { makeKey, openExampleShop } from './support/shop.ts';

const product = findSharedProduct();
let browser: TestBrowser;
let owner: Person;

beforeAll(async () => {
  browser = await launchBrowser();
  owner = await Person.arrive(await browser.newProfile({ locale: 'en-US', viewport: phone }), product.url, {
    email: 'gao.yang@example.com',
    password: 'willow ferry candle north',
  });
  await owner.register();
});
afterAll(() => browser?.close());

/** What the shop's server asks, with the key as its only proof. */
const askFor = (secret: string, description: string) =>
  fetch(`${product.url}/v1/payment-requests`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${secret}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify({ money: { asset: 'iso4217:CNY', amount: '2500' }, description }),
  });

describe('the server of a shop', () => {
  it('gets a key that is shown once, asks for money with it, and is shut out when it is revoked', async () => {
    const { page } = owner;
    const words = sentences.en.apiKeys;
    await owner.open('/settings');
    await owner.link(/API keys/).click();
    await owner.seeHeading('API keys');
    await owner.button(words.create).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByLabel(words.name).fill('Shop server');
    await sheet.getByRole('button', { name: words.create }).click();
    await sheet.getByRole('heading', { name: words.madeTitle }).waitFor();
    const secret = await sheet.locator('code').innerText();
    // Neither Esc nor the way back takes away what is shown this once.
    await page.keyboard.press('Escape');
    await sheet.getByRole('button', { name: words.saved }).click();
    await page.getByText(words.neverUsed).waitFor();
    expect(await page.content()).not.toContain(secret);

    const asked = await askFor(secret, 'Two lattes');
    expect(asked.status).toBe(201);
    const { url } = (await asked.json()) as PaymentRequestWire;
    await page.goto(url);
    await page.getByText('Two lattes').first().waitFor();

    await owner.open('/settings/api-keys');
    await page.getByText(/^Last used/).waitFor();
    await owner.button(/^Revoke/).click();
    await sheet.getByRole('button', { name: words.revoke }).click();
    await page.getByText(words.revokedList).first().waitFor();
    expect((await askFor(secret, 'Two lattes')).status).toBe(401);
  });

  it('takes a real payment: somebody buys at the example shop, pays in one press, and the shop knows', async () => {
    const shop = await openExampleShop(product, await makeKey(owner, 'Tang Coffee'));
    try {
      const profile = await browser.newProfile({ locale: 'en-US', viewport: phone });
      const payer = await Person.arrive(profile, product.url, {
        email: 'xu.li@example.com',
        password: 'harvest pepper silver kite',
      });
      await payer.register();
      await payer.topUp('30', 'Cash');
      await payer.page.getByText('Kept as cash, held by the operator').first().waitFor();
      await payer.page.goto(shop.url);
      await payer.button('Buy').first().click();
      const order = payer.page.url();
      await payer.page.getByText('I have paid').waitFor();
      await payer.link(/^Pay with Feiqian/).click();
      await payer.button(sentences.en.paymentPage.payCash('¥25.00')).click();
      // Told by a signed message: the list of what is paid asks nobody.
      await expect.poll(async () => (await fetch(`${shop.url}/paid`)).text(), { timeout: 30_000 }).toBe('1');
      await payer.page.goto(order);
      await payer.page.getByText('Paid. Enjoy.').waitFor();
      await owner.open('/');
      await owner.page.getByText('¥25.00').first().waitFor();
      await profile.close();
    } finally {
      shop.close();
    }
  });

  it('is told where the screen says, and one sees there what arrived and what did not', async () => {
    const { page } = owner;
    const words = sentences.en.webhooks;
    const heard: { type: string; secret: boolean }[] = [];
    let isDown = false;
    let secret = '';
    const receiver = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      if (isDown) return void response.writeHead(500).end('closed today');
      const { type } = readWebhook({ body: Buffer.concat(parts), headers: request.headers, secret });
      heard.push({ type, secret: true });
      response.writeHead(204).end();
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const url = `http://localhost:${(receiver.address() as AddressInfo).port}/feiqian`;
    const sheet = page.getByRole('dialog');
    await owner.open('/settings');
    await owner.link(/^Payment notifications/).click();
    await owner.seeHeading(words.title);
    await owner.button(words.create).click();
    await sheet.getByLabel(words.url).fill('http://10.0.0.1/feiqian');
    await sheet.getByRole('button', { name: words.create }).click();
    await sheet.getByText(sentences.en.errors.WEBHOOK_URL_REFUSED.title).waitFor();
    await sheet.getByText(words.notMade).waitFor();
    await sheet.getByLabel(words.url).fill(url);
    await sheet.getByRole('button', { name: words.create }).click();
    await sheet.getByRole('heading', { name: words.madeTitle }).waitFor();
    secret = await sheet.locator('code').innerText();
    await sheet.getByRole('button', { name: words.saved }).click();
    await owner.link(new RegExp(url)).click();
    await page.getByText(words.nothingSent).waitFor();
    await owner.button(words.test).click();
    await page.getByText(words.states.delivered).first().waitFor();
    expect(heard).toEqual([{ type: 'webhook.test', secret: true }]);

    isDown = true;
    await owner.button(words.test).click();
    await page.getByText(words.failures.STATUS).first().waitFor();
    isDown = false;
    await owner.button(words.replay).first().click();
    await expect.poll(() => heard.length, { timeout: 30_000 }).toBeGreaterThan(1);

    await owner.button(words.remove).click();
    await sheet.getByRole('button', { name: words.remove }).click();
    await page.getByText(words.emptyTitle).waitFor();
    receiver.close();
  });

  it('says where payers come back to, and gets a secret for it that is shown once', async () => {
    const { page } = owner;
    const words = sentences.en.returns;
    const sheet = page.getByRole('dialog');
    await owner.open('/settings');
    await owner.link(new RegExp(`^${words.title}`)).click();
    await owner.seeHeading(words.title);
    await owner.button(words.create).click();
    await sheet.getByLabel(words.url).fill('http://shop.example/paid');
    await sheet.getByRole('button', { name: words.create }).click();
    await sheet.getByText(sentences.en.errors.RETURN_ADDRESS_REFUSED.title).waitFor();
    await sheet.getByText(words.notMade).waitFor();
    await sheet.getByLabel(words.url).fill('https://shop.example/paid');
    await sheet.getByRole('button', { name: words.create }).click();
    await sheet.getByRole('heading', { name: words.madeTitle }).waitFor();
    const secret = await sheet.locator('code').innerText();
    expect(secret).toMatch(/^fqr_/);
    await sheet.getByRole('button', { name: words.saved }).click();
    await page.getByText('https://shop.example/paid').first().waitFor();
    expect(await page.content()).not.toContain(secret);
    await owner.button(new RegExp(`^${words.remove}`)).click();
    await sheet.getByRole('button', { name: words.remove }).click();
    await page.getByText(words.emptyTitle).waitFor();
  });

  it('has screens that axe finds nothing wrong with', async () => {
    const { page } = owner;
    const found: string[] = [];
    for (const language of languagesIn('en')) {
      const words = sentences[language].apiKeys;
      await chooseLanguage(page, product.url, language);
      await owner.open('/settings/api-keys');
      await page.getByText(words.revokedList).first().waitFor();
      const sheet = page.getByRole('dialog');
      const lookAt = async (name: string) => {
        for (const look of looksIn(language)) {
          await dress(page, look);
          found.push(...(await examineHere(page, name, look)));
        }
      };
      await owner.button(words.create).click();
      await sheet.getByLabel(words.name).fill('Till');
      await lookAt('api-key-new');
      await sheet.getByRole('button', { name: words.create }).click();
      await sheet.getByRole('heading', { name: words.madeTitle }).waitFor();
      await lookAt('api-key-made');
      await sheet.getByRole('button', { name: words.saved }).click();
      await page.getByText(words.neverUsed).first().waitFor();
      await lookAt('api-keys-some');
      await owner
        .button(new RegExp(`^${words.revoke}`))
        .first()
        .click();
      await lookAt('api-key-revoke');
      await page.keyboard.press('Escape');

      const hooks = sentences[language].webhooks;
      await owner.open('/settings/webhooks');
      await owner.button(hooks.create).click();
      await sheet.getByLabel(hooks.url).fill('http://localhost:9999/feiqian');
      await lookAt('webhook-new');
      await sheet.getByRole('button', { name: hooks.create }).click();
      await sheet.getByRole('heading', { name: hooks.madeTitle }).waitFor();
      await lookAt('webhook-made');
      await sheet.getByRole('button', { name: hooks.saved }).click();
      await lookAt('webhooks-some');
      await owner
        .link(/localhost:9999/)
        .first()
        .click();
      await owner.button(hooks.test).click();
      await page.getByText(hooks.failures.CONNECTION_FAILED).first().waitFor();
      await lookAt('webhook-detail');
      for (const look of looksIn(language)) {
        // Anew in each look: a detail that moves from beside its list to a page of its own begins anew, too.
        await dress(page, look);
        await owner.button(hooks.remove).click();
        await sheet.getByRole('heading', { name: hooks.removeTitle }).waitFor();
        found.push(...(await examineHere(page, 'webhook-remove', look)));
        await page.keyboard.press('Escape');
      }
      await owner.button(hooks.remove).click();
      await sheet.getByRole('button', { name: hooks.remove }).click();
      await page.getByText(hooks.emptyTitle).waitFor();

      const returns = sentences[language].returns;
      await owner.open('/settings/return-addresses');
      await owner.button(returns.create).click();
      await sheet.getByLabel(returns.url).fill('https://shop.example/orders/paid');
      await lookAt('return-address-new');
      await sheet.getByRole('button', { name: returns.create }).click();
      await sheet.getByRole('heading', { name: returns.madeTitle }).waitFor();
      await lookAt('return-address-made');
      await sheet.getByRole('button', { name: returns.saved }).click();
      await lookAt('return-addresses-some');
      await owner.button(new RegExp(`^${returns.remove}`)).click();
      await lookAt('return-address-remove');
      await sheet.getByRole('button', { name: returns.remove }).click();
      await page.getByText(returns.emptyTitle).waitFor();
    }
    expect(found).toEqual([]);
  });
});
