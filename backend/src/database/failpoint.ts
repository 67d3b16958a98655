/** The name of the one failpoint that this process dies at. Set once by `main`, from FAIL_AT; never in production. */
let armed: string | undefined;
let isPause = false;

/** Chooses where the process dies. Tests list the names by searching the code for calls of {@link failpoint}. */
export function armFailpoint(name: string | undefined): void {
  armed = name;
  isPause = false;
}

/** Chooses where the process stops, once, until somebody wakes it (SIGCONT), as a machine that sleeps would. */
export function armPause(name: string | undefined): void {
  armed = name;
  isPause = true;
}

/**
 * A place between two steps on a money path where a crash must lose nothing and repeat nothing: kills the process, as a
 * power cut would, when it is the armed one.
 *
 * @param name - What is done and what is not: `after_ledger_before_broadcast`.
 */
export function failpoint(name: string): void {
  if (armed !== name) return;
  if (isPause) {
    armed = undefined;
    process.kill(process.pid, 'SIGSTOP');
    // Time for the signal to arrive; it stops this wait too.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    return;
  }
  process.kill(process.pid, 'SIGKILL');
  // The signal may take a moment; nothing more may happen in it.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
