import { historyKinds, historyStatuses } from '@feiqian/domain/api/history';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useLocation, useSearch, useSearchParams } from 'wouter';
import { commonMessages } from '../../i18n/common.ts';
import { formatDay } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { isLocalSearch, matchesLocally } from '../../lib/address-book/entry-book.ts';
import { useContacts } from '../../lib/address-book/use-address-book.ts';
import { useAssetBook } from '../../lib/assets.ts';
import { Failure } from '../../lib/failure.tsx';
import { EntryRow } from '../../lib/history/entry-row.tsx';
import { type HistoryFilter, historyPagesQuery } from '../../lib/history/queries.ts';
import { historyMessages } from '../../lib/history/words.ts';
import { useSettled } from '../../lib/use-settled.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Select, TextInput } from '../../ui/field.tsx';
import { focusCurrentRow, List, useArrowsIntoRows } from '../../ui/list.tsx';
import { Page } from '../../ui/page.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { useEscape } from '../../ui/use-escape.ts';
import { useIsDesk } from '../../ui/use-is-desk.ts';
import { EntryDetail } from './entry-detail.tsx';
import { groupByDay } from './group-by-day.ts';
import { historyScreenMessages } from './messages.ts';
import { setPrivateSearch, usePrivateSearch } from './private-search.ts';
import './history.css';

type HistoryScreenProps = {
  /** The entry that is open: beside the list on a desk, instead of it on a phone. */
  readonly openId?: string | undefined;
};

/** Reads a filter from the address bar, so that a filtered list can be linked and left and found again. */
export function readFilter(query: URLSearchParams): HistoryFilter {
  const text = query.get('text')?.trim();
  const asset = query.get('asset');
  return {
    kind: historyKinds.find((kind) => kind === query.get('kind')),
    status: historyStatuses.find((status) => status === query.get('status')),
    ...(asset ? { asset } : {}),
    ...(text ? { text } : {}),
  };
}

/** All events by day, with the open one beside them. */
export function HistoryScreen({ openId }: HistoryScreenProps) {
  const words = useMessages(historyScreenMessages);
  const isDesk = useIsDesk();
  const [, navigate] = useLocation();
  const search = useSearch();
  useArrowsIntoRows();
  const close = () => {
    focusCurrentRow();
    navigate(search ? `/history?${search}` : '/history');
  };
  useEscape(openId ? close : undefined);
  if (openId && !isDesk) {
    return (
      <Page title={words.detailTitle} back="/history">
        <EntryDetail id={openId} key={openId} />
      </Page>
    );
  }
  const detail = openId ? <EntryDetail id={openId} key={openId} /> : <ChooseOne />;
  return (
    <Page title={words.title} detail={isDesk ? detail : undefined}>
      <Filter />
      <Days openId={openId} />
    </Page>
  );
}

function Filter() {
  const words = useMessages(historyScreenMessages);
  const historyWords = useMessages(historyMessages);
  const book = useAssetBook();
  const [query, setQuery] = useSearchParams();
  const filter = readFilter(query);
  const set = (name: string, value: string) =>
    setQuery(
      (previous) => {
        const next = without(previous, name);
        if (value) next.set(name, value);
        return next;
      },
      { replace: true },
    );
  const address = useContacts();
  const hidden = usePrivateSearch();
  const look = (text: string) => {
    const isPrivate = isLocalSearch(address, { text, tag: '' });
    setPrivateSearch({ text: isPrivate ? text : '' });
    set('text', isPrivate ? '' : text);
  };
  // A link or an earlier page may have brought it in the address bar, from which a reload would send it.
  const typed = query.get('text') ?? '';
  const isTypedPrivate = isLocalSearch(address, { text: typed, tag: '' });
  useEffect(() => {
    if (!isTypedPrivate) return;
    setPrivateSearch({ text: typed });
    setQuery((previous) => without(previous, 'text'), { replace: true });
  }, [isTypedPrivate, typed, setQuery]);
  const choice = (value: string, label: string) => ({ value, label });
  return (
    <search className="history-filter">
      <TextInput
        label={words.search}
        placeholder={words.search}
        type="search"
        maxLength={80}
        defaultValue={typed || hidden.text}
        onChange={(event) => look(event.target.value)}
      />
      <div className="history-filter__choices">
        <Select
          label={words.kind}
          value={filter.kind ?? ''}
          onChange={(event) => set('kind', event.target.value)}
          options={[choice('', words.allKinds), ...historyKinds.map((kind) => choice(kind, historyWords.kinds[kind]))]}
        />
        <Select
          label={words.status}
          value={filter.status ?? ''}
          onChange={(event) => set('status', event.target.value)}
          options={[
            choice('', words.allStatuses),
            ...historyStatuses.map((status) => choice(status, historyWords.statuses[status])),
          ]}
        />
        <Select
          label={words.asset}
          value={filter.asset ?? ''}
          onChange={(event) => set('asset', event.target.value)}
          options={[choice('', words.allAssets), ...book.assets.map(({ id, symbol }) => choice(id, symbol))]}
        />
        {address.tags.length > 0 || hidden.tag !== '' ? (
          <Select
            label={words.tag}
            value={hidden.tag}
            onChange={(event) => setPrivateSearch({ tag: event.target.value })}
            options={[
              choice('', words.allTags),
              ...[...new Set([...address.tags, hidden.tag])].filter((tag) => tag !== '').map((tag) => choice(tag, tag)),
            ]}
          />
        ) : null}
      </div>
    </search>
  );
}

