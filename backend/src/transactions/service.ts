import type { MovementWire, OpenTransactionWire } from '@feiqian/domain/api/chain';
import type { Chain } from '@feiqian/domain/chains';
import { AppError, isAppError } from '@feiqian/domain/errors';
import { encodeAmount } from '@feiqian/domain/money';
import { parseRawTransaction, type SignedTransaction } from '@feiqian/domain/raw-transaction';
import type { Address, Hex } from 'viem';
import type { Idempotency } from '../http/idempotency.ts';
import type { RowChange } from '../ledger/command.ts';
import { businessId, historyId } from '../ledger/ids.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type Answer, answerOf } from '../ledger/outcome.ts';
import { type Meaning, readMeaning } from './meaning.ts';
import type { OpenTransaction, TransactionStore } from './store.ts';

/** What a node says of a transaction before it is sent. */
export type Preflight = {
  readonly minedNonce: bigint;
  readonly pendingNonce: bigint;
  readonly balance: bigint;
  readonly failure: string | undefined;
};

/** What carrying people's own transactions needs. */
export type TransactionDeps = {
  readonly ledger: Pick<Ledger, 'post'>;
  readonly store: TransactionStore;
  /** @throws {AppError} CHAIN_UNKNOWN. */
  readonly getChain: (chainId: number) => Chain;
  /** @throws {AppError} CHAIN_UNAVAILABLE, CHAIN_HALTED. */
  readonly getEpoch: (chainId: number) => Promise<number>;
  readonly findAddressOwner: (address: Address) => Promise<string | undefined>;
  /** Contracts of the tokens that a person has added by hand on a chain. */
  readonly listAddedTokens: (userId: string, chainId: number) => Promise<readonly Address[]>;
  /** @throws {AppError} CHAIN_UNAVAILABLE. */
  readonly preflight: (
    chainId: number,
    sender: Address,
    call: { readonly to: Address; readonly data: Hex; readonly value: bigint; readonly gas: bigint },
    block: 'latest' | 'pending',
  ) => Promise<Preflight>;
};

/** A person's own signed transactions: checked, kept before they are broadcast, and followed by the chain's leader. */
export type TransactionService = ReturnType<typeof createTransactionService>;

export function createTransactionService(deps: TransactionDeps) {
  return {
    /** A payment that waits for a block, so that its sender can hurry it or take it back; null when it does not wait. */
    async findOpen(userId: string, movementId: string): Promise<OpenTransactionWire | null> {
      const waiting = await deps.store.listWaiting(movementId, userId);
      const payment = waiting.find(({ purpose }) => purpose === 'user');
      if (!payment) return null;
      const cancels = waiting.filter(({ purpose }) => purpose === 'cancel').map(({ raw }) => raw);
      return { chainId: payment.chainId, payment: payment.raw, cancels };
    },

    /** The nonce after those of an address's transactions that wait; null where none does. @throws {AppError} CHAIN_UNAVAILABLE, CHAIN_HALTED. */
    async findNextNonce(userId: string, { chainId, address }: NonceQuestion): Promise<string | null> {
      if ((await deps.findAddressOwner(address)) !== userId) return null;
      const open = await deps.store.listOpen({ chainId, epoch: await deps.getEpoch(chainId), sender: address });
      return open.length === 0 ? null : `${open.reduce((next, { nonce }) => (nonce >= next ? nonce + 1n : next), 0n)}`;
    },

    /**
     * Takes a signed transaction. It is stored before it goes out, so that it goes out even if this process ends here.
     *
     * @throws {AppError} TRANSACTION_INVALID, CHAIN_UNKNOWN, ADDRESS_NOT_LINKED, ADDRESS_IS_TOKEN, AMOUNT_NOT_POSITIVE, NONCE_TOO_LOW, INSUFFICIENT_FUNDS,
     *   TRANSACTION_REVERTED (the contract's error in `details.error`), CHAIN_UNAVAILABLE, CHAIN_HALTED, IDEMPOTENCY_KEY_REUSED, STATE_CONFLICT.
     */
    async broadcast(
      userId: string,
      { chainId, raw }: { readonly chainId: number; readonly raw: Hex },
      idempotency: Idempotency,
    ): Promise<Answer> {
      const chain = deps.getChain(chainId);
      const signed = await parseRawTransaction(raw, { chainId });
      const added = await deps.listAddedTokens(userId, chainId);
      const meaning = readMeaning(chain, signed, added);
      if ((await deps.findAddressOwner(signed.sender)) !== userId)
        throw new AppError('ADDRESS_NOT_LINKED', 'Link the address to your account first.');
      const epoch = await deps.getEpoch(chainId);
      const isAdded = added.some((address) => address === signed.transaction.to);
      return take(deps, { userId, chainId, epoch, raw, signed, isAdded, idempotency }, meaning);
    },
  };
}

