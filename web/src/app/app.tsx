import { Suspense } from 'react';
import { late } from '../lib/late.tsx';
import { PreferencesProvider } from '../lib/preferences-context.tsx';
import { SessionProvider } from '../lib/wallet/session-context.tsx';
import { Routes } from './routes.tsx';

// Nobody is asked before it is there: what asks waits.
const SecondFactorHost = late(async () => (await import('../lib/second-factor/host.tsx')).SecondFactorHost);

/** The wallet: what everything needs, around the routes. */
export function App() {
  return (
    <PreferencesProvider>
      <SessionProvider>
        {/* The sentences of the shell may still be on their way. */}
        <Suspense>
          <Routes />
        </Suspense>
        <SecondFactorHost />
      </SessionProvider>
    </PreferencesProvider>
  );
}
