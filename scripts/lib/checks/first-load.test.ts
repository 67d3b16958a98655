import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listFirstFiles, measureFirstLoad } from './first-load.ts';

const html = `<script src="/early.js"></script><script type="module" crossorigin src="/assets/main.js"></script>
<link rel="stylesheet" href="/assets/main.css"><link rel="icon" href="/seal.svg">`;

describe('the first load', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'feiqian-load-'));
    mkdirSync(join(folder, 'assets'));
    const files = {
      'index.html': html,
      'other.html': '<script type="module" src="/assets/side.js"></script>',
      'early.js': 'early()',
      'assets/main.js': 'import{a}from"./shared.js";import"./side.js";const later=()=>import("./later.js");a(later)',
      'assets/shared.js': 'export*from"./deep.js"',
      'assets/side.js': 'side()',
      'assets/deep.js': 'export const a=1',
      'assets/later.js': 'export const later=1',
      'assets/main.css': 'a{}',
    };
    for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is what the page asks for and what that imports, without what is loaded later', () => {
    expect(listFirstFiles(folder, html).sort()).toEqual([
      'assets/deep.js',
      'assets/main.css',
      'assets/main.js',
      'assets/shared.js',
      'assets/side.js',
      'early.js',
    ]);
  });

  it('adds up the compressed sizes', () => {
    const { bytes, files } = measureFirstLoad(folder);
    expect(files).toHaveLength(6);
    expect(bytes).toBe(files.reduce((sum, file) => sum + file.bytes, 0));
    expect(bytes).toBeGreaterThan(0);
  });

  it('is that of the page that is asked for', () => {
    expect(measureFirstLoad(folder, 'other.html').files.map(({ path }) => path)).toEqual(['assets/side.js']);
  });
});
