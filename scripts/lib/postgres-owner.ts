/**
 * Who PostgreSQL runs as. It refuses to run as root, so under root (containers, many servers) it runs as a user that exists already: no user is ever created.
 */
import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, statSync } from 'node:fs';

/** The user to start PostgreSQL's programs as; empty when that is simply us. */
export type PostgresOwner = { readonly uid?: number; readonly gid?: number };

/**
 * Chooses the user that PostgreSQL's programs run as for a data folder.
 *
 * @param dataDir - Its owner is kept once it exists, so that a user added to the system later changes nothing.
 */
export function resolvePostgresOwner(dataDir: string): PostgresOwner {
  if (process.getuid?.() !== 0) return {};
  if (existsSync(dataDir)) {
    const { uid, gid } = statSync(dataDir);
    if (uid !== 0) return { uid, gid };
  }
  for (const name of ['postgres', 'nobody']) {
    const uid = readId('-u', name);
    const gid = readId('-g', name);
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new Error(
    'PostgreSQL does not run as root, and this system has neither a user postgres nor nobody. Run the command as an ordinary user.',
  );
}

/** How to start a program: what to spawn, with which arguments and options. */
export type ProgramCall = {
  readonly command: string;
  readonly args: readonly string[];
  readonly options: { readonly uid?: number; readonly gid?: number };
};

/**
 * Says how to start one of PostgreSQL's programs as the chosen user.
 *
 * Root's home is closed to others (`/root` has mode 700), and a working copy often lies there in containers. Then the program gets the one
 * capability that lets it pass through closed folders, by `setpriv` of util-linux; it is no more than root had.
 */
export function callAs(owner: PostgresOwner, program: string, args: readonly string[]): ProgramCall {
  const { uid, gid } = owner;
  if (uid === undefined || gid === undefined) return { command: program, args, options: {} };
  const isReachable = spawnSync(program, ['--version'], { uid, gid, cwd: '/' }).status === 0;
  if (isReachable) return { command: program, args, options: { uid, gid } };
  // The secure bit keeps access(2), by which the programs look for each other, from ignoring the capability.
  const privileges = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--securebits=+no_setuid_fixup'];
  const user = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  return { command: 'setpriv', args: [...user, ...privileges, '--', program, ...args], options: {} };
}

/** Gives `path` to the chosen user, so that PostgreSQL can read and write it. */
export function giveToOwner(path: string, owner: PostgresOwner): void {
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(path, owner.uid, owner.gid);
}

function readId(flag: '-u' | '-g', name: string): number | undefined {
  const result = spawnSync('id', [flag, name], { encoding: 'utf8' });
  return result.status === 0 ? Number.parseInt(result.stdout, 10) : undefined;
}
