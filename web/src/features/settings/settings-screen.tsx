import { type Me, meResponse, type updateMeRequest } from '@feiqian/domain/api/auth';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { z } from 'zod';
import { useMessages } from '../../i18n/language-context.tsx';
import { assetMessages } from '../../lib/asset-words.ts';
import { Failure } from '../../lib/failure.tsx';
import { sendJson } from '../../lib/http.ts';
import { useDisplayCurrency, useMe } from '../../lib/me.ts';
import { meQuery } from '../../lib/me-query.ts';
import { needsOwner, payoutRulesQuery } from '../../lib/payout-rules.ts';
import { type AutoLockMinutes, autoLockChoices, type UndoMinutes, undoChoices } from '../../lib/preferences.ts';
import { usePreferences } from '../../lib/preferences-context.tsx';
import { useStartWallet, useWalletState } from '../../lib/wallet/session-context.tsx';
import { AddressText } from '../../ui/address-text.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Select, Switch } from '../../ui/field.tsx';
import { List, ListRow, StateText } from '../../ui/list.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { Facts } from '../../ui/receipt.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { useIsDesk } from '../../ui/use-is-desk.ts';
import { LogOutSheet } from './log-out-sheet.tsx';
import { settingsMessages } from './messages.ts';
import './settings.css';

/** How it looks, how it is kept safe, and whose it is. Changes hold at once. */
export function SettingsScreen() {
  const words = useMessages(settingsMessages);
  const [isLeaving, setLeaving] = useState(false);
  const isDesk = useIsDesk();
  const person = (
    <div className="stack stack--wide">
      <Account />
      <Shop />
      <Staff />
      <Button variant="secondary" icon="logOut" onClick={() => setLeaving(true)}>
        {words.logOut}
      </Button>
    </div>
  );
  return (
    <Page title={words.title} detail={isDesk ? person : undefined}>
      <div className="stack stack--wide">
        <Look />
        <Sending />
        <Safety />
        {isDesk ? null : person}
      </div>
      {isLeaving ? <LogOutSheet onClose={() => setLeaving(false)} /> : null}
    </Page>
  );
}

/** Changes what the service keeps of the person's choices. */
function useUpdateMe() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: z.infer<typeof updateMeRequest>): Promise<Me> =>
      sendJson({ method: 'PATCH', path: '/v1/me', body, schema: meResponse }),
    onSuccess: (me) => client.setQueryData(meQuery.queryKey, me),
  });
}

function Look() {
  const words = useMessages(settingsMessages);
  const { preferences, change } = usePreferences();
  const names = useMessages(assetMessages);
  const currency = useDisplayCurrency();
  const { mutate, error } = useUpdateMe();
  return (
    <Section title={words.look}>
      <div className="stack">
        <Segmented
          legend={words.language}
          value={preferences.language}
          onChange={(language) => {
            change({ language });
            // Mails and notices follow.
            if (language !== 'system') mutate({ language });
          }}
          choices={[
            { value: 'system', label: words.languageSystem },
            { value: 'zh', label: <span lang="zh-CN">中文</span> },
            { value: 'en', label: <span lang="en">English</span> },
          ]}
        />
        <Segmented
          legend={words.theme}
          value={preferences.theme}
          onChange={(theme) => change({ theme })}
          choices={[
            { value: 'system', label: words.themeSystem },
            { value: 'light', label: words.themeLight },
            { value: 'dark', label: words.themeDark },
          ]}
        />
        <Segmented
          legend={words.rise}
          value={preferences.rise}
          onChange={(rise) => change({ rise })}
          choices={[
            { value: 'system', label: words.riseSystem },
            { value: 'red', label: words.riseRed },
            { value: 'green', label: words.riseGreen },
          ]}
        />
        <Segmented
          legend={words.currency}
          value={currency}
          onChange={(displayCurrency) => mutate({ displayCurrency })}
          choices={[
            { value: 'CNY', label: names.currency('CNY') },
            { value: 'USD', label: names.currency('USD') },
          ]}
        />
        {error ? <Failure error={error} /> : null}
        <Switch
          label={words.hideAmounts}
          checked={preferences.amountsHidden}
          onChange={(amountsHidden) => change({ amountsHidden })}
        />
      </div>
    </Section>
  );
}

/** How payments go out. */
function Sending() {
  const words = useMessages(settingsMessages);
  const { preferences, change } = usePreferences();
  return (
    <Section title={words.sending}>
      <Select
        label={words.undo}
        hint={words.undoHint}
        value={`${preferences.undoMinutes}`}
        onChange={(event) => change({ undoMinutes: toUndoMinutes(event.target.value) })}
        options={undoChoices.map((minutes) => ({ value: `${minutes}`, label: words.undoFor[minutes] }))}
      />
    </Section>
  );
}

