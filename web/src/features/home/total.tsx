import type { Balances } from '@feiqian/domain/api/chain';
import { toAmount } from '@feiqian/domain/money';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useMessages } from '../../i18n/language-context.tsx';
import { assetMessages } from '../../lib/asset-words.ts';
import { type AssetBook, useAssetBook } from '../../lib/assets.ts';
import { totalAtPar } from '../../lib/balances.ts';
import { usePreferences } from '../../lib/preferences-context.tsx';
import { AmountText } from '../../ui/amount-text.tsx';
import { IconButton } from '../../ui/button.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { homeMessages } from './messages.ts';
import { summariseDay } from './summarise-day.ts';
import { dayOf, todayQuery } from './today-query.ts';

type TotalProps = {
  /** Asset id of the currency that everything is added up in. */
  readonly currency: string;
  readonly balances: Balances | undefined;
  /** Whether reading them failed: then a dash stands there instead of the promise of a number. */
  readonly isFailed: boolean;
};

/** Everything together, and what today brought and took. A tap covers the amounts of all screens. */
export function TotalPanel({ currency, balances, isFailed }: TotalProps) {
  const words = useMessages(homeMessages);
  const names = useMessages(assetMessages);
  const book = useAssetBook();
  const { preferences, change } = usePreferences();
  const hidden = preferences.amountsHidden;
  const toggle = () => change({ amountsHidden: !hidden });
  const [first, ...others] = balances ? listTotals(balances, book, currency) : [];
  const unit = first?.cash ?? book.get(currency);
  // A total without what could not be read must not pass for the whole.
  const isPartly = balances !== undefined && balances.unavailable.length > 0;
  const name = names.currency(unit.symbol);
  return (
    <section className="home-total" aria-label={words.total}>
      <div className="home-total__rule" aria-hidden="true" />
      <div className="home-total__head">
        <span className="home-total__label">{isPartly ? words.totalPartly(name) : words.totalIn(name)}</span>
        <IconButton
          icon={hidden ? 'eyeOff' : 'eye'}
          label={hidden ? words.show : words.hide}
          pressed={hidden}
          onClick={toggle}
        />
      </div>
      {first ? (
        <button
          type="button"
          className="home-total__figure"
          onClick={toggle}
          aria-label={hidden ? words.show : undefined}
        >
          {first.total.isRounded && !hidden ? '≈ ' : null}
          <AmountText amount={first.total.amount} unit={first.cash} size="hero" />
        </button>
      ) : isFailed ? (
        <p className="home-total__missing">
          <span aria-hidden="true">—</span>
          <span className="visually-hidden">{words.totalMissing}</span>
        </p>
      ) : (
        <Skeleton lines={1} />
      )}
      {others.map(({ cash, total: { amount, isRounded } }) => (
        <p key={cash.id} className="home-total__other">
          {words.also} {isRounded && !hidden ? '≈ ' : null}
          <AmountText amount={amount} unit={cash} />
        </p>
      ))}
      <Today />
    </section>
  );
}

/**
 * What there is, currency by currency: nothing is converted without a rate. The preferred one comes first, unless there
 * is none of it and some of another: the largest figure of the screen is no zero while there is money.
 */
export function listTotals(balances: Balances, book: AssetBook, preferred: string) {
  const totals = listCash(book)
    .map((cash) => ({ cash, total: totalAtPar(balances, book, cash.id) }))
    .sort((one, other) => Number(other.cash.id === preferred) - Number(one.cash.id === preferred));
  const some = totals.filter(({ total }) => total.amount > 0n || total.isRounded);
  return some.length > 0 ? some : totals.slice(0, 1);
}

function Today() {
  const words = useMessages(homeMessages);
  const book = useAssetBook();
  // The day in which the screen was opened; another day begins with the next opening.
  const [day] = useState(() => dayOf(new Date()));
  const { data } = useQuery(todayQuery(day.start));
  if (!data) return null;
  const moved = listCash(book)
    .map((cash) => ({ cash, ...summariseDay(data.items, day.key, cash.id, book) }))
    .filter(({ incoming, outgoing }) => incoming > 0n || outgoing > 0n);
  if (moved.length === 0) return <p className="home-total__today">{words.todayNone}</p>;
  return moved.map(({ cash, incoming, outgoing }) => {
    const net = incoming - outgoing;
    return (
      <p key={cash.id} className="home-total__today">
        <span className="home-total__net">
          {data.isWhole ? words.today : words.todayAtLeast}{' '}
          <AmountText amount={toAmount(net < 0n ? -net : net)} unit={cash} sign={net < 0n ? 'out' : 'in'} />
        </span>
        {incoming > 0n && outgoing > 0n ? (
          <>
            <span>
              {words.todayIn} <AmountText amount={incoming} unit={cash} />
            </span>
            <span>
              {words.todayOut} <AmountText amount={outgoing} unit={cash} />
            </span>
          </>
        ) : null}
      </p>
    );
  });
}

const listCash = (book: AssetBook) => book.assets.filter(({ kind }) => kind === 'cash');
