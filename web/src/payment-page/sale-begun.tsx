import { useState } from 'react';
import { useLanguage, useMessages } from '../i18n/language-context.tsx';
import { Banner } from '../ui/banner.tsx';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { type KeptSale, keep, readKept } from './kept.ts';
import { paymentPageMessages } from './messages.ts';
import type { Request } from './service.ts';

/** A payment that was begun at a gateway and of which nothing is heard yet: who pays again would pay twice. */
export function SaleBegun({ request }: { readonly request: Request }) {
  const words = useMessages(paymentPageMessages);
  const language = useLanguage();
  const [sale, setSale] = useState(() => findBegun(request));
  if (!sale) return null;
  const title = sale.title[language];
  const forget = () => {
    keep(request.id, { sale: undefined });
    setSale(undefined);
  };
  return (
    <div className="pay__part">
      <Banner tone="amber" title={words.saleTitle(title)}>
        {words.saleBody}
      </Banner>
      <a className="button button--secondary button--wide" href={sale.redirectUrl}>
        <span>{words.saleGoOn(title)}</span>
        <Icon name="external" />
      </a>
      <Button variant="quiet" onClick={forget}>
        {words.saleForget}
      </Button>
    </div>
  );
}

/** One that can still be paid. */
function findBegun({ id, missing }: Request): KeptSale | undefined {
  const { sale } = readKept(id);
  if (sale?.redirectUrl === undefined || sale.missing !== `${missing}`) return undefined;
  return sale.expiresAtMs !== undefined && sale.expiresAtMs <= Date.now() ? undefined : sale;
}
