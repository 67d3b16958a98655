/** The folder that holds everything an embedded product keeps: database, chain, keys, logs. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { inProject, projectRoot } from '../paths.ts';

/** Where each thing lies. */
export type DataFolder = {
  readonly root: string;
  readonly postgres: string;
  readonly chainLog: string;
  readonly deployments: string;
  readonly chains: string;
  readonly keys: string;
  readonly ports: string;
  readonly sandboxState: string;
  readonly certificates: string;
  readonly logs: string;
  readonly runLock: string;
};

/** The paths under `.data`, or under DATA_FOLDER when that is set (tests start products of their own). */
export function openDataFolder(): DataFolder {
  const asked = process.env.DATA_FOLDER;
  const root = asked ? (isAbsolute(asked) ? asked : join(projectRoot, asked)) : inProject('.data');
  mkdirSync(root, { recursive: true });
  return {
    root,
    postgres: join(root, 'postgres'),
    chainLog: join(root, 'chain', 'log.jsonl'),
    deployments: join(root, 'deployments'),
    chains: join(root, 'chains.json'),
    keys: join(root, 'keys.json'),
    ports: join(root, 'ports.json'),
    sandboxState: join(root, 'sandbox.json'),
    certificates: join(root, 'certificates'),
    logs: join(root, 'logs'),
    runLock: join(root, 'run.json'),
  };
}

/**
 * Removes everything that the product keeps, but for the certificates: phones were told to trust them.
 *
 * @returns whether there was anything.
 */
export function removeData(folder: DataFolder): boolean {
  const kept = [
    folder.postgres,
    join(folder.root, 'chain'),
    folder.deployments,
    folder.chains,
    folder.keys,
    folder.ports,
    folder.sandboxState,
    folder.logs,
  ];
  const found = kept.filter(existsSync);
  for (const path of found) rmSync(path, { recursive: true, force: true });
  return found.length > 0;
}
