import type { BrowserContext, Page } from 'playwright-core';
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { launchBrowser, type TestBrowser } from './support/browser.ts';
import {
  chooseLanguage,
  desk,
  dress,
  examine,
  examineHere,
  inTurn,
  looksIn,
  phone,
  pictures,
} from './support/looks.ts';
import { goTo, Person } from './support/person.ts';
import { dumpBrowserStorage, findSecrets, readAllFiles, recordTraffic, type Traffic } from './support/secrets.ts';
import { sentences } from './support/sentences.ts';
import { findSharedProduct } from './support/shared-product.ts';

const words = sentences.en;
const product = findSharedProduct();
const credentials = { email: 'qin.keqing@example.com', password: 'lantern harbour quiet maple' };

/** What the person writes into the book, and nobody else may ever read. */
const written = {
  name: 'Granny 赵敏',
  second: 'Uncle Quentin',
  third: 'Cousin Beatrix',
  phone: '13987654321',
  label: 'seaside cottage',
  note: 'Curtains for the winter garden',
  tag: 'gardening',
  otherTag: 'kinsfolk',
  offline: 'Aunt Rosalind',
};

/** Every form in which a text could show itself: as it is, as a file's bytes, in an address, in JSON, and encoded. */
function listForms(text: string): string[] {
  const bytes = Buffer.from(text, 'utf8');
  const aligned = [0, 1, 2].map((skip) => bytes.subarray(skip, bytes.length - ((bytes.length - skip) % 3)));
  return [
    text,
    bytes.toString('latin1'),
    encodeURIComponent(text),
    new URLSearchParams({ q: text }).toString().slice(2),
    ...aligned.map((part) => part.toString('base64')),
    bytes.toString('hex'),
  ];
}

let browser: TestBrowser;
let atPhone: Person;
let atDesk: Person;
let phoneProfile: BrowserContext;
const traffic: Traffic[] = [];
const to = privateKeyToAddress(generatePrivateKey());

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
});

async function newProfile(viewport: typeof phone): Promise<BrowserContext> {
  const profile = await browser.newProfile({ locale: 'en-US', viewport });
  traffic.push(recordTraffic(profile, new Set()));
  return profile;
}

const sheetOf = (page: Page) => page.getByRole('dialog');
const save = async (page: Page) => {
  await sheetOf(page).getByRole('button', { name: words.contact.save, exact: true }).click();
  await sheetOf(page).waitFor({ state: 'detached' });
};
const addContact = async (page: Page, name: string, handle: string) => {
  await page.getByRole('button', { name: words.contact.add }).click();
  await sheetOf(page).getByLabel(words.contact.name, { exact: true }).fill(name);
  await sheetOf(page).getByLabel(words.contact.handle).fill(handle);
  await save(page);
};
const seeContact = (page: Page, name: string) =>
  page
    .getByRole('link', { name: new RegExp(name) })
    .first()
    .waitFor();

// Every look of every screen takes its time.
if (pictures) vi.setConfig({ testTimeout: 1_200_000 });

