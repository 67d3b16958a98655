import { useLanguage, useMessages } from '../i18n/language-context.tsx';
import { formatMoney } from '../i18n/money-text.ts';
import { Banner } from '../ui/banner.tsx';
import { Timeline } from '../ui/timeline.tsx';
import type { Assets } from './assets.ts';
import { paymentPageMessages } from './messages.ts';
import type { Request } from './service.ts';

/** It is being paid: who has the money now, and what comes next. */
export function Underway({ request, assets }: { readonly request: Request; readonly assets: Assets }) {
  const words = useMessages(paymentPageMessages);
  const language = useLanguage();
  const { money, coming, payee } = request;
  const amount = formatMoney(coming, assets.get(money.asset), language);
  return (
    <section className="pay__part" aria-labelledby="where">
      <Banner tone="amber" title={words.doNotPay} />
      <h2 id="where">{words.whereMoney}</h2>
      <Timeline
        label={words.whereMoney}
        legs={[
          { key: 'paid', state: 'done', title: words.legPaid(amount) },
          { key: 'chain', state: 'current', title: words.legChain, detail: words.legChainBody },
          { key: 'payee', state: 'waiting', title: words.legPayee(payee.handle) },
        ]}
      />
    </section>
  );
}
