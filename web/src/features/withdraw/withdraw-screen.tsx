import { type WithdrawalRequest, withdrawalResponse } from '@feiqian/domain/api/cash';
import { encodeAmount } from '@feiqian/domain/money';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { AmountField } from '../../lib/amount-field.tsx';
import { assetMessages } from '../../lib/asset-words.ts';
import { useAssetBook } from '../../lib/assets.ts';
import { availableOf, balancesQuery } from '../../lib/balances.ts';
import { BankAccountFields } from '../../lib/bank-account-fields.tsx';
import { readBankNumber } from '../../lib/bank-number.ts';
import { bankMessages } from '../../lib/bank-words.ts';
import { errorMessages } from '../../lib/error-text.ts';
import { formMessages } from '../../lib/form-words.ts';
import { canMove, gatewaysOf, gatewaysQuery } from '../../lib/gateways.ts';
import { useHoldingsAside } from '../../lib/holdings-aside.tsx';
import { sendJson } from '../../lib/http.ts';
import { readTypedMoney } from '../../lib/typed-money.ts';
import { useFields } from '../../lib/use-fields.ts';
import { useFlow } from '../../lib/use-flow.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Select } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { withdrawMessages } from './messages.ts';
import { findBlock, type WithdrawFields } from './withdraw-form.ts';
import { type WithdrawDraft, WithdrawReview } from './withdraw-review.tsx';

/** Cash to a bank account: how much, whose, which, one look, and it is on its way. */
export function WithdrawScreen({ displayCurrency }: { readonly displayCurrency: string }) {
  const words = useMessages(withdrawMessages);
  const aside = useHoldingsAside();
  const book = useAssetBook();
  const { data: balances } = useSuspenseQuery(balancesQuery);
  const held = book.assets.filter(({ kind, id }) => kind === 'cash' && availableOf(balances, id) > 0n);
  const hasTokens = book.assets.some(({ kind, id }) => kind === 'token' && availableOf(balances, id) > 0n);
  const preferred = held.find(({ id }) => id === `iso4217:${displayCurrency}`) ?? held[0];
  const [fields, change] = useFields<WithdrawFields>({
    currency: preferred?.id ?? '',
    amount: '',
    holder: '',
    number: '',
    gateway: '',
  });
  const flow = useFlow(({ body, idempotencyKey }: WithdrawDraft) =>
    sendJson({ path: '/v1/withdrawals', body, schema: withdrawalResponse, idempotencyKey }),
  );
  return (
    <Page title={words.title} back="/" detail={aside}>
      {preferred ? (
        <WithdrawForm
          fields={{ ...fields, currency: fields.currency || preferred.id }}
          change={change}
          onDraft={flow.review}
        />
      ) : (
        <EmptyState
          icon="bank"
          title={words.emptyTitle}
          action={
            hasTokens ? (
              <ButtonLink href="/convert" variant="primary">
                {words.convert}
              </ButtonLink>
            ) : (
              <ButtonLink href="/top-up" variant="primary">
                {words.topUp}
              </ButtonLink>
            )
          }
        >
          {hasTokens ? words.emptyBody : words.emptyAll}
        </EmptyState>
      )}
      <WithdrawReview flow={flow} onClose={() => change({ amount: '' })} />
    </Page>
  );
}

type WithdrawFormProps = {
  readonly fields: WithdrawFields;
  readonly change: (part: Partial<WithdrawFields>) => void;
  readonly onDraft: (draft: WithdrawDraft) => void;
};

function WithdrawForm({ fields, change, onDraft }: WithdrawFormProps) {
  const words = useMessages(withdrawMessages);
  const bank = useMessages(bankMessages);
  const form = useMessages(formMessages);
  const names = useMessages(assetMessages);
  const errors = useMessages(errorMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const { data: balances } = useSuspenseQuery(balancesQuery);
  const { data: allGateways } = useSuspenseQuery(gatewaysQuery);
  const cash = book.get(fields.currency);
  const available = availableOf(balances, cash.id);
  const { gateways, min, max } = gatewaysOf(allGateways, cash.id, 'pay-out');
  const typed = readTypedMoney(fields.amount, cash.decimals, { available, min, max });
  const fitting = typed.state === 'ok' ? gateways.filter((gateway) => canMove(gateway, typed.amount)) : gateways;
  const gateway = fitting.find(({ name }) => name === fields.gateway) ?? fitting[0];
  const block = findBlock(fields, typed, gateway);
  const blockWords = {
    amount: form.enterAmount,
    amountWrong: typed.state === 'wrong' ? errors[typed.code].title : '',
    gateway: words.noGateway,
    ...bank.blocks,
  } as const;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const number = readBankNumber(fields.number);
    if (typed.state !== 'ok' || !gateway || number === undefined || block !== undefined) return;
    const body: WithdrawalRequest = {
      gateway: gateway.name,
      money: { asset: cash.id, amount: encodeAmount(typed.amount) },
      bankAccount: { holder: fields.holder.trim(), number },
    };
    onDraft(Object.freeze({ body, gatewayTitle: gateway.title[language], idempotencyKey: crypto.randomUUID() }));
  };

  return (
    <form className="stack stack--wide" onSubmit={submit} noValidate>
      <AmountField
        text={fields.amount}
        onText={(amount) => change({ amount })}
        unit={cash}
        typed={typed}
        available={available}
      />
      <Segmented
        legend={words.currency}
        value={fields.currency}
        onChange={(currency) => change({ currency })}
        choices={book.assets
          .filter(({ kind }) => kind === 'cash')
          .map(({ id, symbol }) => ({ value: id, label: names.currency(symbol) }))}
      />
      <BankAccountFields
        holder={fields.holder}
        number={fields.number}
        isNumberWrong={block === 'numberWrong'}
        change={change}
      />
      {fitting.length > 1 ? (
        <Select
          label={bank.method}
          value={gateway?.name ?? ''}
          onChange={(event) => change({ gateway: event.target.value })}
          options={fitting.map(({ name, title }) => ({ value: name, label: title[language] }))}
        />
      ) : null}
      <Button type="submit" variant="primary" wide large blocked={block === undefined ? undefined : blockWords[block]}>
        {form.review}
      </Button>
    </form>
  );
}
