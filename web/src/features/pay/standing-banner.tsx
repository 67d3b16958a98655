import type { PaymentRequestWire } from '@feiqian/domain/api/payments';
import { decodeAmount } from '@feiqian/domain/money';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney } from '../../i18n/money-text.ts';
import { useAssetBook } from '../../lib/assets.ts';
import { type PaymentStanding, standingOf } from '../../lib/payment-standing.ts';
import { Banner } from '../../ui/banner.tsx';
import { payMessages } from './messages.ts';

const good: readonly PaymentStanding[] = ['paid', 'overpaid', 'accepted'];

/** What became of a request and what the payer does next; nothing while nothing came. */
export function StandingBanner({ request }: { readonly request: PaymentRequestWire }) {
  const words = useMessages(payMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const standing = standingOf(request);
  if (standing === 'waiting') return null;
  if (standing === 'partly') {
    const soFar = formatMoney(decodeAmount(request.received), book.get(request.money.asset), language);
    return (
      <Banner tone="amber" title={words.partlyTitle(soFar)}>
        {words.partlyBody}
      </Banner>
    );
  }
  const { title, body } = words.closed[standing];
  return (
    <Banner tone={good.includes(standing) ? 'jade' : 'amber'} title={title}>
      {body}
    </Banner>
  );
}
