import { toAmount } from '@feiqian/domain/money';
import type { ReactNode } from 'react';
import { formatMoment } from '../i18n/formats.ts';
import { useLanguage, useMessages } from '../i18n/language-context.tsx';
import { formatMoney } from '../i18n/money-text.ts';
import type { PaymentStanding } from '../lib/payment-standing.ts';
import { Banner } from '../ui/banner.tsx';
import type { Assets } from './assets.ts';
import { paymentPageMessages } from './messages.ts';
import { ReceiptForm } from './receipt-form.tsx';
import type { Request } from './service.ts';
import { excessOf, keptOf } from './standing.ts';

type EndProps = {
  readonly request: Request;
  readonly standing: Exclude<PaymentStanding, 'waiting' | 'partly' | 'confirming'>;
  readonly assets: Assets;
  /** What the payer's own history calls it, when they paid here from their balance. */
  readonly historyId: string | undefined;
  readonly sendsMail: boolean;
};

/** Nothing more is to be paid: how it ended, and what to do then. */
export function End({ request, standing, assets, historyId, sendsMail }: EndProps) {
  const words = useMessages(paymentPageMessages);
  const language = useLanguage();
  const { payee, refunded, settledAt } = request;
  const write = (amount: bigint) => formatMoney(toAmount(amount), assets.get(request.money.asset), language);
  const kept = write(keptOf(request));
  const say = (tone: 'jade' | 'amber' | 'plain', title: string, body: ReactNode) => (
    <Banner tone={tone} title={title}>
      <p>{body}</p>
      {refunded > 0n ? <p>{words.refunded(write(refunded))}</p> : null}
    </Banner>
  );
  switch (standing) {
    case 'paid':
    case 'accepted':
    case 'overpaid':
      return (
        <section className="pay__part" aria-live="polite">
          {say(
            'jade',
            words.settledTitle,
            words.settledBody(payee.handle, formatMoment(settledAt ?? 0, Date.now(), language)),
          )}
          {standing === 'overpaid' ? (
            <Banner tone="amber" title={words.overTitle(write(excessOf(request)))}>
              {words.overBody(payee.handle)}
            </Banner>
          ) : null}
          {historyId === undefined ? null : (
            <p>
              <a className="text-link" href={`/history/${historyId}`}>
                {words.inHistory}
              </a>
            </p>
          )}
          {sendsMail ? <ReceiptForm requestId={request.id} /> : null}
        </section>
      );
    case 'expired':
      return say('plain', words.expiredTitle, words.expiredBody(payee.handle));
    case 'expired_partly':
      return say('amber', words.expiredPartlyTitle(kept), words.askShop(payee.handle));
    case 'late':
      return say('amber', words.lateTitle(kept), words.askShop(payee.handle));
    case 'cancelled':
      return say('plain', words.cancelledTitle, words.cancelledBody(payee.handle));
    case 'cancelled_paid':
      return say('amber', words.cancelledTitle, words.cancelledPaidBody(payee.handle, kept));
    case 'unconfirmed':
      return say('amber', words.unconfirmedTitle, words.unconfirmedBody(payee.handle));
    default:
      return standing satisfies never;
  }
}
