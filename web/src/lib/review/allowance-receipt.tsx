import { useMessages } from '../../i18n/language-context.tsx';
import type { Draft } from '../../keyring/draft.ts';
import { type Review, unlimitedFrom } from '../../keyring/review-model.ts';
import { AddressText } from '../../ui/address-text.tsx';
import { AmountText } from '../../ui/amount-text.tsx';
import { Facts, RawData, Receipt } from '../../ui/receipt.tsx';
import { useAssetBook } from '../assets.ts';
import { UnverifiedMark } from '../unverified.tsx';
import { rawOf } from './payment-receipt.tsx';
import { reviewMessages } from './words.ts';
import './what-will-happen.css';

type AllowanceReceiptProps = {
  /** Decoded from `draft`; nothing else is shown. */
  readonly review: Extract<Review, { kind: 'token_allowance' }>;
  readonly draft: Draft;
  readonly isSealed: boolean;
  /** What the spender is called, where it is known. */
  readonly spenderName?: string | undefined;
};

/** The slip of a change of what somebody may take, read back from the very bytes. */
export function AllowanceReceipt({ review, draft, isSealed, spenderName }: AllowanceReceiptProps) {
  const words = useMessages(reviewMessages);
  const book = useAssetBook();
  const { token, spender, money, feeMax, chainId, nonce } = review;
  const unit = book.find(money.asset);
  const facts = [
    {
      label: words.spender,
      tall: true,
      value: (
        <>
          {spenderName ? <strong>{spenderName}</strong> : null}
          <AddressText address={spender} />
        </>
      ),
    },
    { label: words.tokenContract, tall: true, value: <AddressText address={token.address} /> },
    { label: words.feeAtMost, value: <AmountText amount={feeMax.amount} unit={book.get(feeMax.asset)} shown /> },
    { label: words.chain, value: book.getChain(chainId).name },
    { label: words.nonce, value: `${nonce}` },
  ];
  return (
    <div className="stack stack--tight">
      <Receipt sealed={isSealed} counterpart={<Facts facts={facts} />}>
        <div>
          <p className="text-soft text-small">{words.mayTakeThen((token.listed ?? token.added)?.symbol)}</p>
          <UnverifiedMark asset={unit} />
          <p className="allowance-amount">
            {money.amount === 0n ? (
              words.nothingMore
            ) : money.amount >= unlimitedFrom ? (
              words.unlimited
            ) : unit ? (
              <AmountText amount={money.amount} unit={unit} size="hero" shown />
            ) : (
              words.unlistedAmount(`${money.amount}`)
            )}
          </p>
        </div>
      </Receipt>
      <RawData label={words.raw}>{rawOf(review, draft)}</RawData>
    </div>
  );
}
