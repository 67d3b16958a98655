import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countSolidity, countVitest } from './count.ts';
import type { RunReport } from './run-report.ts';

describe('countVitest', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'feiqian-count-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function report(content: RunReport): string {
    const path = join(folder, 'report.json');
    writeFileSync(path, JSON.stringify(content));
    return path;
  }

  it('takes what the report says', () => {
    expect(countVitest(report({ passed: 5, failures: ['a.test.ts > adds', 'outside of any test'] }), 1)).toEqual({
      passed: 5,
      failed: 2,
      failures: ['a.test.ts > adds', 'outside of any test'],
    });
    expect(countVitest(report({ passed: 5, failures: [] }), 0)).toEqual({ passed: 5, failed: 0, failures: [] });
  });

  it('counts a failed run without a failure, one without any test, and one that left no report', () => {
    expect(countVitest(report({ passed: 5, failures: [] }), 1)).toMatchObject({ passed: 5, failed: 1 });
    expect(countVitest(report({ passed: 0, failures: [] }), 0)).toMatchObject({ passed: 0, failed: 1 });
    expect(countVitest(join(folder, 'none.json'), 0)).toMatchObject({ passed: 0, failed: 1 });
  });
});

describe('countSolidity', () => {
  it('reads the numbers of Hardhat, colours or not', () => {
    expect(countSolidity('\u001b[32m  34 passing\u001b[39m (2s)\n  1 failing\n', 1)).toMatchObject({
      passed: 34,
      failed: 1,
    });
  });

  it('counts a run without any test, or one that broke, as a failure', () => {
    expect(countSolidity('', 0)).toMatchObject({ passed: 0, failed: 1 });
    expect(countSolidity('  3 passing\n', 1)).toMatchObject({ passed: 3, failed: 1 });
  });
});
