/** The life of a product command: lock, start, wait, stop, and nothing left behind whichever way it ends. */
import { parseArgs } from 'node:util';
import { formatHost } from '../lan/addresses.ts';
import { findLanAddress, type Lan, openLan } from '../lan/lan.ts';
import { type Children, createChildren } from '../processes/children.ts';
import { onceEnding } from '../processes/end.ts';
import { startGuard } from '../processes/guard.ts';
import { type RunLock, takeRunLock } from '../processes/run-lock.ts';
import { AdvisedError, formatSeconds, ignoreBrokenOutput, reportFailure, say } from '../terminal.ts';
import { type DataFolder, openDataFolder, removeData } from './data-folder.ts';
import { checkPort, readPort } from './ports.ts';
import { type Foundations, startFoundations } from './product.ts';

/** What a command gets to start its part with. */
export type CommandContext = {
  readonly folder: DataFolder;
  readonly children: Children;
  readonly lock: RunLock;
  /** Present when the product is to be reached from the local network. */
  readonly lan: Lan | undefined;
};

/** What a product command gets besides. */
export type ProductContext = CommandContext & { readonly foundations: Promise<Foundations>; readonly port: number };

/** Time for an earlier, killed run to let go of its ports. */
const patienceAfterKillMs = 3000;

/**
 * Runs a command on database, chain and simulators; `start` gets them on their way, and starts what is particular to the command.
 *
 * @param canLan - Whether the command knows `--lan`.
 * @param start - Answers with what to tell people at the end.
 */
export async function runProduct({
  command,
  canLan = false,
  start,
}: {
  command: string;
  canLan?: boolean;
  start: (context: ProductContext) => Promise<readonly string[]>;
}): Promise<void> {
  await runCommand({
    command,
    canLan,
    start: async (context) => {
      const port = readPort();
      await checkPort(port, {
        patienceMs: context.lock.wasKilled ? patienceAfterKillMs : 0,
        address: context.lan?.address,
      });
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
 * @param canLan - Whether the command knows `--lan`.
 */
export async function runCommand({
  command,
  canLan = false,
  start,
}: {
  command: string;
  canLan?: boolean;
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
    const { fresh, lan: isLan } = readOptions(canLan);
    const address = isLan ? findLanAddress() : undefined;
    const folder = openDataFolder();
    const url = address ? `https://${formatHost(address.host)}` : 'http://localhost';
    const lock = await takeRunLock(folder.runLock, { command, url: `${url}:${readPort()}` });
    if (fresh && removeData(folder)) say('  ✓ Data of earlier runs removed');
    const lan = address ? await openLan(address, folder) : undefined;
    const guard = startGuard();
    if (guard.pid !== undefined) lock.noteGuard(guard.pid);
    const onDeath = (error: AdvisedError) => {
      reportFailure(error);
      void end(1);
    };
    children = createChildren({ logFolder: folder.logs, guard, onDeath });
    const lines = await start({ folder, children, lock, lan });
    say(`  ✓ All of it (${formatSeconds(performance.now() - started)})\n`);
    for (const line of lines) say(line);
  } catch (error) {
    if (!ending) reportFailure(error);
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

/** @throws {AdvisedError} For anything that is none of the command's options. */
function readOptions(canLan: boolean): { readonly fresh: boolean; readonly lan: boolean } {
  const fresh = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({ options: canLan ? { fresh, lan: fresh } : { fresh } });
    return { fresh: values.fresh === true, lan: 'lan' in values && values.lan === true };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const advice = canLan
      ? 'The options are --fresh (begin anew) and --lan (for a phone in the same network): npm start -- --lan'
      : 'The only option is --fresh, such as npm start -- --fresh';
    throw new AdvisedError(error.message, advice, { cause: error });
  }
}
