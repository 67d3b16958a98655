import type { ItemWire } from '@feiqian/domain/api/items';
import { decodeAmount } from '@feiqian/domain/money';
import { useRef } from 'react';
import { useMessages } from '../../i18n/language-context.tsx';
import { AmountText } from '../../ui/amount-text.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { type Basket, type BasketLine, quantityMax } from './basket.ts';
import { getCash } from './charge-words.ts';
import { counterMessages } from './messages.ts';

type ItemTilesProps = {
  readonly items: readonly ItemWire[];
  readonly basket: Basket;
  readonly onAdd: (id: string) => void;
};

/** What can be tapped: each tap is one more. */
export function ItemTiles({ items, basket, onAdd }: ItemTilesProps) {
  const words = useMessages(counterMessages);
  return (
    <ul className="counter-tiles" aria-label={words.items}>
      {items.map(({ id, name, money }) => {
        const quantity = basket[id] ?? 0;
        return (
          <li key={id}>
            <button type="button" className="counter-tile" onClick={() => onAdd(id)}>
              <span className="counter-tile__name">{name}</span>
              <AmountText amount={decodeAmount(money.amount)} unit={getCash(money.asset)} shown />
              {quantity > 0 ? (
                <span className="counter-tile__count">
                  <span aria-hidden="true">×{quantity}</span>
                  <span className="visually-hidden"> {words.picked(`${quantity}`)}</span>
                </span>
              ) : null}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

type TicketProps = {
  readonly lines: readonly BasketLine[];
  readonly onChange: (id: string, step: 1 | -1) => void;
  readonly onClear: () => void;
};

/** What was tapped, line by line, to be mended. */
export function Ticket({ lines, onChange, onClear }: TicketProps) {
  const words = useMessages(counterMessages);
  const heading = useRef<HTMLHeadingElement>(null);
  // The pressed button goes away with its line; the focus must not go with it.
  const change = (line: BasketLine, step: 1 | -1) => {
    if (line.quantity + step === 0) heading.current?.focus();
    onChange(line.item.id, step);
  };
  const clear = () => {
    heading.current?.focus();
    onClear();
  };
  return (
    <section className="counter-ticket section" aria-label={words.ticket}>
      <div className="section__head">
        <h2 className="section__title" ref={heading} tabIndex={-1}>
          {words.ticket}
        </h2>
        {lines.length > 0 ? (
          <Button variant="quiet" onClick={clear}>
            {words.clear}
          </Button>
        ) : null}
      </div>
      {lines.length === 0 ? (
        <p className="text-soft text-small">{words.ticketEmpty}</p>
      ) : (
        <ul aria-label={words.ticket}>
          {lines.map((line) => (
            <li className="counter-line" key={line.item.id}>
              <span className="counter-line__name">{line.item.name}</span>
              <AmountText amount={line.amount} unit={getCash(line.item.money.asset)} shown />
              <span className="counter-line__steps">
                <IconButton icon="minus" label={words.less(line.item.name)} onClick={() => change(line, -1)} />
                <span className="tabular">{line.quantity}</span>
                <IconButton
                  icon="plus"
                  label={words.more(line.item.name)}
                  idle={line.quantity === quantityMax}
                  onClick={() => change(line, 1)}
                />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
