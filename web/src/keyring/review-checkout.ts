import { toTokenAssetId } from '@feiqian/domain/assets';
import { toAmount } from '@feiqian/domain/money';
import { hashTypedData, isAddressEqual } from 'viem';
import { type CheckoutDraft, readCheckoutDraft } from './checkout-draft.ts';
import {
  type CheckoutReview,
  collectWarnings,
  findChain,
  findToken,
  isOwnContract,
  judgeRecipient,
  type ReviewContext,
} from './review-model.ts';
import { judgeDomain, judgeWindow, toDate, toWindow } from './review-terms.ts';

/**
 * What a payment of a payment request does, or its refund. Its reference, nonce and typed data are computed here from the
 * terms, as the keyring does when it signs.
 *
 * @throws {AppError} TYPED_DATA_INVALID.
 */
export function decodeCheckoutReview(draft: CheckoutDraft, context: ReviewContext): CheckoutReview {
  const { domain, checkout, kind, terms, signed, reference, typedData } = readCheckoutDraft(draft);
  const { amount, fee, feeReceiver, salt } = signed;
  const isPayment = kind === 'payment';
  const to = isPayment ? terms.merchant : signed.payer;
  const chain = findChain(context, domain.chainId);
  const token = findToken(chain, domain.verifyingContract);
  const window = toWindow(signed.validAfter, signed.validBefore);
  const payableBefore = toDate(terms.validBefore);
  const judgement = judgeWindow(window, context);
  const warnings = collectWarnings({
    ...judgeDomain(domain, context),
    ...judgement,
    // A refund is possible at any time.
    expired: judgement.expired || (isPayment && payableBefore <= context.now),
    checkout_unknown: !isOwnContract(chain, 'checkout', checkout) || !token.listed,
    price_exceeded: amount > terms.amount,
    ...judgeRecipient(chain, to),
    ...(isAddressEqual(to, domain.verifyingContract) ? { recipient_is_token: true } : {}),
    amount_zero: amount === 0n,
    fee_high: fee * 10n > amount,
  });
  const money = (value: bigint) => ({
    asset: toTokenAssetId(domain.chainId, domain.verifyingContract),
    amount: toAmount(value),
  });
  return {
    kind: isPayment ? 'checkout_payment' : 'checkout_refund',
    chainId: domain.chainId,
    token,
    from: typedData.message.from,
    to,
    feeReceiver,
    reference,
    checkout,
    salt,
    payableBefore,
    warnings,
    ...window,
    amount: money(amount),
    fee: money(fee),
    total: money(typedData.message.value),
    price: money(terms.amount),
    nonce: typedData.message.nonce,
    digest: hashTypedData(typedData),
  };
}
