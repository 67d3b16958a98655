import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { useMessages } from '../../i18n/language-context.tsx';
import { type DerivationScheme, derivationSchemes } from '../../keyring/derivation-paths.ts';
import { Failure } from '../../lib/failure.tsx';
import { useSettingsAside } from '../../lib/settings-aside.tsx';
import { useStartWallet } from '../../lib/wallet/session-context.tsx';
import { AddressText } from '../../ui/address-text.tsx';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/field.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { accountMessages } from './messages.ts';

/** Looks for accounts below the phrase that another wallet used, and adds them. */
export function FindAccountsScreen() {
  const words = useMessages(accountMessages);
  const startWallet = useStartWallet();
  const [, navigate] = useLocation();
  const [scheme, setScheme] = useState<DerivationScheme>('bip44');
  const search = useMutation({ mutationFn: async () => (await startWallet()).accounts.findUsed(scheme) });
  const found = search.data ?? [];
  const adding = useMutation({
    mutationFn: async () => (await startWallet()).accounts.addFound(found),
    onSuccess: () => navigate('/settings/accounts'),
  });
  const settings = useSettingsAside('safety');
  return (
    <Page title={words.findTitle} back="/settings/accounts" detail={settings}>
      <div className="stack">
        <p>{words.findLead}</p>
        <Select
          label={words.scheme}
          value={scheme}
          onChange={(event) => {
            setScheme(derivationSchemes.find((one) => one === event.target.value) ?? 'bip44');
            search.reset();
          }}
          options={derivationSchemes.map((one) => ({ value: one, label: words.schemes[one] }))}
        />
        <div className="row">
          <Button
            variant={found.length > 0 ? 'secondary' : 'primary'}
            icon="search"
            busy={search.isPending ? words.finding : undefined}
            onClick={() => search.mutate()}
          >
            {words.find}
          </Button>
        </div>
        {search.error ? <Failure error={search.error} /> : null}
        {search.isSuccess && found.length === 0 ? <Banner tone="plain" title={words.foundNone} /> : null}
        {found.length > 0 ? (
          <Section title={words.found(found.length)}>
            <div className="stack">
              {found.map(({ address, path }) => (
                <div className="stack stack--tight" key={path}>
                  <AddressText address={address} />
                  <code className="text-soft text-small">{path}</code>
                </div>
              ))}
              {adding.error ? <Failure error={adding.error} /> : null}
              <Button
                variant="primary"
                wide
                large
                busy={adding.isPending ? words.adding : undefined}
                onClick={() => adding.mutate()}
              >
                {words.addFound(found.length)}
              </Button>
            </div>
          </Section>
        ) : null}
      </div>
    </Page>
  );
}
