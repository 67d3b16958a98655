import { Suspense } from 'react';
import { PreferencesProvider } from '../lib/preferences-context.tsx';
import { LateSecondFactorHost } from '../lib/second-factor/late-host.tsx';
import { SessionProvider } from '../lib/wallet/session-context.tsx';
import { Routes } from './routes.tsx';

/** The wallet: what everything needs, around the routes. */
export function App() {
  return (
    <PreferencesProvider>
      <SessionProvider>
        {/* The sentences of the shell may still be on their way. */}
        <Suspense>
          <Routes />
        </Suspense>
        <LateSecondFactorHost />
      </SessionProvider>
    </PreferencesProvider>
  );
}
