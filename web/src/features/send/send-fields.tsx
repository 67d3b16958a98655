import { convertAtPar } from '@feiqian/domain/money';
import { useQuery } from '@tanstack/react-query';
import type { Address } from 'viem';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney } from '../../i18n/money-text.ts';
import { AmountField } from '../../lib/amount-field.tsx';
import { type AssetBook, useAssetBook } from '../../lib/assets.ts';
import { availableOf, balancesQuery } from '../../lib/balances.ts';
import { errorMessages, toErrorLine } from '../../lib/error-text.ts';
import { Failure } from '../../lib/failure.tsx';
import { formMessages } from '../../lib/form-words.ts';
import { toTypedText } from '../../lib/typed-money.ts';
import { useWallet } from '../../lib/wallet/wallet-context.tsx';
import { Banner } from '../../ui/banner.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Select, TextInput } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { sendMessages } from './messages.ts';
import { readRecipient } from './read-recipient.ts';
import { Recent } from './recent.tsx';
import { mustBeTransaction, type SendFields, type SendReading } from './send-form.ts';

type SendFieldsFormProps = {
  readonly fields: SendFields;
  readonly change: (part: Partial<SendFields>) => void;
  readonly reading: SendReading;
  readonly isPreparing: boolean;
  readonly error: unknown;
};

/** The fields of a payment and its one button, which says what is missing. */
export function SendFieldsForm({ fields, change, reading, isPreparing, error }: SendFieldsFormProps) {
  const words = useMessages(sendMessages);
  const form = useMessages(formMessages);
  const errors = useMessages(errorMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const { address } = useWallet();
  const { recipient, asset, unit, typed, amount, fee, spendable, blockedBy } = reading;
  const blocked =
    blockedBy === undefined
      ? undefined
      : blockedBy === 'recipient'
        ? words.enterRecipient
        : blockedBy === 'amount'
          ? form.enterAmount
          : blockedBy === 'fee'
            ? words.feeReading
            : errors[blockedBy.code].title;
  return (
    <>
      <div className="stack">
        <TextInput
          label={words.to}
          placeholder={words.toPlaceholder}
          hint={words.toHint}
          autoComplete="off"
          autoFocus
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          maxLength={2000}
          value={fields.to}
          onChange={(event) => change(takeRecipient(event.target.value, book, address))}
          error={recipient.kind === 'wrong' ? toErrorLine(errors[recipient.code], language) : undefined}
        />
        {recipient.kind === 'link' ? (
          <Banner
            tone="plain"
            title={words.isLink}
            action={<ButtonLink href={`/pay/${recipient.id}`}>{words.openLink}</ButtonLink>}
          />
        ) : null}
        {recipient.kind === 'person' ? (
          <Banner
            tone="plain"
            title={words.isPerson(recipient.name)}
            action={
              <ButtonLink href={`/transfer?to=${encodeURIComponent(recipient.name)}`}>{words.sendCash}</ButtonLink>
            }
          />
        ) : null}
        {recipient.kind === 'empty' ? <Recent onChoose={(to) => change({ to })} /> : null}
      </div>
      <AssetChoices fields={fields} change={change} reading={reading} />
      <AmountField
        text={fields.amount}
        onText={(value) => change({ amount: value })}
        unit={unit}
        typed={typed}
        autoFocus={false}
        available={spendable}
        flip={flipOf({ fields, reading, change, language, book })}
      />
      <div className="stack">
        {error ? <Failure error={error} effect={form.nothingMoved} /> : null}
        <Button
          type="submit"
          variant="primary"
          wide
          large
          blocked={blocked}
          busy={isPreparing ? words.preparing : undefined}
        >
          {words.review}
        </Button>
        {fee === undefined ? null : (
          <p className="text-soft text-small">
            {words.fee(formatMoney(fee, asset, language))}
            {amount === undefined
              ? null
              : ` · ${words.total(formatMoney((amount + fee) as typeof amount, asset, language))}`}
          </p>
        )}
      </div>
    </>
  );
}

/** What was typed as the recipient; a code that names asset and amount fills those in as well. */
function takeRecipient(to: string, book: AssetBook, own: Address): Partial<SendFields> {
  const recipient = readRecipient(to, book, own);
  if (recipient.kind !== 'address' || recipient.asset === undefined) return { to };
  const { asset, amount } = recipient;
  const typed = amount === undefined ? {} : { amount: toTypedText(amount, book.get(asset).decimals), inCash: false };
  return { to, asset, ...typed };
}

function AssetChoices({ fields, change, reading }: Omit<SendFieldsFormProps, 'isPreparing' | 'error'>) {
  const words = useMessages(sendMessages);
  const book = useAssetBook();
  const { address } = useWallet();
  const { data: balances } = useQuery(balancesQuery);
  const sendable = book.assets.filter(
    ({ kind, id }) => kind !== 'cash' && balances && availableOf(balances, id, address) > 0n,
  );
  const coin = sendable.find(({ kind, chainId }) => kind === 'native' && chainId === reading.asset.chainId);
  return (
    <div className="stack">
      {sendable.length > 1 ? (
        <Segmented
          legend={words.asset}
          value={fields.asset}
          onChange={(asset) => change({ asset, amount: '', inCash: false })}
          choices={sendable.map(({ id, symbol }) => ({ value: id, label: symbol }))}
        />
      ) : null}
      {coin && !mustBeTransaction(reading.asset) ? (
        <Select
          label={words.payFeeWith}
          value={fields.rail}
          onChange={(event) => change({ rail: event.target.value === 'transaction' ? 'transaction' : 'relay' })}
          options={[
            { value: 'relay', label: words.feeToken(reading.asset.symbol) },
            { value: 'transaction', label: words.feeNative(coin.symbol) },
          ]}
        />
      ) : null}
    </div>
  );
}

type FlipTools = Pick<SendFieldsFormProps, 'fields' | 'reading' | 'change'> & {
  readonly language: Parameters<typeof formatMoney>[2];
  readonly book: AssetBook;
};

function flipOf({ fields, reading: { asset, unit, typed, amount }, change, language, book }: FlipTools) {
  const par = asset.kind === 'token' ? book.findPar(asset.id) : undefined;
  if (!par) return undefined;
  const to = fields.inCash ? asset : par;
  const canConvert = typed.state === 'ok' && amount !== undefined && isWhole(amount, asset.decimals, to.decimals);
  const other = canConvert ? convertAtPar(amount, asset.decimals, to.decimals) : undefined;
  return {
    to,
    equivalent: other === undefined ? `1 ${unit.symbol} = 1 ${to.symbol}` : `= ${formatMoney(other, to, language)}`,
    onFlip: () =>
      change({ inCash: !fields.inCash, amount: other === undefined ? fields.amount : toTypedText(other, to.decimals) }),
  };
}

function isWhole(amount: bigint, from: number, to: number): boolean {
  return to >= from || amount % 10n ** BigInt(from - to) === 0n;
}
