import { entropyToMnemonic } from 'bip39';
import { encryptKeystoreJson, HDNodeWallet, Mnemonic, Wallet } from 'ethers';
import type { Page } from 'playwright-core';
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { launchBrowser, type TestBrowser } from './support/browser.ts';
import { giveCoins } from './support/chain.ts';
import { type CountedFlow, createTally, type Hand } from './support/effort.ts';
import { chooseLanguage, dress, examine, examineHere, languagesIn, looksIn } from './support/looks.ts';
import { Person } from './support/person.ts';
import { sentences } from './support/sentences.ts';
import { findSharedProduct } from './support/shared-product.ts';

const product = findSharedProduct();
const words = sentences.en;
const password = 'lantern harbour quiet maple';
let browser: TestBrowser;
let people = 0;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
});

const newPhrase = () => entropyToMnemonic(Buffer.from(crypto.getRandomValues(new Uint8Array(16))));

/** Somebody at the screen where wallets are restored, whose clipboard can be used as a person's. */
async function atRestoring() {
  people += 1;
  const profile = await browser.newProfile({ locale: 'en-US' });
  await profile.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: product.url });
  const person = await Person.arrive(profile, product.url, { email: `restored${people}@example.com`, password });
  await person.link(words.newcomer.restore).click();
  await person.seeHeading(words.restore.title);
  return { profile, person, page: person.page };
}

/** Pastes as people do: from the clipboard, by the keyboard. */
async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await page.getByLabel(words.secretBox.label).focus();
  await page.keyboard.press('ControlOrMeta+V');
}

const tally = createTally();

/** What is left to do after pasting: two fields and one press, after what the text itself asks for. */
const finish = (person: Person, flow: CountedFlow, more: (hand: Hand) => Promise<void> = async () => undefined) =>
  tally.count(flow, async (hand) => {
    const { page, credentials } = person;
    await more(hand);
    await hand.fill(page.getByLabel('E-mail'), credentials.email);
    await hand.fill(page.getByLabel('Password', { exact: true }), password);
    await hand.click(person.button(words.restore.restore));
    await page.getByRole('link', { name: 'Top up' }).first().waitFor();
  });

const readAccounts = async (person: Person) => {
  await person.open('/settings/accounts');
  const rows = person.page.getByRole('list', { name: words.accounts.title }).getByRole('link');
  await rows.first().waitFor();
  const links = await rows.evaluateAll((all) => all.map((row) => row.getAttribute('href') ?? ''));
  return links.map((href) => href.split('/').at(-1));
};

