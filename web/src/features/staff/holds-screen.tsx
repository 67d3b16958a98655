import type { HoldWire } from '@feiqian/domain/api/monitoring';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useLocation, useSearch, useSearchParams } from 'wouter';
import { commonMessages } from '../../i18n/common.ts';
import { formatRelative } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { Failure } from '../../lib/failure.tsx';
import { Button } from '../../ui/button.tsx';
import { List, ListRow, StateText } from '../../ui/list.tsx';
import { Page } from '../../ui/page.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { useEscape } from '../../ui/use-escape.ts';
import { useIsDesk } from '../../ui/use-is-desk.ts';
import { HoldDetail } from './hold-detail.tsx';
import { holdMessages } from './hold-messages.ts';
import { type HoldsState, holdsQuery } from './hold-queries.ts';
import { HoldReview, useDecision } from './hold-review.tsx';
import { ItemMoney } from './item-money.tsx';

const path = '/staff/holds';

/** Movements that wait for staff, and on a desk the one that is looked into beside them. */
export function HoldsScreen({ openId }: { readonly openId?: string | undefined }) {
  const words = useMessages(holdMessages);
  const isDesk = useIsDesk();
  const [, navigate] = useLocation();
  const search = useSearch();
  const listHref = search ? `${path}?${search}` : path;
  useEscape(openId ? () => navigate(listHref) : undefined);
  // Above both arrangements: turning a tablet must not take away what is being decided.
  const flow = useDecision();
  const review = <HoldReview flow={flow} />;
  if (openId && !isDesk) {
    return (
      <>
        <Page title={words.detailTitle} back={listHref}>
          <HoldDetail id={openId} key={openId} onDraft={flow.review} />
        </Page>
        {review}
      </>
    );
  }
  const detail = openId ? <HoldDetail id={openId} key={openId} onDraft={flow.review} /> : <ChooseOne />;
  return (
    <>
      <Page title={words.title} back="/settings" detail={isDesk ? detail : undefined}>
        <Items openId={openId} />
      </Page>
      {review}
    </>
  );
}

const readState = (query: URLSearchParams): HoldsState => (query.get('state') === 'ended' ? 'ended' : 'open');

/** Beside a list with nothing in it there is nothing to choose. */
function ChooseOne() {
  const words = useMessages(holdMessages);
  const [query] = useSearchParams();
  const { data } = useInfiniteQuery(holdsQuery(readState(query)));
  if (!data?.pages.some(({ items }) => items.length > 0)) return null;
  return (
    <EmptyState icon="search" title={words.chooseTitle}>
      {words.chooseBody}
    </EmptyState>
  );
}

function Items({ openId }: { readonly openId: string | undefined }) {
  const words = useMessages(holdMessages);
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
          { value: 'ended', label: words.ended },
        ]}
      />
      <Pages state={state} openId={openId} key={state} />
    </div>
  );
}

function Pages({ state, openId }: { readonly state: HoldsState; readonly openId: string | undefined }) {
  const words = useMessages(holdMessages);
  const common = useMessages(commonMessages);
  const pages = useInfiniteQuery(holdsQuery(state));
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
      <EmptyState icon="history" title={words.noneEndedTitle}>
        {words.noneEndedBody}
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

function ItemRow({ item, current }: { readonly item: HoldWire; readonly current: boolean }) {
  const words = useMessages(holdMessages);
  const language = useLanguage();
  const search = useSearch();
  const state = item.state === 'open' ? 'waiting' : item.state === 'released' ? 'done' : 'failed';
  return (
    <ListRow
      icon="shield"
      title={words.kinds[item.kind]}
      detail={
        <>
          <StateText state={state}>{words.states[item.state]}</StateText>
          <span>@{item.person.handle}</span>
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
