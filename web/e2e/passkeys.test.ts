import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addAuthenticator } from './support/authenticator.ts';
import { launchBrowser, type TestBrowser } from './support/browser.ts';
import { letFactorAge } from './support/let-expire.ts';
import { Person } from './support/person.ts';
import { sentences } from './support/sentences.ts';
import { findSharedProduct } from './support/shared-product.ts';

const product = findSharedProduct();
const words = sentences.en;
const password = 'lantern harbour quiet maple';
let browser: TestBrowser;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
});

/** Somebody new at a device with an authenticator. */
async function arrive(name: string, { hasPrf = true } = {}) {
  const profile = await browser.newProfile({ locale: 'en-US' });
  const person = await Person.arrive(profile, product.url, { email: `${name}@example.com`, password });
  await person.register();
  await addAuthenticator(person.page, { hasPrf });
  return { profile, person, page: person.page };
}

/** @returns the recovery codes. */
async function addPasskey(person: Person, toast: string): Promise<string[]> {
  const { page } = person;
  await person.open('/settings/passkeys');
  await page.getByText(words.passkeys.none).waitFor();
  await page.getByLabel(words.passkeys.name).fill('Laptop');
  await page.getByLabel(words.passkeys.password).fill('not the password at all');
  await person.button(words.passkeys.add).click();
  await page.getByText(words.errors.PASSWORD_WRONG.title).waitFor();
  await page.getByLabel(words.passkeys.password).fill(password);
  await person.button(words.passkeys.add).click();
  await page.getByText(toast).waitFor();
  const codes = await page.getByRole('list', { name: words.twoStep.codesList }).getByRole('listitem').allInnerTexts();
  await person.button(words.twoStep.kept).click();
  await page.getByText('Laptop').waitFor();
  return codes.map((text) => text.trim());
}

async function removePasskey(person: Person): Promise<void> {
  await person.open('/settings/passkeys');
  await person.button(words.passkeys.remove).click();
  await person.page.getByText(words.passkeys.removeLast).waitFor();
  await person.page.getByRole('dialog').getByRole('button', { name: words.passkeys.remove }).click();
}

const isIn = (page: Page) => page.getByRole('link', { name: 'Top up' }).first().waitFor();
const sheetOf = (page: Page) => page.getByRole('dialog', { name: words.secondFactor.title });

describe('a passkey', () => {
  it('logs in and opens the wallet by one touch, until it is removed', async () => {
    const { person, page, profile } = await arrive('keyless');
    const said: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('passkey') && request.method() === 'POST') said.push(request.postData() ?? '');
    });
    const address = await person.readAddress();
    expect(await addPasskey(person, words.passkeys.doneBoth)).toHaveLength(10);

    await person.logOut();
    await person.link('Log in').click();
    await person.button(words.session.loginByPasskey).click();
    await isIn(page);
    expect(await person.readAddress()).toBe(address);
    // What opens the vault has not left the browser.
    const answers = said.filter((body) => body.includes('clientDataJSON'));
    expect(answers).toHaveLength(2);
    for (const body of answers) expect(JSON.parse(body).credential.clientExtensionResults).toEqual({});

    await person.open('/settings');
    await person.button('Lock now').click();
    await person.button(words.session.unlockByPasskey).click();
    await isIn(page);

    await letFactorAge(product, person.credentials.email);
    await removePasskey(person);
    await sheetOf(page).getByRole('button', { name: words.secondFactor.usePasskey }).click();
    await page.getByText(words.passkeys.none).waitFor();
    await person.logOut();
    await person.link('Log in').click();
    await person.button(words.session.loginByPasskey).click();
    await page.getByText(words.errors.PASSKEY_REFUSED.title).waitFor();
    await page.getByLabel('E-mail').fill(person.credentials.email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await isIn(page);
    await profile.close();
  });

  it('begins a new session, too, when it unlocks a wallet whose session is over', async () => {
    const { person, page, profile } = await arrive('returning');
    await addPasskey(person, words.passkeys.doneBoth);
    await person.open('/settings');
    await person.button('Lock now').click();
    await person.button(words.session.unlockByPasskey).waitFor();
    const status = (path: string, method: string) =>
      page.evaluate(async ([url = '', verb = '']) => (await fetch(url, { method: verb })).status, [path, method]);
    expect(await status('/v1/auth/logout', 'POST')).toBe(204);
    expect(await status('/v1/me', 'GET')).toBe(401);
    await person.button(words.session.unlockByPasskey).click();
    await isIn(page);
    expect(await status('/v1/me', 'GET')).toBe(200);
    await profile.close();
  });

  it('logs in where the authenticator has no PRF; the password then opens the keys, and nothing else asks for it', async () => {
    const { person, page, profile } = await arrive('plainkey', { hasPrf: false });
    const address = await person.readAddress();
    await addPasskey(person, words.passkeys.doneLogin);
    await page.getByText(words.passkeys.loginOnly).waitFor();
    await person.logOut();
    await person.link('Log in').click();
    await person.button(words.session.loginByPasskey).click();
    await person.seeHeading(words.session.passkeyInTitle);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await person.button('Unlock').click();
    await isIn(page);
    expect(await person.readAddress()).toBe(address);
    await profile.close();
  });

  it('is asked for beside the password; on a device that has none of it a recovery code is', async () => {
    const { person, page, profile } = await arrive('doubtful');
    const [code = ''] = await addPasskey(person, words.passkeys.doneBoth);
    const givePassword = async (who: Person) => {
      await who.link('Log in').click();
      await who.page.getByLabel('E-mail').fill(who.credentials.email);
      await who.page.getByLabel('Password', { exact: true }).fill(password);
      await who.page.getByRole('button', { name: 'Log in', exact: true }).click();
    };
    await person.logOut();
    await givePassword(person);
    await sheetOf(page).getByRole('button', { name: words.secondFactor.usePasskey }).click();
    await isIn(page);

    const elsewhere = await browser.newProfile({ locale: 'en-US' });
    const other = await Person.arrive(elsewhere, product.url, person.credentials);
    // A browser without passkeys is offered the other way, and none that is weaker.
    await other.page.addInitScript(() => Reflect.deleteProperty(window, 'PublicKeyCredential'));
    await other.page.goto(product.url);
    await givePassword(other);
    expect(await other.button(words.session.loginByPasskey).count()).toBe(0);
    await sheetOf(other.page).getByLabel(words.secondFactor.recoveryCode).fill(code);
    expect(await sheetOf(other.page).getByLabel(words.secondFactor.code, { exact: true }).count()).toBe(0);
    await sheetOf(other.page).getByRole('button', { name: words.secondFactor.submit }).click();
    await isIn(other.page);
    await elsewhere.close();
    await profile.close();
  });
});
