import {
  type PaymentRequestWire,
  type PaymentWire,
  type RefundRequest,
  type RefundWire,
  refundSchema,
} from '@feiqian/domain/api/payments';
import { AppError } from '@feiqian/domain/errors';
import { type Amount, encodeAmount } from '@feiqian/domain/money';
import { type Address, isAddressEqual } from 'viem';
import type { CheckoutDraft } from '../../keyring/checkout-draft.ts';
import type { AssetBook } from '../../lib/assets.ts';
import { draftByCheckout, toAuthorization } from '../../lib/checkout.ts';
import { sendDurably } from '../../lib/send-durably.ts';
import type { OpenWallet } from '../../lib/wallet/wallet-context.tsx';

/** A refund ready to be reviewed: by the service from cash, or in tokens by a signature of the payee. */
export type RefundDraft = {
  /** The same for every attempt. */
  readonly idempotencyKey: string;
  readonly payment: PaymentWire;
  /** In base units of the payment's asset. */
  readonly amount: Amount;
  /** What is signed; absent where nothing has to be. */
  readonly signing?: CheckoutDraft | undefined;
};

type Terms = {
  readonly request: PaymentRequestWire;
  readonly payment: PaymentWire;
  readonly amount: Amount;
  /** The address that signs: it must be the one that was paid. */
  readonly own: Address;
  readonly nowSeconds: bigint;
};

/**
 * Drafts a refund of a payment.
 *
 * @throws {AppError} REFUND_NEEDS_SIGNATURE for tokens that came to another address, REFUND_NOT_POSSIBLE for tokens that came another
 *   way, and what `draftByCheckout` throws.
 */
export function draftRefund(book: AssetBook, { request, payment, amount, own, nowSeconds }: Terms): RefundDraft {
  const base = { idempotencyKey: crypto.randomUUID(), payment, amount };
  if (payment.rail !== 'token') return Object.freeze(base);
  const { token } = request;
  const payer = payment.payer.address;
  if (!token || payer === null) throw new AppError('REFUND_NOT_POSSIBLE', 'It did not come through the checkout.');
  if (!isAddressEqual(token.address, own))
    throw new AppError('REFUND_NEEDS_SIGNATURE', 'Another address was paid, and has to sign.');
  const signing = draftByCheckout(book, { kind: 'refund', token, payer, amount, nowSeconds });
  return Object.freeze({ ...base, signing });
}

/** Carries out a reviewed refund. What is sent of a signed one is read back from what was signed. */
export async function sendRefund(wallet: OpenWallet, draft: RefundDraft): Promise<RefundWire> {
  const { idempotencyKey, payment, amount } = draft;
  return sendDurably({
    userId: wallet.userId,
    idempotencyKey,
    path: '/v1/refunds',
    body: {
      paymentId: payment.id,
      amount: encodeAmount(amount),
      ...(draft.signing ? { authorization: await sign(wallet, draft.signing) } : {}),
    } satisfies RefundRequest,
    schema: refundSchema,
  });
}

async function sign(wallet: OpenWallet, draft: CheckoutDraft): Promise<RefundRequest['authorization']> {
  // Payer and amount are those of the payment and of the request to refund it.
  const authorization = toAuthorization(draft, await wallet.signTypedData(draft));
  const { fee, feeReceiver, validAfter, validBefore, salt, signature } = authorization;
  return { fee, feeReceiver, validAfter, validBefore, salt, signature };
}
