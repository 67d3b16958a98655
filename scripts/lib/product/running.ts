/** Where the parts of a running product are: as the environment says, else those of the embedded product. */
import { existsSync, readFileSync } from 'node:fs';
import { databaseUrl, ownerRole, serviceRole } from '../database-roles.ts';
import { AdvisedError } from '../terminal.ts';
import { openDataFolder } from './data-folder.ts';
import { databaseName } from './database.ts';
import { ensureKeys } from './keys.ts';
import { readPorts } from './ports.ts';

/**
 * Connection string of the database, for the service's role (DATABASE_URL) or the owner's (DATABASE_OWNER_URL).
 *
 * @throws {AdvisedError} When nothing is configured and no product has run here.
 */
export function findDatabaseUrl(role: 'service' | 'owner'): string {
  const configured = role === 'service' ? process.env.DATABASE_URL : process.env.DATABASE_OWNER_URL;
  if (configured) return configured;
  const folder = openDataFolder();
  const port = readPorts(folder.ports).database;
  if (port === undefined || !existsSync(folder.keys))
    throw new AdvisedError('There is no database yet.', 'Run npm start first, or set DATABASE_URL.');
  const name = role === 'service' ? serviceRole : ownerRole;
  return databaseUrl({ port, role: name, password: ensureKeys(folder.keys).database[role], database: databaseName });
}

/** DATA_KEY, or that of the embedded product. @throws {AdvisedError} When there is neither. */
export function findDataKey(): string {
  if (process.env.DATA_KEY) return process.env.DATA_KEY;
  const folder = openDataFolder();
  if (!existsSync(folder.keys))
    throw new AdvisedError('There is no database yet.', 'Run npm start first, or set DATA_KEY.');
  return ensureKeys(folder.keys).data;
}

/** JSON-RPC address of a chain, when one is known. */
export function findRpcUrl(chainId: number): string | undefined {
  const configured = process.env[`RPC_URL_${chainId}`]?.split(/[\s,]+/).find((url) => url !== '');
  if (configured !== undefined) return configured;
  const folder = openDataFolder();
  const port = readPorts(folder.ports).chain;
  if (port === undefined || !existsSync(folder.chains)) return undefined;
  const chains = JSON.parse(readFileSync(folder.chains, 'utf8')) as readonly { readonly chainId: number }[];
  return chains.some((chain) => chain.chainId === chainId) ? `http://127.0.0.1:${port}` : undefined;
}
