/** Runs the simulators as a process of their own. Prints one line of JSON when they can be reached. */
import { readConfig } from './config.ts';
import { watchParent } from './parent-watch.ts';
import { startSandbox } from './sandbox/sandbox.ts';

const sandbox = await startSandbox(readConfig(process.env));
process.stdout.write(`${JSON.stringify({ ready: { sandbox: sandbox.url } })}\n`);

const stop = (): void => {
  void sandbox.close().finally(() => process.exit(0));
};
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
watchParent(stop);
