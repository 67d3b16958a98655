import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { businessId, historyId } from '../ledger/ids.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});

// PostgreSQL stores no U+0000 in text, and no half of a surrogate pair can be sent to it.
const parts = fc.array(
  fc.string({ unit: 'binary', maxLength: 30 }).filter((part) => !part.includes('\0')),
  { maxLength: 5 },
);

it('gives the same ids in SQL as in the service', async () => {
  await fc.assert(
    fc.asyncProperty(parts, async (texts) => {
      const { rows } = await database.pool.query<{ id: string }>('SELECT business_id($1::text[]) AS id', [texts]);
      expect(rows[0]?.id).toBe(businessId(...texts));
    }),
    { numRuns: 200 },
  );
});

it('gives the same ids of history entries', async () => {
  const user = '00000000-0000-4000-8000-000000000001';
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'grapheme', maxLength: 90 }).filter((key) => !key.includes('\0')),
      async (key) => {
        const { rows } = await database.pool.query<{ id: string }>('SELECT history_id($1, $2) AS id', [user, key]);
        expect(rows[0]?.id).toBe(historyId(user, key));
      },
    ),
    { numRuns: 50 },
  );
});

it('makes UUIDs of version 8', () => {
  expect(businessId('a')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
