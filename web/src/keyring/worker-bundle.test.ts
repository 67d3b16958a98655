import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';
import { beforeAll, describe, expect, it } from 'vitest';
import config from '../../vite.config.ts';

/** Builds the worker alone, with the settings of the real build. */
async function buildWorker(): Promise<readonly Rolldown.OutputChunk[]> {
  const { worker } = config;
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    root: fileURLToPath(new URL('.', import.meta.url)),
    plugins: worker?.plugins?.() ?? [],
    build: {
      write: false,
      target: 'es2023',
      modulePreload: false,
      rolldownOptions: {
        ...worker?.rolldownOptions,
        input: fileURLToPath(new URL('./keyring.worker.ts', import.meta.url)),
      },
    },
  });
  const [output] = [result].flat();
  if (!output || !('output' in output)) throw new Error('Nothing was built.');
  return output.output.filter((file) => file.type === 'chunk');
}

describe('the code that runs beside the keys', () => {
  let chunks: readonly Rolldown.OutputChunk[] = [];
  beforeAll(async () => {
    chunks = await buildWorker();
  }, 120_000);
  const names = (chunk: Rolldown.OutputChunk) => chunk.moduleIds;

  it('is recognised by the service: every file is called keyring', () => {
    expect(chunks.length).toBeGreaterThan(8);
    for (const { fileName } of chunks) expect(fileName).toMatch(/^assets\/keyring[.-]/);
  });

  it.each([
    [
      'asks the network',
      /\bfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|WebTransport|RTCPeer|importScripts/,
    ],
    ['makes code of text', /\beval\(|new Function\(/],
    ['draws weak random numbers', /Math\.random/],
  ])('never %s', (_what, pattern) => {
    for (const { code, fileName } of chunks)
      expect([fileName, code.match(pattern)?.[0]]).toEqual([fileName, undefined]);
  });

  it('is made of the packages that were chosen for it, and of no others', () => {
    const packages = chunks
      .flatMap(names)
      .map(
        (id) =>
          /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!node_modules)/.exec(id.slice(id.lastIndexOf('node_modules/')))?.[1],
      );
    expect([...new Set(packages)].filter(Boolean).sort()).toEqual([
      '@noble/curves',
      '@noble/hashes',
      '@scure/base',
      '@scure/bip32',
      'aes-js',
      'base64-js',
      'bip39',
      'buffer',
      'ethers',
      'hash-wasm',
      'idb',
      'ieee754',
      'viem',
    ]);
  });

  it('loads ethers and the rarer word lists only when they are asked for', () => {
    const first = chunks.find(({ isEntry }) => isEntry);
    const ids = first ? names(first) : [];
    expect(ids.filter((id) => /node_modules\/ethers\//.test(id))).toEqual([]);
    expect(
      ids
        .filter((id) => id.includes('/wordlists/'))
        .map((id) => id.split('/').at(-1))
        .sort(),
    ).toEqual(['chinese_simplified.json', 'english.json']);
    expect(first?.code.length).toBeLessThan(320_000);
  });
});
