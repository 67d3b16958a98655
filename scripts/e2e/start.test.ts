import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProduct, type TestProduct } from '../../web/e2e/support/product.ts';
import { inProject } from '../lib/paths.ts';

const endMs = 20_000;

describe('npm start', () => {
  let product: TestProduct;
  beforeAll(async () => {
    product = await startProduct();
  });
  afterAll(() => product.stop());

  /** Runs the command to its end, which must be soon. */
  function tryToStart(env: Record<string, string>, options: readonly string[] = []) {
    return spawnSync(process.execPath, [inProject('scripts/start.ts'), ...options], {
      env: { ...process.env, ...env },
      encoding: 'utf8',
      timeout: endMs,
    });
  }

  async function askChain(method: string, params: readonly unknown[]): Promise<unknown> {
    const [, rpcUrl = ''] =
      /Local chain (http:\S+)/.exec(product.output().split('Feiqian is ready').at(-2) ?? '') ?? [];
    const response = await fetch(rpcUrl, {
      method: 'POST',
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    return ((await response.json()) as { result: unknown }).result;
  }

  it('ends with the ready line, and is ready', async () => {
    expect(product.output().split('\n').at(-1)).toBe(`Feiqian is ready at ${product.url}`);
    expect((await fetch(`${product.url}/readyz`)).status).toBe(200);
    expect(await (await fetch(product.url)).text()).toContain('<div id="root">');
  });

  it('says where mail is shown, and sends it there', async () => {
    const page = /Sandbox mail (http:\S+)/.exec(product.output())?.[1] ?? '';
    expect(await (await fetch(page)).text()).toContain('id="messages"');
    expect(await (await fetch(`${product.url}/v1/chains`)).json()).toMatchObject({ mail: true });
  });

  it('keeps its secrets to the user who started it', () => {
    expect(statSync(join(product.dataFolder, 'keys.json')).mode & 0o777).toBe(0o600);
  });

  it('says so when it runs already', () => {
    const second = tryToStart({ DATA_FOLDER: product.dataFolder });
    expect(second.status).toBe(1);
    expect(second.stderr).toContain(`already running at ${product.url}`);
  });

  it('names its options when it is given another', () => {
    const { status, stderr } = tryToStart({}, ['--lna']);
    expect(status).toBe(1);
    expect(stderr).toContain("'--lna'");
    expect(stderr).toContain('--fresh');
    expect(stderr).toContain('--lan ');
  });

  it('says so when it cannot be reached from the local network as it was told', () => {
    const folder = mkdtempSync(join(tmpdir(), 'feiqian-start-'));
    const asked = tryToStart({ DATA_FOLDER: folder, LAN_HOST: '192.0.2.254' }, ['--fresh', '--lan']);
    expect(asked.status).toBe(1);
    expect(asked.stderr).toContain('LAN_HOST is 192.0.2.254, which is no address of this machine.');
    const both = tryToStart({ DATA_FOLDER: folder, PUBLIC_URL: 'https://wallet.example' }, ['--lan']);
    expect(both.stderr).toContain('PUBLIC_URL is set, and --lan has an address of its own.');
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  it('says so when its port is taken, and leaves nothing behind', () => {
    const folder = mkdtempSync(join(tmpdir(), 'feiqian-start-'));
    const port = new URL(product.url).port;
    const second = tryToStart({ DATA_FOLDER: folder, PORT: port });
    expect(second.status).toBe(1);
    expect(second.stderr).toContain(`Port ${port} is taken by another program.`);
    expect(second.stderr).toContain('PORT=');
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  it('brings everything back after Ctrl-C, the chain block by block', async () => {
    const before = {
      chains: readFileSync(join(product.dataFolder, 'chains.json'), 'utf8'),
      block: await askChain('eth_getBlockByNumber', ['0x5', false]),
    };
    expect(before.block).toMatchObject({ number: '0x5' });
    await product.restart();
    expect(readFileSync(join(product.dataFolder, 'chains.json'), 'utf8')).toBe(before.chains);
    expect(await askChain('eth_getBlockByNumber', ['0x5', false])).toEqual(before.block);
  });

  it.runIf(process.platform === 'linux')('leaves no process behind when it is killed, and starts again', async () => {
    const family = listDescendants(product.pid());
    expect(family.length).toBeGreaterThan(4);
    process.kill(product.pid() ?? 0, 'SIGKILL');
    await expect.poll(() => family.filter(isRunning), { timeout: endMs }).toEqual([]);
    await product.restart();
    expect((await fetch(`${product.url}/readyz`)).status).toBe(200);
  });

  it.runIf(process.platform === 'linux')('ends and says why when a part of it dies', async () => {
    const chain = listDescendants(product.pid()).find((pid) => commandOf(pid).includes('chain-process.ts'));
    process.kill(chain ?? 0, 'SIGKILL');
    await expect.poll(() => isRunning(product.pid() ?? 0), { timeout: endMs }).toBe(false);
    expect(product.output()).toContain('The chain process ended (SIGKILL).');
    await product.restart();
  });
});

describe('npm run chain', () => {
  it('shows where the chain and its contracts are, and ends with Ctrl-C', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'feiqian-chain-'));
    const child = spawn(process.execPath, [inProject('scripts/chain.ts')], {
      env: { ...process.env, DATA_FOLDER: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      if (output.includes('The chain is ready')) child.kill('SIGINT');
    });
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
    expect(output).toMatch(
      /RPC +http:\/\/127\.0\.0\.1:\d+[\s\S]*USDF +0x[\s\S]*CNYF +0x[\s\S]*Relay +0x[\s\S]*Checkout +0x/,
    );
    rmSync(folder, { recursive: true });
  });
});

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** A process that ended and was not yet collected by its parent does not run any more. */
function isRunning(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

function listDescendants(pid: number | undefined): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const stat = /\) \S (\d+)/.exec(commandStat(name));
    if (stat) children.set(Number(stat[1]), [...(children.get(Number(stat[1])) ?? []), Number(name)]);
  }
  const found: number[] = [];
  const queue = [pid ?? 0];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const below = children.get(next) ?? [];
    found.push(...below);
    queue.push(...below);
  }
  return found;
}

function commandStat(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '';
  }
}
