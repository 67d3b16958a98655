import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { launchBrowser, type TestBrowser } from './support/browser.ts';
import { listLinkStates } from './support/link-states.ts';
import {
  chooseLanguage,
  desk,
  dress,
  examineHere,
  inTurn,
  isThorough,
  looksIn,
  phone,
  pictures,
} from './support/looks.ts';
import { goTo, Person } from './support/person.ts';
import { sentences } from './support/sentences.ts';
import { findSharedProduct } from './support/shared-product.ts';
import { emptyStates, listUnusualStates, type ScreenState } from './support/states.ts';

const product = findSharedProduct();
let browser: TestBrowser;
let person: Person;
/** The path of a top-up to tokens. */
let entry: string;

beforeAll(async () => {
  browser = await launchBrowser();
  // Answers are changed on their way to the page, which a service worker would hide from the test.
  const profile = await browser.newProfile({ locale: 'en-US', viewport: phone, serviceWorkers: 'block' });
  person = await Person.arrive(profile, product.url, {
    email: 'zhou.jie@example.com',
    password: 'copper meadow slow violet',
  });
  await person.register();
});
afterAll(async () => {
  await browser?.close();
});

if (pictures) vi.setConfig({ testTimeout: 1_800_000 });

/** Shows each state and gives what axe finds; each look of it only when pictures are taken. */
async function lookAt(states: readonly ScreenState[], languages: readonly ('zh' | 'en')[]): Promise<string[]> {
  const { page } = person;
  const found: string[] = [];
  for (const language of languages) {
    await chooseLanguage(page, product.url, language);
    for (const { name, path, arrange, act } of inTurn(states, language)) {
      await arrange?.(page);
      await goTo(page, `${product.url}${path}`);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      if (!name.startsWith('loading')) await page.locator('.skeleton').first().waitFor({ state: 'detached' });
      await act?.(page, sentences[language]);
      for (const look of looksIn(language)) {
        await dress(page, look);
        found.push(...(await examineHere(page, name, look)));
      }
      // The next state may be at the same address, where the history would still have the sheet.
      if (await page.locator('dialog[open]').count()) await page.keyboard.press('Escape');
      await page.unrouteAll({ behavior: 'ignoreErrors' });
    }
  }
  return found;
}

describe('unusual states of screens', () => {
  it('have nothing that axe objects to, before anything has happened', async () => {
    expect(await lookAt(emptyStates, isThorough ? ['zh', 'en'] : ['zh'])).toEqual([]);
  });

  it('have nothing that axe objects to, while loading, failing, under way and wrongly filled in', async () => {
    await chooseLanguage(person.page, product.url, 'en');
    await person.topUp('128', 'Cash');
    await person.page.getByText('Kept as cash, held by the operator').first().waitFor();
    await person.topUp('100', 'Tokens');
    await person.page.getByText('The tokens are at your address').first().waitFor();
    entry = new URL(person.page.url()).pathname;
    expect(await lookAt(listUnusualStates(entry), isThorough ? ['zh', 'en'] : ['en'])).toEqual([]);
  });

  it('have nothing that axe objects to, where a payment link was not paid as asked', async () => {
    await chooseLanguage(person.page, product.url, 'en');
    const link = await person.makeLink('25', 'Two lattes');
    const states = listLinkStates(link.split('/').at(-1) ?? '');
    expect(await lookAt(states, isThorough ? ['zh', 'en'] : ['en'])).toEqual([]);
  });

  it('say what still works without a network, and keep what was read', async () => {
    const { page } = person;
    await chooseLanguage(page, product.url, 'en');
    await page.getByRole('link', { name: 'Home' }).first().click();
    await page.getByText('Top-up', { exact: true }).first().waitFor();
    await page.context().setOffline(true);
    await page.getByText('No network', { exact: true }).waitFor();
    await page.getByText('You can still see your addresses').waitFor();
    await page.getByText('Top-up', { exact: true }).first().waitFor();
    for (const look of looksIn('en')) {
      await dress(page, look);
      expect(await examineHere(page, 'offline-home', look)).toEqual([]);
    }
    await page.context().setOffline(false);
    await page.getByText('No network', { exact: true }).waitFor({ state: 'detached' });
  });
});

