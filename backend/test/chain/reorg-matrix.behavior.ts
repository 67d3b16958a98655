/** Reorgs of every depth and form: whoever lived through one has stored what somebody has who only ever saw the chain as it is now. */
import { randomUUID } from 'node:crypto';
import { toTokenAssetId } from '@feiqian/domain/assets';
import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestChain, type TestChain } from '../support/chain.ts';
import { createTestDatabase } from '../support/database.ts';
import { type Following, follow, linkAddress, until } from './harness.ts';
import { mineSigned, planTraffic, type SignedBlock } from './signed-traffic.ts';
import { issueTokens, type TestAccount } from './traffic.ts';

const forms = ['gone', 'moved to another block', 'replaced by others with their nonces', 'changed in amount'] as const;
type Form = (typeof forms)[number];

/** Deeper than any reorg here, so that none of them is of what was final. */
const finality = { kind: 'depth', blocks: 200 } as const;
const pace = { pollMinMs: 10, pollMaxMs: 50 };
// Nothing is looked for or sent again: the test alone decides what is mined.
const settings = { recheckMs: 3_600_000, repriceAfterMs: 3_600_000 };

/**
 * @param node - Whose node replaces its blocks.
 * @param seed - What is in the blocks follows from it, the depth and the form.
 */
export function describeReorgMatrix(node: 'hardhat' | 'anvil', depths: readonly number[], seed: number): void {
  describe(`reorgs of ${node}, SEED=${seed}`, () => {
    const userId = randomUUID();
    let chain: TestChain;
    let ann: TestAccount;
    let bob: TestAccount;
    let lived: Pool;
    let livedOwner: Pool;
    let base: `0x${string}`;
    let following: Following;
    let afresh: { readonly pool: Pool; readonly owner: Pool };

    beforeAll(async () => {
      chain = await startTestChain({ node });
      [ann, bob] = [await chain.createAccount('50'), await chain.createAccount('50')];
      await issueTokens(chain, ann.address, 100_000_000n);
      await chain.client.setAutomine(false);
      const [one, two] = [await createTestDatabase(), await createTestDatabase()];
      for (const database of [one, two]) {
        // The chain is written to past the books, so the books cannot agree with it.
        database.skipVerify();
        await addPerson(database.pool, userId, ann);
      }
      [lived, livedOwner] = [one.pool, one.connect('superuser', 2)];
      afresh = { pool: two.pool, owner: two.connect('superuser', 2) };
      following = await followChain();
      await following.untilHead();
    });
    afterAll(async () => {
      await following.stop();
      await chain.stop();
    });

    const followChain = () => follow({ pool: lived, chain, config: { finality }, settings, pace });

    /** What a reader without a past has stored of the chain as it is now. */
    async function readAfresh(tracked: SignedBlock): Promise<object> {
      await afresh.owner.query(
        `TRUNCATE chains, chain_cursors, chain_blocks, chain_token_transfers, chain_native_transfers, chain_events, chain_transactions,
           chain_transaction_attempts, chain_watched_addresses, movements, history_entries, history_removals`,
      );
      await trackPayments(afresh.owner, { chain, userId, ids }, tracked);
      const reader = await follow({ pool: afresh.pool, chain, config: { finality }, settings, pace });
      await reader.untilHead();
      const stored = await readStored(afresh.pool);
      await reader.stop();
      return stored;
    }
    const ids = new Map<string, string>();

    const table = depths.flatMap((depth) => forms.map((form) => ({ depth, form })));
    // A cell that fails leaves the next ones a clean start.
    beforeEach(async () => {
      base = await chain.client.snapshot();
    });
    afterEach(async () => {
      await forget(livedOwner);
      // Back to where it began: the next cell's blocks are another reorg for whoever follows.
      await chain.client.revert({ id: base });
    });

    it.each(table)('$depth blocks deep, with transactions $form, leave no trace', async ({ depth, form }) => {
      const sign = planTraffic({ chain, ann, bob }, seed + depth * 10 + forms.indexOf(form), depth);
      const first = await sign('first');
      const tracked = first.flat().filter(({ sender, payment }) => sender === ann.address && payment !== undefined);
      const second = await secondVersion(form, first, sign);
      await trackPayments(livedOwner, { chain, userId, ids }, tracked);
      await mineSigned(chain, first);
      await following.untilHead();
      const before = await readStored(lived);
      // Seen block by block as it grows, or whole by whoever leads next.
      const isSeenWhole = (depth + forms.indexOf(form)) % 2 === 0;
      if (isSeenWhole) await following.stop();
      await chain.client.revert({ id: base });
      base = await chain.client.snapshot();
      await mineSigned(chain, second);
      if (isSeenWhole) following = await followChain();
      await following.untilHead();
      await untilQuiet(lived);
      const after = await readStored(lived);
      expect(before.transactions).toContainEqual(expect.objectContaining({ state: 'mined' }));
      expect(after).not.toEqual(before);
      expect(after).toEqual(await readAfresh(tracked));
    });
  });
}

