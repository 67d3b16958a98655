import { convertAtPar, toAmount } from '@feiqian/domain/money';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney } from '../../i18n/money-text.ts';
import { AmountField } from '../../lib/amount-field.tsx';
import { assetMessages } from '../../lib/asset-words.ts';
import { useAssetBook } from '../../lib/assets.ts';
import { availableOf, balancesQuery } from '../../lib/balances.ts';
import { errorMessages } from '../../lib/error-text.ts';
import { formMessages } from '../../lib/form-words.ts';
import { useHoldingsAside } from '../../lib/holdings-aside.tsx';
import { readTypedMoney } from '../../lib/typed-money.ts';
import { useFields } from '../../lib/use-fields.ts';
import { useFlow } from '../../lib/use-flow.ts';
import { useWallet } from '../../lib/wallet/wallet-context.tsx';
import { AmountText } from '../../ui/amount-text.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { Facts } from '../../ui/receipt.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { type ConversionDraft, convert, draftConversion, redeemable, suggestConversion } from './conversion.ts';
import { ConvertReview } from './convert-review.tsx';
import { convertMessages } from './messages.ts';

type Direction = ConversionDraft['direction'];
type Fields = { readonly direction: Direction; readonly currency: string; readonly amount: string };

/** Cash to tokens and back, at par: which way, how much, one look. */
export function ConvertScreen({ displayCurrency }: { readonly displayCurrency: string }) {
  const words = useMessages(convertMessages);
  const aside = useHoldingsAside();
  const book = useAssetBook();
  const wallet = useWallet();
  const { data: balances } = useSuspenseQuery(balancesQuery);
  const [fields, change] = useFields<Fields>({
    ...suggestConversion(balances, book, `iso4217:${displayCurrency}`, wallet.address),
    amount: '',
  });
  const flow = useFlow((draft: ConversionDraft) => convert(wallet, draft));
  return (
    <Page title={words.title} back="/" detail={aside}>
      {book.bridge ? (
        <ConvertForm fields={fields} change={change} onDraft={flow.review} />
      ) : (
        <EmptyState icon="convert" title={words.off}>
          {words.offBody}
        </EmptyState>
      )}
      <ConvertReview flow={flow} onClose={() => change({ amount: '' })} />
    </Page>
  );
}

type ConvertFormProps = {
  readonly fields: Fields;
  readonly change: (part: Partial<Fields>) => void;
  readonly onDraft: (draft: ConversionDraft) => void;
};

function ConvertForm({ fields, change, onDraft }: ConvertFormProps) {
  const words = useMessages(convertMessages);
  const form = useMessages(formMessages);
  const names = useMessages(assetMessages);
  const errors = useMessages(errorMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const { address } = useWallet();
  const { data: balances } = useSuspenseQuery(balancesQuery);
  const cash = book.get(fields.currency);
  const token = book.get(book.findPar(fields.currency)?.id ?? '');
  const [given, taken] = fields.direction === 'issue' ? [cash, token] : [token, cash];
  const held = availableOf(balances, given.id, given.kind === 'token' ? address : undefined);
  const available = given.kind === 'token' ? redeemable(held, token.decimals, cash.decimals) : held;
  const dust = toAmount(held - available);
  // Both ways count in whole cash units, so the amount is typed in them.
  const typed = readTypedMoney(fields.amount, cash.decimals, {
    available: given.kind === 'token' ? convertAtPar(available, token.decimals, cash.decimals) : available,
  });
  const amount = typed.state === 'ok' ? convertAtPar(typed.amount, cash.decimals, given.decimals) : undefined;
  const blocked =
    typed.state === 'empty' ? form.enterAmount : typed.state === 'wrong' ? errors[typed.code].title : undefined;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (amount !== undefined)
      onDraft(
        draftConversion(book, { from: given.id, amount, address, nowSeconds: BigInt(Math.floor(Date.now() / 1000)) }),
      );
  };

  return (
    <form className="stack stack--wide" onSubmit={submit} noValidate>
      <Segmented
        legend={words.direction}
        legendHidden
        value={fields.direction}
        onChange={(direction) => change({ direction })}
        choices={[
          { value: 'issue', label: words.toToken, detail: words.toTokenDetail },
          { value: 'redeem', label: words.toCash, detail: words.toCashDetail },
        ]}
      />
      <Segmented
        legend={words.pair}
        value={fields.currency}
        onChange={(currency) => change({ currency })}
        choices={book.assets
          .filter(({ id, kind }) => kind === 'cash' && book.findPar(id))
          .map(({ id, symbol }) => ({
            value: id,
            label: `${names.currency(symbol)} · ${book.findPar(id)?.symbol ?? ''}`,
          }))}
      />
      {available === 0n ? (
        <EmptyState
          icon="convert"
          title={words.emptyTitle}
          action={
            <ButtonLink href="/top-up" variant="primary">
              {words.topUp}
            </ButtonLink>
          }
        >
          {given.kind === 'token' ? words.emptyToken : words.emptyCash}
        </EmptyState>
      ) : (
        <>
          <AmountField
            text={fields.amount}
            onText={(value) => change({ amount: value })}
            unit={{ ...given, decimals: cash.decimals }}
            typed={typed}
            available={given.kind === 'token' ? convertAtPar(available, token.decimals, cash.decimals) : available}
            keeps={dust > 0n ? words.keeps(formatMoney(dust, given, language)) : undefined}
          />
          <Facts
            facts={[
              {
                label: words.youGet,
                value:
                  amount === undefined ? (
                    '—'
                  ) : (
                    <AmountText amount={convertAtPar(amount, given.decimals, taken.decimals)} unit={taken} shown />
                  ),
                note: words.atPar,
              },
            ]}
          />
          <Button type="submit" variant="primary" wide large blocked={blocked}>
            {form.review}
          </Button>
        </>
      )}
    </form>
  );
}
