import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inProject } from '../paths.ts';
import { deedsOfAllWays, describeDeaths } from './failpoints.behavior.ts';
import { listFailpoints } from './faults.ts';

// Staff are no part of the stories: these kill the service where staff resolve something.
const killedElsewhere = { after_suspense_: 'backend/test/payments/suspense.test.ts' };
const isElsewhere = (name: string) => Object.keys(killedElsewhere).some((prefix) => name.startsWith(prefix));

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

  it('has a test that dies at each of those that are not died at below', () => {
    for (const [prefix, file] of Object.entries(killedElsewhere)) {
      const text = readFileSync(inProject(file), 'utf8');
      for (const name of names.filter((candidate) => candidate.startsWith(prefix))) expect(text).toContain(name);
    }
  });
});

describeDeaths('the service', [
  ...names.filter((name) => !isElsewhere(name)).map((name) => ({ name, deeds: deedsOfAllWays })),
  // By itself it is what the process dies after: its answer is lost, and asked for again.
  { name: 'after_ledger_commit', deeds: deedsOfAllWays.filter(({ kind }) => kind === 'cash_transfer') },
]);
