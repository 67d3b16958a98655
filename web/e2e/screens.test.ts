import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, type TestBrowser } from './support/browser.ts';
import { Person } from './support/person.ts';
import { startProduct, type TestProduct } from './support/product.ts';

// SCREENSHOTS=<folder> keeps a picture of every screen in both languages, light and dark, on phone and desk.
const pictures = process.env.SCREENSHOTS;
const phone = { width: 390, height: 844 };
const desk = { width: 1280, height: 860 };

let product: TestProduct;
let browser: TestBrowser;
let person: Person;
let link: string;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
  const profile = await browser.newProfile({ locale: 'en-US', viewport: phone });
  person = await Person.arrive(profile, product.url, {
    email: 'li.wei@example.com',
    password: 'lantern harbour quiet maple',
  });
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

type Look = { readonly language: 'zh' | 'en'; readonly scheme: 'light' | 'dark'; readonly size: 'phone' | 'desk' };

const looks: readonly Look[] = pictures
  ? (['zh', 'en'] as const).flatMap((language) =>
      (['light', 'dark'] as const).flatMap((scheme) =>
        (['phone', 'desk'] as const).map((size) => ({ language, scheme, size })),
      ),
    )
  : [
      { language: 'zh', scheme: 'light', size: 'phone' },
      { language: 'en', scheme: 'dark', size: 'desk' },
    ];

/** Shows a path in a language, as its own setting, and gives what axe finds wrong with it. */
async function examine(page: Page, path: string, name: string, { language, scheme, size }: Look): Promise<string[]> {
  await page.setViewportSize(size === 'phone' ? phone : desk);
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
  await page.goto(`${product.url}${path}`);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.waitForLoadState('networkidle').catch(() => undefined);
  const { violations } = await new AxeBuilder({ page }).analyze();
  if (pictures) {
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `${name}-${language}-${scheme}-${size}.png`), fullPage: true });
  }
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target }) => `${name} ${language} ${scheme} ${size}: ${id} at ${target.join(' ')}`),
  );
}

async function chooseLanguage(page: Page, language: 'zh' | 'en'): Promise<void> {
  await page.goto(`${product.url}/settings`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.getByText(language === 'zh' ? '中文' : 'English', { exact: true }).click();
  await page.getByRole('heading', { level: 1, name: language === 'zh' ? '设置' : 'Settings' }).waitFor();
}

describe('every screen', () => {
  it('has nothing that axe objects to, before anybody is logged in', async () => {
    const found: string[] = [];
    for (const locale of ['zh-CN', 'en-US'] as const) {
      const profile = await browser.newProfile({ locale });
      const page = await profile.newPage();
      const language = locale === 'zh-CN' ? 'zh' : 'en';
      for (const look of looks.filter((candidate) => candidate.language === language)) {
        for (const [name, path] of [
          ['welcome', '/'],
          ['register', '/register'],
          ['login', '/login'],
        ] as const) {
          found.push(...(await examine(page, path, name, look)));
        }
      }
      await profile.close();
    }
    expect(found).toEqual([]);
  });

  it('has nothing that axe objects to, with money in the wallet, in both languages', async () => {
    await person.register();
    await person.topUp('128', 'Cash');
    await person.page.getByText('Kept as cash, held by the operator').first().waitFor();
    await person.topUp('100', 'Tokens');
    await person.page.getByText('The tokens are at your address').first().waitFor();
    const entry = new URL(person.page.url()).pathname;
    link = new URL(await person.makeLink('25', 'Two lattes')).pathname;
    const screens = [
      ['home', '/'],
      ['history', '/history'],
      ['entry', entry],
      ['top-up', '/top-up'],
      ['receive', '/receive'],
      ['send', '/send'],
      ['transfer', '/transfer'],
      ['convert', '/convert'],
      ['withdraw', '/withdraw'],
      ['links', '/links'],
      ['new-link', '/links/new'],
      ['link', link.replace('/pay/', '/links/')],
      ['pay', link],
      ['settings', '/settings'],
      ['phrase', '/settings/phrase'],
      ['nowhere', '/no-such-page'],
    ] as const;
    const found: string[] = [];
    for (const language of ['zh', 'en'] as const) {
      await chooseLanguage(person.page, language);
      for (const look of looks.filter((candidate) => candidate.language === language)) {
        for (const [name, path] of screens) found.push(...(await examine(person.page, path, name, look)));
      }
    }
    expect(found).toEqual([]);
  });
});