function without(query: URLSearchParams, name: string): URLSearchParams {
  const left = new URLSearchParams(query);
  left.delete(name);
  return left;
}

// What is looked for on this device is looked for page by page: until there is a screenful, and not for ever.
const localEnough = 20;
const localPagesMax = 25;

/** The list that the filter asks for. */
function useFilteredHistory() {
  const [query] = useSearchParams();
  const filter = readFilter(query);
  const address = useContacts();
  const hidden = usePrivateSearch();
  const search = { text: filter.text ?? hidden.text, tag: hidden.tag };
  const isLocal = isLocalSearch(address, search);
  const settled = useSettled(filter.text);
  const text = isLocal ? undefined : settled;
  // While a narrower list is read, the wider one stays on screen.
  const pages = useInfiniteQuery({ ...historyPagesQuery({ ...filter, text }), placeholderData: keepPreviousData });
  const read = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  const entries = isLocal ? read.filter(matchesLocally(address, search)) : read;
  const isLooking =
    isLocal && pages.hasNextPage && entries.length < localEnough && (pages.data?.pages.length ?? 0) < localPagesMax;
  const { fetchNextPage, isFetchingNextPage, isError } = pages;
  useEffect(() => {
    if (isLooking && !isFetchingNextPage && !isError) void fetchNextPage();
  }, [isLooking, isFetchingNextPage, isError, fetchNextPage]);
  return { pages, entries, isLooking, isFiltered: query.size > 0 || isLocal };
}

/** Beside a list with nothing in it there is nothing to choose. */
function ChooseOne() {
  const words = useMessages(historyScreenMessages);
  const { entries } = useFilteredHistory();
  if (entries.length === 0) return null;
  return (
    <EmptyState icon="history" title={words.chooseTitle}>
      {words.chooseBody}
    </EmptyState>
  );
}

function Days({ openId }: { readonly openId: string | undefined }) {
  const words = useMessages(historyScreenMessages);
  const common = useMessages(commonMessages);
  const language = useLanguage();
  const [, setQuery] = useSearchParams();
  const search = useSearch();
  const { pages, entries, isLooking, isFiltered } = useFilteredHistory();
  const clear = () => {
    setPrivateSearch({ text: '', tag: '' });
    setQuery(new URLSearchParams());
  };
  const now = Date.now();
  if (pages.isPending) return <Skeleton rows lines={6} />;
  if (pages.isError && entries.length === 0) {
    return (
      <Failure
        error={pages.error}
        effect={words.failedEffect}
        action={<Button onClick={() => void pages.refetch()}>{common.retry}</Button>}
      />
    );
  }
  if (entries.length === 0 && isLooking) return <Skeleton rows lines={6} />;
  if (entries.length === 0) {
    return isFiltered ? (
      <EmptyState icon="search" title={words.noneTitle} action={<Button onClick={clear}>{words.noneAction}</Button>}>
        {words.noneBody}
      </EmptyState>
    ) : (
      <EmptyState
        icon="history"
        title={words.emptyTitle}
        action={
          <ButtonLink href="/top-up" variant="primary">
            {words.emptyAction}
          </ButtonLink>
        }
      >
        {words.emptyBody}
      </EmptyState>
    );
  }
  return (
    <div className="history-days" data-rows>
      {groupByDay(entries).map(({ key, entries: ofDay }) => {
        const title = formatDay(ofDay[0]?.occurredAt ?? now, now, language);
        return (
          <section key={key} aria-label={title}>
            <h2 className="history-day__title">{title}</h2>
            <List label={title}>
              {ofDay.map((entry) => (
                <EntryRow key={entry.id} entry={entry} search={search} current={entry.id === openId} />
              ))}
            </List>
          </section>
        );
      })}
      {pages.hasNextPage ? (
        <Button
          wide
          busy={isLooking ? words.looking : pages.isFetchingNextPage ? common.loading : undefined}
          onClick={() => void pages.fetchNextPage()}
        >
          {words.more}
        </Button>
      ) : null}
    </div>
  );
}
