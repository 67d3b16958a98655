import type { CashTransferRequest } from '@feiqian/domain/api/cash';
import { type MovementWire, movementResponse } from '@feiqian/domain/api/chain';
import { type Amount, encodeAmount } from '@feiqian/domain/money';
import { sendDurably } from '../../lib/send-durably.ts';

/** A cash transfer as it will be asked for. */
export type CashTransferDraft = {
  readonly idempotencyKey: string;
  /** Without the @. */
  readonly handle: string;
  readonly asset: string;
  readonly amount: Amount;
  readonly note: string;
};

/** Carries out a reviewed transfer. */
export function sendCashTransfer(
  userId: string,
  { idempotencyKey, handle, asset, amount, note }: CashTransferDraft,
): Promise<MovementWire> {
  const body: CashTransferRequest = {
    recipient: `@${handle}`,
    money: { asset, amount: encodeAmount(amount) },
    ...(note.trim() ? { note: note.trim() } : {}),
  };
  return sendDurably({ userId, path: '/v1/cash-transfers', body, schema: movementResponse, idempotencyKey });
}
