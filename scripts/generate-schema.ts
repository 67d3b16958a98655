/** Writes backend/prisma/schema.prisma from the SQL migrations, on a database that is made for it: `node scripts/generate-schema.ts`. */
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../backend/src/database/migrate.ts';
import { readSchemaFile } from '../backend/src/database/schema-file.ts';
import { databaseUrl, ensureDatabase, ensureRoles, ownerRole } from './lib/database-roles.ts';
import { inProject } from './lib/paths.ts';
import { findFreePort } from './lib/ports.ts';
import { startPostgres } from './lib/postgres.ts';

const database = 'schema';
const passwords = { superuser: randomUUID(), owner: randomUUID(), service: randomUUID() };
const folder = mkdtempSync(join(tmpdir(), 'feiqian-schema-'));
chmodSync(folder, 0o711);
const port = await findFreePort();
const server = await startPostgres({
  dataDir: join(folder, 'postgres'),
  port,
  superuserPassword: passwords.superuser,
  settings: { fsync: 'off' },
});
try {
  const access = { port, superuserPassword: passwords.superuser };
  await ensureRoles(access, passwords);
  await ensureDatabase(access, database);
  await migrate({ ownerUrl: databaseUrl({ port, role: ownerRole, password: passwords.owner, database }) });
  const schema = await readSchemaFile({
    host: '127.0.0.1',
    port,
    user: ownerRole,
    password: passwords.owner,
    database,
  });
  writeFileSync(inProject('backend/prisma/schema.prisma'), schema);
  process.stdout.write('Wrote backend/prisma/schema.prisma\n');
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
// The introspection engine keeps a connection of its own open.
process.exit();
