import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Wallet } from 'ethers';
import type { Page } from 'playwright-core';
import { mnemonicToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inProject } from '../../scripts/lib/paths.ts';
import { launchBrowser, type TestBrowser } from './support/browser.ts';
import { Person } from './support/person.ts';
import { sentences } from './support/sentences.ts';
import { findSharedProduct } from './support/shared-product.ts';

const product = findSharedProduct();
const words = sentences.en;
const password = 'lantern harbour quiet maple';
const newPassword = 'window garden paper seven';
let browser: TestBrowser;
let people = 0;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
});

async function arrive() {
  people += 1;
  const profile = await browser.newProfile({ locale: 'en-US' });
  const person = await Person.arrive(profile, product.url, { email: `keeper${people}@example.com`, password });
  await person.register();
  return { profile, person, page: person.page };
}

/** What a press on a button saves as a file. */
async function download(page: Page, name: string): Promise<{ path: string; name: string; text: string }> {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
  const path = await file.path();
  return { path, name: file.suggestedFilename(), text: readFileSync(path, 'utf8') };
}

/** The built page alone: files, and not a single answer to anything else. */
async function serveFiles(): Promise<{ server: Server; url: string; asked: string[] }> {
  const types: Readonly<Record<string, string>> = {
    html: 'text/html',
    js: 'text/javascript',
    css: 'text/css',
    svg: 'image/svg+xml',
  };
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    try {
      const file = path === '/' ? '/index.html' : path;
      const bytes = readFileSync(join(inProject('web/dist'), file));
      response
        .writeHead(200, { 'content-type': types[file.split('.').at(-1) ?? ''] ?? 'application/octet-stream' })
        .end(bytes);
    } catch {
      asked.push(path);
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

describe('the password', () => {
  it('is changed for log-in and unlocking together; other devices are out, and the old one opens nothing', async () => {
    const { person, page, profile } = await arrive();
    const address = await person.readAddress();
    const elsewhere = await browser.newProfile({ locale: 'en-US' });
    const other = await Person.arrive(elsewhere, product.url, person.credentials);
    await other.logIn();
    // Locked before it can hear that its session is over.
    await other.open('/settings');
    await other.button('Lock now').click();
    await other.button('Unlock').waitFor();

    await person.open('/settings/password');
    await page.getByLabel(words.settings.passwordNow).fill('not the password at all');
    await page.getByLabel(words.settings.passwordNew).fill(newPassword);
    await person.button(words.settings.passwordAction).click();
    await page.getByText(words.errors.PASSWORD_WRONG.title).waitFor();
    await page.getByLabel(words.settings.passwordNow).fill(password);
    await page.getByLabel(words.settings.passwordNew).fill('keeper1@example.com');
    await person.button(words.settings.passwordAction).click();
    await page.getByText(words.settings.passwordFaults.contains_name).waitFor();
    await page.getByLabel(words.settings.passwordNew).fill(newPassword);
    await person.button(words.settings.passwordAction).click();
    await page.getByText(words.settings.passwordChanged).waitFor();

    await person.open('/settings');
    // This device: locked and opened with the new one, never with the old one.
    const unlock = async (who: Person, secret: string) => {
      await who.page.getByLabel('Password', { exact: true }).fill(secret);
      await who.button('Unlock').click();
    };
    await person.button('Lock now').click();
    await unlock(person, password);
    await page.getByRole('alert').waitFor();
    await unlock(person, newPassword);
    await person.link('Top up').first().waitFor();
    expect(await person.readAddress()).toBe(address);

    // The other one has an old vault and no session any more: the new password brings both up to date.
    await unlock(other, password);
    await other.page.getByRole('alert').waitFor();
    await unlock(other, newPassword);
    await other.link('Top up').first().waitFor();
    expect(await other.readAddress()).toBe(address);
    await elsewhere.close();
    await profile.close();
  });
});

describe('what is taken out of the wallet', () => {
  it('is a keystore that other wallets open', async () => {
    const { person, page, profile } = await arrive();
    const address = await person.readAddress();
    await person.open(`/settings/accounts/${address}`);
    await person.button(words.keystoreExport.open).click();
    await page.getByLabel(words.keystoreExport.password, { exact: true }).fill(password);
    await page.getByLabel(words.keystoreExport.filePassword).fill('a password for the file');
    const file = await download(page, words.keystoreExport.export);
    expect(file.name).toMatch(/^UTC--[0-9a-f]{40}\.json$/);
    expect((await Wallet.fromEncryptedJson(file.text, 'a password for the file')).address).toBe(address);
    await profile.close();
  });

  it('is a vault that the built page opens by itself when the service is gone', async () => {
    const { person, page, profile } = await arrive();
    const address = await person.readAddress();
    const phrase = await person.readPhrase();
    await person.open('/settings/backup');
    const file = await download(page, words.settings.backupSave);
    expect(file.name).toMatch(/^feiqian-keeper\d+-1\.json$/);
    expect(file.text).toContain('"format":"feiqian-vault"');
    expect(phrase.split(' ').some((word) => file.text.includes(` ${word} `))).toBe(false);

    const { server, url, asked } = await serveFiles();
    const stranger = await browser.newProfile({ locale: 'en-US', acceptDownloads: true });
    const alone = await stranger.newPage();
    await alone.goto(url);
    await alone.getByRole('link', { name: words.newcomer.openFile }).click();
    await alone
      .getByLabel(words.rescue.choose)
      .setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{}') });
    await alone.getByText(words.rescue.wrongFile).waitFor();
    await alone.getByLabel(words.rescue.choose).setInputFiles(file.path);
    await alone.getByText(words.rescue.chosen(1)).waitFor();
    await alone.getByLabel(words.rescue.password, { exact: true }).fill('not the password at all');
    await alone.getByRole('button', { name: words.rescue.open, exact: true }).click();
    await alone.getByText(words.errors.PASSWORD_WRONG.title).waitFor();
    await alone.getByLabel(words.rescue.password, { exact: true }).fill(password);
    await alone.getByRole('button', { name: words.rescue.open, exact: true }).click();
    await alone.getByText(words.rescue.opened).waitFor();
    expect((await alone.locator('.address').innerText()).replace(/\s/g, '')).toBe(address);

    await alone.getByLabel(words.rescue.passwordAgain).fill(password);
    await alone.getByRole('button', { name: words.rescue.reveal }).click();
    await alone.locator('.phrase-words').waitFor();
    const read = (await alone.locator('.phrase-words li').allInnerTexts()).map((text) => text.trim()).join(' ');
    expect(read).toBe(phrase);
    expect(mnemonicToAccount(read).address).toBe(address);

    await alone.getByRole('button', { name: words.keystoreExport.open }).click();
    await alone.getByLabel(words.keystoreExport.password, { exact: true }).fill(password);
    await alone.getByLabel(words.keystoreExport.filePassword).fill('a password for the file');
    const keystore = await download(alone, words.keystoreExport.export);
    expect((await Wallet.fromEncryptedJson(keystore.text, 'a password for the file')).address).toBe(address);
    await alone.getByRole('button', { name: words.rescue.close }).click();
    await alone.getByRole('link', { name: words.newcomer.openFile }).waitFor();
    // It asked the service nothing for any of it.
    expect(asked.filter((path) => path.startsWith('/v1/') || path.startsWith('/rpc/'))).toEqual([]);
    server.close();
    await stranger.close();
    await profile.close();
  });
});
