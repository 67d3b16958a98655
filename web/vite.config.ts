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
  },
  worker: {
    format: 'es',
    // The service gives files of this name a policy of their own: they may compute, and reach nothing.
    rolldownOptions: {
      output: { entryFileNames: 'assets/keyring-[hash].js', chunkFileNames: 'assets/keyring-[name]-[hash].js' },
    },
  },
  server: { host: '127.0.0.1' },
});
