import { isAppError } from '@feiqian/domain/errors';
import { useEffect, useEffectEvent } from 'react';
import { useLocation } from 'wouter';
import { commonMessages } from '../i18n/common.ts';
import { useMessages } from '../i18n/language-context.tsx';
import { Failure } from '../lib/failure.tsx';
import { Banner } from '../ui/banner.tsx';
import { Button, ButtonLink } from '../ui/button.tsx';
import { Page } from '../ui/page.tsx';
import { EmptyState, ErrorState } from '../ui/states.tsx';
import { mishapMessages } from './mishap-messages.ts';

/** Above every screen while the device has no network. */
export function OfflineBanner() {
  const words = useMessages(mishapMessages);
  const { offlineTitle } = useMessages(commonMessages);
  return (
    <Banner tone="offline" title={offlineTitle}>
      {words.offlineBody}
    </Banner>
  );
}

/** In place of a screen that does not exist. */
export function NotFound() {
  const words = useMessages(mishapMessages);
  return (
    <Page title={words.notFoundTitle}>
      <EmptyState icon="search" title={words.notFoundBody} action={<ButtonLink href="/">{words.goHome}</ButtonLink>} />
    </Page>
  );
}

/** Whether a screen's file could not be fetched: the network is gone, or a newer version took its place. */
function isStaleChunk(error: unknown): boolean {
  return error instanceof TypeError && /import|module|fetch/i.test(error.message);
}

export type CrashProps = { readonly error: unknown; readonly onRetry: () => void };

/** In place of a screen that failed: what happened, that no money moved, and what to do. */
export function Crash({ error, onRetry }: CrashProps) {
  const words = useMessages(mishapMessages);
  const { failedTitle } = useMessages(commonMessages);
  // What failed for want of a network is tried again by itself when there is one.
  const retryOnline = useEffectEvent(onRetry);
  const isAway = isAppError(error) && error.code === 'SERVICE_UNAVAILABLE';
  useEffect(() => {
    if (!isAway) return undefined;
    const listen = () => retryOnline();
    window.addEventListener('online', listen);
    return () => window.removeEventListener('online', listen);
  }, [isAway]);
  // One's own address is known without anybody's help.
  const isHome = useLocation()[0] === '/';
  const actions = (
    <div className="row">
      <Button variant="primary" icon="refresh" onClick={onRetry}>
        {words.tryAgain}
      </Button>
      {isHome ? (
        <ButtonLink href="/receive">{words.showAddress}</ButtonLink>
      ) : (
        <ButtonLink href="/">{words.goHome}</ButtonLink>
      )}
    </div>
  );
  if (isStaleChunk(error)) return <StalePage />;
  return (
    <Page title={failedTitle}>
      {isAppError(error) ? (
        <div className={isAway ? 'mishap-away' : undefined}>
          <Failure error={error} effect={words.crashEffect} action={actions} />
        </div>
      ) : (
        <ErrorState title={words.crashTitle} effect={words.crashEffect} action={actions}>
          <p>{words.crashBody}</p>
        </ErrorState>
      )}
    </Page>
  );
}

function StalePage() {
  const words = useMessages(mishapMessages);
  const { failedTitle } = useMessages(commonMessages);
  const reload = (
    <Button variant="primary" icon="refresh" onClick={() => location.reload()}>
      {words.reload}
    </Button>
  );
  return (
    <Page title={failedTitle}>
      <ErrorState title={words.staleTitle} action={reload}>
        <p>{words.staleBody}</p>
      </ErrorState>
    </Page>
  );
}