describe('hidden amounts', () => {
  /** Everything that a person can see or have read to them: text, spoken names, tips, and the title of the tab. */
  const readAll = () =>
    person.page.evaluate(() => {
      const attributes = ['aria-label', 'aria-description', 'title', 'alt', 'placeholder', 'value'];
      const spoken = [...document.querySelectorAll('*')].flatMap((element) =>
        attributes.map((name) => element.getAttribute(name) ?? ''),
      );
      return [document.title, document.body.innerText, ...spoken].join('\n');
    });
  const amount = /\d[\d,]*\.\d{2}/;

  it('are covered everywhere by one tap, also after a reload, and shown again by another', async () => {
    const { page } = person;
    await page.setViewportSize(phone);
    await person.open('/');
    await page.getByText('Top-up', { exact: true }).first().waitFor();
    expect(await readAll()).toMatch(amount);
    await page.getByRole('button', { name: 'Hide amounts' }).click();
    await page.reload();
    for (const path of ['/', '/history', entry, '/links', '/convert', '/withdraw']) {
      await person.open(path);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      await page.locator('.skeleton').first().waitFor({ state: 'detached' });
      const numbers = page.getByText('Numbers and references');
      if (path === entry) await numbers.click();
      expect(`${path}: ${await readAll()}`).not.toMatch(amount);
      const masks = await page.getByText(/^\*+$/).allInnerTexts();
      expect(new Set(masks).size).toBeLessThanOrEqual(1);
      for (const look of pictures && path !== '/links' ? looksIn('en') : []) {
        await dress(page, look);
        await examineHere(page, `hidden-${path.split('/')[1] || 'home'}`, look);
      }
    }
  });

  it('are shown where one signs', async () => {
    const { page } = person;
    await page.setViewportSize(phone);
    await person.open('/withdraw');
    await page.getByLabel('Amount').fill('10');
    await page.getByLabel('Account holder').fill('Wang Fang');
    await page.getByLabel('Card or account number').fill('6222 0000 0000 0001');
    await person.button('Review').click();
    await page.getByRole('dialog').getByText('¥10.00').first().waitFor();
    await page.keyboard.press('Escape');
    await person.open('/');
    await page.getByRole('button', { name: 'Show amounts' }).first().click();
    await page.getByText('¥228.00').first().waitFor();
  });
});

