import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeTestDatabases, createTestDatabase, type TestDatabase } from './database.ts';

describe('createTestDatabase', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });

  it('gives the service role a database of its own', async () => {
    const { rows } = await database.pool.query('SELECT current_user AS role, current_database() AS name');
    expect(rows).toEqual([{ role: 'feiqian_service', name: database.name }]);
  });

  it('gives the owner role to those who migrate', async () => {
    const { rows } = await database.connect('owner').query('SELECT current_user AS role');
    expect(rows).toEqual([{ role: 'feiqian_owner' }]);
  });

  it('clones many at once', async () => {
    const clones = await Promise.all(Array.from({ length: 4 }, () => createTestDatabase()));
    expect(new Set(clones.map(({ name }) => name)).size).toBe(4);
  });
});

describe('closeTestDatabases', () => {
  afterAll(() => undefined);

  it('reports what the verifier found, and drops the database all the same', async () => {
    const { url } = await createTestDatabase();
    const verdict = closeTestDatabases(() => Promise.reject(new Error('books do not balance')));
    await expect(verdict).rejects.toThrow('books do not balance');
    const { Client } = await import('pg');
    await expect(new Client(url('service')).connect()).rejects.toThrow(/does not exist/);
  });

  it('leaves out databases whose test planted a corruption', async () => {
    const planted = await createTestDatabase();
    planted.skipVerify();
    await expect(closeTestDatabases(() => Promise.reject(new Error('books do not balance')))).resolves.toBeUndefined();
  });
});
