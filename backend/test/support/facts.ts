/** Facts of every rail for tests that read them together: the ledger's through the real ledger, a chain's as an indexer writes them. */
import { randomBytes, randomUUID } from 'node:crypto';
import { toTokenAssetId } from '@feiqian/domain/assets';
import { type Amount, toAmount } from '@feiqian/domain/money';
import { type Address, getAddress, type Hex, keccak256, stringToHex, zeroAddress } from 'viem';
import { type Connection, inTransaction, type Pool } from '../../src/database/pool.ts';
import { gatewayReceivable, issued, par, userCash } from '../../src/ledger/accounts.ts';
import type { Command, NewTransfer, RowChange, VersionedTable } from '../../src/ledger/command.ts';
import { businessId } from '../../src/ledger/ids.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';

/** Somebody with addresses of their own. */
export type FactPerson = { readonly id: string; readonly handle: string; readonly address: Address };

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
      readonly kind: 'Issued' | 'Redeemed' | 'Relayed';
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

/** Plants facts, each as the code that owns it does: in one database transaction with the history that follows from it. */
export type Facts = ReturnType<typeof createFacts>;

/** @param pause - Waits between a fact and the history that follows from it, so that others come between. */
export function createFacts(
  pool: Pool,
  ledger: Pick<Ledger, 'post'>,
  pause: () => Promise<void> = () => Promise.resolve(),
) {
  const write: Write = (tell, follow) =>
    inTransaction(pool, async (connection) => {
      await tell(connection);
      await pause();
      await follow?.(connection);
    });
  const post = async (command: Command) => {
    const result = await ledger.post(command);
    if (result.status !== 'written') throw new Error(`The ledger said ${JSON.stringify(result)}`);
  };
  return {
    post,
    ...createPeople(pool, write),
    ...createMovements(pool, post),
    ...createChain(pool, write),
  };
}

type Work = (connection: Connection) => Promise<unknown>;
type Write = (tell: Work, follow?: Work) => Promise<void>;

function createPeople(pool: Pool, write: Write) {
  const link = (userId: string, address: Address) =>
    write(
      (connection) =>
        connection.query(`INSERT INTO addresses (address, user_id, message, signature) VALUES ($1, $2, '', '')`, [
          address,
          userId,
        ]),
      (connection) => connection.query('SELECT history_refresh_address($1)', [address]),
    );
  return {
    link,
    async person(handle = `p${randomBytes(6).toString('hex')}`): Promise<FactPerson> {
      const person = { id: randomUUID(), handle, address: anAddress() };
      await pool.query(
        `INSERT INTO users (id, email, handle, kdf, auth_hash, language, display_currency) VALUES ($1, $2, $3, '{}', '', 'zh', 'CNY')`,
        [person.id, `${handle}@example.com`, handle],
      );
      await link(person.id, person.address);
      return person;
    },
  };
}