describe('restoring a wallet', () => {
  it('takes one press after the paste, finds the accounts that were used, and empties the clipboard', async () => {
    const phrase = newPhrase();
    const root = HDNodeWallet.fromPhrase(phrase, '', "m/44'/60'/0'/0");
    for (const index of [1, 5]) await giveCoins(product, root.deriveChild(index).address);
    const { person, page, profile } = await atRestoring();
    await paste(page, phrase);
    await page.getByText(words.secretBox.phrase(12, 'English')).waitFor();
    await page.getByText(words.secretBox.cleared).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('');
    await finish(person, 'Restore a phrase, after the paste');
    const expected = [0, 1, 5].map((index) => root.deriveChild(index).address);
    expect(await readAccounts(person)).toEqual(expected);
    // Whoever typed a phrase in has it written down.
    await person.open('/');
    expect(await page.getByText('Write down').count()).toBe(0);
    await profile.close();
  });

  it('takes a phrase with a passphrase for the other wallet that it is', async () => {
    const phrase = newPhrase();
    const { person, page, profile } = await atRestoring();
    await paste(page, phrase);
    await finish(person, 'Restore one with a passphrase', async (hand) => {
      await hand.click(page.getByText(words.secretBox.passphraseAsk));
      await hand.fill(page.getByLabel(words.secretBox.passphrase, { exact: true }), 'a further word');
    });
    const expected = HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(phrase, 'a further word'), "m/44'/60'/0'/0/0");
    expect(await readAccounts(person)).toEqual([expected.address]);
    await profile.close();
  });

  it('names the wrong word and its place, and puts the right one in by a press', async () => {
    const phrase = 'legal winner thank year wave sausage worth useful legal winner thank yellow';
    const { page, profile } = await atRestoring();
    await paste(page, phrase.replace('sausage', 'sausagge'));
    await page.getByText(words.secretBox.unknownWord(6, 'sausagge')).waitFor();
    await page.getByRole('button', { name: words.secretBox.changeWord('sausage', 6) }).click();
    await page.getByText(words.secretBox.phrase(12, 'English')).waitFor();
    await page.getByLabel(words.secretBox.label).fill(phrase.replace('yellow', 'zoo'));
    await page.getByText(words.secretBox.phraseWrong).waitFor();
    // Nothing can be sent before it is right.
    expect(await page.getByLabel('E-mail').count()).toBe(0);
    // It is gone from the field when one goes elsewhere.
    await page.getByLabel(words.secretBox.label).evaluate((field) => Object.assign(globalThis, { field }));
    await page.getByRole('link', { name: 'Log in' }).click();
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    expect(await page.evaluate('globalThis.field.value')).toBe('');
    await profile.close();
  });

  it('takes a private key and a keystore into a new wallet, which uses them', async () => {
    const [one, two] = [new Wallet(generatePrivateKey()), new Wallet(generatePrivateKey())];
    const keystore = await encryptKeystoreJson({ address: two.address, privateKey: two.privateKey }, 'their password', {
      scrypt: { N: 1_024, r: 8, p: 1 },
    });
    for (const [text, wallet] of [
      [one.privateKey, one],
      [keystore, two],
    ] as const) {
      const { person, page, profile } = await atRestoring();
      await paste(page, text);
      if (text === keystore)
        await finish(person, 'Restore a keystore', (hand) =>
          hand.fill(page.getByLabel(words.secretBox.keystorePassword), 'their password'),
        );
      else await finish(person, 'Restore a private key');
      expect(await person.readAddress()).toBe(wallet.address);
      await profile.close();
    }
  });

  it('takes an address for watching', async () => {
    const address = privateKeyToAddress(generatePrivateKey());
    const { person, page, profile } = await atRestoring();
    await paste(page, address);
    // An address is no secret: it stays where it was copied.
    await page.getByText(words.secretBox.address).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(address);
    await finish(person, 'Watch an address');
    expect(await person.readAddress()).not.toBe(address);
    expect(await readAccounts(person)).toContain(address);
    await profile.close();
  });
});

it('takes no more than was promised, whatever is restored', () => {
  tally.judge(
    'Restore a phrase, after the paste',
    ...(['Restore one with a passphrase', 'Restore a private key', 'Restore a keystore', 'Watch an address'] as const),
  );
});

