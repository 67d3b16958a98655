import { type Balances, type ConversionRequest, type MovementWire, movementResponse } from '@feiqian/domain/api/chain';
import { buildRedeemTypedData } from '@feiqian/domain/authorizations';
import { type Amount, convertAtPar, encodeAmount, toAmount } from '@feiqian/domain/money';
import type { Address, Hex } from 'viem';
import { draftTypedData, type TypedDataDraft } from '../../keyring/draft.ts';
import type { AssetBook } from '../../lib/assets.ts';
import { availableOf } from '../../lib/balances.ts';
import { randomWord, toTokenDomain } from '../../lib/relay.ts';
import { sendDurably } from '../../lib/send-durably.ts';
import type { OpenWallet } from '../../lib/wallet/wallet-context.tsx';

const hourSeconds = 3600n;

/** What there is something to convert of: the preferred currency first, cash before tokens; cash of it when there is nothing at all. */
export function suggestConversion(
  balances: Balances,
  book: AssetBook,
  preferred: string,
  address: Address,
): Pick<ConversionDraft, 'direction'> & { readonly currency: string } {
  const others = book.assets.filter(({ kind, id }) => kind === 'cash' && id !== preferred).map(({ id }) => id);
  for (const currency of [preferred, ...others]) {
    const token = book.findPar(currency);
    if (token === undefined) continue;
    if (availableOf(balances, currency) > 0n) return { direction: 'issue', currency };
    if (availableOf(balances, token.id, address) > 0n) return { direction: 'redeem', currency };
  }
  return { direction: 'issue', currency: preferred };
}

/** A conversion, frozen at the review. Cash needs no signature; tokens are given back by one. */
export type ConversionDraft =
  | {
      readonly direction: 'issue';
      readonly idempotencyKey: string;
      readonly from: string;
      readonly to: string;
      readonly amount: Amount;
      readonly received: Amount;
      readonly address: Address;
    }
  | {
      readonly direction: 'redeem';
      readonly idempotencyKey: string;
      readonly from: string;
      readonly to: string;
      readonly amount: Amount;
      readonly received: Amount;
      readonly address: Address;
      /** What is reviewed and signed. */
      readonly signing: TypedDataDraft;
      readonly terms: {
        readonly chainId: number;
        readonly token: Address;
        readonly reference: Hex;
        readonly validBefore: bigint;
      };
    };

/** What is asked for: how much of one side at par. */
export type ConversionTerms = {
  readonly from: string;
  readonly amount: Amount;
  readonly address: Address;
  readonly nowSeconds: bigint;
};

/** The most of a token that can become cash: whole cash units only. */
export function redeemable(available: Amount, tokenDecimals: number, cashDecimals: number): Amount {
  const unit = 10n ** BigInt(Math.max(0, tokenDecimals - cashDecimals));
  return toAmount(available - (available % unit));
}

/**
 * Drafts a conversion between a currency and the token at par with it.
 *
 * @throws {AppError} ASSET_UNKNOWN, AMOUNT_TOO_PRECISE when tokens are not a whole number of cash units.
 */
export function draftConversion(
  book: AssetBook,
  { from, amount, address, nowSeconds }: ConversionTerms,
): ConversionDraft {
  const given = book.get(from);
  const taken = book.get(book.findPar(from)?.id ?? '');
  const received = convertAtPar(amount, given.decimals, taken.decimals);
  const shared = { idempotencyKey: crypto.randomUUID(), from, to: taken.id, amount, received, address };
  if (given.kind === 'cash') return Object.freeze({ direction: 'issue', ...shared });
  const { domain } = toTokenDomain(book, from);
  const reference = randomWord();
  const validBefore = nowSeconds + hourSeconds;
  return Object.freeze({
    direction: 'redeem',
    ...shared,
    signing: draftTypedData(
      buildRedeemTypedData(domain, { holder: address, reference, amount, validAfter: 0n, validBefore }),
    ),
    terms: { chainId: domain.chainId, token: domain.verifyingContract, reference, validBefore },
  });
}

/** Signs where a signature is needed, and asks for the conversion. */
export async function convert(wallet: OpenWallet, draft: ConversionDraft): Promise<MovementWire> {
  const body =
    draft.direction === 'issue'
      ? toIssue(draft)
      : { ...toRedeem(draft), signature: await wallet.signTypedData(draft.signing) };
  return await sendDurably({
    userId: wallet.userId,
    path: '/v1/conversions',
    body: body satisfies ConversionRequest,
    schema: movementResponse,
    idempotencyKey: draft.idempotencyKey,
  });
}

const toIssue = ({ from, to, amount, address }: Extract<ConversionDraft, { direction: 'issue' }>) =>
  ({ direction: 'issue', money: { asset: from, amount: encodeAmount(amount) }, token: to, address }) as const;

const toRedeem = ({ amount, address, terms }: Extract<ConversionDraft, { direction: 'redeem' }>) =>
  ({
    direction: 'redeem',
    chainId: terms.chainId,
    token: terms.token,
    holder: address,
    reference: terms.reference,
    amount: encodeAmount(amount),
    validAfter: '0',
    validBefore: `${terms.validBefore}`,
  }) as const;
