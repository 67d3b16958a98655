import type { AssetWire } from '@feiqian/domain/api/chain';
import { paymentRequestSchema } from '@feiqian/domain/api/payments';
import { type Amount, decodeAmount, encodeAmount, toAmount } from '@feiqian/domain/money';
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import type { Address } from 'viem';
import { useLocation, useSearchParams } from 'wouter';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney } from '../../i18n/money-text.ts';
import { AmountField } from '../../lib/amount-field.tsx';
import { assetMessages } from '../../lib/asset-words.ts';
import { useAssetBook } from '../../lib/assets.ts';
import { errorMessages } from '../../lib/error-text.ts';
import { Failure } from '../../lib/failure.tsx';
import { formMessages } from '../../lib/form-words.ts';
import { sendJson } from '../../lib/http.ts';
import { itemsQuery } from '../../lib/items.ts';
import { useMe } from '../../lib/me.ts';
import { readTypedMoney, toTypedText } from '../../lib/typed-money.ts';
import { useFields } from '../../lib/use-fields.ts';
import { useIntentKeys } from '../../lib/use-intent-keys.ts';
import { useWallet } from '../../lib/wallet/wallet-context.tsx';
import { AmountText } from '../../ui/amount-text.tsx';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { Select, TextInput } from '../../ui/field.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { Facts, Receipt } from '../../ui/receipt.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { useIsDesk } from '../../ui/use-is-desk.ts';
import { linksMessages } from './messages.ts';
import { linkQuery } from './queries.ts';
import './links.css';

type NewLink = {
  readonly money: { readonly asset: string; readonly amount: string };
  readonly description: string;
  readonly address?: Address;
  readonly expiresIn?: number;
};

/** How long a link may be paid, in seconds; none is until it is paid. */
const terms = { none: undefined, hour: 3_600, day: 86_400, week: 604_800 } as const;
type Term = keyof typeof terms;

/** What the form begins with. */
type Begun = { readonly currency: string; readonly text: string; readonly description: string };

/** Asks for money: how much and what for; the link is there at once. `?item=…` fills in what the person sells. */
export function NewLinkScreen({ displayCurrency }: { readonly displayCurrency: string }) {
  const [query] = useSearchParams();
  const itemId = query.get('item');
  const nothing = { currency: `iso4217:${displayCurrency}`, text: '', description: '' };
  return itemId === null ? <NewLinkForm begun={nothing} /> : <ItemLinkForm itemId={itemId} otherwise={nothing} />;
}

/** Only the item's id is in the address: what it costs and is called is read anew, and no link can claim otherwise. */
function ItemLinkForm({ itemId, otherwise }: { readonly itemId: string; readonly otherwise: Begun }) {
  const book = useAssetBook();
  const item = useSuspenseQuery(itemsQuery).data.find(({ id }) => id === itemId);
  if (!item) return <NewLinkForm begun={otherwise} />;
  const { asset, amount } = item.money;
  const text = toTypedText(decodeAmount(amount), book.get(asset).decimals);
  return <NewLinkForm begun={{ currency: asset, text, description: item.name }} />;
}

function NewLinkForm({ begun }: { readonly begun: Begun }) {
  const words = useMessages(linksMessages);
  const form = useMessages(formMessages);
  const names = useMessages(assetMessages);
  const errors = useMessages(errorMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const { address } = useWallet();
  const [{ currency, text, description, term }, change] = useFields({ ...begun, term: 'none' as Term });
  const create = useCreateLink();
  const isDesk = useIsDesk();
  const cash = book.get(currency);
  const takesTokens = book.findPar(currency) !== undefined;
  const typed = readTypedMoney(text, cash.decimals);
  const blocked =
    typed.state === 'empty'
      ? form.enterAmount
      : typed.state === 'wrong'
        ? errors[typed.code].title
        : description.trim() === ''
          ? words.enterPurpose
          : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed.state !== 'ok' || blocked !== undefined) return;
    const expiresIn = terms[term];
    create.start({
      money: { asset: currency, amount: encodeAmount(typed.amount) },
      description: description.trim(),
      ...(expiresIn === undefined ? {} : { expiresIn }),
      ...(takesTokens ? { address } : {}),
    });
  };
  const preview = isDesk ? (
    <LinkPreview
      asset={cash}
      amount={typed.state === 'ok' ? typed.amount : toAmount(0n)}
      description={description.trim()}
    />
  ) : undefined;
  return (
    <Page title={words.newTitle} back="/links" detail={preview}>
      <form className="stack stack--wide" onSubmit={submit} noValidate>
        <AmountField text={text} onText={(value) => change({ text: value })} unit={cash} typed={typed} />
        <Segmented
          legend={words.currency}
          value={currency}
          onChange={(value) => change({ currency: value })}
          choices={book.assets
            .filter(({ kind }) => kind === 'cash')
            .map(({ id, symbol }) => ({ value: id, label: names.currency(symbol) }))}
        />
        <TextInput
          label={words.purpose}
          hint={words.purposeHint}
          autoComplete="off"
          enterKeyHint="done"
          maxLength={140}
          value={description}
          onChange={(event) => change({ description: event.target.value })}
        />
        <Select
          label={words.term}
          value={term}
          onChange={({ target }) => change({ term: target.value as Term })}
          options={(Object.keys(terms) as Term[]).map((value) => ({ value, label: words.terms[value] }))}
        />
        {create.error ? <Failure error={create.error} effect={words.notMade} /> : null}
        <Button
          type="submit"
          variant="primary"
          wide
          large
          blocked={blocked}
          busy={create.isPending ? words.making : undefined}
        >
          {typed.state === 'ok' ? words.makeFor(formatMoney(typed.amount, cash, language)) : words.create}
        </Button>
        <p className="text-soft text-small">{takesTokens ? words.fine : words.fineCash}</p>
      </form>
    </Page>
  );
}

type LinkPreviewProps = { readonly asset: AssetWire; readonly amount: Amount; readonly description: string };

/** The slip that the payer will see, while it is filled in: beside the form on a desk, which has the room. */
function LinkPreview({ asset, amount, description }: LinkPreviewProps) {
  const words = useMessages(linksMessages);
  const me = useMe();
  if (!me) return null;
  const purpose = description || <span className="text-soft">{words.previewUntold}</span>;
  return (
    <Section title={words.preview}>
      <Receipt counterpart={<Facts facts={[{ label: words.previewFor, value: purpose, tall: true }]} />}>
        <div className="link-preview__payee">
          <Avatar name={me.handle} />
          <p>{words.previewAsks(me.handle)}</p>
        </div>
        <AmountText amount={amount} unit={asset} size="hero" shown />
      </Receipt>
    </Section>
  );
}

function useCreateLink() {
  const [, navigate] = useLocation();
  const client = useQueryClient();
  const { keyFor, renew } = useIntentKeys();
  const { mutate, isPending, error } = useMutation({
    mutationFn: (body: NewLink) =>
      sendJson({ path: '/v1/payment-requests', body, schema: paymentRequestSchema, idempotencyKey: keyFor(body) }),
    onSuccess: (link) => {
      renew();
      client.setQueryData(linkQuery(link.id).queryKey, link);
      void client.invalidateQueries({ queryKey: ['payment-requests', 'mine'] });
      navigate(`/links/${link.id}`, { replace: true });
    },
  });
  return { start: (body: NewLink) => !isPending && mutate(body), isPending, error };
}
