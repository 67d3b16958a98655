/** One product per data folder: a file that names the running process, so that a second start says so and a killed run is noticed. */
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { AdvisedError } from '../terminal.ts';
import { isAlive } from './signals.ts';

/** Who runs the product. The guard's id is added when it exists: as long as it lives, it is clearing up after a killed run. */
export type RunNote = {
  readonly pid: number;
  readonly command: string;
  readonly url: string;
  readonly guardPid?: number;
};

/** A lock that is held. */
export type RunLock = {
  /** Whether an earlier run was killed before it could clean up. */
  readonly wasKilled: boolean;
  readonly noteGuard: (guardPid: number) => void;
};

const clearingMsMax = 12_000;
const pollMs = 100;

/**
 * Takes the lock of a data folder until the process ends. After a killed run, waits until its guard has ended what it left behind.
 *
 * @throws {AdvisedError} When another run has it.
 */
export async function takeRunLock(path: string, note: Omit<RunNote, 'pid' | 'guardPid'>): Promise<RunLock> {
  mkdirSync(dirname(path), { recursive: true });
  const earlier = readNote(path);
  if (earlier && isRunning(earlier)) {
    throw new AdvisedError(
      `Feiqian is already running at ${earlier.url} (${earlier.command}, process ${earlier.pid}).`,
      `Use that one, or stop it first: Ctrl-C in its terminal, or kill ${earlier.pid}.`,
    );
  }
  const wasKilled = existsSync(path);
  rmSync(path, { force: true });
  const own = { ...note, pid: process.pid };
  writeOwn(path, own);
  process.once('exit', () => {
    if (readNote(path)?.pid === process.pid) rmSync(path, { force: true });
  });
  if (earlier?.guardPid !== undefined) await untilGone(earlier.guardPid);
  return { wasKilled, noteGuard: (guardPid) => writeFileSync(path, JSON.stringify({ ...own, guardPid })) };
}

async function untilGone(pid: number): Promise<void> {
  const deadline = Date.now() + clearingMsMax;
  while (isAlive(pid) && Date.now() < deadline) await wait(pollMs);
}

/** The file appears with its content in one step, or not at all when somebody else's is there. */
function writeOwn(path: string, note: RunNote): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(note));
  try {
    linkSync(draft, path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw new AdvisedError(
      'Feiqian is being started by another command at this moment.',
      'Wait for it, or stop it first.',
      { cause },
    );
  } finally {
    rmSync(draft, { force: true });
  }
}

function readNote(path: string): RunNote | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as RunNote;
  } catch {
    return undefined;
  }
}

/** A process id is used again sooner or later: where the system tells, the process must also be one of our commands. */
function isRunning({ pid, command }: RunNote): boolean {
  if (pid === process.pid || !isAlive(pid)) return false;
  if (process.platform !== 'linux') return true;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(command);
  } catch {
    return false;
  }
}
