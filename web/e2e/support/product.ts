/** The product as a person starts it, for the browser tests: `scripts/start.ts` as a process, with a data folder and ports of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A running product, as whoever uses it sees it. */
export type RunningProduct = {
  readonly url: string;
  /** Everything it keeps lies here: database, chain, keys, logs. */
  readonly dataFolder: string;
  /** What it printed so far. */
  readonly output: () => string;
};

/** A product that a test has to itself. */
export type TestProduct = RunningProduct & {
  /** The process that a person's Ctrl-C reaches. */
  readonly pid: () => number | undefined;
  /** Ends it as Ctrl-C does and starts it again on the same data and port. */
  readonly restart: () => Promise<void>;
  /** Ends it and removes its data. */
  readonly stop: () => Promise<void>;
};

const root = fileURLToPath(new URL('../../../', import.meta.url));
const startTimeoutMs = 180_000;

/**
 * Starts the product and waits for its ready line.
 *
 * @param options - Of the command, such as `--lan`.
 * @throws {Error} With everything it printed when it does not come up.
 */
export async function startProduct(
  env: Readonly<Record<string, string>> = {},
  options: readonly string[] = [],
): Promise<TestProduct> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'feiqian-e2e-'));
  // The database may run as another user, who has to pass through.
  chmodSync(dataFolder, 0o711);
  const port = await findFreePort();
  const lines: string[] = [];
  const launch = () => launchProduct({ ...env, PORT: String(port), DATA_FOLDER: dataFolder }, options, lines);
  let child = await launch().catch((error: unknown) => {
    rmSync(dataFolder, { recursive: true, force: true });
    throw error;
  });
  return {
    url: /^Feiqian is ready at (\S+)$/.exec(lines.at(-1) ?? '')?.[1] ?? '',
    dataFolder,
    output: () => lines.join('\n'),
    pid: () => child.pid,
    restart: async () => {
      await end(child);
      child = await launch();
    },
    stop: async () => {
      await end(child);
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

async function launchProduct(
  env: Readonly<Record<string, string>>,
  options: readonly string[],
  lines: string[],
): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(root, 'scripts/start.ts'), ...options], {
    cwd: root,
    // The variable ties its life to ours: a killed test run leaves nothing behind.
    env: { ...process.env, ...env, FEIQIAN_LAUNCHER: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
  await new Promise<void>((resolve, reject) => {
    const fail = (what: string) => reject(new Error([what, ...lines].join('\n')));
    const timer = setTimeout(() => fail('The product was not ready in time.'), startTimeoutMs);
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      if (!line.startsWith('Feiqian is ready at ')) return;
      clearTimeout(timer);
      resolve();
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`The product ended with ${code}.`);
    });
  });
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGINT');
  await exited;
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('There is no free port.')),
      );
    });
  });
}
