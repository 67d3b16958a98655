/** `npm run check`: format, lint, types, direction of imports, dead code, generated files, first-load size. */
import { listChecks } from './lib/checks/checks.ts';
import { formatTally, runChecks } from './lib/checks/run-checks.ts';
import { stopTools } from './lib/checks/tool.ts';
import { onceEnding } from './lib/processes/end.ts';
import { say } from './lib/terminal.ts';

onceEnding(() => {
  stopTools();
  process.exit(130);
});
const tally = await runChecks(listChecks());
say();
say(formatTally(tally));
process.exit(tally.failed === 0 ? 0 : 1);
