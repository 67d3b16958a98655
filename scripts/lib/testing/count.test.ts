import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countSolidity, countVitest, listFailures } from './count.ts';

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

const brokenFile = { name: '/p/a.test.ts', status: 'failed', message: 'SyntaxError: no\n  at a', assertionResults: [] };

describe('countVitest', () => {
  it('takes the numbers of the report', () => {
    expect(countVitest(report({ numPassedTests: 5, numFailedTests: 2, testResults: [] }), 1)).toEqual({
      passed: 5,
      failed: 2,
    });
  });

  it('counts a file that could not be loaded as a failure', () => {
    expect(countVitest(report({ numPassedTests: 5, numFailedTests: 0, testResults: [brokenFile] }), 1)).toEqual({
      passed: 5,
      failed: 1,
    });
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

describe('listFailures', () => {
  it('names file, test and the first line of why, of what failed only', () => {
    const content = {
      numPassedTests: 1,
      numFailedTests: 1,
      testResults: [
        brokenFile,
        {
          name: '/p/web/b.test.ts',
          status: 'failed',
          assertionResults: [
            { status: 'passed', fullName: 'money adds', failureMessages: [] },
            {
              status: 'failed',
              fullName: 'money subtracts',
              failureMessages: ['\u001b[31mAssertionError: expected 1n\u001b[39m\n    at b.test.ts:1'],
            },
          ],
        },
      ],
    };
    expect(listFailures(report(content), '/p')).toEqual([
      'a.test.ts > cannot be loaded\n    SyntaxError: no',
      'web/b.test.ts > money subtracts\n    AssertionError: expected 1n',
    ]);
  });

  it('has nothing to say of a run that left no report', () => {
    expect(listFailures(join(folder, 'none.json'), '/p')).toEqual([]);
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
