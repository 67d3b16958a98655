/** How soon a person can type on a slow phone: the wallet's log-in beside a page that has React and one field, nothing else. */
import Fastify from 'fastify';
import type { Page } from 'playwright-core';
import { registerSecurityHeaders } from '../../backend/src/http/headers.ts';
import { registerPages } from '../../backend/src/http/pages.ts';
import { launchBrowser, type TestBrowser } from '../../web/e2e/support/browser.ts';
import { pickMiddleRound, type Round } from '../lib/bench-result.ts';

/** Lighthouse's slow 4G (bytes a second, milliseconds) and its phone (times slower). */
const slow4g = { offline: false, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8, latency: 150 };
const cpuSlowdown = 4;

const rounds = 11;
const patienceMs = 60_000;

/**
 * Measures the time from the beginning of a navigation until the first typed letter gets into the field: somebody presses a
 * key again and again from the first moment on, and the page notes when a field first has something in it. By then the
 * field is there, has the focus by itself, and the page listens.
 *
 * Every run has an empty cache and no service worker.
 *
 * @param folders - Builds; served as the service serves the wallet, with the same headers and in brotli.
 * @returns the wallet's (`figure`) and the bare page's (`limit`) of the round in the middle, in milliseconds.
 */
export async function measureInteractive(folders: { readonly wallet: string; readonly bare: string }): Promise<Round> {
  const browser = await launchBrowser();
  const [wallet, bare] = await Promise.all([serve(folders.wallet), serve(folders.bare)]);
  const taken: Round[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      const figure = await timeFirstLetter(browser, `${wallet.url}/login`);
      taken.push({ figure, limit: await timeFirstLetter(browser, `${bare.url}/`) });
    }
  } finally {
    await Promise.all([browser.close(), wallet.close(), bare.close()]);
  }
  return pickMiddleRound(taken);
}

async function serve(folder: string): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const app = Fastify({ forceCloseConnections: true });
  registerSecurityHeaders(app, 'http://localhost');
  await registerPages(app, folder);
  return { url: await app.listen({ host: '127.0.0.1', port: 0 }), close: () => app.close() };
}

async function timeFirstLetter(browser: TestBrowser, url: string): Promise<number> {
  const profile = await browser.newProfile({ locale: 'en-US', serviceWorkers: 'block' });
  try {
    const page = await profile.newPage();
    const tools = await profile.newCDPSession(page);
    await tools.send('Network.enable');
    await tools.send('Network.emulateNetworkConditions', slow4g);
    await tools.send('Emulation.setCPUThrottlingRate', { rate: cpuSlowdown });
    await page.addInitScript(() => {
      addEventListener('input', () => Object.assign(globalThis, { typedAt: performance.now() }), {
        capture: true,
        once: true,
      });
    });
    await page.goto(url, { waitUntil: 'commit', timeout: patienceMs });
    return await typeUntilHeard(page);
  } finally {
    await profile.close();
  }
}

async function typeUntilHeard(page: Page): Promise<number> {
  const endsAt = performance.now() + patienceMs;
  while (performance.now() < endsAt) {
    await page.keyboard.press('a');
    const typedAt = (await page.evaluate('globalThis.typedAt')) as number | undefined;
    if (typedAt === undefined) continue;
    // What was heard must have stayed: a field that loses what is typed is no field.
    const text = await page.evaluate(() => (document.activeElement as HTMLInputElement | null)?.value ?? '');
    if (!text.includes('a')) throw new Error(`${page.url()} lost what was typed.`);
    return typedAt;
  }
  throw new Error(`${page.url()} has no field that one could type into.`);
}
