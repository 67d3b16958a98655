/** Reads from each test runner how many tests passed and failed, and which failed. */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import type { Tally } from '../checks/run-checks.ts';

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().default(''),
      assertionResults: z.array(
        z.object({ status: z.string(), fullName: z.string(), failureMessages: z.array(z.string()).nullish() }),
      ),
    }),
  ),
});

/**
 * Counts a Vitest run from its JSON report.
 *
 * @param exitCode - A run can fail without a failed test: a file that can't be loaded, an error outside of any test, or no test at all. Each counts as a failure.
 */
export function countVitest(reportPath: string, exitCode: number): Tally {
  const report = vitestReport.safeParse(readJson(reportPath));
  if (!report.success) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, testResults } = report.data;
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length;
  const counted = { passed: numPassedTests, failed: numFailedTests + brokenFiles };
  const isUnexplained = counted.failed === 0 && (exitCode !== 0 || counted.passed === 0);
  return isUnexplained ? { ...counted, failed: 1 } : counted;
}

/**
 * Says of each failed test in a Vitest report where it is, its name and the first line of why, so that nobody has to
 * look for it in half an hour of output. Nothing for a report that can't be read.
 *
 * @param root - Folder that the files are named from.
 */
export function listFailures(reportPath: string, root: string): readonly string[] {
  const report = vitestReport.safeParse(readJson(reportPath));
  if (!report.success) return [];
  return report.data.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name);
    if (status === 'failed' && assertionResults.length === 0)
      return [describeFailure(file, 'cannot be loaded', message)];
    return assertionResults
      .filter((result) => result.status === 'failed')
      .map(({ fullName, failureMessages }) => describeFailure(file, fullName, failureMessages?.[0] ?? ''));
  });
}

function describeFailure(file: string, test: string, why: string): string {
  const [firstLine = ''] = stripVTControlCharacters(why).trimStart().split('\n');
  return firstLine === '' ? `${file} > ${test}` : `${file} > ${test}\n    ${firstLine}`;
}

/** Counts a run of `hardhat test solidity` from what it printed. */
export function countSolidity(output: string, exitCode: number): Tally {
  const text = stripVTControlCharacters(output);
  const read = (word: string) =>
    [...text.matchAll(new RegExp(`^\\s*(\\d+) ${word}\\b`, 'gm'))].reduce((sum, [, count]) => sum + Number(count), 0);
  const counted = { passed: read('passing'), failed: read('failing') };
  const isUnexplained = counted.failed === 0 && (exitCode !== 0 || counted.passed === 0);
  return isUnexplained ? { ...counted, failed: 1 } : counted;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
