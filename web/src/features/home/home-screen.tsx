import { cashAssets } from '@feiqian/domain/assets';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { commonMessages } from '../../i18n/common.ts';
import { useMessages } from '../../i18n/language-context.tsx';
import { balancesQuery } from '../../lib/balances.ts';
import { Failure } from '../../lib/failure.tsx';
import { EntryRow } from '../../lib/history/entry-row.tsx';
import { latestHistoryQuery } from '../../lib/history/queries.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import type { IconName } from '../../ui/icon-paths.ts';
import { List } from '../../ui/list.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { useIsDesk } from '../../ui/use-is-desk.ts';
import { Holdings } from './holdings.tsx';
import { homeMessages } from './messages.ts';
import { NeedsYou } from './needs-you.tsx';
import { SendAgain } from './send-again.tsx';
import { TotalPanel } from './total.tsx';
import './home.css';

/** Where everything begins: what one has, what one can do, what waits, and what happened last. */
export function HomeScreen({ displayCurrency }: { readonly displayCurrency: string }) {
  const words = useMessages(homeMessages);
  const common = useMessages(commonMessages);
  const isDesk = useIsDesk();
  const balances = useQuery(balancesQuery);
  const latest = useQuery(latestHistoryQuery);
  // One failure is said once, and tried again as one.
  const retry = () => {
    void balances.refetch();
    if (latest.isError) void latest.refetch();
  };
  const currency = cashAssets.find(({ currency: code }) => code === displayCurrency)?.id ?? cashAssets[0].id;
  return (
    <Page title={isDesk ? words.title : common.appName} brand detail={isDesk ? <Latest /> : undefined}>
      <TotalPanel currency={currency} balances={balances.data} isFailed={balances.isError} />
      <Actions />
      <SendAgain entries={latest.data ?? []} />
      <NeedsYou entries={latest.data ?? []} />
      {balances.data ? <Holdings balances={balances.data} currency={currency} /> : null}
      {balances.isPending ? <Skeleton rows lines={3} /> : null}
      {balances.isError && !balances.data ? (
        <Failure
          error={balances.error}
          effect={words.notMoved}
          action={<Button onClick={retry}>{common.retry}</Button>}
        />
      ) : null}
      {isDesk ? null : <Latest />}
    </Page>
  );
}

function Actions() {
  const words = useMessages(homeMessages);
  const actions: readonly { readonly href: string; readonly icon: IconName; readonly label: string }[] = [
    { href: '/top-up', icon: 'plus', label: words.topUp },
    { href: '/send', icon: 'send', label: words.send },
    { href: '/receive', icon: 'receive', label: words.receive },
    { href: '/scan', icon: 'scan', label: words.scan },
    { href: '/pay-code', icon: 'qr', label: words.payCode },
  ];
  return (
    <nav className="home-actions" aria-label={words.actions}>
      {actions.map(({ href, icon, label }, index) => (
        <Link key={href} href={href} className={index === 0 ? 'home-action home-action--first' : 'home-action'}>
          <Icon name={icon} size={24} />
          {label}
        </Link>
      ))}
    </nav>
  );
}

function Latest() {
  const words = useMessages(homeMessages);
  const common = useMessages(commonMessages);
  const { data, isPending, isError, error, refetch } = useQuery(latestHistoryQuery);
  const balances = useQuery(balancesQuery);
  const isSaid = balances.isError && !balances.data;
  return (
    <Section
      title={words.latest}
      action={
        <ButtonLink href="/history" variant="quiet">
          {words.all}
        </ButtonLink>
      }
    >
      {isPending ? <Skeleton rows lines={3} /> : null}
      {isError && !data && isSaid ? <p className="home-holding__empty">{words.totalMissing}</p> : null}
      {isError && !data && !isSaid ? (
        <Failure
          error={error}
          effect={words.notMoved}
          action={<Button onClick={() => void refetch()}>{common.retry}</Button>}
        />
      ) : null}
      {data?.length === 0 ? (
        <EmptyState icon="history" title={words.emptyTitle}>
          {words.emptyBody}
        </EmptyState>
      ) : null}
      {data && data.length > 0 ? (
        <List label={words.latest}>
          {data.map((entry) => (
            <EntryRow key={entry.id} entry={entry} />
          ))}
        </List>
      ) : null}
    </Section>
  );
}
