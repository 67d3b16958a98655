import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { anAddress, bytes32 } from '../../test/support/chain-facts.ts';
import { createTestDatabase } from '../../test/support/database.ts';
import { createFacts, type FactPerson } from '../../test/support/facts.ts';
import { openPool, type Pool } from '../database/pool.ts';
import { createLedger } from '../ledger/ledger.ts';
import { compareHistory, repairHistory } from './rebuild.ts';

let pool: Pool;
let owner: Pool;
let alice: FactPerson;

beforeAll(async () => {
  const database = await createTestDatabase();
  // Chain rows are planted without their blocks.
  database.skipVerify();
  pool = openPool({ url: database.serviceUrl, name: 'rebuild test', onIdleError: () => undefined });
  owner = database.connect('owner', 1);
  const ledger = createLedger({ pool });
  const facts = createFacts(pool, ledger);
  await facts.chain();
  alice = await facts.person();
  for (const amount of [1n, 2n, 3n]) await facts.topUp(alice, amount);
  await facts.mine(1, [{ kind: 'token', hash: bytes32(), from: anAddress(), to: alice.address, amount: 5n }]);
  return async () => {
    await ledger.close();
    await pool.end();
  };
});

it('finds nothing to mend in what the facts wrote', async () => {
  expect(await compareHistory(pool)).toEqual({ stored: 4, projected: 4, differences: [] });
});

it.each([
  [
    'changed',
    `UPDATE history_entries SET amount = amount + 1 WHERE id = (SELECT id FROM history_entries WHERE kind = 'top_up' LIMIT 1)`,
    2,
  ],
  ['lost', `DELETE FROM history_entries WHERE kind = 'token_transfer'`, 1],
  [
    'made up',
    `INSERT INTO history_entries SELECT (jsonb_populate_record(e, jsonb_build_object('id', '${randomUUID()}', 'movement_id', '${randomUUID()}'))).* FROM history_entries e WHERE kind = 'top_up' LIMIT 1`,
    1,
  ],
  [
    'made up on the chain',
    `INSERT INTO history_entries SELECT (jsonb_populate_record(e, jsonb_build_object('id', '${randomUUID()}', 'tx_hash', '0x00'))).* FROM history_entries e WHERE kind = 'token_transfer' LIMIT 1`,
    1,
  ],
])('finds an entry that was %s, says where, and mends it', async (_, corruption, differences) => {
  const { rowCount } = await owner.query(corruption);
  expect(rowCount).toBe(1);
  const comparison = await compareHistory(pool);
  expect(comparison.differences).toHaveLength(differences);
  expect(comparison.differences[0]).toMatchObject({ userId: alice.id });
  await repairHistory(pool, comparison.differences);
  expect(await compareHistory(pool)).toEqual({ stored: 4, projected: 4, differences: [] });
});
