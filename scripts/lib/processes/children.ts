/** The processes of a running product: each in a group of its own, logged to a file, watched, and stopped in reverse order. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, renameSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AdvisedError } from '../terminal.ts';
import type { Guard } from './guard.ts';
import { hasGroup, signalGroup } from './signals.ts';

/** What to start. */
export type ChildOptions = {
  /** Short name: of the log file, and in messages. */
  readonly name: string;
  /** A TypeScript or JavaScript file for this Node, with its arguments. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Gets each line of output as well as the log file. */
  readonly onLine?: (line: string) => void;
};

/** A started process. */
export type Child = {
  readonly name: string;
  readonly process: ChildProcess;
  /** The first line of output that is `{"ready":…}`, parsed. @throws {AdvisedError} When the process ends or is silent for too long. */
  readonly ready: () => Promise<Readonly<Record<string, unknown>>>;
  /** The last lines it printed. */
  readonly recentLines: () => readonly string[];
  readonly hasEnded: () => boolean;
};

/** Starts and stops processes. */
export type Children = {
  readonly start: (options: ChildOptions) => Child;
  /** Also stops something that is not a child of this kind, in its turn. */
  readonly addStop: (stop: () => Promise<void>) => void;
  /** Log of something that is not a child of this kind. */
  readonly openLog: (name: string) => WriteStream;
  /** Takes part in the watch: an unexpected end of it ends the product. */
  readonly watch: (name: string, process: ChildProcess, recentLines: () => readonly string[]) => void;
  /** Stops everything, last started first. */
  readonly stopAll: () => Promise<void>;
  /** Kills what is left without waiting. */
  readonly killAll: () => void;
};

const readyTimeoutMs = 90_000;
const stopTimeoutMs = 10_000;
const recentLinesMax = 30;

/** @param onDeath - Called once when a process ends that nobody stopped. */
export function createChildren({
  logFolder,
  guard,
  onDeath,
}: {
  logFolder: string;
  guard: Guard;
  onDeath: (error: AdvisedError) => void;
}): Children {
  const stops: (() => Promise<void>)[] = [];
  const running = new Set<ChildProcess>();
  let isStopping = false;

  const openLog = (name: string) => openLogFile(logFolder, name);
  const watch = (name: string, child: ChildProcess, recentLines: () => readonly string[]) => {
    const { pid } = child;
    if (pid !== undefined) guard.watch(pid, name === 'postgres' ? 'SIGINT' : 'SIGTERM');
    running.add(child);
    // Something failed meanwhile and everything is being stopped: this one came too late.
    if (isStopping && pid !== undefined) signalGroup(pid, 'SIGINT');
    child.once('exit', (code, signal) => {
      running.delete(child);
      if (pid !== undefined) guard.forget(pid);
      if (!isStopping) onDeath(describeDeath(name, code ?? signal, recentLines(), logFolder));
    });
  };
  return {
    openLog,
    watch,
    addStop: (stop) => stops.push(stop),
    start: (options) => {
      const child = startChild(options, openLog(options.name), logFolder);
      watch(options.name, child.process, child.recentLines);
      stops.push(() => stopChild(child.process));
      return child;
    },
    stopAll: async () => {
      isStopping = true;
      for (const stop of stops.splice(0).reverse()) await stop();
      guard.release();
    },
    killAll: () => {
      for (const { pid } of running) if (pid !== undefined) signalGroup(pid, 'SIGKILL');
    },
  };
}

function startChild({ name, args, env, onLine }: ChildOptions, log: WriteStream, logFolder: string): Child {
  const child = spawn(process.execPath, [...args], {
    // Our own processes end when we are gone, even where the guard was killed too: they watch their parent (end.ts) or the channel.
    env: { ...env, FEIQIAN_LAUNCHER: '1' },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const recent: string[] = [];
  const read = (line: string) => {
    log.write(`${line}\n`);
    if (recent.push(line) > recentLinesMax) recent.shift();
    onLine?.(line);
  };
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error(`${name} was started without pipes.`);
  const output = createInterface({ input: stdout });
  output.on('line', read);
  createInterface({ input: stderr }).on('line', read);
  child.once('close', () => log.end());
  const ready = new Promise<Readonly<Record<string, unknown>>>((resolve, reject) => {
    const timer = setTimeout(
      () =>
        reject(
          new AdvisedError(
            `${name} was not ready after ${readyTimeoutMs / 1000} s.`,
            `Its log is ${join(logFolder, `${name}.log`)}.`,
          ),
        ),
      readyTimeoutMs,
    );
    timer.unref();
    output.on('line', (line) => {
      if (!line.startsWith('{"ready":')) return;
      clearTimeout(timer);
      resolve((JSON.parse(line) as { ready: Record<string, unknown> }).ready);
    });
    child.once('close', (code, signal) => reject(describeDeath(name, code ?? signal, recent, logFolder)));
    child.once('error', reject);
  });
  // Whoever waits for it sees the rejection; a process without a ready line must not end ours by it.
  ready.catch(() => undefined);
  return {
    name,
    process: child,
    ready: () => ready,
    recentLines: () => recent,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
  };
}

async function stopChild(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  signalGroup(pid, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), stopTimeoutMs);
  await exited;
  clearTimeout(timer);
  if (hasGroup(pid)) signalGroup(pid, 'SIGKILL');
}

/** A new log for this run; the one of the run before is kept beside it. */
function openLogFile(folder: string, name: string): WriteStream {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.log`);
  try {
    renameSync(path, join(folder, `${name}.previous.log`));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return createWriteStream(path, { mode: 0o600 });
}

function describeDeath(
  name: string,
  how: number | string | null,
  recent: readonly string[],
  logFolder: string,
): AdvisedError {
  const lines = recent.slice(-12).map((line) => `    ${line}`);
  return new AdvisedError(
    [`The ${name} process ended (${how ?? 'unknown'}).`, ...lines].join('\n'),
    `Its whole log is ${join(logFolder, `${name}.log`)}.`,
  );
}
