import { type Amount, encodeAmount } from '@feiqian/domain/money';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useRef } from 'react';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney } from '../../i18n/money-text.ts';
import { assetMessages } from '../../lib/asset-words.ts';
import { useOnline } from '../../lib/connection.ts';
import { Failure } from '../../lib/failure.tsx';
import { formMessages } from '../../lib/form-words.ts';
import { itemsQuery } from '../../lib/items.ts';
import { readTypedMoney } from '../../lib/typed-money.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { AmountPad } from './amount-pad.tsx';
import { changeBasket, describeLines, readBasket, sumLines } from './basket.ts';
import { getCash } from './charge-words.ts';
import type { Charge, CounterState } from './counter-state.ts';
import { ItemTiles, Ticket } from './item-tiles.tsx';
import { counterMessages } from './messages.ts';
import { useStartCharge } from './queries.ts';

type EntryPartProps = {
  /** Asset id of the currency that is charged in. */
  readonly currency: string;
  readonly state: CounterState;
  readonly change: (part: Partial<CounterState>) => void;
  readonly onCharge: (charge: Charge) => void;
};

/** How much: typed, or added up from items. */
export function EntryPart({ currency, state, change, onCharge }: EntryPartProps) {
  const words = useMessages(counterMessages);
  const form = useMessages(formMessages);
  const names = useMessages(assetMessages);
  const cash = getCash(currency);
  const charge = useStartCharge(onCharge);
  const items = useQuery(itemsQuery);
  const formElement = useRef<HTMLFormElement>(null);
  const offered = (items.data ?? []).filter(({ money }) => money.asset === currency);
  const lines = readBasket(state.basket, offered);
  const isByItems = state.mode === 'items' && (offered.length > 0 || items.isPending);
  const typed = readTypedMoney(state.text, cash.decimals);
  const amount = isByItems ? sumLines(lines) : typed.state === 'ok' ? typed.amount : (0n as Amount);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (amount === 0n || !navigator.onLine) return;
    charge.start({
      money: { asset: currency, amount: encodeAmount(amount) },
      description: isByItems ? describeLines(lines, words.list) : words.purpose,
    });
  };
  return (
    <form className="counter-entry" ref={formElement} onSubmit={submit} noValidate>
      {offered.length > 0 ? (
        <Segmented
          legend={words.by}
          legendHidden
          value={isByItems ? 'items' : 'amount'}
          onChange={(mode) => change({ mode })}
          choices={[
            { value: 'amount', label: words.byAmount },
            { value: 'items', label: words.byItems },
          ]}
        />
      ) : null}
      {!isByItems ? (
        <AmountPad
          text={state.text}
          unit={cash}
          onText={(text) => change({ text })}
          onEnter={() => formElement.current?.requestSubmit()}
        />
      ) : items.isPending ? (
        <Skeleton rows lines={3} />
      ) : (
        <div className="counter-items">
          <ItemTiles
            items={offered}
            basket={state.basket}
            onAdd={(id) => change({ basket: changeBasket(state.basket, id, 1) })}
          />
          <Ticket
            lines={lines}
            onChange={(id, step) => change({ basket: changeBasket(state.basket, id, step) })}
            onClear={() => change({ basket: {} })}
          />
          {offered.length < (items.data?.length ?? 0) ? (
            <p className="text-soft text-small">{words.otherCurrency(names.currency(cash.currency))}</p>
          ) : null}
        </div>
      )}
      <div className="counter-bar">
        {charge.error ? <Failure error={charge.error} effect={words.notCharged} /> : null}
        <ChargeButton
          amount={amount}
          unit={cash}
          isPending={charge.isPending}
          missing={isByItems ? words.pickItems : form.enterAmount}
        />
      </div>
      {items.isError ? <p className="text-soft text-small">{words.itemsFailed}</p> : null}
      {items.data?.length === 0 ? (
        <div className="counter-hint">
          <p className="text-soft text-small">{words.addItemsLead}</p>
          <ButtonLink href="/settings/items" variant="quiet" icon="plus">
            {words.addItems}
          </ButtonLink>
        </div>
      ) : null}
    </form>
  );
}

type ChargeButtonProps = {
  readonly amount: Amount;
  readonly unit: ReturnType<typeof getCash>;
  readonly isPending: boolean;
  /** What is to be done while there is nothing to charge. */
  readonly missing: string;
};

function ChargeButton({ amount, unit, isPending, missing }: ChargeButtonProps) {
  const words = useMessages(counterMessages);
  const language = useLanguage();
  const isOnline = useOnline();
  return (
    <Button
      type="submit"
      variant="primary"
      wide
      large
      blocked={amount === 0n ? missing : isOnline ? undefined : words.waitForNetwork}
      busy={isPending ? words.charging : undefined}
    >
      {words.charge(formatMoney(amount, unit, language))}
    </Button>
  );
}
