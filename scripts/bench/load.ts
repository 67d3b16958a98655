/** `npm run bench -- load`: how much the wallet makes a browser load, beside a page that has React and nothing else, built in the same run. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { type RunBench, toBenchResult } from '../lib/bench-result.ts';
import { measureFirstLoad } from '../lib/checks/first-load.ts';
import { inProject } from '../lib/paths.ts';
import { ensureWebBuild } from '../lib/product/web-build.ts';

const caseName = 'first-load';

const barePage = {
  'index.html':
    '<!doctype html><html lang="en"><head><title>Bare</title></head><body><div id="root"></div><script type="module" src="/main.js"></script></body></html>',
  'main.js': `import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
createRoot(document.getElementById('root')).render(createElement('h1', null, 'Hello'));
`,
};

/** Measures the case `first-load`: bytes of scripts and styles, brotli. A ratio of 1 would be React alone. */
export const runBench: RunBench = async (report, { cases }) => {
  if (cases.length > 0 && !cases.includes(caseName)) return;
  await ensureWebBuild();
  const { bytes } = measureFirstLoad(inProject('web/dist'));
  report(
    toBenchResult({ bench: 'load', case: caseName, figure: bytes, limit: await measureBarePage(), unit: 'bytes' }),
  );
};

async function measureBarePage(): Promise<number> {
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
      build: { target: 'es2023', modulePreload: { polyfill: false } },
    });
    return measureFirstLoad(join(root, 'dist')).bytes;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
