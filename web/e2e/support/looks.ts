/** How a screen is looked at: in a language, light or dark, on a phone, a tablet or a desk, by axe and (when asked for) by a camera. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { goTo } from './person.ts';

/** SCREENSHOTS=<folder> keeps a picture of every screen in both languages, light and dark, on phone, tablet and desk. */
export const pictures = process.env.SCREENSHOTS;
export const phone = { width: 360, height: 780 };
export const tablet = { width: 820, height: 1180 };
export const desk = { width: 1280, height: 860 };
const sizes = { phone, tablet, desk } as const;

/** One way to look. */
export type Look = {
  readonly language: 'zh' | 'en';
  readonly scheme: 'light' | 'dark';
  readonly size: keyof typeof sizes;
};

const looks: readonly Look[] = pictures
  ? (['zh', 'en'] as const).flatMap((language) =>
      (['light', 'dark'] as const).flatMap((scheme) =>
        (['phone', 'tablet', 'desk'] as const).map((size) => ({ language, scheme, size })),
      ),
    )
  : [
      { language: 'zh', scheme: 'light', size: 'phone' },
      { language: 'en', scheme: 'dark', size: 'desk' },
    ];

// LOOKS=zh-light-phone,en-dark-desk takes these alone, for a quick second look at what was mended.
const only = process.env.LOOKS?.split(',');

/** The ways to look in one language. */
export const looksIn = (language: Look['language']): Look[] =>
  looks.filter((look) => look.language === language && (!only || only.includes(nameOf(look))));

const nameOf = ({ language, scheme, size }: Look) => `${language}-${scheme}-${size}`;

/** Whether everything is looked at in every way: for pictures, and in `npm run test:long`. */
export const isThorough = pictures !== undefined || process.env.LONG_TESTS === '1';

/** What is looked at in a language: in `npm test` each in one of the two, by turns. */
export const inTurn = <Item>(items: readonly Item[], language: Look['language']): readonly Item[] =>
  isThorough ? items : items.filter((_, index) => (index % 2 === 0) === (language === 'zh'));

/** The languages in which a whole flow is looked at: in `npm test` one, which the caller names, so that the files share them out. */
export const languagesIn = (usual: Look['language']): readonly Look['language'][] =>
  isThorough ? ['zh', 'en'] : [usual];

/** Makes the page look so. */
export async function dress(page: Page, { scheme, size }: Look): Promise<void> {
  await page.setViewportSize(sizes[size]);
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
  await settle(page);
}

/** Lets the page draw what has changed, to the end of every transition. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let frames = 0; frames < 2; frames += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
    await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
  });
}

/** Shows an address in every look of a language, in which the page is already, and gives what axe finds wrong with it. */
export async function examine(page: Page, url: string, name: string, language: Look['language']): Promise<string[]> {
  const found: string[] = [];
  for (const [index, look] of looksIn(language).entries()) {
    await dress(page, look);
    if (index === 0) await goTo(page, url);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.locator('.skeleton').first().waitFor({ state: 'detached' });
    // A picture shows what comes later, too.
    if (pictures) await page.waitForLoadState('networkidle').catch(() => undefined);
    found.push(...(await examineHere(page, name, look)));
  }
  return found;
}

/** The same for what the page shows just now. */
export async function examineHere(page: Page, name: string, look: Look): Promise<string[]> {
  const violations = await findViolations(page);
  if (pictures) await photograph(page, `${name}-${nameOf(look)}`, sizes[look.size]);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target }) => `${name} ${nameOf(look)}: ${id} at ${target.join(' ')} of ${page.url()}`),
  );
}

/** A picture of the whole page: the window grows to it, so that what sticks to an edge of the window is at the edge of the picture. */
async function photograph(page: Page, name: string, { width, height }: typeof phone): Promise<void> {
  const folder = pictures ?? '';
  mkdirSync(folder, { recursive: true });
  const tall = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height: Math.max(height, tall) });
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.setViewportSize({ width, height });
}

/** What axe finds wrong with what the page shows. */
export async function findViolations(page: Page): Promise<Awaited<ReturnType<AxeBuilder['analyze']>>['violations']> {
  // Legacy means without a second page that puts the frames' findings together; ours has no frames, and it takes longest.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return violations;
}

/** Chooses a language on the settings screen, as a person does. */
export async function chooseLanguage(page: Page, origin: string, language: Look['language']): Promise<void> {
  await goTo(page, `${origin}/settings`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.getByText(language === 'zh' ? '中文' : 'English', { exact: true }).click();
  await page.getByRole('heading', { level: 1, name: language === 'zh' ? '设置' : 'Settings' }).waitFor();
}
