/** The wallet in a hand: what fingers hit, what keyboards offer, what the back button and the camera do. */
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, type TestBrowser } from './support/browser.ts';
import { Person } from './support/person.ts';
import { findSharedProduct } from './support/shared-product.ts';

const narrow = { width: 360, height: 780 };
const narrowest = { width: 320, height: 640 };
const address = '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359';

const product = findSharedProduct();
let browser: TestBrowser;
let profile: BrowserContext;
let person: Person;
let page: Page;

beforeAll(async () => {
  const camera = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
  browser = await launchBrowser(camera);
  profile = await browser.newProfile({ locale: 'en-US', viewport: narrow, hasTouch: true, isMobile: true });
  person = await Person.arrive(profile, product.url, {
    email: 'hand@example.com',
    password: 'lantern harbour quiet maple',
  });
  page = person.page;
});
afterAll(async () => {
  await browser?.close();
});

/** What a finger or a keyboard would stumble over on the screen that is shown. */
function findStumbles(): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) found.push(`scrolls sideways by ${scrollWidth - clientWidth}`);
    // A sentence's own link is as high as its line; a radio or a switch is hit by its label.
    const targets =
      'a:not(p a), button, select, textarea, label:has(input), input:not([type=radio], [type=checkbox], [type=file], [type=hidden])';
    for (const target of document.querySelectorAll<HTMLElement>(targets)) {
      const { width, height } = target.getBoundingClientRect();
      const isShown = width > 0 && getComputedStyle(target).visibility !== 'hidden' && !target.closest('.shell__skip');
      if (isShown && Math.min(width, height) < 43.9)
        found.push(`${target.tagName} ${target.className} ${Math.round(width)}×${Math.round(height)}`);
    }
    const fields = 'input:not([type=radio], [type=checkbox], [type=file], [type=hidden]), textarea';
    for (const field of document.querySelectorAll<HTMLInputElement>(fields)) {
      const name = field.labels?.[0]?.textContent ?? field.getAttribute('aria-label') ?? field.name;
      if (Number.parseFloat(getComputedStyle(field).fontSize) < 16) found.push(`${name}: iOS zooms in on it`);
      if (field.enterKeyHint === '') found.push(`${name}: the Enter key says nothing`);
      const hasKeys = field.inputMode === 'none' && document.querySelector('.counter-keys') !== null;
      if (/amount/i.test(name) && field.inputMode !== 'decimal' && !hasKeys)
        found.push(`${name}: no keyboard for numbers`);
      if (field.type === 'password' && !/^(?:current|new)-password$/.test(field.autocomplete))
        found.push(`${name}: unknown to password managers`);
      if (/e-mail|@/i.test(name) && field.type === 'email' && field.autocapitalize !== 'none')
        found.push(`${name}: begins with a capital letter`);
    }
    return found;
  });
}

async function sweep(paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    await page.setViewportSize(narrow);
    await person.open(path);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.locator('.skeleton').first().waitFor({ state: 'detached' });
    for (const size of [narrow, narrowest]) {
      await page.setViewportSize(size);
      found.push(...(await findStumbles()).map((what) => `${path} at ${size.width}: ${what}`));
    }
  }
  await page.setViewportSize(narrow);
  return found;
}

/** For how many open sheets the present entry of the browser's history stands. */
const readLayers = () => page.evaluate(() => (history.state as { layers?: number } | null)?.layers ?? 0);

