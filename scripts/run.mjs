/**
 * The launcher behind every npm command: `node scripts/run.mjs [--setup-only] <command> [arguments]`.
 *
 * It has no dependencies and runs on Node 20, because it is what makes sure of the rest: a Node that can run our TypeScript, the packages of the
 * lock file, and the generated database client. Then it runs the command and passes signals on.
 */
import { join } from 'node:path';
import { fetchNode, isNodeRecentEnough, nodeWanted } from './lib/launcher/node.mjs';
import { runForeground } from './lib/launcher/process.mjs';
import { ensureSetup } from './lib/launcher/setup.mjs';
import { fail } from './lib/launcher/steps.mjs';

const root = join(import.meta.dirname, '..');
const [first, ...rest] = process.argv.slice(2);

if (!isNodeRecentEnough(process.versions.node)) {
  // The second process is this same launcher under the right Node; the variable stops a fetch that had no effect from repeating for ever.
  if (process.env.FEIQIAN_NODE_FETCHED)
    fail(
      `Node ${nodeWanted} was fetched, but ${process.version} still runs.`,
      'Install Node 24 from https://nodejs.org and run the command again.',
    );
  const node = await fetchNode(root);
  await runForeground(node, process.argv.slice(1), {
    cwd: process.cwd(),
    env: { ...process.env, FEIQIAN_NODE_FETCHED: '1' },
  });
} else {
  const env = await ensureSetup(root);
  if (first === '--setup-only') process.stdout.write('Everything is installed. Next: npm start\n');
  else if (first === undefined)
    fail('No command was given.', 'Use one of the scripts of package.json, such as npm start.');
  else
    await runForeground(first === 'node' ? process.execPath : first, rest, {
      cwd: root,
      env: { ...env, FEIQIAN_LAUNCHER: '1' },
    });
}
