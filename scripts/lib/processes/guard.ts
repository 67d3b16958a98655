/**
 * Makes sure that no process outlives the command that started it, even when that command is killed outright: one small process of its own,
 * out of reach of the terminal's signals, ends everything it was told about as soon as the pipe to it closes.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

/** Tells the guard which processes to end with us. */
export type Guard = {
  readonly pid: number | undefined;
  /** From now on the process (and its group) is ended when we are gone. `signal` asks it to end in good order. */
  readonly watch: (pid: number, signal: NodeJS.Signals) => void;
  readonly forget: (pid: number) => void;
  /** Ends the guard; call it when nothing is left to watch. */
  readonly release: () => void;
};

/** Starts the guard. It costs one idle Node process. */
export function startGuard(): Guard {
  const child: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, 'guard-process.ts')], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  const pipe = child.stdin;
  // The pipe breaks only when somebody killed the guard, in which case there is nothing to tell it.
  pipe?.on('error', () => undefined);
  if (pipe && 'unref' in pipe && typeof pipe.unref === 'function') pipe.unref();
  const tell = (message: object) => pipe?.write(`${JSON.stringify(message)}\n`);
  return {
    pid: child.pid,
    watch: (pid, signal) => tell({ watch: pid, signal }),
    forget: (pid) => tell({ forget: pid }),
    release: () => pipe?.end(),
  };
}
