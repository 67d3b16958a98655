import { join } from 'node:path';
import pg from 'pg';
import { databaseUrl } from '../../../scripts/lib/database-roles.ts';
import { databaseName } from '../../../scripts/lib/product/database.ts';
import { ensureKeys } from '../../../scripts/lib/product/keys.ts';
import { readPorts } from '../../../scripts/lib/product/ports.ts';
import type { RunningProduct } from './product.ts';

/** Lets a payment request's time be over, as if nobody had paid it for long. What it asks for never changes, so only who owns the database can. */
export async function letExpire(product: RunningProduct, url: string): Promise<void> {
  await change(product, 'UPDATE payment_requests SET expires_at = now() WHERE id = $1', [url.split('/').at(-1)]);
}

/** Lets ten minutes pass since somebody last showed a second factor. */
export async function letFactorAge(product: RunningProduct, email: string): Promise<void> {
  await change(
    product,
    `UPDATE sessions SET factor_at = now() - interval '10 minutes' WHERE user_id = (SELECT id FROM users WHERE email = $1)`,
    [email],
  );
}

async function change(product: RunningProduct, statement: string, values: readonly unknown[]): Promise<void> {
  const port = readPorts(join(product.dataFolder, 'ports.json')).database ?? 0;
  const password = ensureKeys(join(product.dataFolder, 'keys.json')).database.superuser;
  const client = new pg.Client(databaseUrl({ port, role: 'postgres', password, database: databaseName }));
  await client.connect();
  await client.query('SET session_replication_role = replica');
  await client.query(statement, [...values]);
  await client.end();
}
