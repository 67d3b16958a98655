import { QueryClientProvider, useQueryClient, useQueryErrorResetBoundary } from '@tanstack/react-query';
import { type ReactNode, Suspense, useEffect, useState } from 'react';
import { Redirect, Route, Switch, useLocation, useSearch } from 'wouter';
import { useMessages } from '../i18n/language-context.tsx';
import { useDisplayCurrency, useMe } from '../lib/me.ts';
import { meQuery } from '../lib/me-query.ts';
import { createQueryClient } from '../lib/query-client.ts';
import { useFollowMe, useStartWallet } from '../lib/wallet/session-context.tsx';
import type { WalletState } from '../lib/wallet/session-store.ts';
import { Button } from '../ui/button.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { ToastProvider } from '../ui/toast.tsx';
import { NotFound } from './mishap.tsx';
import { Nav } from './nav.tsx';
import { isEntrance, readNextPath } from './next-path.ts';
import { OpenWalletNotices } from './open-wallet-notices.tsx';
import { Shortcuts } from './palette/shortcuts.tsx';
import * as screens from './screens.ts';
import { Shell } from './shell.tsx';
import { shellMessages } from './shell-messages.ts';
import { WalletSigner } from './wallet-signer.tsx';

type OpenState = Extract<WalletState, { status: 'open' }>;

/** Everything for somebody whose wallet is open. What the service said is held here and is gone when the wallet closes. */
export function Inside({ state }: { readonly state: OpenState }) {
  const [isExpired, setExpired] = useState(false);
  const [client] = useState(() => createQueryClient(() => setExpired(true)));
  const followMe = useFollowMe();
  useEffect(
    () =>
      followMe((me) => {
        client.setQueryData(meQuery.queryKey, me);
        // A newly linked address has a past of its own.
        void client.invalidateQueries({ queryKey: ['balances'] });
      }),
    [client, followMe],
  );
  return (
    <QueryClientProvider client={client}>
      {/* Below the client: a part that waits on its first showing would otherwise take the client with it, again and again. */}
      <ToastProvider>
        <Suspense>
          <InsideShell state={state} />
        </Suspense>
        <Suspense>
          <Shortcuts />
        </Suspense>
        {isExpired ? <Reauth state={state} onClose={() => setExpired(false)} /> : null}
      </ToastProvider>
    </QueryClientProvider>
  );
}

/** Asks for the password again over whatever is open, so that nothing filled in is lost. */
function Reauth({ state, onClose }: { readonly state: OpenState; readonly onClose: () => void }) {
  const client = useQueryClient();
  const done = () => {
    onClose();
    void client.invalidateQueries();
  };
  return (
    <Suspense>
      <screens.ReauthSheet account={state.account} onDone={done} onClose={onClose} />
    </Suspense>
  );
}

function InsideShell({ state }: { readonly state: OpenState }) {
  const [path] = useLocation();
  const search = useSearch();
  const { reset } = useQueryErrorResetBoundary();
  return (
    <Shell
      nav={isAlone(path) ? undefined : <Nav foot={<LockButton />} />}
      notices={<OpenWalletNotices />}
      onReset={reset}
    >
      <WalletSigner
        userId={state.account.id}
        account={state.accounts.find(({ isPrimary }) => isPrimary) ?? state.accounts[0]}
      >
        {isEntrance(path) ? <Onward to={readNextPath(search)} /> : <InsideRoutes />}
      </WalletSigner>
    </Shell>
  );
}

/** Whether others look at a screen too: then nothing of the wallet stands around it. */
const isAlone = (path: string): boolean => path.startsWith('/wallet/pay/') || path === '/counter';

/** Where one was going before one had to get in: a screen of the wallet, or back to the page that a shop had sent one to. */
function Onward({ to }: { readonly to: string }) {
  const isPaymentPage = to.startsWith('/pay/');
  useEffect(() => {
    if (isPaymentPage) location.replace(to);
  }, [isPaymentPage, to]);
  return isPaymentPage ? <Skeleton lines={4} /> : <Redirect to={to} replace />;
}

