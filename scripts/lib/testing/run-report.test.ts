import { describe, expect, it } from 'vitest';
import { type RunModule, summarizeRun } from './run-report.ts';

type Parts = { tests?: object[]; suites?: object[]; errors?: { message: string }[] };

const module = (path: string, { tests = [], suites = [], errors = [] }: Parts): RunModule =>
  ({
    moduleId: `/p/${path}`,
    errors: () => errors,
    children: { allTests: () => tests, allSuites: () => suites },
  }) as unknown as RunModule;

const test = (fullName: string, state: string, ...messages: string[]) => ({
  fullName,
  result: () => ({ state, errors: messages.map((message) => ({ message })) }),
});

describe('summarizeRun', () => {
  it('counts what passed and says where and why the rest failed', () => {
    const modules = [
      module('a.test.ts', { errors: [{ message: 'SyntaxError: no\n  at a' }] }),
      module('web/b.test.ts', {
        tests: [
          test('money adds', 'passed'),
          test('money subtracts', 'failed', '\u001b[31mexpected 1n\u001b[39m\n    at b', 'another'),
          test('money waits', 'skipped'),
        ],
        suites: [{ fullName: 'money', errors: () => [{ message: 'the hook took too long' }] }],
      }),
    ];
    expect(summarizeRun(modules, [{ message: 'Connection terminated' }], '/p')).toEqual({
      passed: 1,
      failures: [
        'a.test.ts\n    SyntaxError: no',
        'web/b.test.ts > money\n    the hook took too long',
        'web/b.test.ts > money subtracts\n    expected 1n',
        'outside of any test\n    Connection terminated',
      ],
    });
  });
});
