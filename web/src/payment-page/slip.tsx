import { useEffect, useEffectEvent } from 'react';
import { formatMoment } from '../i18n/formats.ts';
import { useLanguage, useMessages } from '../i18n/language-context.tsx';
import type { PaymentStanding } from '../lib/payment-standing.ts';
import { AmountText } from '../ui/amount-text.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { type Fact, Facts, Receipt } from '../ui/receipt.tsx';
import type { Assets } from './assets.ts';
import { formatCountdown } from './countdown.ts';
import { useNow } from './hooks.ts';
import { paymentPageMessages } from './messages.ts';
import type { Request } from './service.ts';
import { isPaid, isPayable } from './standing.ts';

// What is longer has the whole width.
const shortMax = 24;

type SlipProps = {
  readonly request: Request;
  readonly standing: PaymentStanding;
  readonly assets: Assets;
  readonly onTimeOver: () => void;
};

/** Who asks for how much, what for, and until when; the seal is set when it is paid. */
export function Slip({ request, standing, assets, onTimeOver }: SlipProps) {
  const words = useMessages(paymentPageMessages);
  const { money, missing, received, description, orderId, payee, expiresAt, token } = request;
  const unit = assets.get(money.asset);
  const isSettled = isPaid(standing);
  const isPartly = standing === 'partly';
  const facts: Fact[] = [
    { label: words.for, value: description, tall: description.length > shortMax },
    ...(orderId === null ? [] : [{ label: words.order, value: orderId }]),
    ...(isPartly
      ? [
          { label: words.price, value: <AmountText amount={money.amount} unit={unit} shown /> },
          { label: words.soFar, value: <AmountText amount={received} unit={unit} shown /> },
        ]
      : []),
    ...(token && isPayable(standing)
      ? [{ label: words.tokens, value: <AmountText amount={token.missing} unit={assets.get(token.asset)} shown /> }]
      : []),
    ...(expiresAt && isPayable(standing)
      ? [{ label: words.payBefore, value: <Deadline at={expiresAt} onOver={onTimeOver} /> }]
      : []),
  ];
  return (
    <Receipt sealed={isSettled} counterpart={<Facts facts={facts} />}>
      <div className="pay__payee">
        <Avatar name={payee.handle} />
        <p>{isSettled ? words.paidTo(payee.handle) : words.asks(payee.handle)}</p>
      </div>
      <div>
        {isPartly ? <p className="text-soft text-small">{words.rest}</p> : null}
        <AmountText amount={isPartly ? missing : money.amount} unit={unit} size="hero" shown />
      </div>
    </Receipt>
  );
}

const secondMs = 1_000;

/** Until when, and how long that still is. At the end the service is asked: its clock decides. */
function Deadline({ at, onOver }: { readonly at: Date; readonly onOver: () => void }) {
  const words = useMessages(paymentPageMessages);
  const language = useLanguage();
  const now = useNow(secondMs);
  const leftMs = at.getTime() - now;
  const isOver = leftMs <= 0;
  const tellOver = useEffectEvent(onOver);
  useEffect(() => {
    if (isOver) tellOver();
  }, [isOver]);
  const left = formatCountdown(leftMs);
  return (
    <>
      <time dateTime={at.toISOString()}>{formatMoment(at, now, language)}</time>
      {isOver ? (
        <span className="fact__note">{words.ending}</span>
      ) : left ? (
        <span className="fact__note tabular" role="timer">
          {words.left(left)}
        </span>
      ) : null}
    </>
  );
}
