/** How a screen is looked at: in a language, light or dark, on a phone or a desk, by axe and (when asked for) by a camera. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** SCREENSHOTS=<folder> keeps a picture of every screen in both languages, light and dark, on phone and desk. */
export const pictures = process.env.SCREENSHOTS;
export const phone = { width: 390, height: 844 };
export const desk = { width: 1280, height: 860 };

/** One way to look. */
export type Look = {
  readonly language: 'zh' | 'en';
  readonly scheme: 'light' | 'dark';
  readonly size: 'phone' | 'desk';
};

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

/** The ways to look in one language. */
export const looksIn = (language: Look['language']): Look[] => looks.filter((look) => look.language === language);

/** Makes the page look so. */
export async function dress(page: Page, { scheme, size }: Look): Promise<void> {
  await page.setViewportSize(size === 'phone' ? phone : desk);
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
}

/** Shows an address, and gives what axe finds wrong with it. */
export async function examine(page: Page, url: string, name: string, look: Look): Promise<string[]> {
  await dress(page, look);
  await page.goto(url);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
  // A picture shows what comes later, too.
  if (pictures) await page.waitForLoadState('networkidle').catch(() => undefined);
  return examineHere(page, name, look);
}

/** The same for what the page shows just now. */
export async function examineHere(page: Page, name: string, { language, scheme, size }: Look): Promise<string[]> {
  const violations = await findViolations(page);
  if (pictures) {
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `${name}-${language}-${scheme}-${size}.png`), fullPage: true });
  }
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target }) => `${name} ${language} ${scheme} ${size}: ${id} at ${target.join(' ')}`),
  );
}

/** What axe finds wrong with what the page shows. */
export async function findViolations(page: Page): Promise<Awaited<ReturnType<AxeBuilder['analyze']>>['violations']> {
  // Legacy means without a second page that puts the frames' findings together; ours has no frames, and it takes longest.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return violations;
}

/** Chooses a language on the settings screen, as a person does. */
export async function chooseLanguage(page: Page, origin: string, language: Look['language']): Promise<void> {
  await page.goto(`${origin}/settings`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.getByText(language === 'zh' ? '中文' : 'English', { exact: true }).click();
  await page.getByRole('heading', { level: 1, name: language === 'zh' ? '设置' : 'Settings' }).waitFor();
}
