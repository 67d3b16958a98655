import { type ReactNode, useState } from 'react';
import { commonMessages } from '../i18n/common.ts';
import { useLanguage, useMessages } from '../i18n/language-context.tsx';
import { usePreferences } from '../lib/preferences-context.tsx';
import { Banner } from '../ui/banner.tsx';
import { Button } from '../ui/button.tsx';
import { Seal } from '../ui/seal.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { useLive, useLoaded } from './hooks.ts';
import { KnownRequest } from './known-request.tsx';
import { createLiveRequest } from './live-request.ts';
import { paymentPageMessages } from './messages.ts';
import { getDeployment } from './service.ts';
import './payment-page.css';

const idOf = /^\/pay\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/?$/i;

/** The page that a shop sends payers to. @param path - `/pay/:id`. */
export function PayPage({ path }: { readonly path: string }) {
  const id = idOf.exec(path)?.[1]?.toLowerCase();
  return (
    <div className="pay">
      <Head />
      <main className="pay__main">{id === undefined ? <Missing /> : <Followed id={id} />}</main>
    </div>
  );
}

function Head() {
  const words = useMessages(paymentPageMessages);
  const { appName } = useMessages(commonMessages);
  const other = useLanguage() === 'zh' ? 'en' : 'zh';
  const { change } = usePreferences();
  return (
    <header className="pay__head">
      <a href="/" className="pay__brand" aria-label={words.home}>
        <Seal size={28} />
        {appName}
      </a>
      <Button variant="quiet" icon="globe" onClick={() => change({ language: other })}>
        <span lang={other === 'zh' ? 'zh-CN' : 'en'}>{other === 'zh' ? '中文' : 'English'}</span>
      </Button>
    </header>
  );
}

function Followed({ id }: { readonly id: string }) {
  const words = useMessages(paymentPageMessages);
  const [liveRequest] = useState(() => createLiveRequest(id));
  const live = useLive(liveRequest);
  const deployment = useLoaded('deployment', getDeployment);
  if (live.status === 'missing') return <Missing />;
  if (live.status === 'away')
    return (
      <Alone title={words.awayTitle}>
        <Banner tone="offline" title={words.awayTitle}>
          {words.awayBody}
        </Banner>
      </Alone>
    );
  if (live.status === 'loading' || deployment.status !== 'here')
    return (
      <Alone title={words.title}>
        <Skeleton lines={6} />
      </Alone>
    );
  return (
    <KnownRequest
      request={live.request}
      isStale={live.isStale}
      deployment={deployment.value}
      onChange={liveRequest.look}
    />
  );
}

function Missing() {
  const words = useMessages(paymentPageMessages);
  return (
    <Alone title={words.missingTitle}>
      <Banner tone="amber" title={words.missingTitle}>
        {words.missingBody}
      </Banner>
    </Alone>
  );
}

/** What there is to say when no request is known. */
function Alone({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const { appName } = useMessages(commonMessages);
  return (
    <div className="pay__alone">
      <title>{`${title} · ${appName}`}</title>
      <h1 className="visually-hidden">{title}</h1>
      {children}
    </div>
  );
}
