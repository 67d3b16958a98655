import { type ItemWire, itemSchema } from '@feiqian/domain/api/items';
import { decodeAmount, encodeAmount } from '@feiqian/domain/money';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { commonMessages } from '../../i18n/common.ts';
import { useMessages } from '../../i18n/language-context.tsx';
import { AmountField } from '../../lib/amount-field.tsx';
import { assetMessages } from '../../lib/asset-words.ts';
import { useAssetBook } from '../../lib/assets.ts';
import { errorMessages } from '../../lib/error-text.ts';
import { Failure } from '../../lib/failure.tsx';
import { sendJson } from '../../lib/http.ts';
import { itemsPath, itemsQuery } from '../../lib/items.ts';
import { useDisplayCurrency } from '../../lib/me.ts';
import { readTypedMoney, toTypedText } from '../../lib/typed-money.ts';
import { useFields } from '../../lib/use-fields.ts';
import { useIntentKeys } from '../../lib/use-intent-keys.ts';
import { Button } from '../../ui/button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { useToast } from '../../ui/toast.tsx';
import { itemMessages } from './messages.ts';

type ItemSheetProps = {
  /** The one that changes; without it one is added. */
  readonly item?: ItemWire | undefined;
  readonly onClose: () => void;
};

type ItemBody = Pick<ItemWire, 'name' | 'money'>;

/** Takes a name and a price, for an item that there is or for another one. */
export function ItemSheet({ item, onClose }: ItemSheetProps) {
  const words = useMessages(itemMessages);
  const client = useQueryClient();
  const showToast = useToast();
  const { keyFor } = useIntentKeys();
  const { mutate, isPending, error } = useMutation({
    mutationFn: (body: ItemBody) =>
      item
        ? sendJson({ method: 'PATCH', path: `${itemsPath}/${item.id}`, body, schema: itemSchema })
        : sendJson({ path: itemsPath, body, schema: itemSchema, idempotencyKey: keyFor(body) }),
    onSuccess: async () => {
      await client.invalidateQueries(itemsQuery);
      showToast(item ? words.saved : words.added);
      onClose();
    },
  });
  return (
    <Sheet title={item ? words.editTitle : words.create} onClose={onClose} locked={isPending}>
      <ItemForm
        item={item}
        isPending={isPending}
        error={error}
        onCancel={onClose}
        onSubmit={(body) => isPending || mutate(body)}
      />
    </Sheet>
  );
}

type ItemFormProps = {
  readonly item: ItemWire | undefined;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly onCancel: () => void;
  readonly onSubmit: (body: ItemBody) => void;
};

function ItemForm({ item, isPending, error, onCancel, onSubmit }: ItemFormProps) {
  const words = useMessages(itemMessages);
  const common = useMessages(commonMessages);
  const names = useMessages(assetMessages);
  const errors = useMessages(errorMessages);
  const book = useAssetBook();
  const displayCurrency = useDisplayCurrency();
  const [{ name, text, currency }, change] = useFields(toFields(item, `iso4217:${displayCurrency}`, book));
  const cash = book.get(currency);
  const typed = readTypedMoney(text, cash.decimals);
  const missing =
    typed.state === 'empty' ? words.enterPrice : typed.state === 'wrong' ? errors[typed.code].title : undefined;
  const blocked = name.trim() === '' ? words.enterName : missing;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (blocked !== undefined || typed.state !== 'ok') return;
    onSubmit({ name: name.trim(), money: { asset: currency, amount: encodeAmount(typed.amount) } });
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <TextInput
        label={words.name}
        hint={words.nameHint}
        autoComplete="off"
        maxLength={80}
        value={name}
        onChange={(event) => change({ name: event.target.value })}
      />
      <AmountField
        label={words.price}
        text={text}
        onText={(value) => change({ text: value })}
        unit={cash}
        typed={typed}
        autoFocus={false}
      />
      <Segmented
        legend={words.currency}
        value={currency}
        onChange={(value) => change({ currency: value })}
        choices={book.assets
          .filter(({ kind }) => kind === 'cash')
          .map(({ id, symbol }) => ({ value: id, label: names.currency(symbol) }))}
      />
      {item ? <p className="text-soft text-small">{words.editHint}</p> : null}
      {error ? <Failure error={error} effect={item ? words.notSaved : words.notMade} /> : null}
      <div className="row">
        <Button
          type="submit"
          variant="primary"
          blocked={blocked}
          busy={isPending ? (item ? words.saving : words.making) : undefined}
        >
          {item ? words.save : words.create}
        </Button>
        <Button onClick={onCancel}>{common.cancel}</Button>
      </div>
    </form>
  );
}

function toFields(item: ItemWire | undefined, currency: string, book: ReturnType<typeof useAssetBook>) {
  if (!item) return { name: '', text: '', currency };
  const { asset, amount } = item.money;
  return { name: item.name, text: toTypedText(decodeAmount(amount), book.get(asset).decimals), currency: asset };
}
