import type { PaymentWire } from '@feiqian/domain/api/payments';
import { decodeAmount } from '@feiqian/domain/money';
import { formatMoment } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney } from '../../i18n/money-text.ts';
import { useAssetBook } from '../../lib/assets.ts';
import { useGatewayTitle } from '../../lib/gateways.ts';
import { AmountText } from '../../ui/amount-text.tsx';
import { Avatar } from '../../ui/avatar.tsx';
import { List, ListRow, StateText } from '../../ui/list.tsx';
import { shortenAddress } from '../../ui/shorten-address.ts';
import { linksMessages } from './messages.ts';

const icons = { cash: 'cash', token: 'token', gateway: 'bank' } as const;

/** What was paid for a link, oldest first; each opens. */
export function PaymentList({
  payments,
  onOpen,
}: {
  readonly payments: readonly PaymentWire[];
  readonly onOpen: (payment: PaymentWire) => void;
}) {
  const words = useMessages(linksMessages);
  return (
    <List label={words.payments}>
      {payments.map((payment) => (
        <PaymentRow key={payment.id} payment={payment} onOpen={() => onOpen(payment)} />
      ))}
    </List>
  );
}

function PaymentRow({ payment, onOpen }: { readonly payment: PaymentWire; readonly onOpen: () => void }) {
  const words = useMessages(linksMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const payer = usePayerName(payment);
  const { state, rail, money, paidAt, refunded, counts } = payment;
  const unit = book.find(money.asset);
  const { handle } = payment.payer;
  return (
    <ListRow
      icon={handle === null ? icons[rail] : undefined}
      mark={handle === null ? undefined : <Avatar name={handle} />}
      title={payer}
      detail={
        <>
          <StateText state={toPaymentMark(state)}>{counts ? words.paymentStates[state] : words.otherToken}</StateText>
          {unit && refunded !== '0' ? (
            <span>{words.refundedPart(formatMoney(decodeAmount(refunded), unit, language))}</span>
          ) : null}
        </>
      }
      end={
        <>
          {unit ? (
            <AmountText
              amount={decodeAmount(money.amount)}
              unit={unit}
              sign="in"
              expected={toPaymentMark(state) === 'waiting'}
              undone={state === 'failed'}
            />
          ) : null}
          <time className="text-small tabular" dateTime={paidAt}>
            {formatMoment(paidAt, Date.now(), language)}
          </time>
        </>
      }
      onClick={onOpen}
    />
  );
}

/** Who paid, as people call them: `@lin`, `0x1234…abcd`, the provider, or somebody. */
export function usePayerName({ payer, gateway }: PaymentWire): string {
  const words = useMessages(linksMessages);
  const gatewayTitle = useGatewayTitle();
  if (payer.handle !== null) return `@${payer.handle}`;
  if (payer.address !== null) return shortenAddress(payer.address);
  return gateway === null ? words.somebody : gatewayTitle(gateway);
}

/** How a payment's state is drawn. */
export function toPaymentMark(state: PaymentWire['state']): 'done' | 'waiting' | 'failed' {
  if (state === 'final') return 'done';
  return state === 'failed' ? 'failed' : 'waiting';
}
