import type { PaymentRequestEventWire } from '@feiqian/domain/api/payments';
import type { Address, Hex } from 'viem';

/** An event as stored. */
export type WebhookEvent = {
  readonly id: string;
  readonly type: string;
  readonly objectType: string;
  readonly snapshot: object;
  readonly createdAt: Date;
};

/** What the SQL function `webhook_payment_request` keeps of a payment request. */
type PaymentRequestSnapshot = Pick<
  PaymentRequestEventWire,
  | 'id'
  | 'state'
  | 'exception'
  | 'reason'
  | 'received'
  | 'refunded'
  | 'description'
  | 'orderId'
  | 'createdAt'
  | 'expiresAt'
  | 'settledAt'
> & {
  readonly asset: string;
  readonly amount: string;
  readonly handle: string;
  readonly reference: Hex;
} & (
    | { readonly tokenAsset: null }
    | { readonly tokenAsset: string; readonly tokenAmount: string; readonly address: Address }
  );

/**
 * Writes the body of a delivery. It follows from the event alone (and from where this deployment is), so that every attempt and every
 * endpoint gets the same bytes.
 */
export function renderBody({ id, type, objectType, snapshot, createdAt }: WebhookEvent, publicUrl: string): string {
  const data =
    objectType === 'payment_request' ? renderPaymentRequest(snapshot as PaymentRequestSnapshot, publicUrl) : snapshot;
  return JSON.stringify({ id, type, timestamp: createdAt.toISOString(), data });
}

function renderPaymentRequest(snapshot: PaymentRequestSnapshot, publicUrl: string): PaymentRequestEventWire {
  const { id, state, exception, reason, asset, amount, received, refunded, description, orderId } = snapshot;
  const { handle, reference, createdAt, expiresAt, settledAt } = snapshot;
  const token =
    snapshot.tokenAsset === null
      ? null
      : { asset: snapshot.tokenAsset, amount: snapshot.tokenAmount, address: snapshot.address, reference };
  return {
    ...{ id, state, exception, reason },
    money: { asset, amount },
    received,
    refunded,
    description,
    orderId,
    payee: { handle },
    token,
    url: `${publicUrl}/pay/${id}`,
    createdAt,
    expiresAt,
    settledAt,
  };
}
