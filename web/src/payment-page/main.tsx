import { StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import '../ui/tokens.css';
import '../ui/base.css';
import { PreferencesProvider } from '../lib/preferences-context.tsx';
import { LateSecondFactorHost } from '../lib/second-factor/late-host.tsx';
import { Boundary } from './boundary.tsx';
import { PayPage } from './pay-page.tsx';

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
        <LateSecondFactorHost />
      </Boundary>
    </PreferencesProvider>
  </StrictMode>,
);