describe('accounts', () => {
  it('are added, named, chosen, imported, watched and found by other numberings', async () => {
    const phrase = newPhrase();
    const ledger = HDNodeWallet.fromPhrase(phrase, '', 'm').derivePath("m/44'/60'/2'/0/0").address;
    await giveCoins(product, ledger);
    const { person, page, profile } = await atRestoring();
    await paste(page, phrase);
    await finish(person, 'Restore a phrase, after the paste');

    const [first] = await readAccounts(person);
    await person.button(words.accounts.add).click();
    await page.getByText(words.accounts.unnamed(2)).first().waitFor();
    const [, second] = await readAccounts(person);
    await person.open(`/settings/accounts/${second}`);
    await page.getByLabel(words.accounts.name).fill('Savings');
    await person.button(words.accounts.save).click();
    await page.getByRole('link', { name: /Savings/ }).waitFor();
    await person.button(words.accounts.makePrimary).click();
    await page.getByText(words.accounts.madePrimary).waitFor();
    expect(await person.readAddress()).toBe(second);

    const imported = new Wallet(generatePrivateKey());
    await person.open('/settings/accounts/import');
    await paste(page, imported.privateKey);
    await person.button(words.accounts.importAction).click();
    await page.getByRole('link', { name: new RegExp(words.accounts.kinds.imported) }).waitFor();

    const watched = privateKeyToAddress(generatePrivateKey());
    await giveCoins(product, watched);
    await person.open('/settings/accounts/import');
    await paste(page, watched);
    await person.button(words.accounts.watchAction).click();
    await page.getByRole('link', { name: new RegExp(words.accounts.kinds.watched) }).click();
    await page.getByText(words.accounts.watchedWhy).waitFor();
    await vi.waitUntil(async () => /Balance\s+ETH\s+1\s*ETH/.test(await page.locator('main').innerText()), {
      timeout: 20_000,
    });
    expect(await person.button(words.accounts.makePrimary).count()).toBe(0);

    // A second phrase is no account.
    await person.open('/settings/accounts/import');
    await paste(page, newPhrase());
    await page.getByText(words.accounts.importPhrase).waitFor();

    await person.open('/settings/accounts/find');
    await person.button(words.accounts.find).click();
    await page.getByText(words.accounts.foundNone).waitFor();
    await page.getByLabel(words.accounts.scheme).selectOption('ledger_live');
    await person.button(words.accounts.find).click();
    await person.button(words.accounts.addFound(1)).click();
    await page.locator(`a[href$="${ledger}"]`).waitFor();
    const all = new Map(Object.entries({ first, second, ledger, imported: imported.address, watched }));
    const named = async (one: Person) => {
      const there = await readAccounts(one);
      return [...all].filter(([, address]) => there.includes(address)).map(([name]) => name);
    };
    expect(await named(person)).toEqual([...all.keys()]);

    // All of it is in the vault: another device has it after logging in.
    const other = await browser.newProfile({ locale: 'en-US' });
    const again = await Person.arrive(other, product.url, person.credentials);
    await again.logIn();
    expect(await named(again)).toEqual([...all.keys()]);
    expect(await again.readAddress()).toBe(second);
    await other.close();
    await profile.close();
  });
});

describe('the screens', () => {
  it('have nothing that axe objects to', { timeout: 600_000 }, async () => {
    const found: string[] = [];
    const phrase = newPhrase();
    for (const language of languagesIn('zh')) {
      const strangers = await browser.newProfile({ locale: language === 'zh' ? 'zh-CN' : 'en-US' });
      const stranger = await strangers.newPage();
      const field = stranger.locator('textarea[name="secret"]');
      for (const look of looksIn(language)) {
        await dress(stranger, look);
        await stranger.goto(`${product.url}/restore`);
        await field.fill('legal winner thenk yeer wave ');
        await stranger.locator('.banner').first().waitFor();
        found.push(...(await examineHere(stranger, 'restore-word', look)));
        await field.fill(phrase);
        await stranger.locator('input[name="email"]').waitFor();
        await stranger.locator('details summary').click();
        found.push(...(await examineHere(stranger, 'restore-phrase', look)));
        await field.fill(generatePrivateKey());
        await stranger.locator('.address').waitFor();
        found.push(...(await examineHere(stranger, 'restore-key', look)));
      }
      await strangers.close();
    }
    const { person, page, profile } = await atRestoring();
    const box = page.locator('textarea[name="secret"]');
    await paste(page, phrase);
    await finish(person, 'Restore a phrase, after the paste');
    await person.open('/settings/accounts/import');
    await box.fill(privateKeyToAddress(generatePrivateKey()));
    await page.locator('button[type="submit"]').click();
    await page.waitForURL(`${product.url}/settings/accounts`);
    const [first, watched] = await readAccounts(person);
    for (const language of languagesIn('zh')) {
      await chooseLanguage(page, product.url, language);
      for (const [name, path] of [
        ['accounts', ''],
        ['account', `/${first}`],
        ['account-watched', `/${watched}`],
        ['accounts-import', '/import'],
        ['accounts-find', '/find'],
      ] as const) {
        found.push(...(await examine(page, `${product.url}/settings/accounts${path}`, name, language)));
      }
    }
    expect(found).toEqual([]);
    await profile.close();
  });
});
