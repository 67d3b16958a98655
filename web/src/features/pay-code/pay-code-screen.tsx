import { cashAssets } from '@feiqian/domain/assets';
import { formatPayCode } from '@feiqian/domain/codes/pay-code';
import { decodeAmount } from '@feiqian/domain/money';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney } from '../../i18n/money-text.ts';
import { availableOf, balancesQuery } from '../../lib/balances.ts';
import { useOnline } from '../../lib/connection.ts';
import { Failure } from '../../lib/failure.tsx';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { List, ListRow } from '../../ui/list.tsx';
import { Page } from '../../ui/page.tsx';
import { QrCode } from '../../ui/qr-code.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useMoneyText } from '../../ui/use-money-text.ts';
import { AskedSlip } from './asked-slip.tsx';
import { toAskedState } from './asked-state.ts';
import { payCodeMessages } from './messages.ts';
import { usePutAway } from './put-away.ts';
import { askedQuery, payCodeQuery, payLimitsQuery, validMs } from './queries.ts';
import './pay-code.css';

/** What a payer shows at a counter: a code that changes, and then what the shop asks for. */
export function PayCodeScreen({ displayCurrency }: { readonly displayCurrency: string }) {
  const words = useMessages(payCodeMessages);
  const { data: asked } = useQuery(askedQuery);
  const { data: code } = useQuery(payCodeQuery);
  const client = useQueryClient();
  const [putAway, putAwayToo] = usePutAway();
  const [openedAt, setOpenedAt] = useState<string | undefined>();
  const [shown, setShown] = useState<string | undefined>();
  if (openedAt === undefined && code) setOpenedAt(code.createdAt);
  const state = toAskedState({ asked, openedAt, putAway, shown });
  if (state.step !== 'showing' && shown !== state.request.id) setShown(state.request.id);
  return (
    <Page title={words.title} back="/">
      {state.step === 'showing' ? (
        <ShownCode displayCurrency={displayCurrency} />
      ) : (
        <AskedSlip
          key={state.request.id}
          step={state.step}
          request={state.request}
          onPutAway={() => {
            putAwayToo(state.request.id);
            // The one on the screen was for this request.
            void client.resetQueries({ queryKey: payCodeQuery.queryKey });
          }}
        />
      )}
    </Page>
  );
}

function ShownCode({ displayCurrency }: { readonly displayCurrency: string }) {
  const words = useMessages(payCodeMessages);
  const language = useLanguage();
  const isOnline = useOnline();
  const { data: code, dataUpdatedAt, error, isFetching, refetch } = useQuery(payCodeQuery);
  // A page that nobody looked at has renewed nothing.
  const isGood = code !== undefined && Date.now() - dataUpdatedAt < validMs;
  const { data: balances } = useQuery(balancesQuery);
  const { data: limits } = useQuery(payLimitsQuery);
  const cash = cashAssets.find(({ currency }) => currency === displayCurrency) ?? cashAssets[0];
  // The shop says in which currency; whoever sees the screen need not see what somebody covers.
  const held = cashAssets.filter(({ id }) => balances !== undefined && availableOf(balances, id) > 0n);
  const money = useMoneyText();
  const limit = limits?.find(({ asset }) => asset === cash.id);
  const write = (amount: string) => formatMoney(decodeAmount(amount), cash, language);
  return (
    <div className="stack stack--wide">
      <section className="pay-code" aria-label={words.title}>
        {!isOnline ? (
          <Banner tone="offline" title={words.offline}>
            {words.offlineBody}
          </Banner>
        ) : isGood && !error ? (
          <>
            <QrCode text={code.code} label={words.qr} />
            <p className="pay-code__digits tabular">{formatPayCode(code.code)}</p>
          </>
        ) : error ? (
          <Failure error={error} effect={words.failedEffect} />
        ) : (
          <Skeleton lines={6} />
        )}
        <Button
          variant="quiet"
          icon="refresh"
          busy={isFetching ? words.renewing : undefined}
          onClick={() => void refetch()}
        >
          {words.renewNow}
        </Button>
        {balances ? (
          <p className="text-soft">
            {words.available(
              (held.length > 0 ? held : [cash]).map((one) => money(availableOf(balances, one.id), one)).join(' · '),
            )}
          </p>
        ) : null}
      </section>
      <div className="stack stack--tight">
        <p>{limit ? words.leadAllowed(write(limit.perPayment)) : words.lead}</p>
        <p className="text-soft text-small">{words.renews}</p>
      </div>
      <List>
        <ListRow
          icon="shield"
          title={words.limit}
          detail={limit ? words.limitOn(write(limit.perPayment), write(limit.perDay)) : words.limitOff}
          href="/settings/pay-limit"
        />
      </List>
    </div>
  );
}
