import type { ItemWire } from '@feiqian/domain/api/items';
import { decodeAmount } from '@feiqian/domain/money';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { commonMessages } from '../../i18n/common.ts';
import { useMessages } from '../../i18n/language-context.tsx';
import { useAssetBook } from '../../lib/assets.ts';
import { Failure } from '../../lib/failure.tsx';
import { nothing, sendJson } from '../../lib/http.ts';
import { itemsPath, itemsQuery } from '../../lib/items.ts';
import { AmountText } from '../../ui/amount-text.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { ItemSheet } from './item-sheet.tsx';
import { itemMessages } from './messages.ts';
import './items.css';

type ItemDetailProps = { readonly item: ItemWire; readonly onRemoved: () => void };

/** One item: what it costs, a link that asks for it, a change, an end. */
export function ItemDetail({ item, onRemoved }: ItemDetailProps) {
  const words = useMessages(itemMessages);
  const book = useAssetBook();
  const [sheet, setSheet] = useState<'edit' | 'remove' | undefined>();
  const close = () => setSheet(undefined);
  return (
    <div className="stack stack--wide">
      <div className="item-head">
        <h2 className="item-head__name">{item.name}</h2>
        <AmountText amount={decodeAmount(item.money.amount)} unit={book.get(item.money.asset)} size="hero" shown />
      </div>
      <div className="row">
        <ButtonLink href={`/links/new?item=${item.id}`} icon="link">
          {words.makeLink}
        </ButtonLink>
        <Button variant="quiet" onClick={() => setSheet('edit')}>
          {words.edit}
        </Button>
        <Button variant="quiet" onClick={() => setSheet('remove')}>
          {words.remove}
        </Button>
      </div>
      {sheet === 'edit' ? <ItemSheet item={item} onClose={close} /> : null}
      {sheet === 'remove' ? <RemoveSheet item={item} onRemoved={onRemoved} onClose={close} /> : null}
    </div>
  );
}

type RemoveSheetProps = ItemDetailProps & { readonly onClose: () => void };

function RemoveSheet({ item, onRemoved, onClose }: RemoveSheetProps) {
  const words = useMessages(itemMessages);
  const common = useMessages(commonMessages);
  const client = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => sendJson({ method: 'DELETE', path: `${itemsPath}/${item.id}`, schema: nothing }),
    onSuccess: () => {
      onClose();
      onRemoved();
      void client.invalidateQueries(itemsQuery);
    },
  });
  return (
    <Sheet title={words.removeTitle(item.name)} onClose={onClose} locked={isPending}>
      <div className="stack">
        <p>{words.removeBody}</p>
        {error ? <Failure error={error} effect={words.notRemoved} /> : null}
        <div className="row">
          <Button variant="danger" busy={isPending ? words.removing : undefined} onClick={() => mutate()}>
            {words.remove}
          </Button>
          <Button onClick={onClose}>{common.cancel}</Button>
        </div>
      </div>
    </Sheet>
  );
}