// The sender may be noting just now that the one to be replaced is on its way.
const attemptsMax = 3;

async function take(deps: TransactionDeps, input: Input, meaning: Meaning, attempt = 1): Promise<Answer> {
  const { chainId, epoch, signed } = input;
  const open = await deps.store.listOpen({ chainId, epoch, sender: signed.sender });
  const rivals = open.filter(({ nonce }) => nonce === signed.transaction.nonce);
  const known = rivals.find(({ hash }) => hash === signed.hash);
  // The very same bytes under another key: nothing new.
  if (known) return { status: 201, body: toBody(input, known.movement) };
  await check(deps, input, open, rivals.length > 0);
  for (const rival of rivals) await checkIsDearer(input, rival);
  if (meaning.kind === 'cancel') return cancel(deps, input, rivals);
  const same = rivals.find(({ movement, purpose }) => purpose === 'user' && isSame(movement, meaning));
  if (!same) return send(deps, input, meaning);
  try {
    return await reprice(deps, input, same);
  } catch (error) {
    if (attempt >= attemptsMax || !isAppError(error) || error.code !== 'STATE_CONFLICT') throw error;
    return take(deps, input, meaning, attempt + 1);
  }
}

type NonceQuestion = { readonly chainId: number; readonly address: Address };

type Input = {
  readonly userId: string;
  readonly chainId: number;
  readonly epoch: number;
  readonly raw: Hex;
  readonly signed: SignedTransaction;
  /** It calls a token that is not listed. */
  readonly isAdded: boolean;
  readonly idempotency: Idempotency;
};
type Send = Extract<Meaning, { readonly kind: 'send' }>;

function isSame(movement: OpenTransaction['movement'], { asset, to, amount }: Send): boolean {
  return movement.asset === asset && movement.to === to && movement.amount === encodeAmount(amount);
}

async function check(
  deps: TransactionDeps,
  { chainId, signed }: Input,
  open: readonly OpenTransaction[],
  isReplacement: boolean,
): Promise<void> {
  const { transaction, sender } = signed;
  if (transaction.to === null) throw new AppError('TRANSACTION_INVALID', 'A contract cannot be made here.');
  const call = { to: transaction.to, data: transaction.data, value: transaction.value, gas: transaction.gas };
  const node = await deps.preflight(chainId, sender, call, isReplacement ? 'latest' : 'pending');
  if (transaction.nonce < node.minedNonce)
    throw new AppError('NONCE_TOO_LOW', 'That nonce is used up.', { details: { expected: `${node.minedNonce}` } });
  // What we hold and the node has not seen yet counts as well.
  const next = open.reduce((highest, { nonce }) => (nonce >= highest ? nonce + 1n : highest), node.pendingNonce);
  if (transaction.nonce > next)
    throw new AppError('TRANSACTION_INVALID', 'A nonce before it is missing.', {
      details: { reason: 'nonce gap', expected: `${next}` },
    });
  if (node.failure === 'ERC20InsufficientBalance')
    throw new AppError('INSUFFICIENT_FUNDS', 'The address holds less than that.');
  const price = transaction.type === 'eip1559' ? transaction.maxFeePerGas : transaction.gasPrice;
  const cost = transaction.value + transaction.gas * price;
  if (node.balance < cost)
    throw new AppError('INSUFFICIENT_FUNDS', 'The address cannot pay value and fee.', {
      details: { needed: `${cost}`, available: `${node.balance}` },
    });
  if (node.failure === 'OUT_OF_GAS')
    throw new AppError('TRANSACTION_INVALID', 'It would run out of gas.', { details: { reason: 'gas limit too low' } });
  if (node.failure !== undefined)
    throw new AppError('TRANSACTION_REVERTED', 'The contract would refuse it.', { details: { error: node.failure } });
}

