import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createTestDatabase } from '../../test/support/database.ts';
import { readSchemaFile } from './schema-file.ts';

it('the committed Prisma schema is what the migrations make', async () => {
  const database = await createTestDatabase();
  const { hostname, port, username, password, pathname } = new URL(database.ownerUrl);
  const schema = await readSchemaFile({
    host: hostname,
    port: Number(port),
    user: username,
    password: decodeURIComponent(password),
    database: pathname.slice(1),
  });
  expect(schema, 'run: node scripts/generate-schema.ts').toBe(
    readFileSync(new URL('../../prisma/schema.prisma', import.meta.url), 'utf8'),
  );
});
