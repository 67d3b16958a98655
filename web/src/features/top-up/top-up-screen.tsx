import { type GatewayWire, type TopUp, type TopUpRequest, topUpResponse } from '@feiqian/domain/api/cash';
import { convertAtPar, encodeAmount, type Money } from '@feiqian/domain/money';
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney } from '../../i18n/money-text.ts';
import { AmountField } from '../../lib/amount-field.tsx';
import { assetMessages } from '../../lib/asset-words.ts';
import { useAssetBook } from '../../lib/assets.ts';
import { BackupGate } from '../../lib/backup-nag.tsx';
import { errorMessages } from '../../lib/error-text.ts';
import { Failure } from '../../lib/failure.tsx';
import { effectOf } from '../../lib/flow.ts';
import { formMessages } from '../../lib/form-words.ts';
import { canMove, gatewaysOf, gatewaysQuery } from '../../lib/gateways.ts';
import { useHoldingsAside } from '../../lib/holdings-aside.tsx';
import { sendJson } from '../../lib/http.ts';
import { readTypedMoney } from '../../lib/typed-money.ts';
import { useFields } from '../../lib/use-fields.ts';
import { useIntentKeys } from '../../lib/use-intent-keys.ts';
import { useWallet } from '../../lib/wallet/wallet-context.tsx';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { topUpMessages } from './messages.ts';
import { recallTopUp, rememberTopUp } from './remembered-top-up.ts';
import { suggestAmounts } from './suggest-amounts.ts';

type Target = 'cash' | 'token';

/** Money in: how much, from where, and kept as what. One press leads to the provider's own page. */
export function TopUpScreen({ displayCurrency }: { readonly displayCurrency: string }) {
  const words = useMessages(topUpMessages);
  const aside = useHoldingsAside();
  const names = useMessages(assetMessages);
  const form = useMessages(formMessages);
  const errors = useMessages(errorMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const { data: allGateways } = useSuspenseQuery(gatewaysQuery);
  const [kept] = useState(() => recallTopUp(book));
  const [{ currency, text, target, chosen }, change] = useFields({
    currency: kept.currency ?? `iso4217:${displayCurrency}`,
    text: '',
    target: (kept.target ?? 'cash') as Target,
    chosen: kept.gateway ?? '',
  });
  const topUp = useTopUp();

  const cash = book.get(currency);
  const token = book.bridge ? book.findPar(currency) : undefined;
  const { gateways, min, max } = gatewaysOf(allGateways, currency, 'pay-in');
  const typed = readTypedMoney(text, cash.decimals, { min, max });
  const fitting = typed.state === 'ok' ? gateways.filter((gateway) => canMove(gateway, typed.amount)) : gateways;
  const gateway = fitting.find(({ name }) => name === chosen) ?? fitting[0];
  const range =
    min !== undefined && max !== undefined
      ? words.range(formatMoney(min, cash, language), formatMoney(max, cash, language))
      : '';
  const blocked =
    typed.state === 'empty'
      ? form.enterAmount
      : typed.state === 'wrong'
        ? errors[typed.code].title
        : gateway
          ? undefined
          : words.noGateway;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed.state !== 'ok' || !gateway) return;
    rememberTopUp({ gateway: gateway.name, currency, target });
    topUp.start({
      gateway,
      money: { asset: currency, amount: typed.amount },
      token: target === 'token' ? token?.id : undefined,
    });
  };

  return (
    <Page title={words.title} back="/" detail={aside}>
      <form className="stack stack--wide" onSubmit={submit} noValidate>
        <AmountField
          text={text}
          onText={(value) => change({ text: value })}
          unit={cash}
          typed={typed}
          suggestions={suggestAmounts(cash, min, max)}
        />
        <Segmented
          legend={words.currency}
          value={currency}
          onChange={(value) => change({ currency: value })}
          choices={book.assets
            .filter(({ kind }) => kind === 'cash')
            .map(({ id, symbol }) => ({ value: id, label: names.currency(symbol) }))}
        />
        {token ? (
          <Segmented
            legend={words.target}
            value={target}
            onChange={(value) => change({ target: value })}
            choices={[
              { value: 'cash', label: words.targetCash, detail: words.targetCashDetail },
              { value: 'token', label: words.targetToken(token.symbol), detail: words.targetTokenDetail },
            ]}
          />
        ) : null}
        <Select
          label={words.method}
          value={gateway?.name ?? ''}
          onChange={(event) => change({ chosen: event.target.value })}
          options={fitting.map(({ name, title }) => ({ value: name, label: title[language] }))}
          hint={range ? words.noGatewayBody(range) : undefined}
        />
        <MaybeGate isTokens={target === 'token' && token !== undefined}>
          {topUp.error ? (
            <Failure
              error={topUp.error}
              effect={effectOf(topUp.error) === 'none' ? form.nothingMoved : form.notKnown}
            />
          ) : null}
          <Button
            type="submit"
            variant="primary"
            wide
            large
            blocked={blocked}
            busy={topUp.isGoing ? words.going : undefined}
          >
            {gateway && typed.state === 'ok'
              ? words.pay(formatMoney(typed.amount, cash, language), gateway.title[language])
              : words.title}
          </Button>
          <p className="text-soft text-small">
            {words.fine}
            {target === 'token' && token && typed.state === 'ok'
              ? words.fineToken(formatMoney(convertAtPar(typed.amount, cash.decimals, token.decimals), token, language))
              : null}
          </p>
        </MaybeGate>
      </form>
    </Page>
  );
}

/** Only tokens hang on the recovery phrase. */
function MaybeGate({ isTokens, children }: { readonly isTokens: boolean; readonly children: ReactNode }) {
  const content = <div className="stack">{children}</div>;
  return isTokens ? <BackupGate>{content}</BackupGate> : content;
}

type TopUpDraft = { readonly gateway: GatewayWire; readonly money: Money; readonly token: string | undefined };

/** Begins a top-up and leaves for the provider's page. */
function useTopUp() {
  const [, navigate] = useLocation();
  const client = useQueryClient();
  const { address } = useWallet();
  const { keyFor, renew } = useIntentKeys();
  const { mutate, reset, isPending, isSuccess, error } = useMutation({
    mutationFn: (body: TopUpRequest): Promise<TopUp> =>
      sendJson({ path: '/v1/top-ups', body, schema: topUpResponse, idempotencyKey: keyFor(body) }),
    onSuccess: ({ redirectUrl, historyId }) => {
      renew();
      void client.invalidateQueries({ queryKey: ['history'] });
      if (redirectUrl) location.assign(redirectUrl);
      else navigate(`/history/${historyId}`);
    },
  });
  useEffect(() => {
    // Coming back with the browser's own button may bring this very page back to life, still on its way out.
    const onShow = (event: PageTransitionEvent) => {
      if (event.persisted) reset();
    };
    window.addEventListener('pageshow', onShow);
    return () => window.removeEventListener('pageshow', onShow);
  }, [reset]);
  const start = ({ gateway, money, token }: TopUpDraft) => {
    if (isPending || isSuccess) return;
    mutate({
      gateway: gateway.name,
      money: { asset: money.asset, amount: encodeAmount(money.amount) },
      target: token === undefined ? { kind: 'cash' } : { kind: 'token', token, address },
    });
  };
  return { start, error, isGoing: isPending || isSuccess };
}
