import { type PayLimitWire, payLimitMax } from '@feiqian/domain/api/pay-codes';
import { type CashAsset, cashAssets } from '@feiqian/domain/assets';
import { decodeAmount, encodeAmount, toAmount } from '@feiqian/domain/money';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney, formatWholeMoney } from '../../i18n/money-text.ts';
import { AmountField } from '../../lib/amount-field.tsx';
import { Failure } from '../../lib/failure.tsx';
import { formMessages } from '../../lib/form-words.ts';
import { useSettingsAside } from '../../lib/settings-aside.tsx';
import { readTypedMoney, toTypedText } from '../../lib/typed-money.ts';
import { useFields } from '../../lib/use-fields.ts';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { useToast } from '../../ui/toast.tsx';
import { payCodeMessages } from './messages.ts';
import { payLimitsQuery, useSetPayLimit } from './queries.ts';

/** What a counter may take by a pay code without a press: off unless somebody sets it here. */
export function PayLimitScreen({ displayCurrency }: { readonly displayCurrency: string }) {
  const words = useMessages(payCodeMessages);
  const { data: limits } = useSuspenseQuery(payLimitsQuery);
  const cash = cashAssets.find(({ currency }) => currency === displayCurrency) ?? cashAssets[0];
  const limit = limits.find(({ asset }) => asset === cash.id);
  const settings = useSettingsAside('safety');
  return (
    <Page title={words.limitTitle} back="/pay-code" detail={settings}>
      <p>{words.limitLead}</p>
      <LimitForm key={limit === undefined ? 'off' : 'on'} cash={cash} limit={limit} />
    </Page>
  );
}

type LimitFormProps = { readonly cash: CashAsset; readonly limit: PayLimitWire | undefined };

function LimitForm({ cash, limit }: LimitFormProps) {
  const words = useMessages(payCodeMessages);
  const form = useMessages(formMessages);
  const language = useLanguage();
  const showToast = useToast();
  const typedText = (amount: string | undefined) =>
    amount === undefined ? '' : toTypedText(decodeAmount(amount), cash.decimals);
  const [{ perPayment, perDay }, change] = useFields({
    perPayment: typedText(limit?.perPayment),
    perDay: typedText(limit?.perDay),
  });
  const set = useSetPayLimit(() => showToast(words.savedToast));
  const off = useSetPayLimit(() => showToast(words.offToast));
  const [maxPayment, maxDay] = [toAmount(payLimitMax.perPayment), toAmount(payLimitMax.perDay)];
  const payment = readTypedMoney(perPayment, cash.decimals, { max: maxPayment });
  const day = readTypedMoney(perDay, cash.decimals, { max: maxDay });
  const isReady = payment.state === 'ok' && day.state === 'ok';
  const blocked = !isReady ? form.enterAmount : day.amount < payment.amount ? words.dayTooSmall : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isReady || blocked !== undefined || set.isPending) return;
    const { currency } = cash;
    set.mutate({ currency, perPayment: encodeAmount(payment.amount), perDay: encodeAmount(day.amount) });
  };
  const error = set.error ?? off.error;
  return (
    <form className="stack stack--wide" onSubmit={submit} noValidate>
      <AmountField
        label={words.perPayment}
        text={perPayment}
        onText={(text) => change({ perPayment: text })}
        unit={cash}
        typed={payment}
      />
      <AmountField
        label={words.perDay}
        text={perDay}
        onText={(text) => change({ perDay: text })}
        unit={cash}
        typed={day}
        autoFocus={false}
      />
      <p className="text-soft text-small">
        {words.limitRule(formatWholeMoney(maxPayment, cash, language), formatWholeMoney(maxDay, cash, language))}
        {limit && limit.spentToday !== '0'
          ? ` ${words.spentToday(formatMoney(decodeAmount(limit.spentToday), cash, language))}`
          : null}
      </p>
      <div className="stack stack--tight">
        {error ? <Failure error={error} effect={words.notChanged} /> : null}
        <Button
          type="submit"
          variant="primary"
          wide
          large
          blocked={blocked}
          busy={set.isPending ? words.saving : undefined}
        >
          {limit ? words.change : words.save}
        </Button>
        {limit ? (
          <Button
            wide
            busy={off.isPending ? words.saving : undefined}
            onClick={() => off.mutate({ currency: cash.currency, perPayment: '0', perDay: '0' })}
          >
            {words.turnOff}
          </Button>
        ) : null}
      </div>
    </form>
  );
}
