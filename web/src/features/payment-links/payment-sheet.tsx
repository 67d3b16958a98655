import type { PaymentRequestWire, PaymentWire, RefundWire } from '@feiqian/domain/api/payments';
import { decodeAmount } from '@feiqian/domain/money';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { formatMoment } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney } from '../../i18n/money-text.ts';
import { useAssetBook } from '../../lib/assets.ts';
import { useGatewayTitle } from '../../lib/gateways.ts';
import { useFields } from '../../lib/use-fields.ts';
import { useFlow } from '../../lib/use-flow.ts';
import { useWallet } from '../../lib/wallet/wallet-context.tsx';
import { AddressText } from '../../ui/address-text.tsx';
import { AmountText } from '../../ui/amount-text.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { List, ListRow, StateText } from '../../ui/list.tsx';
import { Section } from '../../ui/page.tsx';
import { type Fact, Facts } from '../../ui/receipt.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { linksMessages } from './messages.ts';
import { toPaymentMark, usePayerName } from './payment-list.tsx';
import { refundsQuery } from './queries.ts';
import { type RefundDraft, sendRefund } from './refund-draft.ts';
import { type RefundFields, RefundForm } from './refund-form.tsx';
import { RefundReview } from './refund-review.tsx';
import { canRefund, isPartExcess, refundWayOf } from './refundable.ts';

type PaymentSheetProps = {
  readonly request: PaymentRequestWire;
  readonly payment: PaymentWire;
  /** Whether the form for giving back is what was asked for. */
  readonly startsWithRefund: boolean;
  readonly onClose: () => void;
};

/** One payment of a link: what it was and what became of it, and the way to give it back. */
export function PaymentSheet({ request, payment, startsWithRefund, onClose }: PaymentSheetProps) {
  const words = useMessages(linksMessages);
  const wallet = useWallet();
  const client = useQueryClient();
  const [isRefund, setRefund] = useState(startsWithRefund);
  const [fields, change] = useFields<RefundFields>({
    share: isPartExcess(request, payment) ? 'excess' : 'all',
    text: '',
  });
  const flow = useFlow((draft: RefundDraft) =>
    sendRefund(wallet, draft).finally(() => void client.invalidateQueries({ queryKey: ['payment-requests'] })),
  );
  if (flow.state.step !== 'editing') return <RefundReview flow={flow} onClose={onClose} />;
  const way = refundWayOf(request, payment);
  return (
    <Sheet title={isRefund ? words.refund : words.paymentTitle} onClose={onClose}>
      {isRefund && canRefund(way) ? (
        <RefundForm
          request={request}
          payment={payment}
          way={way}
          fields={fields}
          change={change}
          onDraft={flow.review}
        />
      ) : (
        <div className="stack">
          <PaymentFacts payment={payment} />
          <Refunds requestId={request.id} paymentId={payment.id} />
          {canRefund(way) ? (
            <Button wide icon="refund" onClick={() => setRefund(true)}>
              {words.refund}
            </Button>
          ) : payment.state === 'failed' ? null : (
            <p className="text-soft text-small">{words.ways[way]}</p>
          )}
        </div>
      )}
    </Sheet>
  );
}

function PaymentFacts({ payment }: { readonly payment: PaymentWire }) {
  const words = useMessages(linksMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const gatewayTitle = useGatewayTitle();
  const name = usePayerName(payment);
  const { money, payer, rail, gateway, state, counts, txHash, paidAt, refunded, refunding } = payment;
  const unit = book.find(money.asset);
  const sum = (label: string, amount: string): Fact[] =>
    unit && amount !== '0' ? [{ label, value: <AmountText amount={decodeAmount(amount)} unit={unit} /> }] : [];
  return (
    <>
      <div className="link-head">
        {unit ? <AmountText amount={decodeAmount(money.amount)} unit={unit} size="hero" sign="in" expected /> : null}
        <StateText state={toPaymentMark(state)}>{words.paymentStates[state]}</StateText>
        {counts ? null : <span className="text-soft text-small">{words.otherToken}</span>}
      </div>
      <Facts
        facts={[
          {
            label: words.from,
            tall: payer.address !== null,
            value: (
              <>
                {payer.handle === null && payer.address !== null ? null : <strong>{name}</strong>}
                {payer.address === null ? null : <AddressText address={payer.address} />}
              </>
            ),
          },
          { label: words.rail, value: gateway === null ? words.rails[rail] : gatewayTitle(gateway) },
          { label: words.when, value: <time dateTime={paidAt}>{formatMoment(paidAt, Date.now(), language)}</time> },
          ...sum(words.refunding, refunding),
          ...sum(words.refunded, refunded),
          ...(txHash === null ? [] : [{ label: words.transaction, tall: true, value: <CopiedNumber text={txHash} /> }]),
        ]}
      />
    </>
  );
}

function CopiedNumber({ text }: { readonly text: string }) {
  return (
    <span className="link-number">
      <span className="link-number__text">{text}</span>
      <CopyButton text={text} variant="quiet" iconOnly />
    </span>
  );
}

/** What was given back of a payment; each leads to where the money can be followed. */
function Refunds({ requestId, paymentId }: { readonly requestId: string; readonly paymentId: string }) {
  const words = useMessages(linksMessages);
  const { data = [] } = useQuery(refundsQuery(requestId));
  const refunds = data.filter((refund) => refund.paymentId === paymentId);
  if (refunds.length === 0) return null;
  return (
    <Section title={words.refunds}>
      <List label={words.refunds}>
        {refunds.map((refund) => (
          <RefundRow key={refund.id} refund={refund} />
        ))}
      </List>
    </Section>
  );
}

function RefundRow({ refund }: { readonly refund: RefundWire }) {
  const words = useMessages(linksMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const unit = book.find(refund.money.asset);
  const mark = toRefundMark(refund.state);
  const state = { done: words.refundDone, failed: words.refundFailed, waiting: words.refundMoving }[mark];
  return (
    <ListRow
      icon="refund"
      title={unit ? words.refundEntry(formatMoney(decodeAmount(refund.money.amount), unit, language)) : refund.id}
      detail={<StateText state={mark}>{state}</StateText>}
      href={`/history/${refund.historyId}`}
    />
  );
}

function toRefundMark(state: string): 'done' | 'waiting' | 'failed' {
  if (['posted', 'settled', 'final'].includes(state)) return 'done';
  return ['failed', 'dropped'].includes(state) ? 'failed' : 'waiting';
}
