import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createChildren } from './children.ts';
import type { Guard } from './guard.ts';
import { takeRunLock } from './run-lock.ts';
import { isAlive } from './signals.ts';

let folder: string;
let started: ChildProcess[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'feiqian-processes-'));
  started = [];
});
afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

const noGuard: Guard = { pid: undefined, watch: () => undefined, forget: () => undefined, release: () => undefined };
const sleeper = 'setInterval(() => undefined, 1000)';

function start(code: string, ...args: string[]): ChildProcess {
  const child = spawn(process.execPath, ['-e', code, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  return child;
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => child.stdout?.once('data', (chunk) => resolve(String(chunk).trim())));
}

describe('the guard', () => {
  it('ends what a killed command left behind', async () => {
    const guard = pathToFileURL(join(import.meta.dirname, 'guard.ts')).href;
    const command = start(`import(${JSON.stringify(guard)}).then(({ startGuard }) => {
      const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(sleeper)}], { detached: true, stdio: 'ignore' });
      startGuard().watch(child.pid, 'SIGTERM');
      console.log(child.pid);
      setInterval(() => undefined, 1000);
    })`);
    const pid = Number(await firstLine(command));
    expect(isAlive(pid)).toBe(true);
    command.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  });
});

describe('the run lock', () => {
  const note = { command: 'scripts/start.ts', url: 'http://localhost:8080' };

  it('is refused while another command has it, and says where that one is', async () => {
    const other = start(`console.log('up'); ${sleeper}`, 'scripts/start.ts');
    await firstLine(other);
    const path = join(folder, 'run.json');
    writeFileSync(path, JSON.stringify({ ...note, pid: other.pid }));
    await expect(takeRunLock(path, note)).rejects.toThrow(
      `already running at http://localhost:8080 (scripts/start.ts, process ${other.pid})`,
    );
  });

  it.runIf(process.platform === 'linux')(
    'is not held by a stranger who got the process id of a killed run',
    async () => {
      const stranger = start(`console.log('up'); ${sleeper}`);
      await firstLine(stranger);
      const path = join(folder, 'run.json');
      writeFileSync(path, JSON.stringify({ ...note, pid: stranger.pid }));
      await expect(takeRunLock(path, note)).resolves.toMatchObject({ wasKilled: true });
    },
  );

  it('is taken over from a killed run', async () => {
    const path = join(folder, 'run.json');
    writeFileSync(path, JSON.stringify({ ...note, pid: spawnSync(process.execPath, ['-e', '']).pid }));
    await expect(takeRunLock(path, note)).resolves.toMatchObject({ wasKilled: true });
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid });
  });

  it('is taken at once when nobody had it', async () => {
    await expect(takeRunLock(join(folder, 'run.json'), note)).resolves.toMatchObject({ wasKilled: false });
  });
});

describe('child processes', () => {
  function open() {
    const deaths: Error[] = [];
    const children = createChildren({ logFolder: folder, guard: noGuard, onDeath: (error) => deaths.push(error) });
    return { deaths, children };
  }

  it('tell when they are ready', async () => {
    const { children } = open();
    const child = children.start({
      name: 'part',
      args: ['-e', `console.log('{"ready":{"port":7}}'); ${sleeper}`],
      env: process.env,
    });
    await expect(child.ready()).resolves.toEqual({ port: 7 });
    await children.stopAll();
    expect(child.hasEnded()).toBe(true);
  });

  it('are reported with the end of their log when they die', async () => {
    const { children, deaths } = open();
    const child = children.start({
      name: 'part',
      args: ['-e', "console.error('disk full'); process.exit(3)"],
      env: process.env,
    });
    await expect(child.ready()).rejects.toThrow(/part process ended \(3\)[\s\S]*disk full/);
    expect(deaths).toHaveLength(1);
    expect(existsSync(join(folder, 'part.log'))).toBe(true);
  });

  it('are stopped in reverse order, without being reported', async () => {
    const { children, deaths } = open();
    const order: string[] = [];
    for (const name of ['first', 'second']) {
      const child = children.start({ name, args: ['-e', `console.log('{"ready":{}}'); ${sleeper}`], env: process.env });
      child.process.once('exit', () => order.push(name));
      await child.ready();
    }
    await children.stopAll();
    expect(order).toEqual(['second', 'first']);
    expect(deaths).toEqual([]);
  });
});
