/** What both builds do, of the wallet and of the page that payers are sent to. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import type { Plugin } from 'vite';

export const compressible = /\.(?:js|css|html|svg|json|webmanifest|wasm)$/;

/** Every built file, without the compressed copies. */
export function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.br'))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Writes a brotli copy beside each file, once at build time at the highest level; the service sends those. */
export function precompress(outDir: string): Plugin {
  return {
    name: 'feiqian-precompress',
    apply: 'build',
    closeBundle() {
      for (const path of listFiles(outDir)) {
        if (!compressible.test(path) || isCompressed(path)) continue;
        const bytes = readFileSync(path);
        const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
        writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
      }
    },
  };
}

/** Whether another build into the same folder did it. */
function isCompressed(path: string): boolean {
  const copy = statSync(`${path}.br`, { throwIfNoEntry: false });
  return copy !== undefined && copy.mtimeMs >= statSync(path).mtimeMs;
}

/**
 * Most functions of the first load are called on the way to the first screen. The mark lets a browser that knows it (Chromium
 * 136 and later) compile them while the files still come in, and not one by one while somebody waits.
 *
 * @param names - Of the parts that it loads.
 */
export function compileHints(...names: readonly string[]): Plugin {
  return {
    name: 'feiqian-compile-hints',
    apply: 'build',
    generateBundle: {
      // At the very beginning of a file, or it is no mark; Vite, too, puts something there.
      order: 'post',
      handler(_options, bundle) {
        for (const chunk of Object.values(bundle))
          if (chunk.type === 'chunk' && names.includes(chunk.name))
            chunk.code = `//# allFunctionsCalledOnLoad\n${chunk.code}`;
      },
    },
  };
}

/** Stops where files wait for each other: which of them runs first is then an accident, and it may be the wrong one. */
export function withoutCycles(): Plugin {
  return {
    name: 'feiqian-without-cycles',
    apply: 'build',
    generateBundle(_options, bundle) {
      const importsOf = (file: string) => (bundle[file]?.type === 'chunk' ? bundle[file].imports : []);
      for (const file of Object.keys(bundle)) {
        const reached = new Set(importsOf(file));
        for (const next of reached) for (const further of importsOf(next)) reached.add(further);
        if (reached.has(file)) this.error(`${file} waits for itself, by way of what it imports.`);
      }
    },
  };
}