describe('contacts and notes', () => {
  it('are written where the money is seen: the other side of an entry, a note, tags', async () => {
    phoneProfile = await newProfile(phone);
    atPhone = await Person.arrive(phoneProfile, product.url, credentials);
    await atPhone.register();
    await atPhone.topUp('100', 'Tokens');
    await atPhone.page.getByText('The tokens are at your address').first().waitFor();
    await atPhone.sendTokens(to, '3');
    const { page } = atPhone;
    await page.getByRole('button', { name: words.contact.saveAs }).click();
    const sheet = sheetOf(page);
    await sheet.getByLabel(words.contact.name, { exact: true }).fill(written.name);
    await sheet.getByLabel(words.contact.phone).fill(written.phone);
    await sheet.getByLabel(words.contact.addressLabel).fill(written.label);
    await save(page);
    await page.getByRole('heading', { name: `To ${written.name} · ${written.label}` }).waitFor();
    // The name stands beside the address, which is still there in full.
    expect((await page.locator('.receipt__bottom').innerText()).replace(/\s/g, '')).toContain(to);
    await page.getByRole('button', { name: words.historyScreen.addMine }).click();
    await sheet.getByLabel(words.historyScreen.note, { exact: true }).fill(written.note);
    await sheet.getByLabel(words.historyScreen.tags).fill(`#${written.tag}, ${written.otherTag}`);
    await save(page);
    await page.getByText(written.note).waitFor();
    await page.getByRole('list', { name: words.historyScreen.tags }).getByText(written.tag).waitFor();
  });

  it('are all on a second device, which needed only log-in', async () => {
    atDesk = await Person.arrive(await newProfile(desk), product.url, credentials);
    await atDesk.logIn();
    await atDesk.open('/contacts');
    await seeContact(atDesk.page, written.name);
    await atDesk.open('/history');
    const [row] = (await atDesk.readHistory()).filter((text) => text.includes(written.name));
    expect(row).toContain(written.note);
    expect(row).toContain(written.tag);
  });

  it('are found by note, tag and name, on the device alone', async () => {
    const { page } = atDesk;
    const rows = page.locator('[data-rows] a[href^="/history/"]');
    const seeOnly = async (count: number) => await expect.poll(() => rows.count()).toBe(count);
    await rows.nth(1).waitFor();
    const search = page.getByLabel(words.historyScreen.search);
    for (const text of [written.note.slice(0, 12), written.tag, 'zm', written.name]) {
      await search.pressSequentially(text);
      await seeOnly(1);
      expect(page.url()).toBe(`${product.url}/history`);
      await search.fill('');
      await expect.poll(() => rows.count()).toBeGreaterThan(1);
    }
    await page.getByLabel(words.historyScreen.tag, { exact: true }).selectOption(written.otherTag);
    await seeOnly(1);
    await page.getByLabel(words.historyScreen.tag, { exact: true }).selectOption('');
  });

  it('follow each other while both devices are open', async () => {
    await atPhone.open('/contacts');
    await atDesk.open('/contacts');
    await seeContact(atPhone.page, written.name);
    await addContact(atDesk.page, written.second, 'uncle_quentin');
    await seeContact(atPhone.page, written.second);
  });

  it('lose nothing of two tabs at once', async () => {
    const other = await phoneProfile.newPage();
    other.setDefaultTimeout(45_000);
    await other.goto(`${product.url}/contacts`);
    await seeContact(other, written.second);
    const begin = async (page: Page, name: string) => {
      await page.getByRole('button', { name: words.contact.add }).click();
      await sheetOf(page).getByLabel(words.contact.name, { exact: true }).fill(name);
      await sheetOf(page).getByLabel(words.contact.handle).fill('somebody');
    };
    await begin(other, written.third);
    await begin(atPhone.page, `${written.third} two`);
    await Promise.all([save(other), save(atPhone.page)]);
    for (const page of [other, atPhone.page, atDesk.page]) {
      await page.waitForURL(/\/contacts\/./);
      await goTo(page, `${product.url}/contacts`);
      await page
        .getByRole('link', { name: new RegExp(written.third) })
        .nth(1)
        .waitFor();
    }
    await other.close();
  });

  it('are kept without the service and sent when it is there again', async () => {
    const { page } = atPhone;
    await seeContact(page, written.second);
    await phoneProfile.setOffline(true);
    await addContact(page, written.offline, 'rosalind');
    await page.getByText(words.contacts.waiting).waitFor();
    await page.getByRole('heading', { name: written.offline }).waitFor();
    await phoneProfile.setOffline(false);
    await atDesk.open('/contacts');
    await seeContact(atDesk.page, written.offline);
    await page.getByText(words.contacts.waiting).waitFor({ state: 'detached' });
  });

  it('have left the browser only encrypted: not to the network, not into logs, database or storage', async () => {
    const forms = Object.values(written).flatMap(listForms);
    const sent = traffic.map(({ all }) => all()).join('\n');
    expect(sent).toContain('feiqian-address-book');
    expect(findSecrets(sent, forms)).toEqual([]);
    for (const { page } of [atPhone, atDesk]) {
      const stored = await dumpBrowserStorage(page);
      expect(stored).toContain('feiqian-address-book');
      expect(findSecrets(stored, forms)).toEqual([]);
    }
    expect(findSecrets(product.output(), forms)).toEqual([]);
    const files = readAllFiles(product.dataFolder);
    expect(files.some(({ text }) => text.includes('address_books'))).toBe(true);
    expect(files.filter(({ text }) => findSecrets(text, forms).length > 0).map(({ path }) => path)).toEqual([]);
  });

  it('have nothing that axe objects to', async () => {
    const { page } = atDesk;
    const found: string[] = [];
    await atDesk.open('/contacts');
    const contact = await page.getByRole('link', { name: new RegExp(written.name) }).getAttribute('href');
    await atDesk.open('/history');
    const entry = await page
      .getByRole('link', { name: new RegExp(written.name) })
      .first()
      .getAttribute('href');
    const screens = [
      ['contacts', '/contacts'],
      ['contact', contact],
      ['entry-noted', entry],
      ['history-noted', '/history'],
      ['send-contacts', '/send'],
      ['home-contacts', '/'],
    ] as const;
    for (const language of ['zh', 'en'] as const) {
      const { contact: of, historyScreen } = sentences[language];
      await chooseLanguage(page, product.url, language);
      for (const [name, path] of inTurn(screens, language))
        found.push(...(await examine(page, `${product.url}${path}`, name, language)));
      for (const look of looksIn(language)) {
        await goTo(page, `${product.url}/contacts`);
        await page.getByRole('button', { name: of.add }).click();
        await sheetOf(page).getByLabel(of.name, { exact: true }).fill('Lin');
        await sheetOf(page).getByLabel(of.address).first().fill('0x12');
        await sheetOf(page).getByRole('button', { name: of.save, exact: true }).click();
        await sheetOf(page).getByRole('alert').waitFor();
        await dress(page, look);
        found.push(...(await examineHere(page, 'contact-sheet', look)));
        await page.keyboard.press('Escape');
        await goTo(page, `${product.url}${entry}`);
        await page.getByRole('button', { name: historyScreen.editMine }).click();
        await sheetOf(page).waitFor();
        found.push(...(await examineHere(page, 'note-sheet', look)));
        await page.keyboard.press('Escape');
      }
    }
    expect(found).toEqual([]);
  });
});
