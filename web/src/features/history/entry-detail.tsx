import type { HistoryEntry } from '@feiqian/domain/api/history';
import { decodeAmount } from '@feiqian/domain/money';
import { useQuery } from '@tanstack/react-query';
import type { Address } from 'viem';
import { commonMessages } from '../../i18n/common.ts';
import { formatExactTime, formatMoment } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { useEntryBook } from '../../lib/address-book/entry-book.ts';
import { type AssetBook, useAssetBook } from '../../lib/assets.ts';
import { Failure } from '../../lib/failure.tsx';
import { useGatewayTitle } from '../../lib/gateways.ts';
import {
  nameCounterparty,
  nextOf,
  ownRequestOf,
  reasonOf,
  reviewedUntilOf,
  shapeOf,
  stateOf,
  titleOf,
} from '../../lib/history/describe-entry.ts';
import { historyEntryQuery } from '../../lib/history/queries.ts';
import { historyMessages } from '../../lib/history/words.ts';
import { UnverifiedMark } from '../../lib/unverified.tsx';
import { AddressText } from '../../ui/address-text.tsx';
import { AmountText } from '../../ui/amount-text.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { StateText } from '../../ui/list.tsx';
import { type Fact, Facts, More, Receipt } from '../../ui/receipt.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { EntryNotes } from './entry-notes.tsx';
import { Legs } from './legs.tsx';
import { historyScreenMessages } from './messages.ts';
import { PayAction } from './pay-action.tsx';
import { SaveContact } from './save-contact.tsx';
import { UndoAction } from './undo-action.tsx';
import { WaitingActions } from './waiting-actions.tsx';

/** One event: what it was, where the money is now, and each step of it. Follows the live feed. */
export function EntryDetail({ id }: { readonly id: string }) {
  const common = useMessages(commonMessages);
  const screen = useMessages(historyScreenMessages);
  const { data: entry, error, isPending, refetch } = useQuery(historyEntryQuery(id));
  if (entry) return <EntryPaper entry={entry} />;
  if (isPending) return <Skeleton lines={6} />;
  return (
    <Failure
      error={error}
      effect={screen.failedEffect}
      action={<Button onClick={() => void refetch()}>{common.retry}</Button>}
    />
  );
}

function EntryPaper({ entry }: { readonly entry: HistoryEntry }) {
  const words = useMessages(historyMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const gatewayTitle = useGatewayTitle();
  const unit = book.find(entry.money.asset);
  const requestId = ownRequestOf(entry);
  const reviewedUntil = reviewedUntilOf(entry);
  const { name } = useEntryBook(entry);
  return (
    <article className="history-entry">
      <Receipt
        sealed={entry.status === 'completed'}
        counterpart={<Facts facts={factsOf(entry, { words, book, language, gatewayTitle, name })} />}
      >
        <div className="history-entry__head">
          <h2 className="history-entry__title">{titleOf(entry, words, book, name)}</h2>
          {unit ? (
            <AmountText
              amount={decodeAmount(entry.money.amount)}
              unit={unit}
              size="hero"
              sign={entry.direction === 'self' ? undefined : entry.direction}
              expected={shapeOf(entry.status) === 'waiting'}
              undone={entry.status === 'failed' || entry.status === 'cancelled'}
            />
          ) : null}
          <UnverifiedMark asset={unit} />
          <div aria-live="polite">
            <StateText state={shapeOf(entry.status)}>{stateOf(entry, words)}</StateText>
          </div>
        </div>
        {shapeOf(entry.status) === 'waiting' ? (
          <Facts
            facts={[
              { label: words.now, value: words.holders[entry.holder] },
              { label: words.next, value: nextOf(entry, words), tall: true },
              ...(reviewedUntil === undefined
                ? []
                : [
                    {
                      label: words.latest,
                      value: words.latestValue(formatExactTime(reviewedUntil, language)),
                      tall: true,
                    },
                  ]),
            ]}
          />
        ) : null}
        <PayAction entry={entry} />
        <UndoAction entry={entry} />
        <WaitingActions entry={entry} />
        {requestId === undefined ? null : (
          <ButtonLink href={`/links/${requestId}`} icon="link">
            {words.openLink}
          </ButtonLink>
        )}
      </Receipt>
      <SaveContact entry={entry} />
      <EntryNotes entry={entry} key={entry.id} />
      {entry.legs.length > 0 ? <Legs entry={entry} /> : null}
      <More label={words.numbers}>
        <Facts
          facts={[
            { label: words.exactTime, value: formatExactTime(entry.occurredAt, language), tall: true },
            ...numbersOf(entry, words),
          ]}
        />
      </More>
    </article>
  );
}

type FactTools = {
  readonly words: Parameters<typeof titleOf>[1];
  readonly book: AssetBook;
  readonly language: Parameters<typeof formatExactTime>[1];
  readonly gatewayTitle: (name: string) => string;
  /** What the person calls the other side. */
  readonly name: string | undefined;
};

function factsOf(entry: HistoryEntry, { words, book, language, gatewayTitle, name }: FactTools): Fact[] {
  const money = (label: string, wire: HistoryEntry['fee']): Fact[] => {
    const unit = wire && book.find(wire.asset);
    return wire && unit ? [{ label, value: <AmountText amount={decodeAmount(wire.amount)} unit={unit} /> }] : [];
  };
  const { counterparty, note, reason } = entry;
  const isAddress = counterparty?.kind === 'address';
  return [
    ...(counterparty
      ? [
          {
            label: counterparty.kind === 'gateway' ? words.gateway : words.counterparty,
            value: isAddress ? (
              <>
                {name ? <strong>{name}</strong> : null}
                <AddressText address={counterparty.value as Address} />
              </>
            ) : counterparty.kind === 'gateway' ? (
              gatewayTitle(counterparty.value)
            ) : name ? (
              `${name} ${nameCounterparty(entry)}`
            ) : (
              nameCounterparty(entry)
            ),
            tall: isAddress,
          },
        ]
      : []),
    ...money(words.became, entry.counterMoney),
    ...money(words.fee, entry.fee),
    ...(reason ? [{ label: words.reason, value: reasonOf(reason, words) }] : []),
    ...(note ? [{ label: words.note, value: note }] : []),
    {
      label: words.when,
      value: <time dateTime={entry.occurredAt}>{formatMoment(entry.occurredAt, Date.now(), language)}</time>,
    },
  ];
}

/** What a support desk or a block explorer asks for: every number, by what it is the number of. */
function numbersOf({ id, txHash, legs }: HistoryEntry, words: FactTools['words']): Fact[] {
  const numbers = new Map<string, string>([[id, words.entryNumber]]);
  if (txHash) numbers.set(txHash, words.transaction);
  for (const { reference, rail, kind } of legs) {
    if (reference && !numbers.has(reference)) numbers.set(reference, words.legs[`${rail}:${kind}`] ?? kind);
  }
  return [...numbers].map(([number, label]) => ({
    key: number,
    label,
    tall: true,
    value: (
      <span className="history-entry__reference">
        <span className="history-entry__number">{number}</span>
        <CopyButton text={number} variant="quiet" iconOnly />
      </span>
    ),
  }));
}
