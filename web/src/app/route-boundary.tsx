import { isAppError } from '@feiqian/domain/errors';
import { Component, type ReactNode, useEffect, useEffectEvent } from 'react';
import { useLocation } from 'wouter';
import { useMessages } from '../i18n/language-context.tsx';
import { Failure } from '../lib/failure.tsx';
import { Button, ButtonLink } from '../ui/button.tsx';
import { Page } from '../ui/page.tsx';
import { ErrorState } from '../ui/states.tsx';
import { shellMessages } from './shell-messages.ts';

type BoundaryProps = {
  readonly children: ReactNode;
  /** A new value, such as the next path, takes the failed screen away. */
  readonly resetKey: string;
  /** Forgets failed reads, so that trying again asks again. */
  readonly onReset?: (() => void) | undefined;
};
type BoundaryState = { readonly error: unknown; readonly failed: boolean; readonly resetKey: string };

/** Whether a screen's file could not be fetched: the network is gone, or a newer version took its place. */
export function isStaleChunk(error: unknown): boolean {
  return error instanceof TypeError && /import|module|fetch/i.test(error.message);
}

/** Keeps a failing screen from taking the others with it. */
export class RouteBoundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { error: undefined, failed: false, resetKey: this.props.resetKey };

  static getDerivedStateFromError(error: unknown): Partial<BoundaryState> {
    return { error, failed: true };
  }

  static getDerivedStateFromProps(props: BoundaryProps, state: BoundaryState): Partial<BoundaryState> | null {
    return props.resetKey === state.resetKey ? null : { error: undefined, failed: false, resetKey: props.resetKey };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    const retry = () => {
      this.props.onReset?.();
      this.setState({ error: undefined, failed: false });
    };
    return <Crash error={this.state.error} onRetry={retry} />;
  }
}

function Crash({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const words = useMessages(shellMessages);
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
    <Page title={words.failedTitle}>
      {isAppError(error) ? (
        <Failure error={error} effect={words.crashEffect} action={actions} />
      ) : (
        <ErrorState title={words.crashTitle} effect={words.crashEffect} action={actions}>
          <p>{words.crashBody}</p>
        </ErrorState>
      )}
    </Page>
  );
}

function StalePage() {
  const words = useMessages(shellMessages);
  const reload = (
    <Button variant="primary" icon="refresh" onClick={() => location.reload()}>
      {words.reload}
    </Button>
  );
  return (
    <Page title={words.failedTitle}>
      <ErrorState title={words.staleTitle} action={reload}>
        <p>{words.staleBody}</p>
      </ErrorState>
    </Page>
  );
}
