/** Requests of transactions as the nouns make them: a movement and a row, in one ledger command. */

import { randomUUID } from 'node:crypto';
import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import { toTokenAssetId } from '@feiqian/domain/assets';
import type { Pool } from 'pg';
import { type Address, encodeFunctionData, type Hash, type Hex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import type { RowChange } from '../../src/ledger/command.ts';
import { createLedger } from '../../src/ledger/ledger.ts';
import type { TestChain } from '../support/chain.ts';
import { newReference } from './traffic.ts';

/** A transaction that was requested. */
export type Requested = { readonly id: string; readonly movementId: string; readonly reference: Hash };

type Request = {
  readonly purpose: 'issue' | 'relay';
  readonly sender: Address;
  readonly to: Address;
  readonly data: Hex;
  readonly movement: RowChange['set'];
};

async function request(
  pool: Pool,
  chain: TestChain,
  userId: string,
  { purpose, sender, to, data, movement }: Request,
): Promise<{ id: string; movementId: string }> {
  const [id, movementId] = [randomUUID(), randomUUID()];
  const { rows } = await pool.query<{ epoch: number }>('SELECT epoch FROM chains WHERE chain_id = $1', [chain.chainId]);
  const at = { chain_id: chain.chainId, epoch: rows[0]?.epoch ?? 1 };
  const call = { sender, purpose, movement_id: movementId, to_address: to, data, state: 'requested' };
  const ledger = createLedger({ pool });
  const result = await ledger.post({
    transfers: [],
    changes: [
      {
        table: 'movements',
        id: movementId,
        expectVersion: 0,
        set: { user_id: userId, chain_id: chain.chainId, ...movement },
      },
      { table: 'chain_transactions', id, expectVersion: 0, set: { ...at, ...call } },
    ],
  });
  await ledger.close();
  if (result.status !== 'written') throw new Error(`The ledger said ${result.status}`);
  return { id, movementId };
}

/** Asks for tokens to be issued to an address. */
export async function requestIssue(
  pool: Pool,
  chain: TestChain,
  {
    userId,
    to,
    amount,
    reference = newReference(),
  }: { readonly userId: string; readonly to: Address; readonly amount: bigint; readonly reference?: Hash },
): Promise<Requested> {
  const data = encodeFunctionData({ abi: stablecoinAbi, functionName: 'issue', args: [reference, to, amount] });
  const sender = privateKeyToAccount(chain.keys.issuer).address;
  const movement = {
    kind: 'conversion',
    state: 'issuing',
    asset: 'iso4217:CNY',
    amount: `${amount / 10_000n || 1n}`,
    counter_asset: toTokenAssetId(chain.chainId, chain.addresses.cnyf),
    counter_amount: `${amount}`,
    address: to,
    reference,
    details: { direction: 'issue' },
  };
  return {
    ...(await request(pool, chain, userId, { purpose: 'issue', sender, to: chain.addresses.cnyf, data, movement })),
    reference,
  };
}

/** A row of `chain_transactions`, with its attempts' hashes. */
export async function readTransaction(pool: Pool, id: string) {
  const { rows } = await pool.query<{
    state: string;
    reason: string | null;
    nonce: string | null;
    hash: Hash | null;
    raw: Hex | null;
    block_number: string | null;
    epoch: number;
    movement_state: string;
    attempts: string[];
  }>(
    `SELECT t.state, t.reason, t.nonce::text, t.hash, t.raw, t.block_number::text, t.epoch, m.state AS movement_state,
       ARRAY(SELECT a.hash FROM chain_transaction_attempts a WHERE a.transaction_id = t.id ORDER BY a.created_at) AS attempts
     FROM chain_transactions t LEFT JOIN movements m ON m.id = t.movement_id WHERE t.id = $1`,
    [id],
  );
  const [row] = rows;
  if (!row) throw new Error('There is no such transaction.');
  return row;
}
