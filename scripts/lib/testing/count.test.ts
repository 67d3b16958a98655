import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countSolidity, countVitest } from './count.ts';

describe('countVitest', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'feiqian-count-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function report(content: object): string {
    const path = join(folder, 'report.json');
    writeFileSync(path, JSON.stringify(content));
    return path;
  }

  it('takes the numbers of the report', () => {
    expect(countVitest(report({ numPassedTests: 5, numFailedTests: 2, testResults: [] }), 1)).toEqual({
      passed: 5,
      failed: 2,
    });
  });

  it('counts a file that could not be loaded as a failure', () => {
    expect(
      countVitest(
        report({ numPassedTests: 5, numFailedTests: 0, testResults: [{ status: 'failed', assertionResults: [] }] }),
        1,
      ),
    ).toEqual({ passed: 5, failed: 1 });
  });

  it('counts a failed run without a failed test as a failure', () => {
    expect(countVitest(report({ numPassedTests: 5, numFailedTests: 0, testResults: [] }), 1)).toEqual({
      passed: 5,
      failed: 1,
    });
  });

  it('counts a run without any test as a failure', () => {
    expect(countVitest(report({ numPassedTests: 0, numFailedTests: 0, testResults: [] }), 0)).toEqual({
      passed: 0,
      failed: 1,
    });
  });

  it('counts a run that left no report as a failure', () => {
    expect(countVitest(join(folder, 'none.json'), 0)).toEqual({ passed: 0, failed: 1 });
  });
});

describe('countSolidity', () => {
  it('reads the numbers of Hardhat, colours or not', () => {
    expect(countSolidity('\u001b[32m  34 passing\u001b[39m (2s)\n  1 failing\n', 1)).toEqual({ passed: 34, failed: 1 });
  });

  it('counts a run without any test, or one that broke, as a failure', () => {
    expect(countSolidity('', 0)).toEqual({ passed: 0, failed: 1 });
    expect(countSolidity('  3 passing\n', 1)).toEqual({ passed: 3, failed: 1 });
  });
});
