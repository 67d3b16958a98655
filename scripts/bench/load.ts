/**
 * `npm run bench -- load`: how much the wallet makes a browser load, and how soon a person can type on a slow phone, beside
 * a page that has React and one field, built with the same settings in the same run.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'vite';
import { type RunBench, toBenchResult } from '../lib/bench-result.ts';
import { measureFirstLoad } from '../lib/checks/first-load.ts';
import { inProject } from '../lib/paths.ts';
import { ensureWebBuild } from '../lib/product/web-build.ts';
import { measureInteractive } from './load-interactive.ts';

const barePage = {
  'index.html':
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Bare</title></head><body><div id="root"></div><script type="module" src="/main.js"></script></body></html>',
  'main.js': `import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
createRoot(document.getElementById('root')).render(createElement('input', { autoFocus: true, 'aria-label': 'Field' }));
`,
};

/**
 * Measures the cases `first-load` (bytes up to a usable log-in: scripts and styles, brotli; a ratio of 1 would be React
 * alone) and `interactive` (milliseconds until the first typed letter gets in, on a four times slower processor and slow 4G).
 */
export const runBench: RunBench = async (report, { cases }) => {
  const wanted = (name: string) => cases.length === 0 || cases.includes(name);
  if (!wanted('first-load') && !wanted('interactive')) return;
  await ensureWebBuild();
  const wallet = inProject('web/dist');
  await withBarePage(async (bare) => {
    if (wanted('first-load')) {
      const [figure, limit] = [measureFirstLoad(wallet).bytes, measureFirstLoad(bare).bytes];
      report(toBenchResult({ bench: 'load', case: 'first-load', figure, limit, unit: 'bytes' }));
    }
    if (wanted('interactive')) {
      const { figure, limit } = await measureInteractive({ wallet, bare });
      const [typedAt, bareAt] = [Math.round(figure), Math.round(limit)];
      report(toBenchResult({ bench: 'load', case: 'interactive', figure: typedAt, limit: bareAt, unit: 'ms' }));
    }
  });
};

async function withBarePage(work: (folder: string) => Promise<void>): Promise<void> {
  // Inside web, so that React resolves to the wallet's own.
  mkdirSync(inProject('web/node_modules'), { recursive: true });
  const root = mkdtempSync(inProject('web/node_modules/.bare-'));
  try {
    for (const [name, text] of Object.entries(barePage)) writeFileSync(join(root, name), text);
    await build({
      root,
      configFile: false,
      logLevel: 'error',
      mode: 'production',
      build: { target: 'es2023', modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
    });
    const folder = join(root, 'dist');
    compress(folder);
    await work(folder);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Brotli at the highest level beside each file, as the wallet's build has it. */
function compress(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
    writeFileSync(`${path}.br`, brotliCompressSync(readFileSync(path), { params }));
  }
}
