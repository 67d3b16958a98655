import { lazy, Suspense, useEffect, useState } from 'react';
import { commonMessages } from '../i18n/common.ts';
import { useLanguage, useMessages } from '../i18n/language-context.tsx';
import { formatMoney } from '../i18n/money-text.ts';
import { useOnline } from '../lib/connection.ts';
import { isMoving } from '../lib/payment-standing.ts';
import { Banner } from '../ui/banner.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { createAssets } from './assets.ts';
import { failureMessages } from './failure.tsx';
import { keep, readKept } from './kept.ts';
import { paymentPageMessages } from './messages.ts';
import { CodeForOthers, CodeForPhone } from './other-device.tsx';
import { Return } from './return.tsx';
import type { Deployment, Request } from './service.ts';
import { Slip } from './slip.tsx';
import { isPayable, standingForPayer } from './standing.ts';
import { Ways } from './ways.tsx';

const loadAfter = () => import('./after.tsx').then(({ After: loaded }) => ({ default: loaded }));
const After = lazy(loadAfter);

type KnownRequestProps = {
  readonly request: Request;
  readonly isStale: boolean;
  readonly deployment: Deployment;
  /** Something may have changed: ask. */
  readonly onChange: () => void;
};

/** A known request: what is asked for, and what to do about it. */
export function KnownRequest({ request, isStale, deployment, onChange }: KnownRequestProps) {
  const words = useMessages(paymentPageMessages);
  const { appName } = useMessages(commonMessages);
  const language = useLanguage();
  const assets = createAssets(deployment);
  const standing = standingForPayer(request);
  // Who saw it being paid here is sent back; who opens a paid one again is not.
  const [isPaidHere] = useState(() => isMoving(request) || readKept(request.id).sale !== undefined);
  const [historyId, setHistoryId] = useState<string | undefined>();
  const isOpen = isPayable(standing);
  // What was signed here is not to be paid on another device as well.
  const isUnsigned = isOpen && readKept(request.id).signature === undefined;
  const url = `${location.origin}/pay/${request.id}`;
  useEffect(() => {
    // While there is nothing else to do, and a network: later it may be gone.
    for (const part of [failureMessages.load(language), loadAfter()]) part.catch(() => undefined);
  }, [language]);
  useEffect(() => {
    // Whatever was begun here is over with it.
    if (!isOpen) keep(request.id, { cashKey: undefined, sale: undefined, signature: undefined });
  }, [isOpen, request.id]);
  const title = words.titleOf(
    formatMoney(request.money.amount, assets.get(request.money.asset), language),
    request.payee.handle,
  );
  return (
    <>
      <title>{`${title} · ${appName}`}</title>
      <h1 className="visually-hidden">{title}</h1>
      <div className="pay__slip">
        <Slip request={request} standing={standing} assets={assets} onTimeOver={onChange} />
        {isUnsigned ? <CodeForPhone url={url} /> : null}
      </div>
      <div className="pay__side">
        <Connection isStale={isStale} />
        {isPayable(standing) ? (
          <Ways
            request={request}
            isPartly={standing === 'partly'}
            assets={assets}
            onPaid={(paidAs) => {
              setHistoryId(paidAs);
              onChange();
            }}
          />
        ) : (
          <Suspense fallback={<Skeleton lines={3} />}>
            <After
              request={request}
              standing={standing}
              assets={assets}
              historyId={historyId}
              sendsMail={deployment.mail === true}
            />
          </Suspense>
        )}
        {request.returnUrl === null ? null : (
          <Return
            requestId={request.id}
            host={new URL(request.returnUrl).host}
            standing={standing}
            isAutomatic={isPaidHere}
          />
        )}
      </div>
      {isUnsigned ? <CodeForOthers url={url} /> : null}
    </>
  );
}

function Connection({ isStale }: { readonly isStale: boolean }) {
  const words = useMessages(paymentPageMessages);
  const isOnline = useOnline();
  if (isOnline && !isStale) return null;
  return (
    <Banner tone="offline" title={isOnline ? words.staleTitle : words.offlineTitle}>
      {isOnline ? words.staleBody : words.offlineBody}
    </Banner>
  );
}
