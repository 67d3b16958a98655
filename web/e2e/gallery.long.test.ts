import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, type TestBrowser } from './support/browser.ts';
import { dress, examineHere, looksIn } from './support/looks.ts';

let server: ViteDevServer;
let browser: TestBrowser;
let cacheDir: string;

beforeAll(async () => {
  cacheDir = mkdtempSync(join(tmpdir(), 'feiqian-gallery-'));
  const web = fileURLToPath(new URL('../', import.meta.url));
  [server, browser] = await Promise.all([
    createServer({
      configFile: join(web, 'vite.config.ts'),
      cacheDir,
      logLevel: 'error',
      server: { port: 0, hmr: false },
    }),
    launchBrowser(),
  ]);
  await server.listen();
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
  rmSync(cacheDir, { recursive: true, force: true });
});

describe('the gallery', () => {
  it('shows every component in every state without anything that axe objects to, in both languages, light and dark', async () => {
    const address = server.httpServer?.address();
    if (typeof address !== 'object' || address === null) throw new Error('The server has no port.');
    const found: string[] = [];
    for (const language of ['zh', 'en'] as const) {
      const profile = await browser.newProfile({ locale: language === 'zh' ? 'zh-CN' : 'en-US' });
      const page = await profile.newPage();
      await page.goto(`http://127.0.0.1:${address.port}/gallery`);
      await page.getByRole('heading', { level: 1 }).waitFor({ timeout: 60_000 });
      for (const look of looksIn(language)) {
        await dress(page, look);
        found.push(...(await examineHere(page, 'gallery', look)));
      }
      await page.getByRole('button', { name: /核对单|Open the review/ }).click();
      await page.getByRole('dialog').waitFor();
      for (const look of looksIn(language)) {
        await dress(page, look);
        found.push(...(await examineHere(page, 'gallery-sheet', look)));
      }
      await profile.close();
    }
    expect(found).toEqual([]);
  });
});
