import { type ReactNode, Suspense } from 'react';
import { useLocation } from 'wouter';
import { commonMessages } from '../i18n/common.ts';
import { useMessages } from '../i18n/language-context.tsx';
import { useOnline } from '../lib/connection.ts';
import { Skeleton } from '../ui/skeleton.tsx';
import { OfflineBanner } from './mishap-loader.tsx';
import { RouteBoundary } from './route-boundary.tsx';
import './shell.css';

type ShellProps = {
  /** The way around, for those who are in. */
  readonly nav?: ReactNode | undefined;
  /** Strips above every screen, such as a chain that cannot be reached. */
  readonly notices?: ReactNode | undefined;
  /** Forgets failed reads before a screen is tried again. */
  readonly onReset?: (() => void) | undefined;
  readonly children: ReactNode;
};

/** What stands around every screen: navigation, notices, and the screen's own boundary. */
export function Shell({ nav, notices, onReset, children }: ShellProps) {
  const common = useMessages(commonMessages);
  const online = useOnline();
  const [path] = useLocation();
  return (
    <div className={nav ? 'shell shell--with-nav' : 'shell'}>
      <a className="button button--primary shell__skip" href="#content">
        {common.skipToContent}
      </a>
      {nav}
      <main className="shell__main" id="content">
        <div className="shell__notices">
          {/* A notice whose sentences are on their way takes nothing else off the screen. */}
          <Suspense>{online ? notices : <OfflineBanner />}</Suspense>
        </div>
        <RouteBoundary resetKey={path} onReset={onReset}>
          <Suspense
            fallback={
              <div className="page">
                <Skeleton lines={4} />
              </div>
            }
          >
            {children}
          </Suspense>
        </RouteBoundary>
      </main>
    </div>
  );
}