/** The blocks that take the place of the first ones; they are one more, so that they win. */
async function secondVersion(
  form: Form,
  first: readonly SignedBlock[],
  sign: ReturnType<typeof planTraffic>,
): Promise<readonly SignedBlock[]> {
  switch (form) {
    case 'gone':
      return [...first.map(() => []), []];
    case 'moved to another block':
      return [[], ...first];
    case 'replaced by others with their nonces':
      return [...(await sign('replaced')), []];
    case 'changed in amount':
      return [...(await sign('changed in amount')), []];
    default:
      return form satisfies never;
  }
}

async function addPerson(pool: Pool, userId: string, { address }: TestAccount): Promise<void> {
  await pool.query(
    `INSERT INTO users (id, email, handle, kdf, auth_hash, language, display_currency) VALUES ($1, 'ann@example.org', 'ann', '{}', 'none', 'en', 'USD')`,
    [userId],
  );
  await linkAddress(pool, userId, address);
}

type Tracking = {
  readonly chain: TestChain;
  readonly userId: string;
  /** Both readers know a payment by the same id. */
  readonly ids: Map<string, string>;
};

/** As if Ann had sent these payments through the service. */
async function trackPayments(owner: Pool, { chain, userId, ids }: Tracking, payments: SignedBlock): Promise<void> {
  for (const { raw, hash, sender, nonce, payment } of payments) {
    const id = ids.get(hash) ?? randomUUID();
    ids.set(hash, id);
    await owner.query(
      `INSERT INTO movements (id, version, kind, user_id, state, asset, amount, chain_id, address, to_address, created_at)
       VALUES ($1, 1, 'token_send', $2, 'submitted', $3, $4, $5, $6, $7, '2026-01-01')`,
      [
        id,
        userId,
        toTokenAssetId(chain.chainId, chain.addresses.cnyf),
        `${payment?.amount}`,
        chain.chainId,
        sender,
        payment?.to,
      ],
    );
    await owner.query(
      `INSERT INTO chain_transactions (id, version, chain_id, epoch, sender, nonce, purpose, movement_id, to_address, state, raw, hash, created_at)
       VALUES ($1, 1, $2, 1, $3, $4, 'user', $1, $5, 'broadcast', $6, $7, '2026-01-01')`,
      [id, chain.chainId, sender, nonce, chain.addresses.cnyf, raw, hash],
    );
    await owner.query('SELECT history_refresh(ARRAY[$1]::uuid[])', [id]);
  }
}

/** Takes back what {@link trackPayments} did: another cell may pay the same from the same nonce. */
async function forget(owner: Pool): Promise<void> {
  for (const table of ['history_entries', 'chain_transaction_attempts', 'chain_transactions', 'movements'])
    await owner.query(`DELETE FROM ${table}${table === 'history_entries' ? ' WHERE movement_id IS NOT NULL' : ''}`);
}

/** Pasts of addresses that are read beside the head are read by then. */
const untilQuiet = (pool: Pool) =>
  until(
    'every address is read',
    async () =>
      (await pool.query('SELECT FROM chain_watched_addresses WHERE missing_until IS NOT NULL')).rowCount === 0,
  );

/** Everything that says what the chain is, without when it was written. */
async function readStored(pool: Pool): Promise<Record<string, object[]>> {
  const list = async (query: string) => (await pool.query(query)).rows as object[];
  return {
    chain: await list(
      'SELECT chain_id, epoch, genesis_hash, status, reason, head_number, head_hash, finalized_number FROM chains',
    ),
    blocks: await list('SELECT * FROM chain_blocks ORDER BY number'),
    tokenTransfers: await list('SELECT * FROM chain_token_transfers ORDER BY block_number, log_index'),
    nativeTransfers: await list('SELECT * FROM chain_native_transfers ORDER BY block_number, tx_index'),
    events: await list('SELECT * FROM chain_events ORDER BY block_number, log_index'),
    transactions: await list(
      `SELECT id, epoch, sender, nonce, purpose, movement_id, state, raw, hash, block_number, block_timestamp, reverted, reason
       FROM chain_transactions ORDER BY id`,
    ),
    movements: await list(`SELECT id, kind, state, reason, asset, amount FROM movements ORDER BY id`),
    history: await list(
      `SELECT h.id, h.user_id, h.movement_id, h.chain_id, h.epoch, h.tx_hash, h.kind, h.direction, h.status, h.stage, h.holder, h.asset, h.amount,
         h.fee_asset, h.fee_amount, h.counterparty_kind, h.counterparty_value, h.reason, h.legs, h.occurred_at
       FROM history_entries h ORDER BY h.id`,
    ),
  };
}
