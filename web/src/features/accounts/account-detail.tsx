import { useMutation } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { useMessages } from '../../i18n/language-context.tsx';
import { Failure } from '../../lib/failure.tsx';
import { ExportKeystore } from '../../lib/keystore-export/export-keystore.tsx';
import { useStartWallet } from '../../lib/wallet/session-context.tsx';
import type { WalletAccount } from '../../lib/wallet/session-store.ts';
import { AddressText } from '../../ui/address-text.tsx';
import { Banner } from '../../ui/banner.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { Section } from '../../ui/page.tsx';
import { Facts } from '../../ui/receipt.tsx';
import { useToast } from '../../ui/toast.tsx';
import { nameOf } from './account-name.ts';
import { AccountHoldings } from './holdings.tsx';
import { accountMessages } from './messages.ts';

type AccountDetailProps = { readonly account: WalletAccount; readonly accounts: readonly WalletAccount[] };

/** One account: where it is, what it has, what it is called and what it is used for. */
export function AccountDetail({ account, accounts }: AccountDetailProps) {
  const words = useMessages(accountMessages);
  const { address, kind, path } = account;
  return (
    <div className="stack stack--wide">
      <Section title={nameOf(account, accounts, words.unnamed)}>
        <div className="stack">
          <AddressText address={address} />
          <div className="row">
            <CopyButton text={address} label={words.copyAddress} />
          </div>
          {kind === 'watched' ? (
            <Banner
              tone="amber"
              title={words.kinds.watched}
              action={<ButtonLink href="/settings/accounts/import">{words.importKey}</ButtonLink>}
            >
              {words.watchedWhy}
            </Banner>
          ) : null}
          {kind === 'imported' ? (
            <Banner tone="plain" title={words.kinds.imported}>
              {words.importedWhy}
            </Banner>
          ) : null}
          {path === undefined ? null : <Facts facts={[{ label: words.path, value: <code>{path}</code> }]} />}
        </div>
      </Section>
      <AccountHoldings address={address} />
      {kind === 'watched' ? null : <PrimaryChoice account={account} />}
      <NameForm account={account} />
      {kind === 'watched' ? null : <ExportKeystore address={address} />}
    </div>
  );
}

function PrimaryChoice({ account: { address, isPrimary } }: { readonly account: WalletAccount }) {
  const words = useMessages(accountMessages);
  const startWallet = useStartWallet();
  const showToast = useToast();
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => (await startWallet()).accounts.choosePrimary(address),
    onSuccess: () => showToast(words.madePrimary),
  });
  if (isPrimary) return <Banner tone="jade" title={words.primary} />;
  return (
    <div className="stack">
      <Button busy={isPending ? words.saving : undefined} onClick={() => mutate()}>
        {words.makePrimary}
      </Button>
      {error ? <Failure error={error} /> : null}
    </div>
  );
}

function NameForm({ account: { address, name } }: { readonly account: WalletAccount }) {
  const words = useMessages(accountMessages);
  const startWallet = useStartWallet();
  const showToast = useToast();
  const { mutate, isPending, error } = useMutation({
    mutationFn: async (next: string) => (await startWallet()).accounts.rename(address, next),
    onSuccess: () => showToast(words.saved),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    mutate(String(new FormData(event.currentTarget).get('name') ?? ''));
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <TextInput
        label={words.name}
        hint={words.nameHint}
        name="name"
        defaultValue={name}
        maxLength={60}
        autoComplete="off"
      />
      {error ? <Failure error={error} /> : null}
      <div className="row">
        <Button type="submit" busy={isPending ? words.saving : undefined}>
          {words.save}
        </Button>
      </div>
    </form>
  );
}
