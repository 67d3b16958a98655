/** One installer at a time: a lock file that holds the process id of its owner, so that a killed owner is noticed. */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const pollMs = 250;
const settleMs = 50;
const abandonedMs = 5_000;

/**
 * Runs `work` while holding the lock; waits for another owner first.
 *
 * @template T
 * @param {string} path The lock file.
 * @param {() => Promise<T>} work
 * @param {(pid: number) => void} [onWait] Called once with the process that has the lock.
 * @returns {Promise<T>}
 */
export async function withLock(path, work, onWait = () => undefined) {
  mkdirSync(dirname(path), { recursive: true });
  let hasTold = false;
  while (!(await tryLock(path))) {
    const pid = readOwner(path);
    if (pid !== undefined && !hasTold) {
      hasTold = true;
      onWait(pid);
    }
    await wait(pollMs);
  }
  const release = () => rmSync(path, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

/** @param {string} path */
async function tryLock(path) {
  const owner = readOwner(path);
  if (owner !== undefined && isAlive(owner)) return false;
  if (owner !== undefined || isAbandoned(path)) rmSync(path, { force: true });
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
  // Two may have seen the same dead owner, and the second removed what the first wrote: whose id stays in the file has the lock.
  await wait(settleMs);
  return readOwner(path) === process.pid;
}

/** @param {string} path */
function readOwner(path) {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A file without a process id whose writer has had ample time to write it.
 *
 * @param {string} path
 */
function isAbandoned(path) {
  try {
    return Date.now() - statSync(path).mtimeMs > abandonedMs;
  } catch {
    return false;
  }
}

/**
 * True while a process lives, ours or somebody else's.
 *
 * @param {number} pid
 */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
