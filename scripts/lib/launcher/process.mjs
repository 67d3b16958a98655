/** Child processes of the launcher: npm, and the command itself. */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isAlive } from './lock.mjs';

/** @type {readonly NodeJS.Signals[]} */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const parentCheckMs = 500;

/**
 * The npm that started us, else the one on the PATH; as a program and its first arguments.
 *
 * @returns {{ command: string, prefix: string[], shell: boolean }}
 */
export function findNpm() {
  const path = process.env.npm_execpath;
  // npm_execpath may name another package manager, or npx.
  if (path && basename(path) === 'npm-cli.js') return { command: process.execPath, prefix: [path], shell: false };
  const isWindows = process.platform === 'win32';
  return { command: isWindows ? 'npm.cmd' : 'npm', prefix: [], shell: isWindows };
}

/**
 * Runs npm to its end.
 *
 * @param {string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, isQuiet?: boolean }} options `isQuiet` answers with what it printed instead of showing it.
 * @returns {Promise<{ code: number, output: string, errors: string }>}
 */
export function runNpm(args, { cwd, env = process.env, isQuiet = false }) {
  const { command, prefix, shell } = findNpm();
  return runToEnd(command, [...prefix, ...args], { cwd, env, isQuiet, shell });
}

/**
 * Runs a program to its end.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, isQuiet?: boolean, shell?: boolean }} options
 * @returns {Promise<{ code: number, output: string, errors: string }>}
 */
export function runToEnd(command, args, { cwd, env = process.env, isQuiet = false, shell = false }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env,
      shell,
      stdio: ['ignore', isQuiet ? 'pipe' : 'inherit', isQuiet ? 'pipe' : 'inherit'],
    });
    const stop = forwardSignals(child);
    let output = '';
    let errors = '';
    child.stdout?.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      errors += chunk;
    });
    child.once('error', (error) => {
      stop();
      resolve({ code: 127, output: '', errors: String(error) });
    });
    child.once('close', (code, signal) => {
      stop();
      if (signal) process.exit(130);
      resolve({ code: code ?? 1, output, errors });
    });
  });
}

/**
 * Runs the command in our place: its output, its signals, its exit code. When npm above us is killed, the command is asked to end.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<never>}
 */
export function runForeground(command, args, { cwd, env }) {
  return new Promise(() => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: 'inherit',
      shell: process.platform === 'win32' && command !== process.execPath,
    });
    forwardSignals(child);
    watchParent(child);
    child.once('error', (error) => {
      process.stderr.write(`${error.message}\n`);
      process.exit(127);
    });
    child.once('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}

/**
 * A terminal sends Ctrl-C to the whole group, `kill` only to one: the child may get a signal twice and must not mind.
 *
 * @param {import('node:child_process').ChildProcess} child
 */
function forwardSignals(child) {
  const listeners = signals.map((signal) => ({ signal, listener: () => child.kill(signal) }));
  for (const { signal, listener } of listeners) process.on(signal, listener);
  return () => {
    for (const { signal, listener } of listeners) process.off(signal, listener);
  };
}

/**
 * Started by npm, we end when npm does, even when it was killed outright. Started by hand (`node scripts/run.mjs … &`) we may outlive the shell.
 *
 * @param {import('node:child_process').ChildProcess} child
 */
function watchParent(child) {
  if (!process.env.npm_lifecycle_event && !process.env.FEIQIAN_NODE_FETCHED) return;
  const parent = process.ppid;
  const npm = findNpmAbove(parent);
  const timer = setInterval(() => {
    if (process.ppid === parent && (npm === undefined || isAlive(npm))) return;
    clearInterval(timer);
    child.kill('SIGTERM');
  }, parentCheckMs);
  timer.unref();
}

/**
 * npm runs scripts in a shell, which goes on when npm is killed: then npm is the parent of our parent.
 *
 * @param {number} parent
 */
function findNpmAbove(parent) {
  const described = describeProcess(parent);
  return described && /^-?(?:.*\/)?(?:sh|bash|dash|zsh|ash|busybox)$/.test(described.name)
    ? described.parent
    : undefined;
}

/**
 * @param {number} pid
 * @returns {{ name: string, parent: number } | undefined} Undefined where the system does not tell.
 */
function describeProcess(pid) {
  try {
    if (process.platform === 'linux') {
      // proc(5): `pid (name) state ppid …`; the name may hold anything, so that the last parenthesis counts.
      const [, name = '', rest = ''] = /\((.*)\)(.*)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
      return { name, parent: Number(rest.trim().split(' ')[1]) };
    }
    const { status, stdout } = spawnSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8' });
    const [, parent, name = ''] = /^\s*(\d+)\s+(.*?)\s*$/.exec(stdout ?? '') ?? [];
    return status === 0 && parent !== undefined ? { name, parent: Number(parent) } : undefined;
  } catch {
    return undefined;
  }
}
