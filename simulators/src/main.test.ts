import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createTransport } from 'nodemailer';
import { afterEach, expect, it, vi } from 'vitest';
import { createSeed, createSigningKey } from './sandbox/signature.ts';

vi.setConfig({ testTimeout: 30_000 });

const main = new URL('./main.ts', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'feiqian-simulators-'));
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const environment = () => ({
  SANDBOX_STATE: join(folder, 'state.jsonl'),
  SANDBOX_KEY: createSeed(),
  SANDBOX_MERCHANT_KEY: createSigningKey(createSeed()).publicKey,
  SANDBOX_MERCHANT_ORIGINS: 'http://127.0.0.1:8080',
});

function start(command: readonly string[], env: Record<string, string>) {
  const child = spawn(process.execPath, command, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
}

const firstLine = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    if (child.stdout) createInterface({ input: child.stdout }).once('line', resolve);
  });

it('says where it is, and ends when it is told to', async () => {
  const child = start([main], environment());
  const { ready } = JSON.parse(await firstLine(child)) as { ready: { sandbox: string; mail: string; smtp: string } };
  expect((await fetch(`${ready.sandbox}/panel`)).status).toBe(200);
  expect((await fetch(ready.mail)).status).toBe(200);
  expect(await createTransport(ready.smtp).verify()).toBe(true);
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
});

it('ends when its parent was killed', async () => {
  const parent = `const { spawn } = require('node:child_process'); spawn(process.execPath, [${JSON.stringify(main)}], { stdio: ['ignore', 'inherit', 'ignore'] }); setInterval(() => {}, 1000);`;
  const child = start(['-e', parent], environment());
  const { ready } = JSON.parse(await firstLine(child)) as { ready: { sandbox: string } };
  child.kill('SIGKILL');
  await vi.waitFor(() => expect(fetch(`${ready.sandbox}/panel`)).rejects.toThrow(), { timeout: 15_000, interval: 100 });
});

it('names every variable that is missing or malformed, and no value', async () => {
  const child = start([main], {
    ...environment(),
    SANDBOX_KEY: 'my-secret',
    SANDBOX_MERCHANT_ORIGINS: 'http://127.0.0.1:8080/path',
  });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  await new Promise((resolve) => child.once('close', resolve));
  expect(child.exitCode).not.toBe(0);
  expect(errors).toContain('SANDBOX_KEY');
  expect(errors).toContain('SANDBOX_MERCHANT_ORIGINS');
  expect(errors).not.toContain('my-secret');
});