describe('people who see or move differently', () => {
  const paths = () => ['/', '/history', entry, '/top-up', '/send', '/receive', '/convert', '/links/new', '/settings'];

  it.each([
    ['200 % zoom of a desk', { width: 640, height: 430 }],
    ['the narrowest phone', { width: 320, height: 640 }],
  ])('lose nothing and never scroll sideways at %s', async (_, viewport) => {
    const { page } = person;
    await page.setViewportSize(viewport);
    const found: string[] = [];
    for (const path of paths()) {
      await person.open(path);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      await page.locator('.skeleton').first().waitFor({ state: 'detached' });
      const cut = await page.evaluate(() => {
        const width = document.documentElement.clientWidth;
        const isOut = (element: Element) => {
          const { left, right, width: own } = element.getBoundingClientRect();
          return own > 1 && (right > width + 1 || left < -1);
        };
        const out = [...document.querySelectorAll('main *')].filter((element) => !element.closest('.visually-hidden'));
        return [
          ...(document.documentElement.scrollWidth > width
            ? [`scrolls to ${document.documentElement.scrollWidth}`]
            : []),
          ...out.filter(isOut).map((element) => `${element.tagName} ${element.className}`),
        ];
      });
      found.push(...cut.map((what) => `${path}: ${what}`));
      if (pictures) {
        const size = {
          width: viewport.width,
          height: await page.evaluate(() => document.documentElement.scrollHeight),
        };
        await page.setViewportSize(size);
        await page.screenshot({ path: `${pictures}/zoom-${viewport.width}-${path.split('/')[1] || 'home'}.png` });
        await page.setViewportSize(viewport);
      }
    }
    expect(found).toEqual([]);
  });

  it('see no movement when they asked for none', async () => {
    const { page } = person;
    await page.setViewportSize(phone);
    const listMoving = async (reducedMotion: 'reduce' | 'no-preference') => {
      await page.emulateMedia({ reducedMotion });
      await person.open('/withdraw');
      await page.getByLabel('Amount').fill('10');
      await page.getByLabel('Account holder').fill('Wang Fang');
      await page.getByLabel('Card or account number').fill('6222 0000 0000 0001');
      await person.button('Review').click();
      // In the frame in which the sheet opens; later a short animation would be over.
      return page.evaluate(
        () =>
          new Promise<string[]>((resolve) =>
            requestAnimationFrame(() =>
              resolve(
                document
                  .getAnimations()
                  .filter((animation) => Number(animation.effect?.getComputedTiming().duration) > 1)
                  .map((animation) => (animation instanceof CSSAnimation ? animation.animationName : 'transition')),
              ),
            ),
          ),
      );
    };
    expect(await listMoving('reduce')).toEqual([]);
    expect(await listMoving('no-preference')).toContain('sheet-rise');
    await page.keyboard.press('Escape');
  });

  it('send money by keyboard alone, and follow it through the history', async () => {
    const { page } = person;
    await page.setViewportSize(desk);
    await person.open('/');
    await page.getByText('Top-up', { exact: true }).first().waitFor();
    await page.keyboard.press('s');
    await person.seeHeading('Send');
    await page.getByLabel('To', { exact: true }).waitFor();
    await page.keyboard.type('0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359');
    const seeFocus = async (name: string) => {
      for (let presses = 0; presses < 12; presses += 1) {
        await page.keyboard.press('Tab');
        const focused = await page.evaluate(() => {
          const element = document.activeElement;
          const label = element instanceof HTMLInputElement ? element.labels?.[0]?.innerText : undefined;
          return label ?? element?.textContent ?? '';
        });
        if (focused.startsWith(name)) return;
      }
      throw new Error(`Tab does not reach ${name}.`);
    };
    await seeFocus('Amount');
    await page.keyboard.type('5');
    await person.button('Review and send').waitFor();
    await page.keyboard.press('Enter');
    const sheet = page.getByRole('dialog');
    await sheet.getByRole('button', { name: /^Send 5/ }).waitFor();
    await seeFocus('Send 5');
    await page.keyboard.press('Enter');
    await sheet.getByRole('status').getByText('Sent, being confirmed').waitFor({ state: 'attached' });
    await seeFocus('Follow the money');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/history\/[0-9a-f-]{36}/);
    await page.getByText('Numbers and references').waitFor();
    await page.keyboard.press('Escape');
    await page.waitForURL(/\/history$/);
    await page.locator('a[href^="/history/"]').first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/history\/[0-9a-f-]{36}/);
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').waitFor();
    await page.keyboard.type('rec');
    await page.keyboard.press('Enter');
    await person.seeHeading('Receive');
  });
});

describe('the built wallet', () => {
  it('has no gallery in it', async () => {
    await person.open('/gallery');
    await person.page.getByRole('heading', { level: 1, name: 'No such page' }).waitFor();
    const folder = fileURLToPath(new URL('../dist/assets/', import.meta.url));
    const files = readdirSync(folder).filter((name) => name.endsWith('.js'));
    expect(files.length).toBeGreaterThan(10);
    expect(files.filter((name) => readFileSync(`${folder}${name}`, 'utf8').includes('req-7f3a'))).toEqual([]);
  });
});
