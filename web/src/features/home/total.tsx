import type { Balances } from '@feiqian/domain/api/chain';
import type { HistoryEntry } from '@feiqian/domain/api/history';
import { dayKeyOf } from '../../i18n/formats.ts';
import { useMessages } from '../../i18n/language-context.tsx';
import { type AssetBook, useAssetBook } from '../../lib/assets.ts';
import { totalAtPar } from '../../lib/balances.ts';
import { usePreferences } from '../../lib/preferences-context.tsx';
import { AmountText } from '../../ui/amount-text.tsx';
import { IconButton } from '../../ui/button.tsx';
import { Skeleton } from '../../ui/states.tsx';
import { homeMessages } from './messages.ts';
import { summariseDay } from './summarise-day.ts';

type TotalProps = {
  /** Asset id of the currency that everything is added up in. */
  readonly currency: string;
  readonly balances: Balances | undefined;
  readonly latest: readonly HistoryEntry[] | undefined;
};

/** Everything together, and what today brought and took. A tap covers all amounts of the screens that show balances. */
export function TotalPanel({ currency, balances, latest }: TotalProps) {
  const words = useMessages(homeMessages);
  const book = useAssetBook();
  const { preferences, change } = usePreferences();
  const hidden = preferences.amountsHidden;
  const unit = book.get(currency);
  const toggle = () => change({ amountsHidden: !hidden });
  const total = balances && totalAtPar(balances, book, currency);
  // A total without what could not be read must not pass for the whole.
  const isPartly = balances !== undefined && balances.unavailable.length > 0;
  const others = balances ? listOthers(balances, book, currency) : [];
  return (
    <section className="home-total" aria-label={words.total}>
      <div className="home-total__rule" aria-hidden="true" />
      <div className="home-total__head">
        <span className="home-total__label">
          {isPartly ? words.totalPartly(unit.symbol) : words.totalNote(unit.symbol)}
        </span>
        <IconButton
          icon={hidden ? 'eyeOff' : 'eye'}
          label={hidden ? words.show : words.hide}
          pressed={hidden}
          onClick={toggle}
        />
      </div>
      {total ? (
        <button
          type="button"
          className="home-total__figure"
          onClick={toggle}
          aria-label={hidden ? words.show : undefined}
        >
          {total.isRounded && !hidden ? '≈ ' : null}
          <AmountText amount={total.amount} unit={unit} size="hero" hidden={hidden} />
        </button>
      ) : (
        <Skeleton lines={1} />
      )}
      {others.map(({ cash, total: { amount, isRounded } }) => (
        <p key={cash.id} className="home-total__other">
          {words.also} {isRounded && !hidden ? '≈ ' : null}
          <AmountText amount={amount} unit={cash} hidden={hidden} />
        </p>
      ))}
      {latest ? <Today latest={latest} hidden={hidden} /> : null}
    </section>
  );
}

/** What else there is, currency by currency: nothing is converted without a rate. */
function listOthers(balances: Balances, book: AssetBook, currency: string) {
  return listCash(book)
    .filter(({ id }) => id !== currency)
    .map((cash) => ({ cash, total: totalAtPar(balances, book, cash.id) }))
    .filter(({ total }) => total.amount > 0n || total.isRounded);
}

function Today({ latest, hidden }: { readonly latest: readonly HistoryEntry[]; readonly hidden: boolean }) {
  const words = useMessages(homeMessages);
  const book = useAssetBook();
  const day = dayKeyOf(Date.now());
  const moved = listCash(book)
    .map((cash) => ({ cash, ...summariseDay(latest, day, cash.id, book) }))
    .filter(({ incoming, outgoing }) => incoming > 0n || outgoing > 0n);
  if (moved.length === 0) return <p className="home-total__today">{words.todayNone}</p>;
  return moved.map(({ cash, incoming, outgoing }) => (
    <p key={cash.id} className="home-total__today">
      <span>{words.today}</span>
      <span>
        {words.todayIn} <AmountText amount={incoming} unit={cash} sign="in" hidden={hidden} />
      </span>
      <span>
        {words.todayOut} <AmountText amount={outgoing} unit={cash} sign="out" hidden={hidden} />
      </span>
    </p>
  ));
}

const listCash = (book: AssetBook) => book.assets.filter(({ kind }) => kind === 'cash');
