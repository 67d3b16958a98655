/** A Chromium for the browser tests, whichever way this machine has one. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import sparticuz from '@sparticuz/chromium';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';

const commandNames = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
];
const macPaths = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];
const windowsPaths = [
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

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
 * Finds a Chromium: CHROMIUM_PATH, an installed one, Playwright's own, and else the one of the npm package @sparticuz/chromium.
 *
 * @throws {Error} When CHROMIUM_PATH names nothing.
 */
export async function findChromium(): Promise<string> {
  const asked = process.env.CHROMIUM_PATH;
  if (asked) {
    if (!existsSync(asked)) throw new Error(`CHROMIUM_PATH is ${asked}, where there is nothing.`);
    return asked;
  }
  const folders = (process.env.PATH ?? '').split(delimiter);
  const installed = [
    ...commandNames.flatMap((name) => folders.map((folder) => join(folder, name))),
    ...macPaths,
    ...windowsPaths,
    chromium.executablePath(),
  ];
  return installed.find((path) => path !== '' && existsSync(path)) ?? sparticuz.executablePath();
}

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
