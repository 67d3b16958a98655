/** Reads from each test runner how many tests passed and failed, and which failed. */
import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import type { Tally } from '../checks/run-checks.ts';

/** A tally, and what failed where that is known. */
export type Count = Tally & { readonly failures: readonly string[] };

const runReport = z.object({ passed: z.number(), failures: z.array(z.string()) });

/**
 * Counts a Vitest run from its report (`run-report.ts`).
 *
 * @param exitCode - A run can fail without a failed test, and must not pass without any: each counts as a failure.
 */
export function countVitest(reportPath: string, exitCode: number): Count {
  const report = runReport.safeParse(readJson(reportPath));
  if (!report.success) return { passed: 0, failed: 1, failures: ['the run ended without a report'] };
  const { passed, failures } = report.data;
  if (failures.length > 0 || (exitCode === 0 && passed > 0)) return { passed, failed: failures.length, failures };
  return { passed, failed: 1, failures: [passed === 0 ? 'no test ran' : `the run ended with code ${exitCode}`] };
}

/** Counts a run of `hardhat test solidity` from what it printed. */
export function countSolidity(output: string, exitCode: number): Count {
  const text = stripVTControlCharacters(output);
  const read = (word: string) =>
    [...text.matchAll(new RegExp(`^\\s*(\\d+) ${word}\\b`, 'gm'))].reduce((sum, [, count]) => sum + Number(count), 0);
  const counted = { passed: read('passing'), failed: read('failing') };
  const isUnexplained = counted.failed === 0 && (exitCode !== 0 || counted.passed === 0);
  const failed = isUnexplained ? 1 : counted.failed;
  return { ...counted, failed, failures: failed === 0 ? [] : [`${failed} in the contracts' own tests`] };
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