function InsideRoutes() {
  const currency = useDisplayCurrency();
  const me = useMe();
  return (
    <Switch>
      <Route path="/">
        <screens.HomeScreen displayCurrency={currency} />
      </Route>
      <Route path="/history">
        <screens.HistoryScreen />
      </Route>
      <Route path="/history/:id">{({ id }) => <screens.HistoryScreen openId={id} />}</Route>
      <Route path="/contacts/:id?">{({ id }) => <screens.ContactsScreen openId={id} />}</Route>
      <Route path="/top-up">
        <screens.TopUpScreen displayCurrency={currency} />
      </Route>
      <Route path="/top-ups/:id">{({ id }) => <screens.TopUpReturn id={id} />}</Route>
      <Route path="/receive">
        <screens.ReceiveScreen handle={me?.handle} />
      </Route>
      <Route path="/send">
        <screens.SendScreen />
      </Route>
      <Route path="/transfer">
        <screens.CashTransferScreen />
      </Route>
      <Route path="/convert">
        <screens.ConvertScreen displayCurrency={currency} />
      </Route>
      <Route path="/withdraw">
        <screens.WithdrawScreen displayCurrency={currency} />
      </Route>
      <Route path="/links">
        <screens.LinksScreen />
      </Route>
      <Route path="/links/new">
        <screens.NewLinkScreen displayCurrency={currency} />
      </Route>
      <Route path="/links/:id">{({ id }) => <screens.LinksScreen linkId={id} />}</Route>
      <Route path="/counter">
        <screens.CounterScreen displayCurrency={currency} />
      </Route>
      <Route path="/pay-code">
        <screens.PayCodeScreen displayCurrency={currency} />
      </Route>
      <Route path="/settings/pay-limit">
        <screens.PayLimitScreen displayCurrency={currency} />
      </Route>
      <Route path="/tokens">
        <screens.TokensScreen />
      </Route>
      <Route path="/tokens/add">
        <screens.AddTokenScreen />
      </Route>
      <Route path="/scan">
        <screens.ScanScreen />
      </Route>
      <Route path="/settings">
        <screens.SettingsScreen />
      </Route>
      <Route path="/settings/approvals">
        <screens.ApprovalsScreen />
      </Route>
      <Route path="/settings/phrase">
        <screens.PhraseScreen />
      </Route>
      <Route path="/settings/password">
        <screens.PasswordScreen />
      </Route>
      <Route path="/settings/passkeys">
        <screens.PasskeysScreen />
      </Route>
      <Route path="/settings/two-step">
        <screens.TwoStepScreen />
      </Route>
      <Route path="/settings/backup">
        <screens.BackupScreen />
      </Route>
      <Route path="/settings/accounts/import">
        <screens.ImportAccountScreen />
      </Route>
      <Route path="/settings/accounts/find">
        <screens.FindAccountsScreen />
      </Route>
      <Route path="/settings/accounts/:address?">
        {({ address }) => <screens.AccountsScreen openAddress={address} />}
      </Route>
      <Route path="/settings/api-keys">
        <screens.ApiKeysScreen />
      </Route>
      <Route path="/settings/items/:id?">{({ id }) => <screens.ItemsScreen openId={id} />}</Route>
      <Route path="/settings/webhooks/:id?">{({ id }) => <screens.WebhooksScreen openId={id} />}</Route>
      <Route path="/settings/payouts">
        <screens.PayoutsScreen />
      </Route>
      <Route path="/settings/payouts/:currency">
        {({ currency: code }) => (
          <screens.PayoutRuleScreen currency={code === 'new' ? undefined : code} displayCurrency={currency} />
        )}
      </Route>
      <Route path="/settings/return-addresses">
        <screens.ReturnAddressesScreen />
      </Route>
      <Route path="/wallet/pay/:id">{({ id }) => <screens.PayScreen id={id} />}</Route>
      {/* In the wallet already, a link is paid here; the service has a page of its own at this address. */}
      <Route path="/pay/:id">{({ id }) => <Redirect to={`/wallet/pay/${id}`} replace />}</Route>
      {me?.isStaff === false ? null : (
        <Route path="/staff/suspense/:id?">{({ id }) => <screens.SuspenseScreen openId={id} />}</Route>
      )}
      {me?.isStaff === false ? null : (
        <Route path="/staff/holds/:id?">{({ id }) => <screens.HoldsScreen openId={id} />}</Route>
      )}
      {me?.isStaff === false ? null : (
        <Route path="/staff/rules/:name?">{({ name }) => <screens.RulesScreen openName={name} />}</Route>
      )}
      <Route>
        <NotFound />
      </Route>
    </Switch>
  );
}

function LockButton(): ReactNode {
  const words = useMessages(shellMessages);
  const start = useStartWallet();
  return (
    <Button variant="quiet" icon="lock" onClick={() => void start().then(({ lock }) => lock())}>
      {words.lock}
    </Button>
  );
}
