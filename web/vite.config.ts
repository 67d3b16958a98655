import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const outDir = fileURLToPath(new URL('dist', import.meta.url));
const compressible = /\.(?:js|css|html|svg|json|webmanifest|wasm)$/;

/** Writes a brotli copy beside each file, once at build time at the highest level; the service sends those. */
function precompress(): Plugin {
  return {
    name: 'feiqian-precompress',
    apply: 'build',
    closeBundle() {
      for (const entry of readdirSync(outDir, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !compressible.test(entry.name)) continue;
        const path = join(entry.parentPath, entry.name);
        const bytes = readFileSync(path);
        const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
        writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
      }
    },
  };
}

const words = /(?:messages|words|text|shell|common)\.(?:zh|en)\.ts$/;
const isShared = (id: string) => /web\/src\/(?:ui|lib|chain|i18n|keyring)\//.test(id) && !words.test(id);

const initial: '$initial'[] = ['$initial'];

/**
 * Few files, in the order in which they are needed, instead of one for each shared module: what the first page needs,
 * the schemas of the service with their libraries, and what all screens about money share. Words stay apart by language.
 */
const chunkGroups = [
  { name: 'framework', test: /node_modules/, tags: initial, priority: 3 },
  { name: 'first', test: /\/(?:web|domain)\/src\//, tags: initial, priority: 3 },
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
  plugins: [react(), precompress()],
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
    rolldownOptions: { output: { codeSplitting: { includeDependenciesRecursively: false, groups: chunkGroups } } },
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
