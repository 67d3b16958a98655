import type { SuspenseReason } from '@feiqian/domain/api/staff';
import type { NewTransfer, RowChange } from './command.ts';

/** Where money in suspense came from: a gateway's order, or an event on a chain. */
export type SuspenseSource =
  | { readonly gateway: string; readonly orderNumber: string }
  | {
      readonly chainId: number;
      readonly txHash: string;
      readonly address: string;
      readonly reference: string;
      /** The tokens, where the transfer moves the cash that they stood for. */
      readonly tokens?: { readonly asset: string; readonly amount: bigint };
    };

/** Part of a command: an item turned out to be what a movement wanted, whose transfer the command makes. */
export function matchSuspense(
  { id, version }: { readonly id: string; readonly version: number },
  { movementId, userId, at }: { readonly movementId: string; readonly userId: string; readonly at: Date },
): RowChange {
  return {
    table: 'suspense_items',
    id,
    expectVersion: version,
    set: {
      state: 'resolved',
      action: 'match',
      recipient_id: userId,
      resolved_movement_id: movementId,
      resolved_at: at.toISOString(),
    },
  };
}

/**
 * Part of a command: says of its transfer to (or from) suspense where it came from and why, so that a person can find its owner.
 */
export function noteSuspense(
  { id, debit, amount, movementId }: NewTransfer,
  { reason, source }: { readonly reason: SuspenseReason; readonly source: SuspenseSource },
): RowChange {
  return {
    table: 'suspense_items',
    id,
    expectVersion: 0,
    set: {
      state: 'open',
      reason,
      asset: debit.asset,
      amount: amount.toString(),
      movement_id: movementId ?? null,
      ...('gateway' in source
        ? { gateway: source.gateway, order_number: source.orderNumber }
        : {
            chain_id: source.chainId,
            tx_hash: source.txHash,
            address: source.address,
            reference: source.reference,
            token_asset: source.tokens?.asset ?? null,
            token_amount: source.tokens?.amount.toString() ?? null,
          }),
    },
  };
}
