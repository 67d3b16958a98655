import type { PaymentRequestWire } from '@feiqian/domain/api/payments';
import { decodeAmount } from '@feiqian/domain/money';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney } from '../../i18n/money-text.ts';
import { useAssetBook } from '../../lib/assets.ts';
import { availableOf, balancesQuery } from '../../lib/balances.ts';
import { Failure } from '../../lib/failure.tsx';
import { AmountText } from '../../ui/amount-text.tsx';
import { Avatar } from '../../ui/avatar.tsx';
import { Banner } from '../../ui/banner.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Facts, Receipt } from '../../ui/receipt.tsx';
import type { AskedState } from './asked-state.ts';
import { payCodeMessages } from './messages.ts';
import { usePayAsked } from './queries.ts';

type AskedSlipProps = {
  readonly step: Exclude<AskedState['step'], 'showing'>;
  readonly request: PaymentRequestWire;
  /** It is answered: the code is wanted again. */
  readonly onPutAway: () => void;
};

/** Who asks for how much, one press to pay it, and the proof afterwards. */
export function AskedSlip({ step, request, onPutAway }: AskedSlipProps) {
  const words = useMessages(payCodeMessages);
  const book = useAssetBook();
  const unit = book.get(request.money.asset);
  const due = decodeAmount(step === 'asked' ? request.missing : request.money.amount);
  const heading = useRef<HTMLHeadingElement>(null);
  // It takes the place of the code by itself: whoever can't see it is told.
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <div className="stack stack--wide">
      <h2 className="visually-hidden" ref={heading} tabIndex={-1}>
        {words.asks(request.payee.handle)}
      </h2>
      <Receipt
        sealed={step === 'paid'}
        counterpart={<Facts facts={[{ label: words.for, value: request.description, tall: true }]} />}
      >
        <div className="pay-code__payee">
          <Avatar name={request.payee.handle} />
          <p>{words.asks(request.payee.handle)}</p>
        </div>
        <AmountText amount={due} unit={unit} size="hero" shown />
      </Receipt>
      {step === 'asked' ? (
        <PayPart request={request} onPutAway={onPutAway} />
      ) : (
        <EndPart step={step} onPutAway={onPutAway} />
      )}
    </div>
  );
}

function PayPart({ request, onPutAway }: Pick<AskedSlipProps, 'request' | 'onPutAway'>) {
  const words = useMessages(payCodeMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const pay = usePayAsked();
  const { data: balances } = useQuery(balancesQuery);
  const unit = book.get(request.money.asset);
  const due = decodeAmount(request.missing);
  const available = balances && availableOf(balances, unit.id);
  const isShort = available !== undefined && available < due;
  return (
    <div className="stack">
      {pay.error ? <Failure error={pay.error} /> : null}
      <Button
        variant="primary"
        wide
        large
        blocked={isShort ? words.notEnough(formatMoney(available, unit, language)) : undefined}
        busy={pay.isPending ? words.paying : undefined}
        onClick={() => pay.mutate(request)}
      >
        {words.pay(formatMoney(due, unit, language))}
      </Button>
      {isShort ? (
        <ButtonLink href={`/wallet/pay/${request.id}`} wide>
          {words.otherWays}
        </ButtonLink>
      ) : null}
      {pay.isPending ? null : (
        <Button variant="quiet" wide onClick={onPutAway}>
          {words.notNow}
        </Button>
      )}
    </div>
  );
}

function EndPart({ step, onPutAway }: Pick<AskedSlipProps, 'onPutAway'> & { readonly step: 'paid' | 'closed' }) {
  const words = useMessages(payCodeMessages);
  return (
    <div className="stack">
      {step === 'paid' ? (
        <Banner tone="jade" title={words.paid} />
      ) : (
        <Banner tone="amber" title={words.closed}>
          {words.closedBody}
        </Banner>
      )}
      <ButtonLink href="/" variant="primary" wide large>
        {words.done}
      </ButtonLink>
      <Button variant="quiet" wide onClick={onPutAway}>
        {words.showAgain}
      </Button>
    </div>
  );
}
