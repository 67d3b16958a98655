/** A Vitest reporter that writes how a run ended to the file RUN_REPORT: Vitest's own report leaves out errors outside of tests. */
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Reporter } from 'vitest/node';

/** How a run ended. */
export type RunReport = {
  readonly passed: number;
  /** Of each failure: the file, the test, and the first line of why. */
  readonly failures: readonly string[];
};

type Failing = { readonly message?: string };
type TestState = { readonly state: string; readonly errors?: readonly Failing[] | undefined };
/** What is read of Vitest's own types. */
export type RunModule = {
  readonly moduleId: string;
  readonly errors: () => readonly Failing[];
  readonly children: {
    readonly allTests: () => Iterable<{ readonly fullName: string; readonly result: () => TestState }>;
    readonly allSuites: () => Iterable<{ readonly fullName: string; readonly errors: () => readonly Failing[] }>;
  };
};

/**
 * Sums a run up. A file that can't be loaded, a hook that fails and an error outside of any test count as failures.
 *
 * @param root - Folder that the files are named from.
 */
export function summarizeRun(modules: readonly RunModule[], unhandled: readonly Failing[], root: string): RunReport {
  const failures: string[] = [];
  let passed = 0;
  for (const module of modules) {
    const file = relative(root, module.moduleId);
    for (const error of module.errors()) failures.push(describeFailure(file, error));
    for (const suite of module.children.allSuites())
      for (const error of suite.errors()) failures.push(describeFailure(`${file} > ${suite.fullName}`, error));
    for (const test of module.children.allTests()) {
      const { state, errors } = test.result();
      if (state === 'passed') passed += 1;
      if (state === 'failed') failures.push(describeFailure(`${file} > ${test.fullName}`, errors?.[0]));
    }
  }
  failures.push(...unhandled.map((error) => describeFailure('outside of any test', error)));
  return { passed, failures };
}

function describeFailure(where: string, error: Failing | undefined): string {
  const [why = ''] = stripVTControlCharacters(error?.message ?? '')
    .trimStart()
    .split('\n');
  return why === '' ? where : `${where}\n    ${why}`;
}

/** Writes the report when the run has ended. */
export default class RunReporter implements Reporter {
  onTestRunEnd(...[modules, unhandled]: Parameters<NonNullable<Reporter['onTestRunEnd']>>): void {
    const path = process.env.RUN_REPORT;
    if (path) writeFileSync(path, JSON.stringify(summarizeRun(modules, unhandled, process.cwd())));
  }
}
