import type { Balances } from '@feiqian/domain/api/chain';
import type { HistoryEntry } from '@feiqian/domain/api/history';
import { dayKeyOf } from '../../i18n/formats.ts';
import { useMessages } from '../../i18n/language-context.tsx';
import { useAssetBook } from '../../lib/assets.ts';
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
  const today = latest && summariseDay(latest, dayKeyOf(Date.now()), currency, book);
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
      {today ? (
        <p className="home-total__today">
          {today.incoming === 0n && today.outgoing === 0n ? (
            <span>{words.todayNone}</span>
          ) : (
            <>
              <span>{words.today}</span>
              <span>
                {words.todayIn} <AmountText amount={today.incoming} unit={unit} sign="in" hidden={hidden} />
              </span>
              <span>
                {words.todayOut} <AmountText amount={today.outgoing} unit={unit} sign="out" hidden={hidden} />
              </span>
            </>
          )}
        </p>
      ) : null}
    </section>
  );
}
