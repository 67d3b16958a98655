import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@feiqian/domain/errors';
import type { Address, Hex } from 'viem';
import type { Queryable } from '../database/pool.ts';
import type { RowChange } from '../ledger/command.ts';
import { businessId } from '../ledger/ids.ts';
import { notYetValid } from './prepare.ts';
import { createTurns } from './turns.ts';

/** A call that somebody signed for and we carry. */
export type Carried = {
  readonly chainId: number;
  /** Who pays. */
  readonly from: Address;
  /** Address and id of the token in which they pay. */
  readonly token: Address;
  readonly asset: string;
  /** EIP-3009 nonce of the authorization: one signature is carried once, whatever it comes under. */
  readonly nonce: Hex;
  readonly to: Address;
  readonly data: Hex;
  readonly movementId: string | undefined;
  /** A call whose time has not come: it is held until then. */
  readonly delay?: Delay | undefined;
};

/** Until when a call is held, and what tells now whether it could be paid. */
export type Delay = {
  /** EIP-3009: possible strictly after it, Unix time in seconds. */
  readonly validAfter: bigint;
  /** A transfer of all that its payer has promised. */
  readonly trial: { readonly from: Address; readonly to: Address; readonly data: Hex };
};

/** What has the call carried, as part of a command. */
export type CarryPart = { readonly change: RowChange; readonly transactionId: string; readonly epoch: number };

/** Takes what people signed to the chain: the operator pays the network fee. */
export type Carrier = {
  /** Work on what an address signed, one after another: each must be covered by what the one before it leaves. */
  readonly inTurn: <T>(chainId: number, from: Address, work: () => Promise<T>) => Promise<T>;
  /**
   * Looks whether the call will succeed after all that its payer gave us before.
   *
   * @throws {AppError} CHAIN_UNAVAILABLE, CHAIN_HALTED, INSUFFICIENT_FUNDS, ACCOUNT_FROZEN, AUTHORIZATION_INVALID when it was given before,
   *   PAYMENT_REQUEST_CLOSED, REFUND_NOT_COVERED, TRANSACTION_REVERTED (the contract's error in `details.error`).
   */
  readonly prepare: (carried: Carried) => Promise<CarryPart>;
};

type Deps = {
  readonly database: Queryable;
  readonly relayer: Address;
  /** Runs a call without sending it; the name of the contract's error when it would fail. @throws {AppError} CHAIN_UNAVAILABLE. */
  readonly simulate: (
    chainId: number,
    call: { readonly from: Address; readonly to: Address; readonly data: Hex },
  ) => Promise<string | undefined>;
  readonly getEpoch: (chainId: number) => Promise<number>;
};

/** The longest that a payment waits until the node has seen earlier ones of its address, and how often that is looked at. */
const earlierMaxMs = 3_000;
const earlierLookMs = 25;

export function createCarrier({ database, relayer, simulate, getEpoch }: Deps): Carrier {
  const takeTurn = createTurns();
  return {
    inTurn: (chainId, from, work) => takeTurn(`${chainId} ${from}`, work),
    async prepare({ chainId, from, token, asset, nonce, to, data, movementId, delay }) {
      const epoch = await getEpoch(chainId);
      await untilEarlierAreSent(() => hasUnsent(database, { chainId, epoch, from, asset, except: movementId }));
      const refusal = await simulate(chainId, { from: relayer, to, data });
      // The contract looks at the signature before it looks at the time.
      const error = delay && refusal === notYetValid ? await simulate(chainId, delay.trial) : refusal;
      if (error !== undefined) throw toRefusal(error);
      // Named by the authorization.
      const transactionId = businessId('chain transaction', 'relay', `${chainId}`, `${epoch}`, token, from, nonce);
      const set = {
        chain_id: chainId,
        epoch,
        sender: relayer,
        purpose: 'relay',
        movement_id: movementId ?? null,
        to_address: to,
        data,
        state: 'requested',
        ...(delay ? { valid_after: `${delay.validAfter}` } : {}),
      };
      return {
        change: { table: 'chain_transactions', id: transactionId, expectVersion: 0, set },
        transactionId,
        epoch,
      };
    },
  };
}

/** The refusal when a command's conflict is the row of its call: the same authorization came under another name. */
export const givenBefore = (): AppError =>
  new AppError('AUTHORIZATION_INVALID', 'This authorization was given before.', { details: { field: 'signature' } });

function toRefusal(error: string): AppError {
  switch (error) {
    case 'Eip3009NonceUsed':
      return givenBefore();
    case 'ERC20InsufficientBalance':
      return new AppError('INSUFFICIENT_FUNDS', 'The address holds less than amount and fee.');
    case 'StablecoinFrozen':
      return new AppError('ACCOUNT_FROZEN', 'The issuer of the token has frozen one of the two addresses.');
    case 'CheckoutExpired':
    case 'CheckoutPriceExceeded':
      return new AppError('PAYMENT_REQUEST_CLOSED', 'The contract takes no such payment any more.', {
        details: { state: error === 'CheckoutExpired' ? 'expired' : 'paid' },
      });
    case 'CheckoutPaymentExceeded':
      return new AppError('REFUND_NOT_COVERED', 'More than what this address paid and did not get back.');
    default:
      return new AppError('TRANSACTION_REVERTED', 'The contract would refuse it.', { details: { error } });
  }
}

/** The pending block, against which a payment is tried, has what the node was sent. Past the time the sender, who tries it again, decides. */
async function untilEarlierAreSent(hasUnsentNow: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + earlierMaxMs;
  while ((await hasUnsentNow()) && performance.now() < deadline) await delay(earlierLookMs);
}

/** Whether the node has not seen yet all that an address has given us to carry. Its pending block knows the rest. */
async function hasUnsent(
  database: Queryable,
  {
    chainId,
    epoch,
    from,
    asset,
    except,
  }: {
    readonly chainId: number;
    readonly epoch: number;
    readonly from: Address;
    readonly asset: string;
    readonly except: string | undefined;
  },
): Promise<boolean> {
  const { rowCount } = await database.query({
    name: 'has_unsent_relay',
    text: `SELECT FROM chain_transactions t
           WHERE t.chain_id = $1 AND t.epoch = $2 AND t.state IN ('requested', 'signed') AND t.purpose IN ('relay', 'redeem') AND (
             t.state <> 'requested' OR t.valid_after IS NULL OR t.valid_after + 1 <= extract(epoch FROM now())
           ) AND (
             EXISTS (SELECT FROM movements m WHERE m.id = t.movement_id AND m.address = $3 AND m.asset = $4 AND m.id <> $5)
             OR (t.movement_id IS NULL AND EXISTS (SELECT FROM payments p WHERE p.chain_transaction_id = t.id AND p.payer_address = $3 AND p.asset = $4))
           ) LIMIT 1`,
    values: [chainId, epoch, from, asset, except ?? '00000000-0000-0000-0000-000000000000'],
  });
  return rowCount === 1;
}
