/** A Chromium for the browser tests, whichever way this machine has one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { findChromium } from './chromium.ts';

// Nothing may leave the machine: without these Chromium calls home at every start, which a closed network turns into long waits.
const quietFlags = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-quic',
  '--disable-sync',
  '--metrics-recording-only',
  '--no-default-browser-check',
  '--no-first-run',
  '--no-pings',
  '--disable-gpu',
];

/** A browser with what the tests need of it. */
export type TestBrowser = {
  /** A profile of its own: no cookies, no storage, nothing of another one. */
  readonly newProfile: (options?: Parameters<Browser['newContext']>[0]) => Promise<BrowserContext>;
  /** Version, for the log. */
  readonly version: string;
  readonly close: () => Promise<void>;
};

/**
 * Starts it, headless, with an empty profile folder that is removed at the end.
 *
 * @param flags - Of Chromium, besides those that every test needs.
 */
export async function launchBrowser(flags: readonly string[] = []): Promise<TestBrowser> {
  const executablePath = await findChromium();
  const home = mkdtempSync(join(tmpdir(), 'feiqian-browser-'));
  const browser = await chromium.launch({
    executablePath,
    headless: true,
    // Root has no sandbox to give, and containers seldom have one.
    chromiumSandbox: false,
    args: [...quietFlags, ...flags],
    env: { ...definedEnvironment(), HOME: home },
  });
  return {
    newProfile: (options) => browser.newContext({ locale: 'zh-CN', timezoneId: 'Asia/Shanghai', ...options }),
    version: browser.version(),
    close: async () => {
      await browser.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
