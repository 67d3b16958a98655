import { lazy, Suspense } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
// What somebody who is not in types into comes with the first load; asking for it would cost a way there and back.
import { LoginScreen } from '../features/session/login-screen.tsx';
import { CompleteScreen, UnlockScreen } from '../features/session/unlock-screen.tsx';
import { useWalletState } from '../lib/wallet/session-context.tsx';
import type { WalletState } from '../lib/wallet/session-store.ts';
import { Seal } from '../ui/seal.tsx';
import * as entrances from './entrances.ts';
import { isEntrance } from './next-path.ts';
import { Shell } from './shell.tsx';

// Left out of the built wallet.
const Gallery = import.meta.env.DEV
  ? lazy(async () => ({ default: (await import('./gallery/gallery.tsx')).Gallery }))
  : undefined;

/** Which screen a path shows, to somebody who is in and to somebody who is not. */
export function Routes() {
  const state = useWalletState();
  const [path] = useLocation();
  if (Gallery && path === '/gallery') return <Gallery />;
  if (state.status === 'starting') return <Splash />;
  if (state.status === 'open') {
    return (
      <Suspense fallback={<Splash />}>
        <entrances.Inside state={state} />
      </Suspense>
    );
  }
  return (
    <Shell>
      <Outside state={state} />
    </Shell>
  );
}

/** Nothing but the mark, for the moment in which the wallet opens again. */
function Splash() {
  return (
    <div className="shell__splash">
      <Seal size={72} />
    </div>
  );
}

function Outside({ state }: { readonly state: Exclude<WalletState, { status: 'starting' | 'open' }> }) {
  const [path] = useLocation();
  return (
    <Switch>
      {state.status === 'walletless' ? (
        <Route>
          {/* Somewhere else than at the form that was filled in: a reload must not show that again. */}
          {isEntrance(path) ? (
            <Redirect to="/" replace />
          ) : (
            <CompleteScreen account={state.account} reason={state.reason} />
          )}
        </Route>
      ) : null}
      <Route path="/register">
        <entrances.RegisterScreen />
      </Route>
      <Route path="/open-file">
        <entrances.RescueScreen />
      </Route>
      <Route path="/restore">
        <entrances.RestoreScreen />
      </Route>
      <Route path="/login">
        {state.status === 'closed' && state.isLoggedIn && state.account ? (
          <UnlockScreen account={state.account} isLoggedIn />
        ) : (
          <LoginScreen />
        )}
      </Route>
      <Route path="/welcome">
        <entrances.WelcomeScreen />
      </Route>
      <Route>
        {state.account ? (
          <UnlockScreen account={state.account} />
        ) : path === '/' ? (
          <entrances.WelcomeScreen />
        ) : (
          <Redirect to={`/login?next=${encodeURIComponent(path)}`} replace />
        )}
      </Route>
    </Switch>
  );
}
