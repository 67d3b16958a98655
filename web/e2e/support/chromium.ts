/** Finds a Chromium on this machine, or unpacks the one that came with the packages. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import { inProject } from '../../../scripts/lib/paths.ts';

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
  return installed.find((path) => path !== '' && existsSync(path)) ?? unpackChromium();
}

/**
 * Unpacks the browser of @sparticuz/chromium, once for each version of it. The package unpacks in place and takes a file that is
 * there for one that is complete, so that several tests at a time, or one that was killed, would break it: here each unpacks into a
 * folder of its own, and the first that is done gives it the name that all use.
 */
async function unpackChromium(): Promise<string> {
  const manifest = readFileSync(inProject('node_modules/@sparticuz/chromium/package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const home = inProject('node_modules', '.cache', 'feiqian');
  const folder = join(home, `chromium-${version}`);
  const executable = join(folder, 'chromium');
  if (existsSync(executable)) return executable;
  mkdirSync(home, { recursive: true });
  const making = mkdtempSync(join(home, 'unpacking-'));
  try {
    await runUnpacking(making);
    renameSync(making, folder);
  } catch (error) {
    // Another one was faster.
    if (!existsSync(executable)) throw error;
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return executable;
}

/** The package writes into the folder for temporary files, which is a matter of the whole process: hence one of its own. */
function runUnpacking(folder: string): Promise<void> {
  const code = `import chromium from '@sparticuz/chromium'; await chromium.executablePath();`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: inProject(),
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder },
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`The browser of the tests could not be unpacked (${code}).`)),
    );
  });
}