function toUndoMinutes(text: string): UndoMinutes {
  return undoChoices.find((minutes) => `${minutes}` === text) ?? 0;
}

function Safety() {
  const words = useMessages(settingsMessages);
  const { preferences, change } = usePreferences();
  const state = useWalletState();
  const startWallet = useStartWallet();
  const isChecked = state.status === 'open' && state.isPhraseChecked;
  return (
    <Section title={words.safety}>
      <div className="stack">
        <List>
          <ListRow icon="user" title={words.accounts} detail={words.accountsDetail} href="/settings/accounts" />
          <ListRow
            icon="key"
            title={words.phrase}
            detail={
              isChecked ? (
                <StateText state="done">{words.phraseDone}</StateText>
              ) : (
                <StateText state="waiting">{words.phraseMissing}</StateText>
              )
            }
            href="/settings/phrase"
          />
          <ListRow icon="qr" title={words.payLimit} detail={words.payLimitDetail} href="/settings/pay-limit" />
          <ListRow icon="shield" title={words.approvals} detail={words.approvalsDetail} href="/settings/approvals" />
          <ListRow icon="lock" title={words.password} detail={words.passwordDetail} href="/settings/password" />
          <ListRow icon="shield" title={words.twoStep} detail={words.twoStepDetail} href="/settings/two-step" />
          <ListRow icon="unlock" title={words.passkeys} detail={words.passkeysDetail} href="/settings/passkeys" />
          <ListRow icon="download" title={words.backup} detail={words.backupDetail} href="/settings/backup" />
        </List>
        <Select
          label={words.autoLock}
          value={`${preferences.autoLockMinutes}`}
          onChange={(event) => change({ autoLockMinutes: toMinutes(event.target.value) })}
          options={autoLockChoices.map((minutes) => ({
            value: `${minutes}`,
            label: minutes === 60 ? words.hour : words.minutes(minutes),
          }))}
        />
        <Button icon="lock" onClick={() => void startWallet().then(({ lock }) => lock())}>
          {words.lockNow}
        </Button>
      </div>
    </Section>
  );
}

/** What shops need. */
function Shop() {
  const words = useMessages(settingsMessages);
  const { data: rules } = useQuery(payoutRulesQuery);
  return (
    <Section title={words.shop}>
      <List>
        <ListRow icon="store" title={words.counter} detail={words.counterDetail} href="/counter" />
        <ListRow icon="tag" title={words.items} detail={words.itemsDetail} href="/settings/items" />
        <ListRow icon="key" title={words.apiKeys} detail={words.apiKeysDetail} href="/settings/api-keys" />
        <ListRow icon="link" title={words.webhooks} detail={words.webhooksDetail} href="/settings/webhooks" />
        <ListRow
          icon="withdraw"
          title={words.payouts}
          detail={
            rules?.some(needsOwner) ? (
              <StateText state="waiting">{words.payoutsStopped}</StateText>
            ) : (
              words.payoutsDetail
            )
          }
          href="/settings/payouts"
        />
        <ListRow icon="external" title={words.returns} detail={words.returnsDetail} href="/settings/return-addresses" />
      </List>
    </Section>
  );
}

/** What only those who work for the operator have. */
function Staff() {
  const words = useMessages(settingsMessages);
  if (useMe()?.isStaff !== true) return null;
  return (
    <Section title={words.staff}>
      <List>
        <ListRow icon="search" title={words.suspense} detail={words.suspenseDetail} href="/staff/suspense" />
        <ListRow icon="shield" title={words.holds} detail={words.holdsDetail} href="/staff/holds" />
        <ListRow icon="settings" title={words.rules} detail={words.rulesDetail} href="/staff/rules" />
      </List>
    </Section>
  );
}

function toMinutes(text: string): AutoLockMinutes {
  return autoLockChoices.find((minutes) => `${minutes}` === text) ?? 15;
}

function Account() {
  const words = useMessages(settingsMessages);
  const me = useMe();
  const state = useWalletState();
  if (state.status !== 'open') return null;
  const { email, handle } = me ?? state.account;
  return (
    <Section title={words.account}>
      <List>
        <ListRow icon="user" title={words.contacts} detail={words.contactsDetail} href="/contacts" />
        <ListRow icon="token" title={words.tokens} detail={words.tokensDetail} href="/tokens" />
      </List>
      <Facts
        facts={[
          { label: words.email, value: email },
          { label: words.handle, value: `@${handle}` },
          {
            label: words.addresses(state.accounts.length),
            tall: true,
            value: (
              <div className="stack stack--tight">
                {state.accounts.map(({ address }) => (
                  <div className="row settings-address" key={address}>
                    <AddressText address={address} />
                    <CopyButton text={address} variant="quiet" />
                  </div>
                ))}
              </div>
            ),
          },
        ]}
      />
    </Section>
  );
}
