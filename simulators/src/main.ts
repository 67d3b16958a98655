/** Runs the simulators as a process of their own. Prints one line of JSON when they can be reached. */
import { readConfig, readMailConfig } from './config.ts';
import { startMail } from './mail/mail.ts';
import { watchParent } from './parent-watch.ts';
import { startSandbox } from './sandbox/sandbox.ts';

let running: readonly { readonly close: () => Promise<void> }[] = [];
const stop = (): void => void Promise.all(running.map((one) => one.close())).finally(() => process.exit(0));
// Before anything that takes time: a parent that is gone by then could not be told from one that never was.
watchParent(stop);
process.once('SIGINT', stop);
process.once('SIGTERM', stop);

const [sandbox, mail] = await Promise.all([
  startSandbox(readConfig(process.env)),
  startMail(readMailConfig(process.env)),
]);
running = [sandbox, mail];
const ready = { sandbox: sandbox.url, mail: mail.pageUrl, smtp: mail.smtpUrl };
process.stdout.write(`${JSON.stringify({ ready })}\n`);
