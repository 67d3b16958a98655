/** The scanner with a camera that sees real pictures, with picture files, and with what is pasted and dropped. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatEmvco } from '@feiqian/domain/codes/emvco';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, type TestBrowser } from './support/browser.ts';
import { blank, photographCode, toFilm, toPng } from './support/code-picture.ts';
import { createTally } from './support/effort.ts';
import { chooseLanguage, dress, examineHere, languagesIn, looksIn, phone } from './support/looks.ts';
import { Person } from './support/person.ts';
import { sentences } from './support/sentences.ts';
import { findSharedProduct } from './support/shared-product.ts';

const product = findSharedProduct();
const words = sentences.en.scan;
const address = '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359';
const key = '4f3edf983ac636a65a842ce7c78d9aa706d3b113bce9c46f30d7d21715b23b1d';
const folder = mkdtempSync(join(tmpdir(), 'feiqian-camera-'));
const film = join(folder, 'seen.y4m');
const point = (text: string) => writeFileSync(film, toFilm(photographCode(text)));
let browser: TestBrowser;
let profile: BrowserContext;
let payer: Person;
let shop: Person;
let page: Page;
let link: string;

beforeAll(async () => {
  writeFileSync(film, toFilm(blank()));
  browser = await launchBrowser([
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-video-capture=${film}`,
  ]);
  shop = await Person.arrive(await browser.newProfile({ locale: 'en-US' }), product.url, {
    email: 'tea.house@example.com',
    password: 'copper willow evening lake',
  });
  await shop.register();
  link = await shop.makeLink('12.50', 'Two cups of tea');
  profile = await browser.newProfile({ locale: 'en-US', viewport: phone });
  payer = await Person.arrive(profile, product.url, {
    email: 'guo.yan@example.com',
    password: 'amber ladder winter field',
  });
  await payer.register();
  await payer.topUp('100', 'Cash');
  await payer.page.getByText('Kept as cash, held by the operator').first().waitFor();
  await payer.topUp('20', 'Tokens');
  await payer.page.getByText('The tokens are at your address').first().waitFor();
  ({ page } = payer);
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const tally = createTally();

/** Opens the scanner from the first screen, as people do. */
async function openScanner(): Promise<void> {
  await payer.open('/');
  await page.getByRole('navigation', { name: sentences.en.home.actions }).getByRole('link', { name: 'Scan' }).click();
  await payer.seeHeading(words.title);
}

const told = (title: string) => page.locator('.banner__title').filter({ hasText: title });
const paste = (text: string) =>
  page.evaluate((given) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', given);
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);
const choosePicture = (picture: Buffer) =>
  page.getByLabel(words.picture).setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer: picture });

