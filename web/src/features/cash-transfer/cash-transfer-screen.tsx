import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney } from '../../i18n/money-text.ts';
import { KnownWays } from '../../lib/address-book/known-ways.tsx';
import { nameOf, useKnownAs } from '../../lib/address-book/use-address-book.ts';
import { AmountField } from '../../lib/amount-field.tsx';
import { assetMessages } from '../../lib/asset-words.ts';
import { useAssetBook } from '../../lib/assets.ts';
import { availableOf, balancesQuery } from '../../lib/balances.ts';
import { codeOf } from '../../lib/error-code.ts';
import { errorMessages, toErrorLine } from '../../lib/error-text.ts';
import { FlowSheet } from '../../lib/flow-sheet.tsx';
import { formMessages } from '../../lib/form-words.ts';
import { useHoldingsAside } from '../../lib/holdings-aside.tsx';
import { isName, personQuery } from '../../lib/people.ts';
import { readTypedMoney } from '../../lib/typed-money.ts';
import { useFields } from '../../lib/use-fields.ts';
import { useFlow } from '../../lib/use-flow.ts';
import { useSettled } from '../../lib/use-settled.ts';
import { useWallet } from '../../lib/wallet/wallet-context.tsx';
import { AmountText } from '../../ui/amount-text.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { Facts, Receipt } from '../../ui/receipt.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { cashTransferMessages } from './messages.ts';
import { type CashTransferDraft, sendCashTransfer } from './queries.ts';

type Fields = { readonly to: string; readonly currency: string; readonly amount: string; readonly note: string };

/** Cash to somebody on this service, by e-mail or handle. */
export function CashTransferScreen() {
  const words = useMessages(cashTransferMessages);
  const aside = useHoldingsAside();
  const form = useMessages(formMessages);
  const language = useLanguage();
  const [, navigate] = useLocation();
  const [query] = useSearchParams();
  const book = useAssetBook();
  const { data: balances } = useSuspenseQuery(balancesQuery);
  const currencies = book.assets.filter(({ kind, id }) => kind === 'cash' && availableOf(balances, id) > 0n);
  const [fields, change] = useFields<Fields>({
    to: query.get('to') ?? '',
    currency: currencies[0]?.id ?? '',
    amount: '',
    note: '',
  });
  const { userId } = useWallet();
  const flow = useFlow((draft: CashTransferDraft) => sendCashTransfer(userId, draft));
  return (
    <Page title={words.title} back="/" detail={aside}>
      <Segmented
        legend={words.what}
        legendHidden
        value="cash"
        onChange={() => navigate('/send', { replace: true })}
        choices={[
          { value: 'tokens', label: words.tokens, detail: words.tokensDetail },
          { value: 'cash', label: words.cash, detail: words.cashDetail },
        ]}
      />
      {currencies.some(({ id }) => id === fields.currency) ? (
        <CashTransferForm fields={fields} change={change} onDraft={flow.review} />
      ) : (
        <EmptyState
          icon="cash"
          title={words.nothingTitle}
          action={
            <ButtonLink href="/top-up" variant="primary">
              {words.topUp}
            </ButtonLink>
          }
        >
          {words.nothingBody}
        </EmptyState>
      )}
      <FlowSheet
        flow={flow}
        title={words.review}
        receipt={(draft, isSealed) => <CashReceipt draft={draft} isSealed={isSealed} />}
        action={({ amount, asset, handle }) => words.send(formatMoney(amount, book.get(asset), language), handle)}
        doneTitle={({ handle }) => words.sent(handle)}
        busy={form.sending}
        followHref={({ historyId }) => `/history/${historyId}`}
        onClose={() => navigate('/')}
      />
    </Page>
  );
}

