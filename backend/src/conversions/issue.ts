import { createHash } from 'node:crypto';
import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import type { TokenAsset } from '@feiqian/domain/assets';
import { assert } from '@feiqian/domain/errors';
import { type Amount, encodeAmount, type Money } from '@feiqian/domain/money';
import { type Address, encodeFunctionData, type Hex } from 'viem';
import { issued, par, suspense, userCash } from '../ledger/accounts.ts';
import type { NewTransfer, RowChange } from '../ledger/command.ts';
import { businessId } from '../ledger/ids.ts';

/** Cash of a person that is to become tokens at an address. */
export type IssueRequest = {
  readonly movementId: string;
  readonly userId: string;
  readonly cash: Money;
  readonly token: TokenAsset;
  /** Base units of the token, at par with the cash. */
  readonly tokenAmount: Amount;
  readonly address: Address;
};

/** The bytes that name this issue in the contract: it accepts them once, so even a service that lost its memory cannot issue twice. */
export function issueReference(movementId: string): Hex {
  return `0x${createHash('sha256').update(`feiqian issue ${movementId}`).digest('hex')}`;
}

/** The ids of the two linked pending transfers behind an issue. */
export const reserveIds = (movementId: string) => ({
  cash: businessId('transfer', movementId, 'issue_reserve_cash'),
  token: businessId('transfer', movementId, 'issue_reserve_token'),
});

/** The two sides of an issue: the person's cash against par, and par against what we owe to token holders. */
export function issueSides({
  userId,
  cash,
  token,
  tokenAmount,
}: Pick<IssueRequest, 'userId' | 'cash' | 'token' | 'tokenAmount'>) {
  return {
    cash: { debit: userCash(userId, cash.asset), credit: par(token.id, cash.asset), amount: cash.amount },
    token: { debit: par(token.id, token.id), credit: issued(token.id), amount: tokenAmount },
  };
}

/**
 * Part of a command that turns cash into tokens: reserves both sides and asks the sender for the transaction.
 *
 * The reserve has no timeout: it ends when the issue is known to have happened or to be impossible.
 *
 * @param issuer - The account that holds the contract's issuer role.
 * @param epoch - The chain's epoch now.
 */
export function reserveIssue(
  request: IssueRequest,
  { issuer, epoch }: { readonly issuer: Address; readonly epoch: number },
): { transfers: NewTransfer[]; changes: RowChange[] } {
  const { movementId, token, tokenAmount, address } = request;
  const ids = reserveIds(movementId);
  const sides = issueSides(request);
  const data = encodeFunctionData({
    abi: stablecoinAbi,
    functionName: 'issue',
    args: [issueReference(movementId), address, tokenAmount],
  });
  return {
    transfers: [
      { ...sides.cash, id: ids.cash, phase: 'pending', kind: 'issue_reserve', movementId },
      { ...sides.token, id: ids.token, phase: 'pending', kind: 'issue_reserve', movementId },
    ],
    changes: [
      {
        table: 'chain_transactions',
        id: businessId('chain transaction', movementId, 'issue'),
        expectVersion: 0,
        set: {
          chain_id: token.chainId,
          epoch,
          sender: issuer,
          purpose: 'issue',
          movement_id: movementId,
          to_address: token.address,
          data,
          state: 'requested',
        },
      },
    ],
  };
}

/** The columns of a movement that say what its cash becomes. */
export function issueColumns({
  movementId,
  token,
  tokenAmount,
  address,
}: Pick<IssueRequest, 'movementId' | 'token' | 'tokenAmount' | 'address'>): RowChange['set'] {
  return {
    counter_asset: token.id,
    counter_amount: encodeAmount(tokenAmount),
    chain_id: token.chainId,
    address,
    reference: issueReference(movementId),
  };
}

/** The transfers that end an issue's reserve: both sides posted, or both void. */
export function endReserve(
  request: Pick<IssueRequest, 'movementId' | 'userId' | 'cash' | 'token' | 'tokenAmount'>,
  phase: 'post' | 'void',
): NewTransfer[] {
  const { movementId } = request;
  const ids = reserveIds(movementId);
  const sides = issueSides(request);
  const kind = phase === 'post' ? 'issue' : 'issue_release';
  return [
    {
      ...sides.cash,
      id: businessId('transfer', movementId, kind, 'cash'),
      phase,
      pendingId: ids.cash,
      kind,
      movementId,
    },
    {
      ...sides.token,
      id: businessId('transfer', movementId, kind, 'token'),
      phase,
      pendingId: ids.token,
      kind,
      movementId,
    },
  ];
}

/**
 * The transfers that end an issue whose tokens were booked to suspense, because the chain told of them before the books knew that they
 * were wanted: the cash is posted, and the tokens of par go to suspense instead of being issued once more.
 */
export function matchSuspended(
  request: Pick<IssueRequest, 'movementId' | 'userId' | 'cash' | 'token' | 'tokenAmount'>,
): NewTransfer[] {
  const { movementId, token, tokenAmount } = request;
  const [cash] = endReserve(request, 'post');
  const [, release] = endReserve(request, 'void');
  assert(cash && release, 'a reserve has two sides');
  return [
    cash,
    release,
    {
      id: businessId('transfer', movementId, 'issue_matched'),
      phase: 'posted',
      debit: par(token.id, token.id),
      credit: suspense(token.id),
      amount: tokenAmount,
      kind: 'issue_matched',
      movementId,
    },
  ];
}
