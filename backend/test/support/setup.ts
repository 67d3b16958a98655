/** Vitest setup file of the backend: after each test file the ledger's invariants are checked and its databases dropped. */
import { afterAll } from 'vitest';
import { assertVerified } from '../../src/verify/verify-all.ts';
import { closeTestDatabases } from './database.ts';

// Hooks run in reverse order of registration, so the file's own come first and have ended its services by now.
afterAll(async () => {
  await closeTestDatabases(assertVerified);
});
