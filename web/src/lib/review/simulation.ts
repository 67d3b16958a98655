import { type Simulation, simulationResponse } from '@feiqian/domain/api/safety';
import { parseUnsignedTransaction } from '@feiqian/domain/raw-transaction';
import { queryOptions } from '@tanstack/react-query';
import { type Address, encodeFunctionData, erc20Abi, type Hex, hexToBytes, isAddressEqual } from 'viem';
import type { Draft } from '../../keyring/draft.ts';
import type { Review } from '../../keyring/review-model.ts';
import { sendJson } from '../http.ts';

/** A call that the operator's node can try. */
type SimulationCall = {
  readonly chainId: number;
  readonly from: Address;
  readonly to: Address;
  readonly value: string;
  readonly data: Hex;
};

/**
 * The call that shows what a draft would do. A transaction is tried by its own bytes. An authorization cannot be tried before it
 * is signed, so the movement that it allows is tried instead: the same tokens from the same address to the same recipient.
 *
 * @param from - The address that signs.
 * @param sink - Where tokens go that are given back to their issuer: what matters is that they may leave.
 * @returns undefined where there is nothing that a node could try.
 */
export function toSimulationCall(
  draft: Draft,
  review: Review,
  from: Address,
  sink?: Address,
): SimulationCall | undefined {
  if (draft.kind === 'transaction') {
    const { chainId, to, value, data } = parseUnsignedTransaction(hexToBytes(draft.bytes));
    return to === null ? undefined : { chainId: Number(chainId), from, to, value: `${value}`, data };
  }
  switch (review.kind) {
    case 'relay_payment':
    case 'checkout_payment':
    case 'checkout_refund':
      // To oneself the same tokens come back, and the node would not see that the fee goes.
      return isAddressEqual(review.from, review.to)
        ? undefined
        : transferCall(review, review.from, review.to, review.total.amount);
    case 'redemption':
      return sink && transferCall(review, review.holder, sink, review.amount.amount);
    default:
      return undefined;
  }
}

function transferCall(
  { chainId, token }: { readonly chainId: number; readonly token: { readonly address: Address } },
  from: Address,
  to: Address,
  amount: bigint,
): SimulationCall {
  const data = encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [to, amount] });
  return { chainId, from, to: token.address, value: '0', data };
}

/** Has a call tried; asked again while it is looked at, because a chain moves on. */
export const simulationQuery = (call: SimulationCall | undefined) =>
  queryOptions({
    queryKey: ['simulation', call] as const,
    queryFn: (): Promise<Simulation> => sendJson({ path: '/v1/simulations', body: call, schema: simulationResponse }),
    enabled: call !== undefined,
    retry: false,
    staleTime: 15_000,
  });

/** What a simulation means for a review. */
export type SimulationVerdict =
  /** It does what the review says. */
  | 'agrees'
  /** It would go well; what it does was not seen. */
  | 'unseen'
  /** It does something else to the person's own addresses than the review says. */
  | 'disagrees'
  | 'fails'
  /** Nobody can say. Never a sign that all is well. */
  | 'unknown';

/** Compares what the node says with what the bytes say. */
export function judgeSimulation(review: Review, simulation: Simulation, from: Address): SimulationVerdict {
  if (simulation.outcome === 'fails') return 'fails';
  if (simulation.outcome === 'not_simulated') return 'unknown';
  const { changes, approvals } = simulation;
  if (!changes || !approvals) return 'unseen';
  const expected = expectEffects(review, from);
  if (!expected) return 'unknown';
  const isOwn = (address: string) => changes.some((change) => change.address === address) || address === from;
  const wanted = expected.changes.filter(({ address, amount }) => amount !== 0n && isOwn(address));
  const isSame =
    sameLines(
      changes.map(({ address, asset, amount }) => `${address} ${asset} ${amount}`),
      wanted.map(({ address, asset, amount }) => `${address} ${asset} ${amount}`),
    ) &&
    sameLines(
      approvals.map(({ asset, spender, amount }) => `${asset} ${spender} ${amount}`),
      expected.approvals,
    );
  return isSame ? 'agrees' : 'disagrees';
}

const sameLines = (one: readonly string[], other: readonly string[]): boolean =>
  one.toSorted().join('\n') === other.toSorted().join('\n');

type Effects = {
  readonly changes: readonly { readonly address: Address; readonly asset: string; readonly amount: bigint }[];
  readonly approvals: readonly string[];
};

function expectEffects(review: Review, from: Address): Effects | undefined {
  switch (review.kind) {
    case 'native_transfer':
    case 'token_transfer':
      return moveOf(from, review.to, review.money);
    case 'relay_payment':
    case 'checkout_payment':
    case 'checkout_refund':
      return moveOf(review.from, review.to, review.total);
    case 'redemption':
      return {
        changes: [{ address: review.holder, asset: review.amount.asset, amount: -review.amount.amount }],
        approvals: [],
      };
    case 'token_allowance':
      return review.change === 'set'
        ? { changes: [], approvals: [`${review.money.asset} ${review.spender} ${review.money.amount}`] }
        : undefined;
    default:
      return undefined;
  }
}

function moveOf(
  from: Address,
  to: Address,
  { asset, amount }: { readonly asset: string; readonly amount: bigint },
): Effects {
  if (isAddressEqual(from, to)) return { changes: [], approvals: [] };
  return {
    changes: [
      { address: from, asset, amount: -amount },
      { address: to, asset, amount },
    ],
    approvals: [],
  };
}
