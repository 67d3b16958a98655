import { type PaymentRequestWire, paymentRequestSchema } from '@feiqian/domain/api/payments';
import { decodeAmount } from '@feiqian/domain/money';
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { commonMessages } from '../../i18n/common.ts';
import { useMessages } from '../../i18n/language-context.tsx';
import { useAssetBook } from '../../lib/assets.ts';
import { getJson } from '../../lib/http.ts';
import { useMe } from '../../lib/me.ts';
import { isMoving, standingOf } from '../../lib/payment-standing.ts';
import { AmountText } from '../../ui/amount-text.tsx';
import { Avatar } from '../../ui/avatar.tsx';
import { Banner } from '../../ui/banner.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { type Fact, Facts, Receipt } from '../../ui/receipt.tsx';
import { Seal } from '../../ui/seal.tsx';
import { payMessages } from './messages.ts';
import { PayForm } from './pay-form.tsx';
import './pay.css';

const refreshMs = 3_000;

/** What whoever has the link sees; asked again while somebody may be paying it. */
const paymentRequestQuery = (id: string) =>
  queryOptions({
    queryKey: ['payment-requests', id] as const,
    queryFn: ({ signal }) => getJson(`/v1/payment-requests/${id}`, paymentRequestSchema, signal),
    refetchInterval: ({ state }) => (state.data === undefined || isMoving(state.data) ? refreshMs : false),
  });

/** A payment link in the wallet: who asks for how much and what for, and a review and a signature to pay it. */
export function PayScreen({ id }: { readonly id: string }) {
  const words = useMessages(payMessages);
  const { appName } = useMessages(commonMessages);
  const book = useAssetBook();
  const { data: request } = useSuspenseQuery(paymentRequestQuery(id));
  const unit = book.get(request.money.asset);
  const standing = standingOf(request);
  const isPartly = standing === 'partly';
  // A link that is simply unpaid or paid says it all by its price.
  const sums = standing === 'paid' ? (['refunded'] as const) : (['received', 'coming', 'refunded'] as const);
  const show = (amount: string) => <AmountText amount={decodeAmount(amount)} unit={unit} shown />;
  const facts: Fact[] = [
    { label: words.for, value: request.description, tall: true },
    ...(isPartly ? [{ label: words.price, value: show(request.money.amount) }] : []),
    ...sums.flatMap((sum) => (request[sum] === '0' ? [] : [{ label: words[sum], value: show(request[sum]) }])),
  ];
  return (
    <div className="pay-page">
      <title>{`${words.title} · ${appName}`}</title>
      <Link href="/" className="pay-page__brand">
        <Seal size={28} />
        {appName}
      </Link>
      <h1 className="visually-hidden">{words.title}</h1>
      <Receipt sealed={request.state === 'settled'} counterpart={<Facts facts={facts} />}>
        <div className="pay-page__payee">
          <Avatar name={request.payee.handle} />
          <p>{(request.state === 'settled' ? words.paidTo : words.asks)(request.payee.handle)}</p>
        </div>
        <div>
          {isPartly ? <p className="text-soft text-small">{words.rest}</p> : null}
          <AmountText
            amount={decodeAmount(isPartly ? request.missing : request.money.amount)}
            unit={unit}
            size="hero"
            shown
          />
        </div>
      </Receipt>
      <PayPart request={request} />
    </div>
  );
}

function PayPart({ request }: { readonly request: PaymentRequestWire }) {
  const words = useMessages(payMessages);
  const me = useMe();
  if (me?.handle === request.payee.handle) {
    return (
      <Banner
        tone="plain"
        title={words.own}
        action={<ButtonLink href={`/links/${request.id}`}>{words.ownAction}</ButtonLink>}
      >
        {words.ownBody}
      </Banner>
    );
  }
  // It stays while the link closes, so that who has just paid sees the proof.
  return <PayForm request={request} />;
}
