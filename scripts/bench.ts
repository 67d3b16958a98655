/** `npm run bench -- <name> [--case <case>]… [--json]`: runs a benchmark of scripts/bench. With `--json`, one line a case. */
import { readdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { formatBenchResult, type RunBench } from './lib/bench-result.ts';
import { inProject } from './lib/paths.ts';
import { onceEnding } from './lib/processes/end.ts';
import { AdvisedError, reportFailure, say } from './lib/terminal.ts';

// Only modules named like a word are benchmarks; their helpers have names of several words.
const names = readdirSync(inProject('scripts/bench'))
  .filter((file) => /^[a-z]+\.ts$/.test(file))
  .map((file) => file.slice(0, -'.ts'.length));

onceEnding(() => process.exit(130));
try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, case: { type: 'string', multiple: true, default: [] } },
  });
  const unknown = positionals.filter((name) => !names.includes(name));
  if (positionals.length === 0 || unknown.length > 0) {
    throw new AdvisedError(
      unknown.length > 0 ? `There is no benchmark ${unknown.join(', ')}.` : 'Which benchmark?',
      `Use npm run bench -- ${names.join('|')} [--case <case>] [--json]`,
    );
  }
  for (const name of positionals) {
    const { runBench } = (await import(pathToFileURL(inProject('scripts/bench', `${name}.ts`)).href)) as {
      runBench: RunBench;
    };
    await runBench((result) => say(values.json ? JSON.stringify(result) : formatBenchResult(result)), {
      cases: values.case,
    });
  }
  process.exit(0);
} catch (error) {
  reportFailure(error);
  process.exit(1);
}