/** Nodes take a transaction in the place of another only for a tenth more. */
async function checkIsDearer({ chainId, signed }: Input, rival: OpenTransaction): Promise<void> {
  const before = toPrices((await parseRawTransaction(rival.raw, { chainId })).transaction);
  const now = toPrices(signed.transaction);
  if (now.every((price, index) => price * 10n >= (before[index] ?? 0n) * 11n)) return;
  throw new AppError('TRANSACTION_INVALID', 'It must pay a tenth more than the one that it replaces.', {
    details: { reason: 'replacement fee too low' },
  });
}

function toPrices(transaction: SignedTransaction['transaction']): readonly bigint[] {
  return transaction.type === 'eip1559'
    ? [transaction.maxFeePerGas, transaction.maxPriorityFeePerGas]
    : [transaction.gasPrice, transaction.gasPrice];
}

function toBody(
  { userId, signed }: Input,
  movement: { readonly id: string; readonly asset: string; readonly amount: string },
): MovementWire {
  const { id, asset, amount } = movement;
  return {
    id,
    historyId: historyId(userId, id),
    kind: 'token_send',
    state: 'submitted',
    money: { asset, amount },
    txHash: signed.hash,
  };
}

async function post(
  deps: TransactionDeps,
  { idempotency }: Input,
  body: MovementWire,
  changes: readonly RowChange[],
): Promise<Answer> {
  const answer = { status: 201, body };
  return answerOf(
    await deps.ledger.post({ transfers: [], changes, answer: { ...idempotency, ...answer }, history: [body.id] }),
    answer,
  );
}

async function send(deps: TransactionDeps, input: Input, { asset, to, amount }: Send): Promise<Answer> {
  const { userId, chainId, signed, idempotency } = input;
  const id = businessId('movement', userId, 'transactions', idempotency.key);
  const money = { asset, amount: encodeAmount(amount) };
  // Whoever gets a token that is not listed sees of it what its logs say, and only after adding it too.
  const counterpartyId = input.isAdded ? null : ((await deps.findAddressOwner(to)) ?? null);
  const movement: RowChange = {
    table: 'movements',
    id,
    expectVersion: 0,
    set: {
      kind: 'token_send',
      user_id: userId,
      counterparty_id: counterpartyId === userId ? null : counterpartyId,
      state: 'submitted',
      ...money,
      chain_id: chainId,
      address: signed.sender,
      to_address: to,
    },
  };
  return post(deps, input, toBody(input, { id, ...money }), [movement, toRow(input, id, 'user')]);
}

/** The same payment with another fee: one movement, whose transaction gets these bytes. */
function reprice(deps: TransactionDeps, input: Input, { id, version, movement }: OpenTransaction): Promise<Answer> {
  const { raw, signed } = input;
  return post(deps, input, toBody(input, movement), [
    { table: 'chain_transactions', id, expectVersion: version, set: { raw, hash: signed.hash, state: 'signed' } },
  ]);
}

/** Takes the nonce away from a payment that is on its way. Which of the two is mined decides what happened. */
function cancel(deps: TransactionDeps, input: Input, rivals: readonly OpenTransaction[]): Promise<Answer> {
  const target = rivals.find(({ purpose }) => purpose === 'user');
  if (!target)
    throw new AppError('TRANSACTION_INVALID', 'There is nothing to cancel.', {
      details: { reason: 'nothing to cancel' },
    });
  return post(deps, input, toBody(input, target.movement), [toRow(input, target.movement.id, 'cancel')]);
}

function toRow({ chainId, epoch, raw, signed }: Input, movementId: string, purpose: 'user' | 'cancel'): RowChange {
  const { transaction, sender, hash } = signed;
  return {
    table: 'chain_transactions',
    id: businessId('chain transaction', `${chainId}`, `${epoch}`, hash),
    expectVersion: 0,
    set: {
      chain_id: chainId,
      epoch,
      sender,
      nonce: `${transaction.nonce}`,
      purpose,
      movement_id: movementId,
      to_address: transaction.to,
      data: transaction.data,
      value: `${transaction.value}`,
      gas_limit: `${transaction.gas}`,
      state: 'signed',
      raw,
      hash,
    },
  };
}
