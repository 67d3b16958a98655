/** The two roles and the database of the product, made on a server that we are superuser of. */
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { postgresSuperuser } from './postgres.ts';

/** Role that owns the tables and migrates them. */
export const ownerRole = 'feiqian_owner';
/** Role that the service runs as: it can't change or delete ledger transfers. */
export const serviceRole = 'feiqian_service';

/** Where a server is and how to be its superuser. */
export type ServerAccess = { readonly port: number; readonly superuserPassword: string };

/** A connection string for a role on the local server. */
export function databaseUrl({
  port,
  role,
  password,
  database,
}: {
  port: number;
  role: string;
  password: string;
  database: string;
}): string {
  return `postgres://${encodeURIComponent(role)}:${encodeURIComponent(password)}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}

/** Runs `work` as the superuser of the server, connected to `database`, and always ends the connection. */
export async function withSuperuser<T>(
  server: ServerAccess,
  database: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({
    connectionString: databaseUrl({
      port: server.port,
      role: postgresSuperuser,
      password: server.superuserPassword,
      database,
    }),
  });
  // A server that stops ends our session with an event; without a listener that would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Makes the two roles, or sets their passwords when they exist. */
export async function ensureRoles(server: ServerAccess, passwords: { owner: string; service: string }): Promise<void> {
  await withSuperuser(server, 'postgres', async (client) => {
    for (const [role, password] of [
      [ownerRole, passwords.owner],
      [serviceRole, passwords.service],
    ] as const) {
      const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
      const verb = rowCount === 0 ? 'CREATE' : 'ALTER';
      await client.query(`${verb} ROLE ${escapeIdentifier(role)} LOGIN PASSWORD ${escapeLiteral(password)}`);
    }
  });
}

/** Makes an empty database that belongs to the owner role, unless it exists. */
export async function ensureDatabase(server: ServerAccess, database: string): Promise<void> {
  await withSuperuser(server, 'postgres', async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0)
      await client.query(`CREATE DATABASE ${escapeIdentifier(database)} OWNER ${escapeIdentifier(ownerRole)}`);
  });
}