function CashReceipt({ draft, isSealed }: { readonly draft: CashTransferDraft; readonly isSealed: boolean }) {
  const form = useMessages(formMessages);
  const unit = useAssetBook().get(draft.asset);
  const known = useKnownAs()('handle', draft.handle);
  const facts = [
    { label: form.to, value: <strong>{known ? `${nameOf(known)} @${draft.handle}` : `@${draft.handle}`}</strong> },
    { label: form.theyReceive, value: <AmountText amount={draft.amount} unit={unit} /> },
    { label: form.fee, value: form.noFee },
    { label: form.when, value: form.atOnce },
    ...(draft.note.trim() ? [{ label: form.note, value: draft.note }] : []),
  ];
  return (
    <Receipt sealed={isSealed} counterpart={<Facts facts={facts} />}>
      <div>
        <p className="text-soft text-small">{form.youSend}</p>
        <AmountText amount={draft.amount} unit={unit} size="hero" />
      </div>
    </Receipt>
  );
}

type FormProps = {
  readonly fields: Fields;
  readonly change: (part: Partial<Fields>) => void;
  readonly onDraft: (draft: CashTransferDraft) => void;
};

function CashTransferForm({ fields, change, onDraft }: FormProps) {
  const words = useMessages(cashTransferMessages);
  const form = useMessages(formMessages);
  const names = useMessages(assetMessages);
  const errors = useMessages(errorMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const { data: balances } = useSuspenseQuery(balancesQuery);
  const name = fields.to.trim();
  const settled = useSettled(name);
  const person = useQuery(personQuery(settled));
  const isLooking = name !== settled || person.isLoading;
  const unit = book.get(fields.currency);
  const available = availableOf(balances, unit.id);
  const typed = readTypedMoney(fields.amount, unit.decimals, { available });
  const currencies = book.assets.filter(({ kind, id }) => kind === 'cash' && availableOf(balances, id) > 0n);
  const personError = person.error ? errors[codeOf(person.error)] : undefined;
  const blocked = !isName(name)
    ? words.enterRecipient
    : isLooking
      ? words.looking
      : personError
        ? personError.title
        : typed.state === 'empty'
          ? form.enterAmount
          : typed.state === 'wrong'
            ? errors[typed.code].title
            : undefined;
  const knownAs = useKnownAs();
  const handle = person.data?.handle ?? '';
  const known = knownAs('handle', handle) ?? (name.includes('@') ? knownAs('email', name.toLowerCase()) : undefined);
  const found = known ? `${handle} · ${nameOf(known)}` : handle;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (blocked !== undefined || typed.state !== 'ok' || !person.data || isLooking) return;
    const { handle } = person.data;
    onDraft(
      Object.freeze({
        idempotencyKey: crypto.randomUUID(),
        handle,
        asset: unit.id,
        amount: typed.amount,
        note: fields.note,
      }),
    );
  };
  return (
    <form className="stack stack--wide" onSubmit={submit} noValidate>
      <TextInput
        label={words.to}
        placeholder={words.toPlaceholder}
        hint={person.data && !isLooking ? words.found(found) : words.toHint}
        autoComplete="off"
        autoFocus
        autoCapitalize="none"
        autoCorrect="off"
        inputMode="email"
        spellCheck={false}
        maxLength={254}
        value={fields.to}
        onChange={(event) => change({ to: event.target.value })}
        error={personError && !isLooking ? toErrorLine(personError, language) : undefined}
      />
      {person.data ? null : <KnownWays kinds={['handle', 'email']} text={name} onChoose={(to) => change({ to })} />}
      {currencies.length > 1 ? (
        <Segmented
          legend={words.currency}
          value={fields.currency}
          onChange={(currency) => change({ currency, amount: '' })}
          choices={currencies.map(({ id, symbol }) => ({ value: id, label: names.currency(symbol) }))}
        />
      ) : null}
      <AmountField
        text={fields.amount}
        onText={(amount) => change({ amount })}
        unit={unit}
        typed={typed}
        available={available}
        autoFocus={false}
      />
      <TextInput
        label={form.note}
        hint={form.noteHint}
        optional
        enterKeyHint="done"
        maxLength={140}
        value={fields.note}
        onChange={(event) => change({ note: event.target.value })}
      />
      <Button type="submit" variant="primary" wide large blocked={blocked}>
        {words.review}
      </Button>
    </form>
  );
}
