import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inProject } from '../paths.ts';
import { deedsOfAllWays, describeDeaths } from './failpoints.behavior.ts';
import { listFailpoints } from './faults.ts';

const names = listFailpoints();

describe('the list of failpoints', () => {
  it('has every failpoint of the code, each under a name of its own, so that none is left out below', () => {
    const calls = globSync(inProject('backend/src/**/*.ts'))
      .filter((path) => !path.endsWith('.test.ts') && !path.endsWith('database/failpoint.ts'))
      .flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/\bfailpoint\(/g)]);
    expect(names).toHaveLength(calls.length);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(0);
  });
});

describeDeaths('the service', [
  ...names.map((name) => ({ name, deeds: deedsOfAllWays })),
  // By itself it is what the process dies after: its answer is lost, and asked for again.
  { name: 'after_ledger_commit', deeds: deedsOfAllWays.filter(({ kind }) => kind === 'cash_transfer') },
]);
