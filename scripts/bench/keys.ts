/**
 * `npm run bench -- keys`: the keyring in the browser, beside the fastest library for each of its works in the same page and
 * round by round: unlocking beside Argon2id alone, 1,000 accounts beside @scure/bip32 from the account node, 1,000 signatures
 * beside @noble/curves.
 */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'vite';
import { launchBrowser } from '../../web/e2e/support/browser.ts';
import config from '../../web/vite.config.ts';
import { pickMiddleRound, type Round, type RunBench, toBenchResult } from '../lib/bench-result.ts';
import { inProject } from '../lib/paths.ts';

const caseNames = ['unlock', 'derive', 'sign'] as const;
type CaseName = (typeof caseNames)[number];
const rounds = 5;

/** Measures the cases `unlock`, `derive` and `sign`, in milliseconds. */
export const runBench: RunBench = async (report, { cases }) => {
  const wanted = caseNames.filter((name) => cases.length === 0 || cases.includes(name));
  if (wanted.length === 0) return;
  await withPage(async (url) => {
    const browser = await launchBrowser();
    try {
      const page = await (await browser.newProfile()).newPage();
      await page.goto(url);
      await page.waitForFunction('globalThis.measureKeys !== undefined');
      for (const name of wanted) {
        const measured: Round[] = [];
        // The first is for the engine to get to know the code.
        for (let round = -1; round < rounds; round += 1) {
          const one = (await page.evaluate(`globalThis.measureKeys('${name satisfies CaseName}')`)) as Round;
          if (round >= 0) measured.push(one);
        }
        report(toBenchResult({ bench: 'keys', case: name, ...pickMiddleRound(measured), unit: 'ms' }));
      }
    } finally {
      await browser.close();
    }
  });
};

/** Builds the page with the settings of the keyring's own build, and serves it from this machine, where cryptography works. */
async function withPage(work: (url: string) => Promise<void>): Promise<void> {
  // Inside web, so that the libraries resolve to the wallet's own.
  mkdirSync(inProject('web/node_modules'), { recursive: true });
  const root = mkdtempSync(inProject('web/node_modules/.bench-keys-'));
  let server: Server | undefined;
  try {
    writeFileSync(
      join(root, 'index.html'),
      '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Keys</title><script type="module" src="/main.ts"></script></head></html>',
    );
    writeFileSync(join(root, 'main.ts'), `import '${inProject('web/src/keyring/testing/measure-keys.ts')}';`);
    await build({
      root,
      configFile: false,
      logLevel: 'error',
      mode: 'production',
      plugins: config.worker?.plugins?.() ?? [],
      build: { target: 'es2023', modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
    });
    server = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://x').pathname;
      response.setHeader('content-type', path.endsWith('.js') ? 'text/javascript' : 'text/html');
      try {
        response.end(readFileSync(join(root, 'dist', path === '/' ? 'index.html' : path)));
      } catch {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server?.close();
    rmSync(root, { recursive: true, force: true });
  }
}
