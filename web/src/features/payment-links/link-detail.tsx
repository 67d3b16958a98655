import type { PaymentRequestWire, PaymentWire } from '@feiqian/domain/api/payments';
import { decodeAmount } from '@feiqian/domain/money';
import { useSuspenseQuery } from '@tanstack/react-query';
import { formatMoment } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney } from '../../i18n/money-text.ts';
import { useAssetBook } from '../../lib/assets.ts';
import { AmountText } from '../../ui/amount-text.tsx';
import { Banner } from '../../ui/banner.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { StateText } from '../../ui/list.tsx';
import { Section } from '../../ui/page.tsx';
import { QrCode } from '../../ui/qr-code.tsx';
import { type Fact, Facts } from '../../ui/receipt.tsx';
import { AcceptButton, CancelButton } from './link-actions.tsx';
import { linksMessages } from './messages.ts';
import { PaymentList } from './payment-list.tsx';
import { PaymentSheet } from './payment-sheet.tsx';
import { linkQuery, paymentsQuery, toShareUrl } from './queries.ts';
import { findExcessive } from './refundable.ts';
import { canAccept, decisionOf, standingForPayee, toStateMark } from './standing.ts';
import './links.css';

/** The payment of a link that is looked at, and whether to give back at once what is too much of it. */
export type Opened = { readonly linkId: string; readonly paymentId: string; readonly isRefund: boolean };

type LinkDetailProps = {
  readonly id: string;
  readonly onOpen: (opened: Opened) => void;
};

/** One payment link: its code while it can be paid, what it asks for, what came, and what the payee may do about it. */
export function LinkDetail({ id, onOpen }: LinkDetailProps) {
  const words = useMessages(linksMessages);
  const { data: link } = useSuspenseQuery(linkQuery(id));
  const { data: payments } = useSuspenseQuery(paymentsQuery(link));
  const open = ({ id: paymentId }: PaymentWire, isRefund: boolean) => onOpen({ linkId: id, paymentId, isRefund });
  const isOpen = link.state === 'new';
  return (
    <div className="stack stack--wide">
      <div className="stack stack--wide" aria-live="polite">
        <LinkHead link={link} />
        <DecisionBanner link={link} payments={payments} onRefund={(payment) => open(payment, true)} />
        {isOpen ? <ShareCode link={link} /> : null}
        <LinkFacts link={link} />
      </div>
      {payments.length === 0 ? null : (
        <Section title={words.payments}>
          <PaymentList payments={payments} onOpen={(payment) => open(payment, false)} />
        </Section>
      )}
      {isOpen ? (
        <div className="stack stack--tight">
          <ButtonLink href={`/pay/${link.id}`} wide icon="external">
            {words.open}
          </ButtonLink>
          <CancelButton id={link.id} />
        </div>
      ) : null}
    </div>
  );
}

type OpenedPaymentProps = {
  readonly opened: Opened;
  readonly onClose: () => void;
};

/** The sheet of the payment that is looked at. */
export function OpenedPayment({ opened, onClose }: OpenedPaymentProps) {
  const { data: link } = useSuspenseQuery(linkQuery(opened.linkId));
  const { data: payments } = useSuspenseQuery(paymentsQuery(link));
  const payment = payments.find(({ id }) => id === opened.paymentId);
  if (!payment) return null;
  return <PaymentSheet request={link} payment={payment} startsWithRefund={opened.isRefund} onClose={onClose} />;
}

function LinkHead({ link }: { readonly link: PaymentRequestWire }) {
  const words = useMessages(linksMessages);
  const book = useAssetBook();
  return (
    <div className="link-head">
      <h2 className="link-head__title">{link.description}</h2>
      <AmountText amount={decodeAmount(link.money.amount)} unit={book.get(link.money.asset)} size="hero" />
      <StateText state={toStateMark(link)}>{words.states[standingForPayee(link)]}</StateText>
    </div>
  );
}

type DecisionBannerProps = {
  readonly link: PaymentRequestWire;
  readonly payments: readonly PaymentWire[];
  readonly onRefund: (payment: PaymentWire) => void;
};

/** In what the money differs from what was asked for, and what the payee may do about it. */
function DecisionBanner({ link, payments, onRefund }: DecisionBannerProps) {
  const words = useMessages(linksMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const decision = decisionOf(link);
  if (!decision) return null;
  const { title, body } = words.decisions[decision.what];
  const sum = formatMoney(decision.sum, book.get(link.money.asset), language);
  const excessive = decision.what === 'overpaid' ? findExcessive(link, payments) : undefined;
  return (
    <div className="stack stack--tight">
      <Banner
        tone="amber"
        title={title(sum)}
        action={excessive ? <Button onClick={() => onRefund(excessive)}>{words.refundExcess(sum)}</Button> : undefined}
      >
        {body}
      </Banner>
      {canAccept(link) ? <AcceptButton id={link.id} /> : null}
    </div>
  );
}

function ShareCode({ link }: { readonly link: PaymentRequestWire }) {
  const words = useMessages(linksMessages);
  const url = toShareUrl(link.id, location.origin);
  return (
    <div className="link-share">
      <QrCode text={url} label={words.qrLabel} />
      <p className="text-soft text-small">{words.scanHint}</p>
      <p className="link-share__url">{url}</p>
      <div className="row">
        <CopyButton text={url} label={words.copyLink} />
        <ShareButton link={link} url={url} />
      </div>
    </div>
  );
}

/** The platform's own share sheet, where there is one. */
function ShareButton({ link, url }: { readonly link: PaymentRequestWire; readonly url: string }) {
  const words = useMessages(linksMessages);
  if (typeof navigator.share !== 'function') return null;
  // Closing the share sheet is no failure.
  const share = () => void navigator.share({ title: link.description, url }).catch(() => undefined);
  return (
    <Button icon="external" onClick={share}>
      {words.share}
    </Button>
  );
}

function LinkFacts({ link }: { readonly link: PaymentRequestWire }) {
  const words = useMessages(linksMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const { orderId, createdAt, expiresAt, settledAt, money } = link;
  const time = (label: string, instant: string | null): Fact[] =>
    instant === null
      ? []
      : [{ label, value: <time dateTime={instant}>{formatMoment(instant, Date.now(), language)}</time> }];
  const sum = (label: string, amount: string): Fact[] =>
    amount === '0' ? [] : [{ label, value: <AmountText amount={decodeAmount(amount)} unit={book.get(money.asset)} /> }];
  return (
    <Facts
      facts={[
        // All of it, no less and no more, needs no second figure.
        ...(link.received === money.amount ? [] : sum(words.received, link.received)),
        ...sum(words.coming, link.coming),
        ...sum(words.refunded, link.refunded),
        ...(orderId === null ? [] : [{ label: words.order, value: orderId }]),
        ...time(words.created, createdAt),
        ...time(words.validUntil, settledAt === null ? expiresAt : null),
        ...time(words.paidOn, settledAt),
      ]}
    />
  );
}
