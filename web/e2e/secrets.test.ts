import { Mnemonic } from 'ethers';
import type { Page } from 'playwright-core';
import { generatePrivateKey } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, type TestBrowser } from './support/browser.ts';
import { lookIntoMemory, lookIntoObjects, wholeStrings } from './support/heap.ts';
import { Person } from './support/person.ts';
import { dumpBrowserStorage, findSecrets, listSecretForms } from './support/secrets.ts';
import { sentences } from './support/sentences.ts';
import { findSharedProduct } from './support/shared-product.ts';

const product = findSharedProduct();
const words = sentences.en;
const email = 'silent@example.com';
const password = 'tin whistle under seven lamps';
const phrase = 'letter advice cage absurd amount doctor acoustic avoid letter advice cage above';
const mnemonic = Mnemonic.fromPhrase(phrase);
const key = generatePrivateKey();
let browser: TestBrowser;

beforeAll(async () => {
  browser = await launchBrowser([wholeStrings]);
});
afterAll(async () => {
  await browser?.close();
});

const secrets = [
  ...listSecretForms(phrase, password),
  ...[mnemonic.entropy, mnemonic.computeSeed(), key].flatMap(listForms),
];

/** The ways in which bytes become text: hexadecimal, base64, numbers in a row, one number, bits. */
function listForms(hex: string): string[] {
  const bytes = Buffer.from(hex.slice(2), 'hex');
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const base64 = [bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')];
  return [hex.slice(2), ...base64, [...bytes].join(','), BigInt(hex).toString(), bits];
}

/** Keeps as text what is posted: by workers to the page, and by the page to other tabs. Runs before the page's first script. */
function noteMessages(): void {
  const told: string[] = [];
  Object.assign(globalThis, { takeTold: () => told.splice(0) });
  const toText = (_name: string, value: unknown) =>
    ArrayBuffer.isView(value) ? Array.from(value as Uint8Array) : value;
  const note = (data: unknown) => void told.push(JSON.stringify(data, toText));
  const { addEventListener } = Worker.prototype;
  Worker.prototype.addEventListener = function (this: Worker, ...input: Parameters<typeof addEventListener>) {
    if (input[0] === 'message') addEventListener.call(this, 'message', (event) => note((event as MessageEvent).data));
    return addEventListener.apply(this, input);
  };
  const { postMessage } = BroadcastChannel.prototype;
  BroadcastChannel.prototype.postMessage = function (this: BroadcastChannel, data: unknown) {
    note(data);
    return postMessage.call(this, data);
  };
}

const takeTold = (page: Page) => page.evaluate<string[]>('globalThis.takeTold()');

async function restore(person: Person): Promise<void> {
  const { page } = person;
  await person.link(words.newcomer.restore).click();
  const box = page.getByLabel(words.secretBox.label);
  await box.fill(phrase.replace('above', 'zoo'));
  await page.getByText(words.secretBox.phraseWrong).waitFor();
  await box.fill(phrase);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  // What somebody types stands in the field: the same look that finds nothing later finds that.
  const typed = await lookIntoObjects(page, secrets);
  expect(typed).toEqual(expect.arrayContaining(['letter advice cage', 'advice cage above', password]));
  await person.button(words.restore.restore).click();
  await page.getByRole('link', { name: 'Top up' }).first().waitFor();
}

async function importKey({ page }: Person): Promise<void> {
  await page.getByRole('link', { name: 'Settings' }).first().click();
  await page
    .getByRole('link', { name: new RegExp(words.settings.accounts) })
    .first()
    .click();
  await page.getByRole('link', { name: new RegExp(words.accounts.importTitle) }).click();
  await page.getByLabel(words.secretBox.label).fill(key);
  await page.getByRole('button', { name: words.accounts.importAction }).click();
  await page.getByRole('link', { name: new RegExp(words.accounts.kinds.imported) }).waitFor();
}

async function showPhrase({ page }: Person, typed: string): Promise<void> {
  await page.getByRole('link', { name: 'Settings' }).first().click();
  await page
    .getByRole('link', { name: new RegExp(words.settings.phraseTitle) })
    .first()
    .click();
  await page.getByLabel('Your password again').fill(typed);
  await page.getByRole('button', { name: words.settings.reveal }).click();
}

describe('secrets', () => {
  it('are in no object, string, message, line and record of the page, and in no memory after locking', async () => {
    const profile = await browser.newProfile({ locale: 'en-US' });
    await profile.addInitScript(noteMessages);
    const person = await Person.arrive(profile, product.url, { email, password });
    const { page } = person;
    const printed: string[] = [];
    page.on('console', (message) => printed.push(message.text()));
    page.on('pageerror', (error) => printed.push(`${error.message} ${error.stack}`));
    await restore(person);
    await importKey(person);
    const told = await takeTold(page);
    expect(told.length).toBeGreaterThan(10);
    await showPhrase(person, `${password}s`);
    await page.getByText(words.errors.PASSWORD_WRONG.title).waitFor();
    await page.getByLabel('Your password again').fill(password);
    await person.button(words.settings.reveal).click();
    await person.button(words.settings.wrote).waitFor();
    expect(await lookIntoObjects(page, secrets)).toContain('letter advice cage');
    // One message has the words: the one that brings what was asked for with the password.
    const shown = (await takeTold(page)).filter((message) => findSecrets(message, secrets).length > 0);
    expect(shown).toEqual([expect.stringMatching(/^\{"id":\d+,"value":\{"words":\[/)]);
    // Whoever goes elsewhere, or on to the check, has nothing of it in the page any more.
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: words.settings.title }).waitFor();
    expect(await lookIntoObjects(page, secrets)).toEqual([]);
    await showPhrase(person, password);
    await person.button(words.settings.wrote).click();
    await page.getByRole('button', { name: words.settings.check }).waitFor();
    await takeTold(page);
    for (const text of [told.join('\n'), printed.join('\n'), await dumpBrowserStorage(page)])
      expect(findSecrets(text, secrets)).toEqual([]);

    // The keys are bytes in private fields of the worker; all else is gone although the wallet is open.
    const looked = [...secrets, email];
    const [ofPage, ...ofWorkers] = await lookIntoMemory(page, looked);
    expect(ofPage).toEqual({ realm: 'page', inStrings: [email], inObjects: [email] });
    expect(ofWorkers).toEqual([{ realm: 'worker', inStrings: [], inObjects: [] }]);

    const [worker] = page.workers();
    const ended = worker?.waitForEvent('close');
    await page.getByRole('link', { name: 'Settings' }).first().click();
    await person.button(words.settings.lockNow).click();
    await ended;
    await page.getByLabel('Password', { exact: true }).waitFor();
    const locked = await lookIntoMemory(page, looked);
    expect(locked.map(({ inStrings }) => inStrings)).toEqual([[email], []]);
    expect(locked.map(({ inObjects }) => inObjects)).toEqual([[email], []]);
    await profile.close();
  });
});
