/** `npm test`: the checks and every test, in order. `--long` adds what takes longer. Ends with `N passed, N failed`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { listChecks } from './lib/checks/checks.ts';
import { formatTally, runChecks, sumTallies, type Tally } from './lib/checks/run-checks.ts';
import { runTool, stopTools } from './lib/checks/tool.ts';
import { onceEnding } from './lib/processes/end.ts';
import { formatSeconds, ignoreBrokenOutput, say } from './lib/terminal.ts';
import { countSolidity, countVitest, listFailures } from './lib/testing/count.ts';

const { values } = parseArgs({ options: { long: { type: 'boolean', default: false } } });
// Long runs: files named *.long.test.ts, and more fuzzing (hardhat.config.ts).
const env = values.long ? { ...process.env, LONG_TESTS: '1', FUZZ_RUNS: '5000', INVARIANT_RUNS: '256' } : process.env;

const steps: readonly { readonly title: string; readonly run: () => Promise<Tally> }[] = [
  { title: 'Checks', run: () => runChecks(listChecks()) },
  { title: 'Contracts (Solidity)', run: runSolidity },
  { title: 'Domain, service, simulators, wallet, commands', run: () => runVitest('!e2e') },
  { title: 'The whole product in a browser', run: () => runVitest('e2e') },
];

ignoreBrokenOutput();
onceEnding(() => {
  stopTools();
  process.exit(130);
});
const started = performance.now();
const tallies: Tally[] = [];
const failures: string[] = [];
for (const { title, run } of steps) {
  const stepStarted = performance.now();
  say(`\n── ${title}`);
  const tally = await run();
  tallies.push(tally);
  say(`── ${title}: ${formatTally(tally)} (${formatSeconds(performance.now() - stepStarted)})`);
}
const total = sumTallies(tallies);
if (failures.length > 0) say(`\nFailed:\n${failures.map((failure) => `  ✗ ${failure}`).join('\n')}`);
say(`\nAll of it took ${formatSeconds(performance.now() - started)}.`);
say(formatTally(total));
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);

async function runVitest(project: string): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'feiqian-report-'));
  const report = join(folder, 'report.json');
  try {
    const { code } = await runTool(
      'vitest',
      ['run', `--project=${project}`, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
      { env, isLive: true },
    );
    failures.push(...listFailures(report, process.cwd()));
    return countVitest(report, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runSolidity(): Promise<Tally> {
  const { code, output } = await runTool('hardhat', ['test', 'solidity'], { env, isLive: true });
  return countSolidity(output, code);
}
