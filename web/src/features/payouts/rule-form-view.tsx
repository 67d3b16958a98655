import type { GatewayWire } from '@feiqian/domain/api/cash';
import type { AssetWire } from '@feiqian/domain/api/chain';
import type { PayoutRuleWire } from '@feiqian/domain/api/payouts';
import { decodeAmount } from '@feiqian/domain/money';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { formatHour, formatTimeZone } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney } from '../../i18n/money-text.ts';
import { assetMessages } from '../../lib/asset-words.ts';
import { useAssetBook } from '../../lib/assets.ts';
import { BankAccountFields } from '../../lib/bank-account-fields.tsx';
import { bankMessages } from '../../lib/bank-words.ts';
import { errorMessages, toErrorLine } from '../../lib/error-text.ts';
import { formMessages } from '../../lib/form-words.ts';
import { gatewaysOf, gatewaysQuery } from '../../lib/gateways.ts';
import type { TypedMoney } from '../../lib/typed-money.ts';
import { useFields } from '../../lib/use-fields.ts';
import { useWallet } from '../../lib/wallet/wallet-context.tsx';
import { AddressText } from '../../ui/address-text.tsx';
import { Button } from '../../ui/button.tsx';
import { Select, TextInput } from '../../ui/field.tsx';
import { Facts } from '../../ui/receipt.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { normaliseTypedAmount } from '../../ui/typed-amount.ts';
import { payoutMessages } from './messages.ts';
import {
  beginFields,
  defaultTimeZone,
  draftRule,
  findBlock,
  type RuleDraft,
  type RuleFields,
  readKeep,
  readMin,
} from './rule-form.ts';
import { browserTimeZone } from './use-rule-words.ts';

type RuleFormProps = {
  readonly asset: string;
  readonly rule: PayoutRuleWire | undefined;
  /** To choose from; none when the rule's currency is settled. */
  readonly currencies: readonly AssetWire[];
  readonly onCurrency: (asset: string) => void;
  readonly onDraft: (draft: RuleDraft) => void;
};

/** Where to, how much stays, and when. */
export function RuleForm({ asset, rule, currencies, onCurrency, onDraft }: RuleFormProps) {
  const words = useMessages(payoutMessages);
  const form = useMessages(formMessages);
  const names = useMessages(assetMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const { address } = useWallet();
  const { data: allGateways } = useSuspenseQuery(gatewaysQuery);
  const cash = book.get(asset);
  const token = book.bridge ? book.findPar(asset) : undefined;
  const { gateways, min: least } = gatewaysOf(allGateways, asset, 'pay-out');
  const [fields, change] = useFields(
    beginFields(rule, { decimals: cash.decimals, min: least, timeZone: browserTimeZone() }),
  );
  const gateway = gateways.find(({ name }) => name === fields.gateway) ?? gateways[0];
  const keep = readKeep(fields.keep, cash.decimals);
  const min = readMin(fields.min, cash.decimals, fields.kind === 'bank' ? gateway : undefined);
  const write = (amount: string) => formatMoney(decodeAmount(amount), cash, language);
  const minHint =
    fields.kind === 'bank' && gateway ? words.minRange(write(gateway.min), write(gateway.max)) : words.minHint;
  const block = findBlock(fields, { keep, min, gateway });
  const blocked = useBlockWords({ block, keep, min });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (block !== undefined || keep.state !== 'ok' || min.state !== 'ok') return;
    const parts = { asset, keep: keep.amount, min: min.amount, gateway, token: token?.id, address };
    const draft = draftRule(fields, rule, { ...parts, idempotencyKey: crypto.randomUUID() });
    if (draft) onDraft(draft);
  };
  return (
    <form className="stack stack--wide" onSubmit={submit} noValidate>
      {currencies.length > 1 ? (
        <Segmented
          legend={words.currency}
          value={asset}
          onChange={onCurrency}
          choices={currencies.map(({ id, symbol }) => ({ value: id, label: names.currency(symbol) }))}
        />
      ) : null}
      {token ? (
        <Segmented
          legend={words.target}
          value={fields.kind}
          onChange={(kind) => change({ kind })}
          choices={[
            { value: 'bank', label: words.bank, detail: words.bankDetail },
            { value: 'token', label: words.token(token.symbol), detail: words.tokenDetail },
          ]}
        />
      ) : null}
      {fields.kind === 'bank' ? (
        <BankTarget
          fields={fields}
          change={change}
          rule={rule}
          gateways={gateways}
          gateway={gateway}
          isNumberWrong={block === 'numberWrong'}
        />
      ) : (
        <Facts facts={[{ label: words.address, tall: true, value: <AddressText address={address} /> }]} />
      )}
      <MoneyInput
        label={`${words.keep} · ${names.currency(cash.symbol)}`}
        hint={words.keepHint}
        text={fields.keep}
        typed={keep}
        onText={(text) => change({ keep: text })}
      />
      <MoneyInput
        label={`${words.min} · ${names.currency(cash.symbol)}`}
        hint={minHint}
        text={fields.min}
        typed={min}
        onText={(text) => change({ min: text })}
      />
      <When fields={fields} change={change} rule={rule} />
      <Button type="submit" variant="primary" wide large blocked={blocked}>
        {form.review}
      </Button>
    </form>
  );
}

