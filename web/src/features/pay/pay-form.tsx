import type { PaymentRequestWire } from '@feiqian/domain/api/payments';
import { decodeAmount, type Money } from '@feiqian/domain/money';
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { formatMoment } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney } from '../../i18n/money-text.ts';
import { decodeReview, isBlocked } from '../../keyring/review.ts';
import { useAssetBook } from '../../lib/assets.ts';
import { balancesQuery } from '../../lib/balances.ts';
import { FlowSheet } from '../../lib/flow-sheet.tsx';
import { formMessages } from '../../lib/form-words.ts';
import { toReviewContext } from '../../lib/review/context.ts';
import { PaymentReceipt } from '../../lib/review/payment-receipt.tsx';
import { ReviewWarnings } from '../../lib/review/warnings.tsx';
import { useFlow } from '../../lib/use-flow.ts';
import { useWallet } from '../../lib/wallet/wallet-context.tsx';
import { AmountText } from '../../ui/amount-text.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Facts, Receipt } from '../../ui/receipt.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { payMessages } from './messages.ts';
import { draftPayment, listPayWays, type PayDraft, type PayWay, preferWay, sendPayment } from './pay-draft.ts';
import { StandingBanner } from './standing-banner.tsx';

/** Pays what is missing: in tokens or cash, whichever there is enough of. */
export function PayForm({ request }: { readonly request: PaymentRequestWire }) {
  const words = useMessages(payMessages);
  const form = useMessages(formMessages);
  const language = useLanguage();
  const [, navigate] = useLocation();
  const book = useAssetBook();
  const wallet = useWallet();
  const { data: balances } = useSuspenseQuery(balancesQuery);
  const client = useQueryClient();
  const ways = listPayWays(request, { balances, own: wallet.address });
  const [chosen, setChosen] = useState<PayWay['rail'] | undefined>();
  const flow = useFlow((draft: PayDraft) =>
    // Refused or not, the link may stand otherwise now.
    sendPayment(wallet, draft).finally(() => void client.invalidateQueries({ queryKey: ['payment-requests'] })),
  );
  const way = ways.find(({ rail }) => rail === (chosen ?? preferWay(ways))) ?? ways[0];
  if (!way) return null;
  const asset = book.get(way.asset);
  const blocked = way.isEnough ? undefined : words.notEnough(asset.symbol);
  const review = () => {
    const nowSeconds = BigInt(Math.floor(Date.now() / 1000));
    flow.review(draftPayment({ book, request, rail: way.rail, own: wallet.address, nowSeconds }));
  };
  const reviewOf = (draft: PayDraft) =>
    draft.kind === 'token' ? decodeReview(draft.signing, toReviewContext(book, new Date(), location.host)) : undefined;
  return (
    <div className="stack">
      <StandingBanner request={request} />
      {request.state === 'new' ? (
        <>
          {ways.length > 1 ? (
            <Segmented
              legend={words.rail}
              value={way.rail}
              onChange={setChosen}
              choices={ways.map(({ rail, asset: id, available }) => ({
                value: rail,
                label: rail === 'cash' ? words.railCash : words.railToken(book.get(id).symbol),
                detail: words.available(formatMoney(available, book.get(id), language)),
              }))}
            />
          ) : null}
          <Button variant="primary" wide large blocked={blocked} onClick={review}>
            {words.review}
          </Button>
          {way.fee === 0n ? null : (
            <p className="text-soft text-small">{words.fee(formatMoney(way.fee, asset, language))}</p>
          )}
          {ways.some(({ isEnough }) => isEnough) ? null : (
            <ButtonLink href="/top-up" wide>
              {words.topUp}
            </ButtonLink>
          )}
          {request.expiresAt === null ? null : (
            <p className="text-soft text-small">{words.until(formatMoment(request.expiresAt, Date.now(), language))}</p>
          )}
          <p className="text-soft text-small">{words.warning}</p>
        </>
      ) : null}
      <FlowSheet
        flow={flow}
        title={words.review}
        receipt={(draft, isSealed) => <PayReceipt draft={draft} review={reviewOf(draft)} isSealed={isSealed} />}
        warnings={(draft) => <ReviewWarnings warnings={reviewOf(draft)?.warnings ?? []} />}
        blocked={(draft) => {
          const decoded = reviewOf(draft);
          return decoded && isBlocked(decoded) ? words.cannotSign : undefined;
        }}
        action={(draft) => {
          const { asset: id, amount } = paidBy(draft, reviewOf(draft));
          return words.pay(formatMoney(amount, book.get(id), language));
        }}
        doneTitle={(draft) => (draft.kind === 'token' ? form.sentTitle : words.paid)}
        busy={form.sending}
        followHref={({ historyId }) => (historyId === null ? undefined : `/history/${historyId}`)}
        onClose={() => navigate('/')}
      />
    </div>
  );
}

/** All that the payer pays, a fee in the token included: read back from what will be signed where something is signed. */
function paidBy({ request }: PayDraft, review: ReturnType<typeof decodeReview> | undefined): Money {
  if (review?.kind === 'checkout_payment') return review.total;
  return { asset: request.money.asset, amount: decodeAmount(request.missing) };
}

type PayReceiptProps = {
  readonly draft: PayDraft;
  readonly review: ReturnType<typeof decodeReview> | undefined;
  readonly isSealed: boolean;
};

function PayReceipt({ draft, review, isSealed }: PayReceiptProps) {
  const words = useMessages(payMessages);
  const form = useMessages(formMessages);
  const book = useAssetBook();
  const { money, missing, payee, description } = draft.request;
  if (draft.kind === 'token' && review) {
    return (
      <PaymentReceipt review={review} draft={draft.signing} isSealed={isSealed} recipientName={`@${payee.handle}`} />
    );
  }
  const amount = decodeAmount(missing);
  const unit = book.get(money.asset);
  const facts = [
    { label: words.payee, value: <strong>@{payee.handle}</strong> },
    { label: words.for, value: description },
    { label: form.theyReceive, value: <AmountText amount={amount} unit={unit} /> },
    { label: form.fee, value: form.noFee },
    { label: form.when, value: form.atOnce },
  ];
  return (
    <Receipt sealed={isSealed} counterpart={<Facts facts={facts} />}>
      <div>
        <p className="text-soft text-small">{form.youSend}</p>
        <AmountText amount={amount} unit={unit} size="hero" />
      </div>
    </Receipt>
  );
}
