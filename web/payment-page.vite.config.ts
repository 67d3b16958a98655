/**
 * Builds the page that payers are sent to, beside the wallet: a small page of its own for people who have no wallet here. It is built after
 * the wallet and into the same folder, so that the wallet's service worker, which keeps what the wallet needs, keeps nothing of it.
 */
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { compileHints, precompress, withoutCycles } from './build-steps.config.ts';

const initial: '$initial'[] = ['$initial'];
const outDir = fileURLToPath(new URL('dist', import.meta.url));

/**
 * What comes later comes alone, for there is one style sheet. Vite's helper, which would load a part's style sheets and other scripts
 * before it, is a kilobyte of the page and has nothing to do here.
 */
function withoutPreloadHelper(): Plugin {
  return {
    name: 'feiqian-no-preload-helper',
    enforce: 'pre',
    load: (id) =>
      id.endsWith('vite/preload-helper.js') ? 'export const __vitePreload = (load) => load();' : undefined,
  };
}

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [withoutPreloadHelper(), react(), withoutCycles(), compileHints('framework', 'pay'), precompress(outDir)],
  build: {
    outDir,
    // The wallet’s build has brought the rest of what is there.
    emptyOutDir: false,
    copyPublicDir: false,
    target: 'es2023',
    cssTarget: ['chrome123', 'safari17.5', 'firefox121'],
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    sourcemap: false,
    rolldownOptions: {
      // Components bring the router of the wallet along, which does nothing by itself and is not used here.
      treeshake: {
        moduleSideEffects: [
          { test: /node_modules\/(?:wouter|regexparam|use-sync-external-store)\//, sideEffects: false },
        ],
      },
      input: fileURLToPath(new URL('pay.html', import.meta.url)),
      output: {
        entryFileNames: 'assets/pay/page-[hash].js',
        chunkFileNames: 'assets/pay/[name]-[hash].js',
        assetFileNames: 'assets/pay/[name]-[hash][extname]',
        // React apart: it stays the same from one version to the next.
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            {
              name: 'framework',
              test: /node_modules\/(?:react|react-dom|scheduler)\//,
              tags: initial,
            },
          ],
        },
      },
    },
  },
});