type BlockProps = {
  readonly block: ReturnType<typeof findBlock>;
  readonly keep: TypedMoney;
  readonly min: TypedMoney;
};

/** What is missing, as the button says it. */
function useBlockWords({ block, keep, min }: BlockProps): string | undefined {
  const words = useMessages(payoutMessages);
  const bank = useMessages(bankMessages);
  const errors = useMessages(errorMessages);
  const wrong = (typed: TypedMoney) => (typed.state === 'wrong' ? errors[typed.code].title : '');
  const all = {
    gateway: words.noGateway,
    ...bank.blocks,
    keep: words.enterKeep,
    keepWrong: wrong(keep),
    min: words.enterMin,
    minWrong: wrong(min),
  } as const satisfies Record<NonNullable<typeof block>, string>;
  return block === undefined ? undefined : all[block];
}

type FieldsProps = {
  readonly fields: RuleFields;
  readonly change: (part: Partial<RuleFields>) => void;
  readonly rule: PayoutRuleWire | undefined;
};

type BankTargetProps = FieldsProps & {
  readonly gateways: readonly GatewayWire[];
  readonly gateway: GatewayWire | undefined;
  readonly isNumberWrong: boolean;
};

/** The account that the rule has, or another one. */
function BankTarget({ fields, change, rule, gateways, gateway, isNumberWrong }: BankTargetProps) {
  const words = useMessages(payoutMessages);
  const bank = useMessages(bankMessages);
  const language = useLanguage();
  const kept = rule?.target.kind === 'bank' ? words.bankAccount(rule.target.bankAccount.number.slice(-4)) : undefined;
  if (fields.keepsAccount && kept !== undefined) {
    return (
      <div className="stack stack--tight">
        <Facts facts={[{ label: words.account, value: kept }]} />
        <div className="row">
          <Button variant="quiet" onClick={() => change({ keepsAccount: false })}>
            {words.changeAccount}
          </Button>
        </div>
      </div>
    );
  }
  return (
    <>
      <BankAccountFields holder={fields.holder} number={fields.number} isNumberWrong={isNumberWrong} change={change} />
      {gateways.length > 1 ? (
        <Select
          label={bank.method}
          value={gateway?.name ?? ''}
          onChange={(event) => change({ gateway: event.target.value })}
          options={gateways.map(({ name, title }) => ({ value: name, label: title[language] }))}
        />
      ) : null}
      {kept === undefined ? null : (
        <div className="row">
          <Button variant="quiet" onClick={() => change({ keepsAccount: true })}>
            {words.keepAccount}
          </Button>
        </div>
      )}
    </>
  );
}

type MoneyInputProps = {
  readonly label: string;
  readonly hint: string;
  readonly text: string;
  readonly typed: TypedMoney;
  readonly onText: (text: string) => void;
};

/** An amount that is one of several things asked for. */
function MoneyInput({ label, hint, text, typed, onText }: MoneyInputProps) {
  const errors = useMessages(errorMessages);
  const language = useLanguage();
  return (
    <TextInput
      label={label}
      hint={hint}
      inputMode="decimal"
      autoComplete="off"
      maxLength={30}
      value={text}
      onChange={(event) => onText(normaliseTypedAmount(event.target.value))}
      error={typed.state === 'wrong' ? toErrorLine(errors[typed.code], language) : undefined}
    />
  );
}

const hours = Array.from({ length: 24 }, (_, hour) => hour);

/** Whenever there is enough, or once a day; by which clocks is asked where there are several to choose from. */
function When({ fields, change, rule }: FieldsProps) {
  const words = useMessages(payoutMessages);
  const language = useLanguage();
  const ruleZone = rule?.schedule.kind === 'daily' ? [rule.schedule.timeZone] : [];
  const zones = [...new Set([browserTimeZone() ?? defaultTimeZone, defaultTimeZone, ...ruleZone])];
  return (
    <>
      <Segmented
        legend={words.schedule}
        value={fields.schedule}
        onChange={(schedule) => change({ schedule })}
        choices={[
          { value: 'at_once', label: words.atOnce, detail: words.atOnceDetail },
          { value: 'daily', label: words.everyDay, detail: words.everyDayDetail },
        ]}
      />
      {fields.schedule === 'daily' ? (
        <Select
          label={words.hour}
          value={fields.hour}
          onChange={(event) => change({ hour: event.target.value })}
          options={hours.map((hour) => ({ value: `${hour}`, label: formatHour(hour) }))}
        />
      ) : null}
      {fields.schedule === 'daily' && zones.length > 1 ? (
        <Select
          label={words.timeZone}
          value={fields.timeZone}
          onChange={(event) => change({ timeZone: event.target.value })}
          options={zones.map((zone) => ({ value: zone, label: `${formatTimeZone(zone, language)} · ${zone}` }))}
        />
      ) : null}
    </>
  );
}
