import { type ItemWire, itemSchema } from '@feiqian/domain/api/items';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useMessages } from '../../i18n/language-context.tsx';
import { Failure } from '../../lib/failure.tsx';
import { sendJson } from '../../lib/http.ts';
import { itemsPath, itemsQuery } from '../../lib/items.ts';
import { IconButton } from '../../ui/button.tsx';
import { List, ListRow } from '../../ui/list.tsx';
import { itemMessages } from './messages.ts';
import { moveItem } from './move-item.ts';

const moving = ['items', 'move'] as const;

/** The items with keys that move each of them by one place. */
export function ArrangeList({ items }: { readonly items: readonly ItemWire[] }) {
  const words = useMessages(itemMessages);
  const client = useQueryClient();
  // A row that the browser takes out and puts in again loses the focus of its button.
  const pressed = useRef<Element | null>(null);
  const { mutate, variables, error } = useMutation({
    mutationKey: moving,
    // One after the other, in the order in which they were pressed.
    scope: { id: 'items' },
    mutationFn: ({ item, place }: { readonly item: ItemWire; readonly place: number }) =>
      sendJson({ method: 'PATCH', path: `${itemsPath}/${item.id}`, body: { place }, schema: itemSchema }),
    onSettled: () => {
      if (client.isMutating({ mutationKey: moving }) === 1) void client.invalidateQueries(itemsQuery);
    },
  });
  const move = (item: ItemWire, place: number) => {
    pressed.current = document.activeElement;
    void client.cancelQueries(itemsQuery);
    client.setQueryData(itemsQuery.queryKey, (shown) => shown && moveItem(shown, item.id, place));
    mutate({ item, place });
  };
  const order = items.map(({ id }) => id).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever the order has changed
  useEffect(() => {
    if (pressed.current instanceof HTMLElement) pressed.current.focus();
    pressed.current = null;
  }, [order]);
  return (
    <div className="stack">
      {error ? <Failure error={error} effect={words.notMoved} /> : null}
      <List label={words.list}>
        {items.map((item, index) => (
          <ListRow
            key={item.id}
            title={item.name}
            end={
              <span className="row">
                <IconButton
                  icon="arrowUp"
                  label={words.up(item.name)}
                  idle={index === 0}
                  onClick={() => move(item, index - 1)}
                />
                <IconButton
                  icon="arrowDown"
                  label={words.down(item.name)}
                  idle={index === items.length - 1}
                  onClick={() => move(item, index + 1)}
                />
              </span>
            }
          />
        ))}
      </List>
      <p className="visually-hidden" role="status">
        {variables ? words.movedTo(variables.item.name, `${variables.place + 1}`) : null}
      </p>
    </div>
  );
}
