/** The service itself, as it is run, in a process that can be killed; it is started again whenever it dies. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { inProject } from '../paths.ts';
import { eventually, Refused } from './patience.ts';

/** One replica of the service, kept alive. */
export type Replica = {
  readonly origin: string;
  /** Kills it as a power cut does, and starts it again. @param failAt - Where the new process is to kill itself. */
  readonly kill: (failAt?: string) => void;
  /** The place at which the running process will kill itself; undefined when there is none, or it is done. */
  readonly failAt: () => string | undefined;
  /** How often it died, by our hand or its own. */
  readonly deaths: () => number;
  /** Places at which it killed itself. */
  readonly diedAt: readonly string[];
  readonly untilReady: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

const stopMaxMs = 15_000;
// A database that is down ends a start or two; more in a row are a service that cannot start.
const failedStartsMax = 20;
const recentMax = 12;

/**
 * Starts a replica and keeps it running.
 *
 * @param logFile - Everything that its processes print.
 * @param failAt - Where the first process is to kill itself.
 */
export function startReplica({
  env,
  port,
  logFile,
  failAt: firstFailAt,
}: {
  readonly env: Readonly<Record<string, string>>;
  readonly port: number;
  readonly logFile: string;
  readonly failAt?: string;
}): Replica {
  const origin = `http://127.0.0.1:${port}`;
  const log = createWriteStream(logFile, { flags: 'a' });
  const diedAt: string[] = [];
  let [deaths, failedStarts, isStopping] = [0, 0, false];
  let recent: string[] = [];
  let [failAt, nextFailAt]: (string | undefined)[] = [firstFailAt, undefined];
  let child = start(failAt);

  function start(at: string | undefined): ChildProcess {
    const started = spawn(process.execPath, [inProject('backend/src/main.ts')], {
      // The channel ends with us, and the service with the channel.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...env, PORT: String(port), ...(at === undefined ? {} : { FAIL_AT: at }) },
    });
    started.stdout?.pipe(log, { end: false });
    started.stderr?.on('data', (chunk: Buffer) => {
      log.write(chunk);
      recent = [...recent, chunk.toString()].slice(-recentMax);
    });
    started.once('exit', (code, signal) => {
      if (isStopping) return;
      deaths += 1;
      failedStarts = signal === null ? failedStarts + 1 : 0;
      log.write(`--- ended (${signal ?? code})\n`);
      // Killed, and not by us.
      if (signal === 'SIGKILL' && at !== undefined && failAt === at && !started.killed) diedAt.push(at);
      [failAt, nextFailAt] = [nextFailAt, undefined];
      child = start(failAt);
    });
    return started;
  }

  return {
    origin,
    kill(at) {
      nextFailAt = at;
      child.kill('SIGKILL');
    },
    failAt: () => failAt,
    deaths: () => deaths,
    diedAt,
    async untilReady() {
      await eventually(`${origin} answers`, async () => {
        if (failedStarts >= failedStartsMax) throw new Refused(`The service does not start: ${recent.join('\n')}`);
        const { ok } = await fetch(`${origin}/readyz`, { signal: AbortSignal.timeout(2000) });
        return ok ? true : undefined;
      });
    },
    async stop() {
      isStopping = true;
      if (child.exitCode === null && child.signalCode === null) {
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), stopMaxMs);
        await ended;
        clearTimeout(timer);
      }
      log.end();
    },
  };
}
