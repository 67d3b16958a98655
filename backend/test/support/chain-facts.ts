/** A chain's facts for tests, planted as an indexer writes them, and the logs that our contracts make. */
import { randomBytes } from 'node:crypto';
import { toTokenAssetId } from '@feiqian/domain/assets';
import { type Address, getAddress, type Hex, keccak256, stringToHex, zeroAddress } from 'viem';
import type { Connection, Pool } from '../../src/database/pool.ts';
import { businessId } from '../../src/ledger/ids.ts';

/** A log or a transfer of coin, by one transaction of a block. */
export type Fact =
  | {
      readonly kind: 'token';
      readonly hash: Hex;
      readonly token?: Address;
      readonly from: Address;
      readonly to: Address;
      readonly amount: bigint;
    }
  | {
      readonly kind: 'native';
      readonly hash: Hex;
      readonly from: Address;
      readonly to: Address;
      readonly amount: bigint;
    }
  | {
      readonly kind: 'Issued' | 'Redeemed' | 'Relayed' | 'Paid' | 'Refunded';
      readonly hash: Hex;
      readonly token?: Address;
      readonly reference: Hex;
      readonly address: Address;
      readonly to?: Address;
      readonly amount: bigint;
      readonly fee?: bigint;
    };

export const chainId = 31_337;
export const cny = 'iso4217:CNY';
export const cnyf: Address = getAddress('0x00000000000000000000000000000000000000c1');
export const usdf: Address = getAddress('0x00000000000000000000000000000000000000c2');
export const relay: Address = getAddress('0x00000000000000000000000000000000000000e1');
export const checkout: Address = getAddress('0x00000000000000000000000000000000000000e2');
export const cnyfAsset = toTokenAssetId(chainId, cnyf);
export const bytes32 = (): Hex => `0x${randomBytes(32).toString('hex')}`;
export const anAddress = (): Address => getAddress(`0x${randomBytes(20).toString('hex')}`);

type Work = (connection: Connection) => Promise<unknown>;
/** Writes a fact and what follows from it, together. */
export type Write = (tell: Work, follow?: Work) => Promise<void>;

/** Plants what a chain shows, as an indexer does. */
export function createChain(pool: Pool, write: Write) {
  let logIndex = 0;
  const refresh = (connection: Connection, epoch: number, hashes: readonly Hex[]) =>
    connection.query('SELECT history_refresh_chain($1, $2, $3::text[])', [chainId, epoch, [...new Set(hashes)]]);
  return {
    async chain(): Promise<void> {
      await pool.query(
        `INSERT INTO chains (chain_id, epoch, genesis_hash, status, head_number, finalized_number) VALUES ($1, 1, $2, 'following', 0, 0) ON CONFLICT DO NOTHING`,
        [chainId, bytes32()],
      );
    },
    /** The sender signed and broadcast the transaction of a movement; a second time it re-priced it. */
    broadcast: (movementId: string, hash: Hex) =>
      write(
        (connection) =>
          connection.query(
            `UPDATE chain_transactions SET state = 'broadcast', hash = $2, raw = '0x', version = version + 1, updated_at = now() WHERE id = $1`,
            [transactionOf(movementId), hash],
          ),
        (connection) => connection.query('SELECT history_refresh($1::uuid[])', [[movementId]]),
      ),
    /** What a movement's transaction became, and the movement with it. */
    endTransaction: (movementId: string, state: string, movementState = state) =>
      write(
        async (connection) => {
          await connection.query(
            `UPDATE chain_transactions SET state = $2, version = version + 1, updated_at = now() WHERE id = $1`,
            [transactionOf(movementId), state],
          );
          await connection.query(
            `UPDATE movements SET state = $2, version = version + 1, updated_at = now() WHERE id = $1`,
            [movementId, movementState],
          );
        },
        (connection) => connection.query('SELECT history_refresh($1::uuid[])', [[movementId]]),
      ),
    mine: (block: number, facts: readonly Fact[], { epoch = 1 } = {}) =>
      write(
        async (connection) => {
          await insertBlock(connection, epoch, block);
          for (const fact of facts) await insertFact(connection, { epoch, block, position: logIndex++ }, fact);
          await connection.query('UPDATE chains SET head_number = greatest(head_number, $2) WHERE chain_id = $1', [
            chainId,
            block,
          ]);
        },
        (connection) =>
          refresh(
            connection,
            epoch,
            facts.map(({ hash }) => hash),
          ),
      ),
    /** Blocks above `ancestor` are replaced by empty ones. */
    async reorg(ancestor: number): Promise<void> {
      let hashes: Hex[] = [];
      const drop = async (connection: Connection) => {
        hashes = [];
        for (const table of ['chain_token_transfers', 'chain_native_transfers', 'chain_events']) {
          const { rows } = await connection.query<{ tx_hash: Hex }>(
            `DELETE FROM ${table} WHERE chain_id = $1 AND block_number > $2 RETURNING tx_hash`,
            [chainId, ancestor],
          );
          hashes.push(...rows.map((row) => row.tx_hash));
        }
      };
      await write(drop, (connection) => refresh(connection, 1, hashes));
    },
    finalize: (block: number) =>
      write((connection) =>
        connection.query('UPDATE chains SET finalized_number = greatest(finalized_number, $2) WHERE chain_id = $1', [
          chainId,
          block,
        ]),
      ),
    beginEpoch: (epoch: number) =>
      write((connection) =>
        connection.query(
          'UPDATE chains SET epoch = $2, head_number = NULL, finalized_number = NULL WHERE chain_id = $1',
          [chainId, epoch],
        ),
      ),
  };
}

