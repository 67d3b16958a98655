/** Reads from each test runner how many tests passed and failed. */
import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import type { Tally } from '../checks/run-checks.ts';

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
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
