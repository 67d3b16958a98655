import { StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import '../ui/tokens.css';
import '../ui/base.css';
import { late } from '../lib/late.tsx';
import { PreferencesProvider } from '../lib/preferences-context.tsx';
import { Boundary } from './boundary.tsx';
import { PayPage } from './pay-page.tsx';

// Nobody is asked before it is there: what asks waits.
const SecondFactorHost = late(async () => (await import('../lib/second-factor/host.tsx')).SecondFactorHost);

const root = document.getElementById('root');
if (!root) throw new Error('pay.html has no #root');
createRoot(root).render(
  <StrictMode>
    <PreferencesProvider>
      <Boundary>
        {/* The words may still be on their way. */}
        <Suspense>
          <PayPage path={location.pathname} />
        </Suspense>
        <SecondFactorHost />
      </Boundary>
    </PreferencesProvider>
  </StrictMode>,
);