const secondsOf = (block: number): number => 1_700_000_000 + block * 60;

async function insertBlock(connection: Connection, epoch: number, block: number): Promise<void> {
  const hashOf = (number: number): Hex => keccak256(stringToHex(`${epoch}:${number}`));
  await connection.query(
    'INSERT INTO chain_blocks (chain_id, epoch, number, hash, parent_hash, timestamp) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING',
    [chainId, epoch, block, hashOf(block), hashOf(block - 1), secondsOf(block)],
  );
}

type Place = { readonly epoch: number; readonly block: number; readonly position: number };

async function insertFact(connection: Connection, { epoch, block, position }: Place, fact: Fact): Promise<void> {
  // A block every minute, so that times are known.
  const place = [chainId, epoch, block, position, fact.hash, secondsOf(block)];
  if (fact.kind === 'native') {
    await connection.query(
      'INSERT INTO chain_native_transfers (chain_id, epoch, block_number, tx_index, tx_hash, block_timestamp, from_address, to_address, amount) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)',
      [...place, fact.from, fact.to, `${fact.amount}`],
    );
  } else if (fact.kind === 'token') {
    await connection.query(
      'INSERT INTO chain_token_transfers (chain_id, epoch, block_number, log_index, tx_hash, block_timestamp, token, from_address, to_address, amount) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)',
      [...place, fact.token ?? cnyf, fact.from, fact.to, `${fact.amount}`],
    );
  } else {
    const token = fact.token ?? cnyf;
    await connection.query(
      'INSERT INTO chain_events (chain_id, epoch, block_number, log_index, tx_hash, block_timestamp, contract, name, reference, token, address, to_address, amount, fee) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)',
      [
        ...place,
        contractOf(fact.kind, token),
        fact.kind,
        fact.reference,
        token,
        fact.address,
        fact.to ?? null,
        `${fact.amount}`,
        fact.fee === undefined ? null : `${fact.fee}`,
      ],
    );
  }
}

function contractOf(kind: 'Issued' | 'Redeemed' | 'Relayed' | 'Paid' | 'Refunded', token: Address): Address {
  if (kind === 'Relayed') return relay;
  return kind === 'Paid' || kind === 'Refunded' ? checkout : token;
}

/** The id of the transaction that carries a movement. */
export const transactionOf = (movementId: string): string => businessId('chain transaction', movementId);

/** The logs of an issue. */
export function issueFacts(hash: Hex, to: Address, amount: bigint, reference: Hex): Fact[] {
  return [
    { kind: 'token', hash, from: zeroAddress, to, amount },
    { kind: 'Issued', hash, reference, address: to, amount },
  ];
}

/** The logs of a redemption. */
export function redeemFacts(hash: Hex, holder: Address, amount: bigint, reference: Hex): Fact[] {
  return [
    { kind: 'token', hash, from: holder, to: zeroAddress, amount },
    { kind: 'Redeemed', hash, reference, address: holder, amount },
  ];
}

/** The logs of a relayed transfer. */
export function relayFacts(
  hash: Hex,
  from: Address,
  to: Address,
  amount: bigint,
  {
    fee = 20_000n,
    feeReceiver = relayFeeReceiver,
    reference = bytes32(),
  }: { fee?: bigint; feeReceiver?: Address; reference?: Hex } = {},
): Fact[] {
  return [
    { kind: 'token', hash, from, to: relay, amount: amount + fee },
    { kind: 'token', hash, from: relay, to, amount },
    { kind: 'token', hash, from: relay, to: feeReceiver, amount: fee },
    { kind: 'Relayed', hash, reference, address: from, to, amount, fee },
  ];
}

/** Who earns relay fees in these tests. */
export const relayFeeReceiver: Address = getAddress('0x00000000000000000000000000000000000000f1');

type Carried = { readonly reference: Hex; readonly fee?: bigint; readonly token?: Address };

/** The logs of a payment through the checkout that its payer signed, so that it passes through the contract. */
export function payFacts(hash: Hex, payer: Address, merchant: Address, amount: bigint, carried: Carried): Fact[] {
  return checkoutFacts('Paid', hash, { from: payer, to: merchant, amount }, carried);
}

/** The logs of a refund through the checkout that its merchant signed. */
export function refundFacts(hash: Hex, merchant: Address, payer: Address, amount: bigint, carried: Carried): Fact[] {
  return checkoutFacts('Refunded', hash, { from: merchant, to: payer, amount }, carried);
}

function checkoutFacts(
  kind: 'Paid' | 'Refunded',
  hash: Hex,
  { from, to, amount }: { readonly from: Address; readonly to: Address; readonly amount: bigint },
  { reference, fee = 0n, token = cnyf }: Carried,
): Fact[] {
  return [
    { kind, hash, reference, token, address: from, to, amount, fee },
    { kind: 'token', hash, token, from, to: checkout, amount: amount + fee },
    { kind: 'token', hash, token, from: checkout, to, amount },
    ...(fee > 0n ? [{ kind: 'token', hash, token, from: checkout, to: relayFeeReceiver, amount: fee } as const] : []),
  ];
}
