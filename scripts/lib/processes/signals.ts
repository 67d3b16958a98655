/** Signals to whole process groups, where the system has them. */

/** Sends a signal to a process and everything it started in its group. A group that is gone already is fine. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** True while a process of the group lives. */
export function hasGroup(pid: number): boolean {
  return isAlive(process.platform === 'win32' ? pid : -pid);
}

/** True while a process lives, ours or somebody else's. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
