import type { ItemWire } from '@feiqian/domain/api/items';

/** The items in the order that they have once one of them stands at another place, as the service arranges them. */
export function moveItem(items: readonly ItemWire[], id: string, place: number): ItemWire[] {
  const moved = items.filter((item) => item.id === id);
  const others = items.filter((item) => item.id !== id);
  return [...others.slice(0, place), ...moved, ...others.slice(place)].map((item, index) => ({
    ...item,
    place: index,
  }));
}
