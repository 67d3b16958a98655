import type { SuspenseItemWire } from '@feiqian/domain/api/staff';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useLocation, useSearch, useSearchParams } from 'wouter';
import { commonMessages } from '../../i18n/common.ts';
import { formatRelative } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { Failure } from '../../lib/failure.tsx';
import { useGatewayTitle } from '../../lib/gateways.ts';
import { Button } from '../../ui/button.tsx';
import { List, ListRow, StateText } from '../../ui/list.tsx';
import { Page } from '../../ui/page.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { useEscape } from '../../ui/use-escape.ts';
import { useIsDesk } from '../../ui/use-is-desk.ts';
import { CreditReview, useCredit } from './credit-review.tsx';
import { ItemMoney } from './item-money.tsx';
import { staffMessages } from './messages.ts';
import { type SuspenseState, suspenseQuery } from './queries.ts';
import { SuspenseDetail } from './suspense-detail.tsx';

const path = '/staff/suspense';

/** Money without a known owner, and on a desk the one that is looked into beside it. */
export function SuspenseScreen({ openId }: { readonly openId?: string | undefined }) {
  const words = useMessages(staffMessages);
  const isDesk = useIsDesk();
  const [, navigate] = useLocation();
  const search = useSearch();
  const listHref = search ? `${path}?${search}` : path;
  useEscape(openId ? () => navigate(listHref) : undefined);
  // Above both arrangements: turning a tablet must not take away what is being decided.
  const flow = useCredit();
  const review = <CreditReview flow={flow} />;
  if (openId && !isDesk) {
    return (
      <>
        <Page title={words.detailTitle} back={listHref}>
          <SuspenseDetail id={openId} key={openId} onDraft={flow.review} />
        </Page>
        {review}
      </>
    );
  }
  const detail = openId ? <SuspenseDetail id={openId} key={openId} onDraft={flow.review} /> : <ChooseOne />;
  return (
    <>
      <Page title={words.title} back="/settings" detail={isDesk ? detail : undefined}>
        <Items openId={openId} />
      </Page>
      {review}
    </>
  );
}

const readState = (query: URLSearchParams): SuspenseState => (query.get('state') === 'resolved' ? 'resolved' : 'open');

/** Beside a list with nothing in it there is nothing to choose. */
function ChooseOne() {
  const words = useMessages(staffMessages);
  const [query] = useSearchParams();
  const { data } = useInfiniteQuery(suspenseQuery(readState(query)));
  if (!data?.pages.some(({ items }) => items.length > 0)) return null;
  return (
    <EmptyState icon="search" title={words.chooseTitle}>
      {words.chooseBody}
    </EmptyState>
  );
}

function Items({ openId }: { readonly openId: string | undefined }) {
  const words = useMessages(staffMessages);
  const [query, setQuery] = useSearchParams();
  const state = readState(query);
  return (
    <div className="stack stack--wide">
      <Segmented
        legend={words.which}
        legendHidden
        value={state}
        onChange={(value) => setQuery(value === 'open' ? {} : { state: value }, { replace: true })}
        choices={[
          { value: 'open', label: words.open },
          { value: 'resolved', label: words.resolved },
        ]}
      />
      <Pages state={state} openId={openId} key={state} />
    </div>
  );
}

function Pages({ state, openId }: { readonly state: SuspenseState; readonly openId: string | undefined }) {
  const words = useMessages(staffMessages);
  const common = useMessages(commonMessages);
  const pages = useInfiniteQuery(suspenseQuery(state));
  const items = pages.data?.pages.flatMap((page) => page.items) ?? [];
  if (pages.isPending) return <Skeleton rows lines={5} />;
  if (pages.isError && items.length === 0) {
    return (
      <Failure
        error={pages.error}
        effect={words.notRead}
        action={<Button onClick={() => void pages.refetch()}>{common.retry}</Button>}
      />
    );
  }
  if (items.length === 0) {
    return state === 'open' ? (
      <EmptyState icon="check" title={words.emptyTitle}>
        {words.emptyBody}
      </EmptyState>
    ) : (
      <EmptyState icon="history" title={words.noneResolvedTitle}>
        {words.noneResolvedBody}
      </EmptyState>
    );
  }
  return (
    <>
      <List label={words.list}>
        {items.map((item) => (
          <ItemRow key={item.id} item={item} current={item.id === openId} />
        ))}
      </List>
      {pages.hasNextPage ? (
        <Button
          wide
          busy={pages.isFetchingNextPage ? common.loading : undefined}
          onClick={() => void pages.fetchNextPage()}
        >
          {words.more}
        </Button>
      ) : null}
    </>
  );
}

function ItemRow({ item, current }: { readonly item: SuspenseItemWire; readonly current: boolean }) {
  const words = useMessages(staffMessages);
  const language = useLanguage();
  const search = useSearch();
  const gatewayTitle = useGatewayTitle();
  const { source, person, resolution } = item;
  const who = resolution?.recipient ?? person;
  return (
    <ListRow
      icon={source.kind === 'gateway' ? 'bank' : 'token'}
      title={words.reasons[item.reason]}
      detail={
        <>
          <StateText state={item.state === 'resolved' ? 'done' : 'waiting'}>
            {item.state === 'resolved' ? words.resolved : words.open}
          </StateText>
          <span>{source.kind === 'gateway' ? gatewayTitle(source.gateway) : words.chain}</span>
          {who ? <span>@{who.handle}</span> : null}
        </>
      }
      end={
        <>
          <ItemMoney money={item.money} />
          <time className="text-small tabular" dateTime={item.createdAt}>
            {formatRelative(item.createdAt, Date.now(), language)}
          </time>
        </>
      }
      href={search ? `${path}/${item.id}?${search}` : `${path}/${item.id}`}
      current={current}
    />
  );
}
