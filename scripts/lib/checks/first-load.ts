/** How much the browser has to load before a first screen: scripts and styles that a page asks for, directly or by static imports. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

/** Sizes in bytes, compressed as the service sends them. */
export type FirstLoad = {
  readonly bytes: number;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
};

/**
 * @param folder - A build's output.
 * @param page - One of its pages.
 */
export function measureFirstLoad(folder: string, page = 'index.html'): FirstLoad {
  const html = readFileSync(join(folder, page), 'utf8');
  const files = listFirstFiles(folder, html).map((path) => ({ path, bytes: compressedBytes(join(folder, path)) }));
  return { bytes: files.reduce((sum, { bytes }) => sum + bytes, 0), files };
}

/** Scripts and styles of the page and everything these import statically, each once. */
export function listFirstFiles(folder: string, html: string): string[] {
  const found = new Set<string>();
  const queue = [...html.matchAll(/<(?:script|link)\b[^>]*?\b(?:src|href)="([^"]+\.(?:js|css))"/g)].flatMap(
    ([, path]) => (path ? [normalize(path).replace(/^\//, '')] : []),
  );
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (found.has(path) || !existsSync(join(folder, path))) continue;
    found.add(path);
    if (path.endsWith('.js')) queue.push(...listStaticImports(readFileSync(join(folder, path), 'utf8'), dirname(path)));
  }
  return [...found];
}

function listStaticImports(code: string, folder: string): string[] {
  // Minified ES modules: `import{a}from"./x.js"`, `export*from"./x.js"`, `import"./x.js"`; dynamic ones have a parenthesis.
  return [...code.matchAll(/\b(?:from|import)\s*["'](\.{1,2}\/[^"']+\.js)["']/g)].flatMap(([, path]) =>
    path ? [normalize(join(folder, path))] : [],
  );
}

function compressedBytes(path: string): number {
  const bytes = readFileSync(path);
  return brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  }).length;
}