describe('the camera', () => {
  it('reads the code of a payment link from a picture in front of it, which can be paid then', async () => {
    await openScanner();
    point(link);
    await payer.button(sentences.en.camera.start).click();
    await page.waitForURL(/\/wallet\/pay\//);
    await page.getByText('Two cups of tea').first().waitFor();
    await payer.button(sentences.en.pay.review).click();
    await payer.approve(/^Pay 12\.52 CNYF$/);
  });

  it('opens by itself for who has allowed it, and reads what another wallet asks for', async () => {
    const token = await page.evaluate(async () => {
      const { assets } = await (await fetch('/v1/chains')).json();
      return assets.find(({ symbol }: { symbol: string }) => symbol === 'CNYF').address;
    });
    const request = `ethereum:${token}@31337/transfer?address=${address}&uint256=2500000`;
    await profile.grantPermissions(['camera']);
    point(request);
    await payer.open('/');
    await tally.count('Scan and pay', async (hand) => {
      const actions = page.getByRole('navigation', { name: sentences.en.home.actions });
      await hand.click(actions.getByRole('link', { name: 'Scan' }));
      await page.waitForURL((url) => url.pathname === '/send' && url.searchParams.get('to') === request);
      expect(await page.getByLabel(sentences.en.form.amount, { exact: true }).inputValue()).toBe('2.5');
      await hand.click(payer.button(sentences.en.send.review));
      await hand.click(page.getByRole('dialog').getByRole('button', { name: /^Send 2\.50 CNYF$/ }));
      await page.getByRole('dialog').getByRole('link', { name: sentences.en.form.follow }).waitFor();
    });
    tally.judge('Scan and pay');
    await profile.clearPermissions();
  });
});

describe('a picture', () => {
  it('is read from a file', async () => {
    await openScanner();
    await choosePicture(toPng(photographCode(`https://example.com/menu?table=4`)));
    await told(words.told.web).waitFor();
    await page.getByText(words.told.webBody('example.com')).waitFor();
    await choosePicture(toPng(photographCode(address, { width: 3000, height: 2000 })));
    await page.waitForURL(`${product.url}/send?to=${address}`);
  });

  it('has to have a code in it, and to be one', async () => {
    await openScanner();
    await choosePicture(toPng(blank()));
    await told(words.noCode).waitFor();
    await choosePicture(Buffer.from('no picture'));
    await told(words.noCode).waitFor();
  });

  it('of a merchant’s poster leads to the payment link in it, whatever the poster says itself', async () => {
    const poster = formatEmvco({
      isDynamic: false,
      currency: 'CNY',
      amount: '1.00',
      country: 'CN',
      merchant: 'Tea house',
      city: 'Beijing',
      payload: link,
    });
    await openScanner();
    await choosePicture(toPng(photographCode(poster, { width: 900, height: 900 })));
    await page.waitForURL(/\/wallet\/pay\//);
    await page.getByText('¥12.50').first().waitFor();
  });

  it('can be dropped on the page', async () => {
    await openScanner();
    const bytes = toPng(photographCode('@teahouse')).toString('base64');
    await page.evaluate((base64) => {
      const dataTransfer = new DataTransfer();
      const file = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      dataTransfer.items.add(new File([file], 'code.png', { type: 'image/png' }));
      for (const type of ['dragover', 'drop'])
        document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    }, bytes);
    await page.waitForURL(`${product.url}/transfer?to=%40teahouse`);
  });
});

describe('the code to be paid by', () => {
  it('says chain, token and amount, which another one takes; the note goes with what is shared', async () => {
    await page.addInitScript(() => {
      Object.assign(navigator, {
        share: async ({ text }: { text: string }) => void Object.assign(globalThis, { shared: text }),
      });
    });
    const { receive } = sentences.en;
    await payer.open('/receive');
    await payer.pick(/^CNYF/);
    await page.getByLabel(receive.amount).fill('3.20');
    await page.getByLabel(receive.note).fill('Lunch');
    await payer.button(receive.share).click();
    const shared = await page.evaluate(() => (globalThis as unknown as { shared: string }).shared);
    const [sentence, code = ''] = shared.split('\n');
    expect(sentence).toBe('3.20 CNYF, Lunch');
    expect(code).toMatch(/^ethereum:0x[0-9a-fA-F]{40}@31337\/transfer\?address=0x[0-9a-fA-F]{40}&uint256=3200000$/);
    await shop.open('/scan');
    await shop.page.getByLabel(words.paste).fill(code);
    await shop.page.getByRole('button', { name: words.goOn }).click();
    await shop.page.waitForURL((url) => url.searchParams.get('to') === code);
  });
});

describe('a picture of a code that the wallet shows', () => {
  /** The screen as phones of that many pixels and either theme show it, one picture each. */
  async function takePictures(): Promise<Buffer[]> {
    const cdp = await profile.newCDPSession(page);
    const pictures: Buffer[] = [];
    for (const deviceScaleFactor of [1, 2, 3]) {
      await cdp.send('Emulation.setDeviceMetricsOverride', { ...phone, deviceScaleFactor, mobile: true });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.locator('.qr').scrollIntoViewIfNeeded();
        const { data } = await cdp.send('Page.captureScreenshot');
        pictures.push(Buffer.from(data, 'base64'));
      }
    }
    await cdp.detach();
    return pictures;
  }

  const { receive } = sentences.en;
  it.each([
    ['to be paid by', '/receive', /\/send\?to=/],
    ['with an amount', '/receive', /\/send\?to=/],
    ['to pay with', '/pay-code', undefined],
    ['of a link', undefined, /\/wallet\/pay\//],
  ] as const)('%s is read on every phone, light and dark', async (kind, path, target) => {
    await payer.open(path ?? `/links/${(await payer.makeLink('7.20', 'Noodles')).split('/').at(-1)}`);
    if (kind === 'with an amount') {
      await payer.pick(/^CNYF/);
      await page.getByLabel(receive.amount).fill('3.20');
    }
    await page.locator('.qr').waitFor();
    const pictures = await takePictures();
    await openScanner();
    for (const picture of pictures) {
      await choosePicture(picture);
      if (target) {
        await page.waitForURL(target);
        await page.goBack();
        await payer.seeHeading(words.title);
      } else {
        await told(words.told.payCode.title).waitFor();
        await choosePicture(toPng(blank()));
        await told(words.noCode).waitFor();
      }
    }
  });
});

describe('what is pasted', () => {
  it('leads on at once, wherever it is pasted', async () => {
    await openScanner();
    await paste(`  ${address.toLowerCase()}\n`);
    await page.waitForURL(`${product.url}/send?to=${address}`);
  });

  it('is refused when it is a secret, and stands nowhere afterwards', async () => {
    await openScanner();
    await paste(key);
    await told(words.told.secret.private_key).waitFor();
    await page
      .getByLabel(words.paste)
      .fill('legal winner thank year wave sausage worth useful legal winner thank yellow');
    await payer.button(words.goOn).click();
    await told(words.told.secret.phrase).waitFor();
    expect(await page.getByLabel(words.paste).inputValue()).toBe('');
    const everything = await page.evaluate(
      () =>
        document.documentElement.outerHTML +
        location.href +
        JSON.stringify({ ...sessionStorage, ...localStorage, state: history.state }),
    );
    expect(everything).not.toContain(key.slice(0, 10));
    expect(everything).not.toContain('sausage');
  });
});

it('has no fault that axe finds, whatever it says', async () => {
  const found: string[] = [];
  for (const language of languagesIn('en')) {
    await chooseLanguage(page, product.url, language);
    const { scan } = sentences[language];
    await payer.open('/scan');
    for (const [name, text, title] of [
      ['secret', key, scan.told.secret.private_key],
      ['foreign-link', `https://other.example/pay/${'0b9c0e6e-3a5d-4c1e-8b57-0d6a4c5f2a10'}`, scan.told.foreignLink],
      ['pay-code', '880000000000000005', scan.told.payCode.title],
    ] as const) {
      await page.getByLabel(scan.paste).fill(text);
      await payer.button(scan.goOn).click();
      await told(title).waitFor();
      for (const look of looksIn(language)) {
        await dress(page, look);
        found.push(...(await examineHere(page, `scan-${name}`, look)));
      }
    }
  }
  expect(found).toEqual([]);
});
