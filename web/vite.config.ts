import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { compileHints, compressible, listFiles, precompress, withoutCycles } from './build-steps.config.ts';

const outDir = fileURLToPath(new URL('dist', import.meta.url));

/** Lists the built files in the service worker, under a version that changes with any of them. */
function serviceWorker(): Plugin {
  return {
    name: 'feiqian-service-worker',
    apply: 'build',
    writeBundle() {
      const files = listFiles(outDir)
        .map((path) => `/${relative(outDir, path).replaceAll(sep, '/')}`)
        .filter((path) => compressible.test(path) && path !== '/sw.js' && path !== '/index.html')
        .sort();
      const hash = createHash('sha256');
      for (const path of ['/index.html', ...files]) hash.update(path).update(readFileSync(join(outDir, path)));
      const source = readFileSync(new URL('service-worker.js', import.meta.url), 'utf8');
      const list = JSON.stringify(['/', ...files]);
      writeFileSync(
        join(outDir, 'sw.js'),
        source.replace('__VERSION__', hash.digest('hex').slice(0, 16)).replace('__FILES__', list),
      );
    },
  };
}

const words = /(?:messages|words|text|shell|common)\.(?:zh|en)\.ts$/;
const isShared = (id: string) => /web\/src\/(?:ui|lib|chain|i18n|keyring)\//.test(id) && !words.test(id);

const initial: '$initial'[] = ['$initial'];

/** What is fetched as soon as the first screen stands: what tells of a mishap. Newcomers' screens need no more than this. */
const soon =
  /domain\/src\/(?:errors|identity)\.ts|web\/src\/(?:app\/mishap[.-]|lib\/(?:failure-sentences|error-code|error-text)\.ts|ui\/(?:page|states|banner|receipt)\.)/;

/**
 * Few files, in the order in which they are needed, instead of one for each shared module: what the first page needs, what
 * it may need next, the schemas of the service with their libraries, and what all screens about money share. Each takes
 * along what it imports, so that no two wait for each other. Words stay apart by language.
 */
const chunkGroups = [
  { name: 'framework', test: /node_modules|preload-helper/, tags: initial, priority: 4 },
  { name: 'first', test: /\/(?:web|domain)\/src\//, tags: initial, priority: 4 },
  { name: 'soon', test: soon, priority: 3 },
  { name: 'schemas', test: /node_modules|domain\/src\//, minShareCount: 2, priority: 2 },
  { name: 'money', test: isShared, minShareCount: 4, priority: 1 },
];

/**
 * The bip39 package brings all its word lists along, 300 kB. The keyring hands it the one that is needed
 * (`keyring/word-lists.ts`), so the package's own collection stays empty.
 */
function withoutWordLists(): Plugin {
  const empty = '\0feiqian-no-word-list';
  return {
    name: 'feiqian-without-word-lists',
    enforce: 'pre',
    resolveId(id, importer) {
      return id.startsWith('./wordlists/') && importer?.endsWith('bip39/src/_wordlists.js') ? empty : undefined;
    },
    load(id) {
      return id === empty ? 'export default undefined;' : undefined;
    },
  };
}

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react(), withoutCycles(), compileHints('framework', 'first'), serviceWorker(), precompress(outDir)],
  // The router's stand-in for what React has had since 18.
  resolve: { alias: { 'use-sync-external-store/shim/index.js': 'react' } },
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2023',
    // light-dark() and nesting are newer than the script target; older browsers are below our floor anyway.
    cssTarget: ['chrome123', 'safari17.5', 'firefox121'],
    // The page's policy forbids what a polyfill or an inlined asset would need.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    sourcemap: false,
    rolldownOptions: { output: { codeSplitting: { groups: chunkGroups } } },
  },
  worker: {
    format: 'es',
    plugins: () => [withoutWordLists()],
    // The service gives files of this name a policy of their own: they may compute, and reach nothing.
    rolldownOptions: {
      output: { entryFileNames: 'assets/keyring-[hash].js', chunkFileNames: 'assets/keyring-[name]-[hash].js' },
    },
  },
  server: { host: '127.0.0.1' },
});