function createMovements(pool: Pool, post: (command: Command) => Promise<void>) {
  /** A change of a row as it stands now. */
  const change = async (table: VersionedTable, id: string, set: RowChange['set']): Promise<RowChange> => {
    const { rows } = await pool.query<{ version: number }>(`SELECT version FROM ${table} WHERE id = $1`, [id]);
    return { table, id, expectVersion: rows[0]?.version ?? 0, set };
  };
  const insert = (table: VersionedTable, id: string, set: RowChange['set']): RowChange => ({
    table,
    id,
    expectVersion: 0,
    set,
  });
  return {
    change,
    insert,
    /** Moves cash between two people. */
    async cashTransfer(from: FactPerson, to: FactPerson, amount: bigint, set: RowChange['set'] = {}): Promise<string> {
      const id = randomUUID();
      await post({
        transfers: [
          {
            id: businessId('transfer', id),
            phase: 'posted',
            debit: userCash(from.id, cny),
            credit: userCash(to.id, cny),
            amount: toAmount(amount),
            kind: 'cash_transfer',
            movementId: id,
          },
        ],
        changes: [
          insert('movements', id, {
            kind: 'cash_transfer',
            user_id: from.id,
            counterparty_id: to.id,
            state: 'posted',
            asset: cny,
            amount: `${amount}`,
            ...set,
          }),
        ],
        history: [id],
      });
      return id;
    },
    /** Begins a top-up: an open order at the gateway. */
    async topUp(person: FactPerson, amount: bigint, set: RowChange['set'] = {}): Promise<string> {
      const id = randomUUID();
      await post({
        transfers: [],
        changes: [
          insert('movements', id, {
            kind: 'top_up',
            user_id: person.id,
            state: 'paying',
            asset: cny,
            amount: `${amount}`,
            gateway: 'sandbox',
            ...set,
          }),
          insert('gateway_attempts', orderOf(id), {
            movement_id: id,
            gateway: 'sandbox',
            direction: 'payment',
            order_number: `order-${id}`,
            state: 'open',
            asset: cny,
            amount: `${amount}`,
          }),
        ],
        history: [id],
      });
      return id;
    },
    /** The gateway was paid: cash for the person, and, straight to tokens, its reservation and the request to issue. */
    async payTopUp(person: FactPerson, id: string, amount: bigint, { toTokens = false } = {}): Promise<void> {
      await post({
        transfers: [paidTransfer(person, id, amount), ...(toTokens ? reserveTransfers(person, id, amount) : [])],
        changes: [
          await change('movements', id, { state: toTokens ? 'issuing' : 'credited' }),
          await change('gateway_attempts', orderOf(id), { state: 'succeeded' }),
          ...(toTokens ? [insert('chain_transactions', transactionOf(id), requestOf('issue', id))] : []),
        ],
        history: [id],
      });
    },
    /** The issue is final: the reservation is posted. */
    async finishIssue(person: FactPerson, id: string, amount: bigint): Promise<void> {
      const reserves = reserveTransfers(person, id, amount);
      await post({
        transfers: reserves.map(
          (reserve): NewTransfer => ({
            ...reserve,
            id: businessId('post', reserve.id),
            phase: 'post',
            pendingId: reserve.id,
          }),
        ),
        changes: [await change('movements', id, { state: 'issued' })],
        history: [id],
      });
    },
    /** The issue can't happen any more: the reservation is released. */
    async failIssue(person: FactPerson, id: string, amount: bigint): Promise<void> {
      const reserves = reserveTransfers(person, id, amount);
      await post({
        transfers: reserves.map(
          (reserve): NewTransfer => ({
            ...reserve,
            id: businessId('void', reserve.id),
            phase: 'void',
            pendingId: reserve.id,
          }),
        ),
        changes: [await change('movements', id, { state: 'credited', reason: 'ISSUE_FAILED' })],
        history: [id],
      });
    },
    /** A send of tokens that was handed in and waits for its transaction. */
    async tokenSend(
      from: FactPerson,
      to: Address,
      amount: bigint,
      set: RowChange['set'] = {},
      purpose: 'relay' | 'user' = 'relay',
    ): Promise<string> {
      const id = randomUUID();
      await post({
        transfers: [],
        changes: [
          insert('movements', id, {
            kind: 'token_send',
            user_id: from.id,
            state: 'submitted',
            asset: cnyfAsset,
            amount: `${amount}`,
            chain_id: chainId,
            address: from.address,
            to_address: to,
            ...set,
          }),
          insert('chain_transactions', transactionOf(id), requestOf(purpose, id)),
        ],
        history: [id],
      });
      return id;
    },
  };
}

function createChain(pool: Pool, write: Write) {
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
        fact.kind === 'Relayed' ? relay : token,
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

const orderOf = (movementId: string) => businessId('order', movementId);
const transactionOf = (movementId: string) => businessId('chain transaction', movementId);

function requestOf(purpose: string, movementId: string): RowChange['set'] {
  return { chain_id: chainId, epoch: 1, sender: relay, purpose, movement_id: movementId, state: 'requested' };
}

function paidTransfer(person: FactPerson, id: string, amount: bigint): NewTransfer {
  return {
    id: businessId('transfer', id),
    phase: 'posted',
    debit: gatewayReceivable('sandbox', cny),
    credit: userCash(person.id, cny),
    amount: toAmount(amount),
    kind: 'top_up',
    movementId: id,
  };
}

function reserveTransfers(person: FactPerson, id: string, amount: bigint): NewTransfer[] {
  const tokens: Amount = toAmount(amount * 10_000n);
  return [
    {
      id: businessId('reserve cash', id),
      phase: 'pending',
      debit: userCash(person.id, cny),
      credit: par(cnyfAsset, cny),
      amount: toAmount(amount),
      kind: 'issue_reserve',
      movementId: id,
    },
    {
      id: businessId('reserve tokens', id),
      phase: 'pending',
      debit: par(cnyfAsset, cnyfAsset),
      credit: issued(cnyfAsset),
      amount: tokens,
      kind: 'issue_reserve',
      movementId: id,
    },
  ];
}

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
