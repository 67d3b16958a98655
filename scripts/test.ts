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
import { type Count, countSolidity, countVitest } from './lib/testing/count.ts';

const { values } = parseArgs({ options: { long: { type: 'boolean', default: false } } });
// Long runs: files named *.long.test.ts, and more fuzzing (hardhat.config.ts).
const env = values.long ? { ...process.env, LONG_TESTS: '1', FUZZ_RUNS: '5000', INVARIANT_RUNS: '256' } : process.env;

const steps: readonly { readonly title: string; readonly run: () => Promise<Count> }[] = [
  { title: 'Checks', run: check },
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
  const { failures: failed, ...tally } = await run();
  tallies.push(tally);
  failures.push(...failed);
  say(`── ${title}: ${formatTally(tally)} (${formatSeconds(performance.now() - stepStarted)})`);
}
const total = sumTallies(tallies);
if (failures.length > 0) say(`\nFailed:\n${failures.map((failure) => `  ✗ ${failure}`).join('\n')}`);
say(`\nAll of it took ${formatSeconds(performance.now() - started)}.`);
say(formatTally(total));
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);

async function runVitest(project: string): Promise<Count> {
  const folder = mkdtempSync(join(tmpdir(), 'feiqian-report-'));
  const report = join(folder, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=./scripts/lib/testing/run-report.ts'];
    const options = { env: { ...env, RUN_REPORT: report }, isLive: true };
    const { code } = await runTool('vitest', ['run', `--project=${project}`, ...reporters], options);
    return countVitest(report, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runSolidity(): Promise<Count> {
  const { code, output } = await runTool('hardhat', ['test', 'solidity'], { env, isLive: true });
  return countSolidity(output, code);
}

/** The checks have said themselves what is wrong; here it is named again, at the end. */
async function check(): Promise<Count> {
  const tally = await runChecks(listChecks());
  return { ...tally, failures: tally.failed === 0 ? [] : [`${tally.failed} of the checks`] };
}
