import { QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { createQueryClient } from '../lib/query-client.ts';
import { PreferencesProvider } from '../lib/preferences-context.tsx';
import { ToastProvider } from '../ui/toast.tsx';
import { Routes } from './routes.tsx';

/** The wallet: what everything needs, around the routes. */
export function App() {
  const [client] = useState(() => createQueryClient(() => undefined));
  return (
    <PreferencesProvider>
      <QueryClientProvider client={client}>
        <ToastProvider>
          <Routes />
        </ToastProvider>
      </QueryClientProvider>
    </PreferencesProvider>
  );
}
