/** Facts of every rail for tests that read them together: the ledger's through the real ledger, a chain's as an indexer writes them. */
import { randomBytes, randomUUID } from 'node:crypto';
import { type Amount, toAmount } from '@feiqian/domain/money';
import type { Address } from 'viem';
import { inTransaction, type Pool } from '../../src/database/pool.ts';
import { gatewayReceivable, issued, par, userCash } from '../../src/ledger/accounts.ts';
import type { Command, NewTransfer, RowChange, VersionedTable } from '../../src/ledger/command.ts';
import { businessId } from '../../src/ledger/ids.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { anAddress, chainId, cny, cnyfAsset, createChain, relay, transactionOf, type Write } from './chain-facts.ts';

/** Somebody with addresses of their own. */
export type FactPerson = { readonly id: string; readonly handle: string; readonly address: Address };

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

const orderOf = (movementId: string) => businessId('order', movementId);

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
