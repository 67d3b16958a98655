/** The life of a product command: lock, start, wait, stop, and nothing left behind whichever way it ends. */
import { parseArgs } from 'node:util';
import { type Children, createChildren } from '../processes/children.ts';
import { onceEnding } from '../processes/end.ts';
import { startGuard } from '../processes/guard.ts';
import { type RunLock, takeRunLock } from '../processes/run-lock.ts';
import { AdvisedError, formatSeconds, ignoreBrokenOutput, reportFailure, say } from '../terminal.ts';
import { type DataFolder, openDataFolder, removeData } from './data-folder.ts';
import { checkPort, readPort } from './ports.ts';
import { type Foundations, startFoundations } from './product.ts';

/** What a command gets to start its part with. */
export type CommandContext = { readonly folder: DataFolder; readonly children: Children; readonly lock: RunLock };

/** What a product command gets besides. */
export type ProductContext = CommandContext & { readonly foundations: Promise<Foundations>; readonly port: number };

/** Time for an earlier, killed run to let go of its ports. */
const patienceAfterKillMs = 3000;

/**
 * Runs a command on database, chain and simulators; `start` gets them on their way, and starts what is particular to the command.
 *
 * @param start - Answers with what to tell people at the end.
 */
export async function runProduct({
  command,
  start,
}: {
  command: string;
  start: (context: ProductContext) => Promise<readonly string[]>;
}): Promise<void> {
  await runCommand({
    command,
    start: async (context) => {
      const port = readPort();
      await checkPort(port, context.lock.wasKilled ? patienceAfterKillMs : 0);
      const foundations = startFoundations({ ...context, port });
      // Reported by whoever awaits it; the command may fail before it does.
      foundations.catch(() => undefined);
      return start({ ...context, foundations, port });
    },
  });
}

/**
 * Runs a command that goes on until somebody ends it. The process ends with it: 0 when somebody asked for that, 1 when something failed.
 *
 * @param command - Path of the command's file, as it stands on its command line.
 */
export async function runCommand({
  command,
  start,
}: {
  command: string;
  start: (context: CommandContext) => Promise<readonly string[]>;
}): Promise<void> {
  ignoreBrokenOutput();
  const started = performance.now();
  let children: Children | undefined;
  let ending: Promise<void> | undefined;
  const end = (code: number) => {
    ending ??= stopAndExit(children, code);
    return ending;
  };
  const sayAndEnd = (reason: string) => {
    say(`\nStopping (${reason})…`);
    void end(0);
  };
  onceEnding(sayAndEnd, () => {
    children?.killAll();
    process.exit(1);
  });
  try {
    const { values } = parseArgs({ options: { fresh: { type: 'boolean', default: false } } });
    const folder = openDataFolder();
    const lock = await takeRunLock(folder.runLock, { command, url: `http://localhost:${readPort()}` });
    if (values.fresh && removeData(folder)) say('  ✓ Data of earlier runs removed');
    const guard = startGuard();
    if (guard.pid !== undefined) lock.noteGuard(guard.pid);
    const onDeath = (error: AdvisedError) => {
      reportFailure(error);
      void end(1);
    };
    children = createChildren({ logFolder: folder.logs, guard, onDeath });
    const lines = await start({ folder, children, lock });
    say(`  ✓ All of it (${formatSeconds(performance.now() - started)})\n`);
    for (const line of lines) say(line);
  } catch (error) {
    if (!ending) reportFailure(explain(error));
    await end(1);
  }
}

async function stopAndExit(children: Children | undefined, code: number): Promise<never> {
  try {
    await children?.stopAll();
  } catch (error) {
    reportFailure(error);
    children?.killAll();
    process.exit(1);
  }
  if (code === 0) say('Stopped.');
  process.exit(code);
}

function explain(error: unknown): unknown {
  const isArgument = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  return isArgument ? new AdvisedError(error.message, 'The only option is --fresh: npm start -- --fresh') : error;
}
