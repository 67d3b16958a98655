import type { HistoryEntry } from '@feiqian/domain/api/history';
import { decodeAmount } from '@feiqian/domain/money';
import { formatMoment, formatTime } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { AmountText } from '../../ui/amount-text.tsx';
import { Avatar } from '../../ui/avatar.tsx';
import { ListRow, StateText } from '../../ui/list.tsx';
import { useEntryBook } from '../address-book/entry-book.ts';
import { useAssetBook } from '../assets.ts';
import { UnverifiedMark } from '../unverified.tsx';
import { heldUntilOf, iconOf, nameCounterparty, shapeOf, stateOf, titleOf } from './describe-entry.ts';
import { historyMessages } from './words.ts';
import './entry-row.css';

type EntryRowProps = {
  readonly entry: HistoryEntry;
  readonly current?: boolean | undefined;
  /** The list's own filter, kept in the address bar while an entry is open beside it. */
  readonly search?: string | undefined;
};

/** One event in one row: who, what, when, how much, and how it stands. */
export function EntryRow({ entry, current, search }: EntryRowProps) {
  const words = useMessages(historyMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const unit = book.find(entry.money.asset);
  const { name, note } = useEntryBook(entry);
  const isPerson = entry.counterparty?.kind === 'person';
  const heldUntil = heldUntilOf(entry);
  return (
    <ListRow
      href={search ? `/history/${entry.id}?${search}` : `/history/${entry.id}`}
      current={current}
      icon={isPerson || name ? undefined : iconOf(entry)}
      mark={isPerson || name ? <Avatar name={name ?? entry.counterparty?.value ?? ''} /> : undefined}
      title={titleOf(entry, words, book, name)}
      detail={
        <>
          <StateText state={shapeOf(entry.status)}>
            {heldUntil ? words.undoableUntil(formatMoment(heldUntil, Date.now(), language)) : stateOf(entry, words)}
          </StateText>
          <UnverifiedMark asset={unit} />
          {name ? <span>{nameCounterparty(entry)}</span> : null}
          {note?.tags.map((tag) => (
            <span key={tag} className="entry-row__tag">
              {tag}
            </span>
          ))}
          {note?.note ? <span className="entry-row__note">{note.note}</span> : null}
          {entry.note ? <span className="entry-row__note">{entry.note}</span> : null}
        </>
      }
      end={
        <>
          {unit ? (
            <AmountText
              amount={decodeAmount(entry.money.amount)}
              unit={unit}
              sign={entry.direction === 'self' ? undefined : entry.direction}
              expected={shapeOf(entry.status) === 'waiting'}
              undone={entry.status === 'failed' || entry.status === 'cancelled'}
            />
          ) : null}
          <time className="text-small tabular" dateTime={entry.occurredAt}>
            {formatTime(entry.occurredAt, language)}
          </time>
        </>
      }
    />
  );
}
