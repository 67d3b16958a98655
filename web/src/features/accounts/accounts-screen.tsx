import { useMutation } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { useMessages } from '../../i18n/language-context.tsx';
import { Failure } from '../../lib/failure.tsx';
import { useStartWallet, useWalletState } from '../../lib/wallet/session-context.tsx';
import type { WalletAccount } from '../../lib/wallet/session-store.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { List, ListRow, StateText, useArrowsIntoRows } from '../../ui/list.tsx';
import { Page } from '../../ui/page.tsx';
import { shortenAddress } from '../../ui/shorten-address.ts';
import { useIsDesk } from '../../ui/use-is-desk.ts';
import { AccountDetail } from './account-detail.tsx';
import { nameOf } from './account-name.ts';
import { accountMessages } from './messages.ts';

/** All accounts of the wallet; one of them in detail beside the list on a desk, as a screen of its own on a phone. */
export function AccountsScreen({ openAddress }: { readonly openAddress?: string | undefined }) {
  const words = useMessages(accountMessages);
  const state = useWalletState();
  const isDesk = useIsDesk();
  if (state.status !== 'open') return null;
  const { accounts } = state;
  const asked = accounts.find(({ address }) => address === openAddress);
  const open = asked ?? (isDesk ? (accounts.find(({ isPrimary }) => isPrimary) ?? accounts[0]) : undefined);
  const detail = open && <AccountDetail key={open.address} account={open} accounts={accounts} />;
  if (asked && !isDesk) {
    return (
      <Page title={words.title} back="/settings/accounts">
        {detail}
      </Page>
    );
  }
  return (
    <Page title={words.title} back="/settings" detail={isDesk ? detail : undefined}>
      <div className="stack stack--wide">
        <p>{words.lead}</p>
        <AccountList accounts={accounts} current={open} />
        <AddAccounts />
      </div>
    </Page>
  );
}

type AccountListProps = { readonly accounts: readonly WalletAccount[]; readonly current: WalletAccount | undefined };

function AccountList({ accounts, current }: AccountListProps) {
  const words = useMessages(accountMessages);
  useArrowsIntoRows();
  return (
    <div data-rows>
      <List label={words.title}>
        {accounts.map((account, index) => (
          <ListRow
            key={account.address}
            mark={<Avatar name={account.name === '' ? `${index + 1}` : account.name} />}
            title={nameOf(account, accounts, words.unnamed)}
            detail={`${shortenAddress(account.address)} · ${words.kinds[account.kind]}`}
            end={account.isPrimary ? <StateText state="done">{words.primary}</StateText> : undefined}
            href={`/settings/accounts/${account.address}`}
            current={account === current}
          />
        ))}
      </List>
    </div>
  );
}

/** The three ways to more accounts. */
function AddAccounts() {
  const words = useMessages(accountMessages);
  const startWallet = useStartWallet();
  const [, navigate] = useLocation();
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => (await startWallet()).accounts.add(''),
    onSuccess: () => navigate('/settings/accounts'),
  });
  return (
    <div className="stack">
      <Button icon="plus" busy={isPending ? words.adding : undefined} onClick={() => mutate()}>
        {words.add}
      </Button>
      {error ? <Failure error={error} /> : null}
      <List>
        <ListRow icon="key" title={words.importTitle} detail={words.importDetail} href="/settings/accounts/import" />
        <ListRow icon="search" title={words.findTitle} detail={words.findDetail} href="/settings/accounts/find" />
      </List>
    </div>
  );
}
