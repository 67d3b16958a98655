import type { Money } from '@feiqian/domain/money';
import type { Address } from 'viem';
import { formatMoment } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import type { Draft } from '../../keyring/draft.ts';
import type { Review } from '../../keyring/review-model.ts';
import { AddressText } from '../../ui/address-text.tsx';
import { AmountText } from '../../ui/amount-text.tsx';
import { type Fact, Facts, RawData, Receipt } from '../../ui/receipt.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { nameOf, useKnownAs } from '../address-book/use-address-book.ts';
import { type AssetBook, useAssetBook } from '../assets.ts';
import { UnverifiedMark } from '../unverified.tsx';
import { reviewMessages } from './words.ts';

/** The last day of the year 9999: what can be paid until then has no end. */
const foreverMs = 253_402_214_400_000;

type PaymentReceiptProps = {
  /** Decoded from `draft`; nothing else is shown. */
  readonly review: Review;
  readonly draft: Draft;
  readonly isSealed: boolean;
  /** Who the address belongs to, when it is known: stands above the address. */
  readonly recipientName?: string | undefined;
};

/** The slip of what will be signed, read back from the very bytes. */
export function PaymentReceipt({ review, draft, isSealed, recipientName }: PaymentReceiptProps) {
  const words = useMessages(reviewMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const knownAs = useKnownAs();
  const known = 'to' in review ? knownAs('address', review.to) : undefined;
  const recipientNames = [known && nameOf(known), recipientName].filter((name) => name !== undefined);
  const leaving = leavingOf(review);
  if (!leaving) return <ErrorState title={words.notPlain} />;
  return (
    <div className="stack stack--tight">
      <Receipt
        sealed={isSealed}
        counterpart={<Facts facts={factsOf(review, { words, book, language, recipientNames })} />}
      >
        <div>
          <p className="text-soft text-small">{words[leavingWord(review)]}</p>
          <MoneyText money={leaving} book={book} size="hero" /> <UnverifiedMark asset={book.find(leaving.asset)} />
        </div>
      </Receipt>
      <RawData label={words.raw}>{rawOf(review, draft)}</RawData>
    </div>
  );
}

function MoneyText({ money, book, size }: { readonly money: Money; readonly book: AssetBook; readonly size?: 'hero' }) {
  return <AmountText amount={money.amount} unit={book.get(money.asset)} size={size} />;
}

/** Everything that leaves the person's address, fee in tokens included. */
function leavingOf(review: Review): Money | undefined {
  switch (review.kind) {
    case 'relay_payment':
    case 'checkout_payment':
    case 'checkout_refund':
      return review.total;
    case 'redemption':
      return review.amount;
    case 'native_transfer':
    case 'token_transfer':
      return review.money;
    default:
      return undefined;
  }
}

function leavingWord({ kind }: Review): 'youSend' | 'youGiveBack' | 'youRefund' {
  if (kind === 'redemption') return 'youGiveBack';
  return kind === 'checkout_refund' ? 'youRefund' : 'youSend';
}

type FactTools = {
  readonly words: Awaited<ReturnType<typeof reviewMessages.load>>;
  readonly book: AssetBook;
  readonly language: Parameters<typeof formatMoment>[2];
  readonly recipientNames: readonly string[];
};

function factsOf(review: Review, { words, book, language, recipientNames }: FactTools): Fact[] {
  const recipient = (to: Address): Fact => ({
    label: words.to,
    tall: true,
    value: (
      <>
        {recipientNames.length > 0 ? <strong>{recipientNames.join(' · ')}</strong> : null}
        <AddressText address={to} />
      </>
    ),
  });
  const money = (label: string, value: Money): Fact => ({ label, value: <MoneyText money={value} book={book} /> });
  const chain = (chainId: number): Fact => ({ label: words.chain, value: book.getChain(chainId).name });
  const time = (label: string, instant: Date): Fact => ({
    label,
    value: <time dateTime={instant.toISOString()}>{formatMoment(instant, Date.now(), language)}</time>,
  });
  const until = (instant: Date) => time(words.until, instant);
  switch (review.kind) {
    case 'checkout_payment':
      return [
        money(words.amount, review.amount),
        recipient(review.to),
        ...(review.amount.amount === review.price.amount ? [] : [money(words.price, review.price)]),
        money(words.fee, review.fee),
        chain(review.chainId),
        ...(review.payableBefore.getTime() < foreverMs ? [time(words.payableBefore, review.payableBefore)] : []),
        until(review.validBefore),
      ];
    case 'relay_payment':
    case 'checkout_refund':
      return [
        money(words.amount, review.amount),
        recipient(review.to),
        money(words.fee, review.fee),
        chain(review.chainId),
        ...(review.validAfter.getTime() > 0 ? [time(words.undoUntil, review.validAfter)] : []),
        until(review.validBefore),
      ];
    case 'redemption':
      return [chain(review.chainId), until(review.validBefore)];
    case 'native_transfer':
    case 'token_transfer':
      return [
        money(words.amount, review.money),
        // The name is anybody's; the contract is what is paid with.
        ...(review.kind === 'token_transfer' && !review.token.listed
          ? [{ label: words.tokenContract, tall: true, value: <AddressText address={review.token.address} /> }]
          : []),
        recipient(review.to),
        money(words.feeAtMost, review.feeMax),
        chain(review.chainId),
        { label: words.nonce, value: `${review.nonce}` },
      ];
    default:
      return [];
  }
}

/** The very bytes that are signed, and what is computed from them. */
export function rawOf(review: Review, draft: Draft): string {
  const content = 'json' in draft ? JSON.stringify(JSON.parse(draft.json), null, 2) : draft.bytes;
  const reference = 'price' in review ? `\nreference ${review.reference}` : '';
  const nonce = 'salt' in review ? `\nnonce ${review.nonce}` : '';
  return `${draft.kind}\n${content}${reference}${nonce}\ndigest ${review.digest}`;
}
