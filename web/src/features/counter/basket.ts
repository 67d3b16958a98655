import type { ItemWire } from '@feiqian/domain/api/items';
import { type Amount, decodeAmount, toAmount } from '@feiqian/domain/money';

/** How many of which items, by their ids. */
export type Basket = Readonly<Record<string, number>>;

/** One item of a basket with what so many of it cost. */
export type BasketLine = { readonly item: ItemWire; readonly quantity: number; readonly amount: Amount };

/** Of one item: a slip of the finger makes no thousand of them. */
export const quantityMax = 99;
// Of a payment request's description.
const descriptionMax = 140;

/** One more or one less of an item; none is not in the basket. */
export function changeBasket(basket: Basket, id: string, step: 1 | -1): Basket {
  const quantity = Math.min(Math.max((basket[id] ?? 0) + step, 0), quantityMax);
  const { [id]: _before, ...others } = basket;
  return quantity === 0 ? others : { ...others, [id]: quantity };
}

/** The lines of a basket in the order of the items. What the shop does not sell any more is in none of them. */
export function readBasket(basket: Basket, items: readonly ItemWire[]): BasketLine[] {
  return items.flatMap((item) => {
    const quantity = basket[item.id] ?? 0;
    if (quantity === 0) return [];
    return [{ item, quantity, amount: toAmount(decodeAmount(item.money.amount) * BigInt(quantity)) }];
  });
}

/** What all lines cost together; they have one currency. */
export function sumLines(lines: readonly BasketLine[]): Amount {
  return toAmount(lines.reduce((sum, { amount }) => sum + amount, 0n));
}

/** How a language writes a list of items. */
export type ListWords = {
  readonly line: (name: string, quantity: number) => string;
  readonly separator: string;
  /** What stands for so many further lines. */
  readonly more: (count: number) => string;
};

/** The lines as the payer reads them, at most 140 characters: what has no room is counted. */
export function describeLines(lines: readonly BasketLine[], { line, separator, more }: ListWords): string {
  const parts = lines.map(({ item, quantity }) => line(item.name, quantity));
  for (let shown = parts.length; shown > 0; shown -= 1) {
    const rest = parts.length - shown;
    const text = parts.slice(0, shown).join(separator) + (rest === 0 ? '' : more(rest));
    if (text.length <= descriptionMax) return text;
  }
  return '';
}
