import type { PaymentRequestWire } from '@feiqian/domain/api/payments';
import { decodeAmount, type Money } from '@feiqian/domain/money';
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { formatMoment } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney } from '../../i18n/money-text.ts';
import type { CheckoutDraft } from '../../keyring/checkout-draft.ts';
import { isBlocked } from '../../keyring/review.ts';
import type { Review } from '../../keyring/review-model.ts';
import { useAssetBook } from '../../lib/assets.ts';
import { balancesQuery } from '../../lib/balances.ts';
import type { FlowState } from '../../lib/flow.ts';
import { FlowSheet } from '../../lib/flow-sheet.tsx';
import { formMessages } from '../../lib/form-words.ts';
import { PaymentReceipt } from '../../lib/review/payment-receipt.tsx';
import { SafetyNotes } from '../../lib/review/safety-notes.tsx';
import { useSafety } from '../../lib/review/use-safety.ts';
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
  const safety = useSafety(signingOf(flow.state), wallet.address);
  const way = ways.find(({ rail }) => rail === (chosen ?? preferWay(ways))) ?? ways[0];
  if (!way) return null;
  const asset = book.get(way.asset);
  const blocked = way.isEnough ? undefined : words.notEnough(asset.symbol);
  const review = () => {
    const nowSeconds = BigInt(Math.floor(Date.now() / 1000));
    flow.review(draftPayment({ book, request, rail: way.rail, own: wallet.address, nowSeconds }));
  };
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
        receipt={(draft, isSealed) => <PayReceipt draft={draft} review={safety?.review} isSealed={isSealed} />}
        warnings={() => <SafetyNotes safety={safety} from={wallet.address} />}
        blocked={() => (safety && isBlocked(safety.review) ? words.cannotSign : undefined)}
        isHeld={() => safety?.isHeld ?? false}
        action={(draft) => {
          const { asset: id, amount } = paidBy(draft, safety?.review);
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

/** What will be signed; nothing for cash. */
function signingOf(state: FlowState<PayDraft, unknown>): CheckoutDraft | undefined {
  return state.step !== 'editing' && state.draft.kind === 'token' ? state.draft.signing : undefined;
}

/** All that the payer pays, a fee in the token included: read back from what will be signed where something is signed. */
function paidBy({ request }: PayDraft, review: Review | undefined): Money {
  if (review?.kind === 'checkout_payment') return review.total;
  return { asset: request.money.asset, amount: decodeAmount(request.missing) };
}

type PayReceiptProps = {
  readonly draft: PayDraft;
  readonly review: Review | undefined;
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
