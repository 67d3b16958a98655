/** Runs the simulators as a process of their own. Prints one line of JSON when they can be reached. */
import { readConfig } from './config.ts';
import { watchParent } from './parent-watch.ts';
import { type Sandbox, startSandbox } from './sandbox/sandbox.ts';

let sandbox: Sandbox | undefined;
const stop = (): void => {
  if (sandbox === undefined) process.exit(0);
  void sandbox.close().finally(() => process.exit(0));
};
// Before anything that takes time: a parent that is gone by then could not be told from one that never was.
watchParent(stop);
process.once('SIGINT', stop);
process.once('SIGTERM', stop);

sandbox = await startSandbox(readConfig(process.env));
process.stdout.write(`${JSON.stringify({ ready: { sandbox: sandbox.url } })}\n`);
