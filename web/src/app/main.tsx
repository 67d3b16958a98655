import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../ui/tokens.css';
import '../ui/base.css';
import { trustScript } from '../lib/trusted-script.ts';
import { whenIdle } from '../lib/when-idle.ts';
import { App } from './app.tsx';
import { prepareForMishaps } from './mishap-loader.tsx';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

/** For when there is nothing else to do any more. */
function prepareForLater(): void {
  void prepareForMishaps();
  // Development serves single modules that no list could name.
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  // Without it the wallet works too, as long as the service can be reached.
  navigator.serviceWorker.register(trustScript('feiqian-offline', '/sw.js')).catch(() => undefined);
}

whenIdle(prepareForLater);
