import { type CashTransferRequest, personResponse } from '@feiqian/domain/api/cash';
import { type MovementWire, movementResponse } from '@feiqian/domain/api/chain';
import { parseEmail, parseHandle } from '@feiqian/domain/identity';
import { type Amount, encodeAmount } from '@feiqian/domain/money';
import { queryOptions } from '@tanstack/react-query';
import { getJson, sendJson } from '../../lib/http.ts';

/** Whether text could name a person: an e-mail or a handle, in full. */
export function isName(text: string): boolean {
  try {
    if (text.trim().startsWith('@') || !text.includes('@')) parseHandle(text);
    else parseEmail(text);
    return true;
  } catch {
    // Still being typed.
    return false;
  }
}

/** Exactly one person by e-mail or handle. Nobody can be searched for by halves. */
export const personQuery = (name: string) =>
  queryOptions({
    queryKey: ['people', name] as const,
    queryFn: ({ signal }) => getJson(`/v1/people?query=${encodeURIComponent(name)}`, personResponse, signal),
    enabled: isName(name),
    retry: false,
  });

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
export function sendCashTransfer({
  idempotencyKey,
  handle,
  asset,
  amount,
  note,
}: CashTransferDraft): Promise<MovementWire> {
  const body: CashTransferRequest = {
    recipient: `@${handle}`,
    money: { asset, amount: encodeAmount(amount) },
    ...(note.trim() ? { note: note.trim() } : {}),
  };
  return sendJson({ path: '/v1/cash-transfers', body, schema: movementResponse, idempotencyKey });
}