describe('on a phone', () => {
  it('has targets of 44 px, keyboards that fit, and no screen that scrolls sideways or zooms', async () => {
    const outside = await sweep(['/', '/register', '/login']);
    await person.open('/');
    await person.register();
    await person.topUp('128', 'Cash');
    const entry = new URL(page.url()).pathname;
    const link = new URL(await person.makeLink('25', 'Two lattes')).pathname;
    const more = ['/top-up', '/receive', '/send', '/transfer', '/convert', '/withdraw', '/links', '/links/new'];
    const inside = await sweep([
      ...['/', '/history', entry, ...more, link.replace('/pay/', '/links/'), link, `/wallet${link}`],
      ...['/scan', '/settings', '/settings/phrase', '/settings/items', '/counter', '/no-such-page'],
      ...['/pay-code', '/settings/pay-limit'],
    ]);
    expect([...outside, ...inside]).toEqual([]);
  });

  it('closes a sheet by the back button, and leaves the screen only by the next one', async () => {
    await person.open('/transfer');
    await person.open('/settings');
    const sheet = page.getByRole('dialog');
    await person.button('Log out').click();
    await sheet.waitFor();
    await page.goBack();
    await sheet.waitFor({ state: 'hidden' });
    expect(new URL(page.url()).pathname).toBe('/settings');
    // Closed by other means, it leaves nothing behind to go back through.
    await person.button('Log out').click();
    await sheet.getByRole('button', { name: 'Close' }).click();
    await sheet.waitFor({ state: 'hidden' });
    await expect.poll(readLayers, { timeout: 20_000 }).toBe(0);
    await page.goBack();
    await page.waitForURL(`${product.url}/transfer`);
  });

  it('keeps an open sheet when there is room for a list beside it, and makes use of the room afterwards', async () => {
    await person.open('/history');
    await person
      .link(/Top-up/)
      .first()
      .click();
    await person.button('Add a note or tags').click();
    const note = page.getByRole('dialog').getByLabel('Note');
    await note.fill('For the new kettle');
    await page.setViewportSize({ width: 1280, height: 860 });
    expect(await note.inputValue()).toBe('For the new kettle');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('complementary').getByText('For the new kettle').waitFor();
    await page.setViewportSize(narrow);
  });

  it('keeps what was filled in under a sheet, and goes back past it from where the money is followed', async () => {
    await person.open('/withdraw');
    await person.pick('CNY');
    await page.getByLabel('Amount').fill('10');
    await page.getByLabel('Account holder').fill('Li Wei');
    await page.getByLabel('Card or account number').fill('6222000000000001');
    await person.button('Review').click();
    const sheet = page.getByRole('dialog');
    await sheet.waitFor();
    await page.goBack();
    await sheet.waitFor({ state: 'hidden' });
    expect(await page.getByLabel('Card or account number').inputValue()).toBe('6222000000000001');
    await person.button('Review').click();
    await person.approve(/^Withdraw /);
    // Until the next screen is there the sheet is only hidden, and going back shows it again.
    await page.locator('dialog').waitFor({ state: 'detached' });
    await page.goBack();
    await page.waitForURL(`${product.url}/withdraw`);
    await expect.poll(readLayers, { timeout: 20_000 }).toBe(0);
    await page.getByLabel('Account holder').waitFor();
  });

  describe('the scanner', () => {
    type Stage = { asked: number; seen: string | undefined; refusal: string | undefined };
    const change = (part: Partial<Stage>) => page.evaluate((given) => void Object.assign(globalThis, given), part);
    const askedTimes = () => page.evaluate(() => (globalThis as unknown as Stage).asked);
    const openCamera = () => person.button('Open the camera').click();

    beforeAll(() =>
      page.addInitScript(() => {
        const stage: Stage = Object.assign(globalThis, { asked: 0, seen: undefined, refusal: undefined });
        // What this browser lacks on some systems; the camera itself is the browser's own.
        class BarcodeDetector {
          static getSupportedFormats = async () => ['qr_code'];
          detect = async () => (stage.seen === undefined ? [] : [{ rawValue: stage.seen }]);
        }
        Object.assign(globalThis, { BarcodeDetector });
        const { mediaDevices } = navigator;
        const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices);
        mediaDevices.getUserMedia = (constraints) => {
          stage.asked += 1;
          return stage.refusal === undefined
            ? getUserMedia(constraints)
            : Promise.reject(new DOMException('', stage.refusal));
        };
      }),
    );

    it('asks for the camera on a tap and not before, and reads a code through it', async () => {
      await person.open('/scan');
      await page.getByText('Your browser will ask before the camera is used').waitFor();
      expect(await askedTimes()).toBe(0);
      await openCamera();
      await page.getByText('Hold the code in the frame').waitFor();
      await change({ seen: address });
      await page.waitForURL(`${product.url}/send?to=${address}`);
      expect(await askedTimes()).toBe(1);
    });

    it.each([
      ['denied', 'NotAllowedError', 'The camera may not be used'],
      ['missing', 'NotFoundError', 'No camera found'],
      ['taken', 'NotReadableError', 'The camera does not open'],
    ])('says what to do when the camera is %s, and asks again on the next tap', async (_what, refusal, title) => {
      await person.open('/scan');
      await change({ refusal });
      await openCamera();
      await page.getByText(title).waitFor();
      await change({ refusal: undefined });
      await openCamera();
      await page.getByText('Hold the code in the frame').waitFor();
      expect(await askedTimes()).toBe(2);
    });

    it('says why there is no camera in the clear, and still takes what is pasted', async () => {
      await person.open('/scan');
      await page.evaluate(() => void Object.defineProperty(globalThis, 'isSecureContext', { value: false }));
      await openCamera();
      await page.getByText('No camera at this address').waitFor();
      expect(await askedTimes()).toBe(0);
      await page.getByLabel(/^Paste/).fill(address);
      await person.button('Continue').click();
      await page.waitForURL(`${product.url}/send?to=${address}`);
    });
  });
});
