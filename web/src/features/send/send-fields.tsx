import type { AssetWire } from '@feiqian/domain/api/chain';
import type { FeeQuote } from '@feiqian/domain/fees';
import { useQuery } from '@tanstack/react-query';
import { Suspense, useState } from 'react';
import type { Address } from 'viem';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney } from '../../i18n/money-text.ts';
import { findPayable, KnownWays } from '../../lib/address-book/known-ways.tsx';
import { nameOf, useContacts, useKnownAs } from '../../lib/address-book/use-address-book.ts';
import { AmountField } from '../../lib/amount-field.tsx';
import { type AssetBook, useAssetBook } from '../../lib/assets.ts';
import { availableOf, balancesQuery } from '../../lib/balances.ts';
import { errorMessages, toErrorLine } from '../../lib/error-text.ts';
import { Failure } from '../../lib/failure.tsx';
import { formMessages } from '../../lib/form-words.ts';
import { flipAtPar } from '../../lib/par-flip.ts';
import { usePreferences } from '../../lib/preferences-context.tsx';
import type { RelayPaymentDraft } from '../../lib/relay.ts';
import { toTypedText } from '../../lib/typed-money.ts';
import { TakenNameBanner, takenNameOf, UnverifiedMark } from '../../lib/unverified.tsx';
import { useWallet } from '../../lib/wallet/wallet-context.tsx';
import { Banner } from '../../ui/banner.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Select, TextInput } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { KnownPayment } from './known-payment.tsx';
import { sendMessages } from './messages.ts';
import { PaymentSpeed } from './payment-speed.tsx';
import { readRecipient } from './read-recipient.ts';
import { Recent } from './recent.tsx';
import { mustBeTransaction, type SendFields, type SendReading } from './send-form.ts';

type SendFieldsFormProps = {
  readonly fields: SendFields;
  readonly change: (part: Partial<SendFields>) => void;
  readonly reading: SendReading;
  /** The payment to somebody paid before, which the button sends at once. */
  readonly known: RelayPaymentDraft | undefined;
  /** Present where the payment is a transaction of its own. */
  readonly feeQuote: FeeQuote | undefined;
  readonly isPreparing: boolean;
  readonly error: unknown;
};

/** The fields of a payment and its one button, which says what is missing. */
export function SendFieldsForm({ fields, change, reading, known, feeQuote, isPreparing, error }: SendFieldsFormProps) {
  const [isToGiven] = useState(fields.to !== '');
  const words = useMessages(sendMessages);
  const form = useMessages(formMessages);
  const errors = useMessages(errorMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const { address } = useWallet();
  const { recipient, asset, unit, typed, amount, fee, spendable, kept, blockedBy } = reading;
  const par = asset.kind === 'token' ? book.findPar(asset.id) : undefined;
  const knownAs = useKnownAs();
  const payee = recipient.kind === 'address' ? knownAs('address', recipient.address) : undefined;
  const { contacts } = useContacts();
  // A name that is being typed is no wrong address.
  const isNaming = recipient.kind === 'wrong' && findPayable(contacts, ['address'], fields.to).length > 0;
  const blocked =
    blockedBy === undefined
      ? undefined
      : blockedBy === 'recipient' || isNaming
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
          hint={payee ? nameOf(payee) : words.toHint}
          autoComplete="off"
          autoFocus={!isToGiven}
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          maxLength={2000}
          value={fields.to}
          onChange={(event) => change(takeRecipient(event.target.value, book, address))}
          error={recipient.kind === 'wrong' && !isNaming ? toErrorLine(errors[recipient.code], language) : undefined}
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
        {recipient.kind === 'empty' || isNaming ? (
          <KnownWays kinds={['address']} text={fields.to} onChoose={(to) => change({ to })} />
        ) : null}
      </div>
      <AssetChoices fields={fields} change={change} reading={reading} />
      <AmountField
        text={fields.amount}
        onText={(value) => change({ amount: value })}
        unit={unit}
        typed={typed}
        autoFocus={isToGiven}
        available={spendable}
        keeps={kept > 0n ? words.keeps(formatMoney(kept, asset, language)) : undefined}
        flip={
          par &&
          flipAtPar({
            unit,
            to: fields.inCash ? asset : par,
            text: fields.amount,
            typed,
            language,
            onFlip: (text) => change({ inCash: !fields.inCash, amount: text }),
          })
        }
      />
      {feeQuote ? (
        <PaymentSpeed quote={feeQuote} speed={fields.speed} onChange={(speed) => change({ speed })} reading={reading} />
      ) : null}
      <div className="stack">
        {known ? (
          <Suspense>
            <KnownPayment draft={known} />
          </Suspense>
        ) : null}
        {error ? <Failure error={error} effect={form.nothingMoved} /> : null}
        <Button
          type="submit"
          variant="primary"
          wide
          large
          blocked={blocked}
          busy={isPreparing ? words.preparing : undefined}
        >
          {known && amount !== undefined ? words.send(formatMoney(amount, asset, language)) : words.review}
        </Button>
        <UndoNote fields={fields} reading={reading} />
        {fee === undefined || known ? null : (
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

/** Whether this payment can be undone, for who has chosen that payments can be. */
function UndoNote({ fields, reading }: Pick<SendFieldsFormProps, 'fields' | 'reading'>) {
  const words = useMessages(sendMessages);
  const book = useAssetBook();
  const { undoMinutes } = usePreferences().preferences;
  if (undoMinutes === 0) return null;
  const isTransaction = fields.rail === 'transaction' || mustBeTransaction(reading.asset);
  const coin = book.getChain(reading.asset.chainId ?? 0).native.symbol;
  return (
    <p className="text-soft text-small">{isTransaction ? words.notUndoable(coin) : words.undoable[undoMinutes]}</p>
  );
}

/** What was typed as the recipient; a code that names asset and amount fills those in as well. */
export function takeRecipient(
  to: string,
  book: AssetBook,
  own: Address,
): Partial<SendFields> & { readonly to: string } {
  const recipient = readRecipient(to, book, own);
  if (recipient.kind !== 'address' || recipient.asset === undefined) return { to };
  const { asset, amount } = recipient;
  const typed = amount === undefined ? {} : { amount: toTypedText(amount, book.get(asset).decimals), inCash: false };
  return { to, asset, ...typed };
}

function AssetChoices({ fields, change, reading }: Pick<SendFieldsFormProps, 'fields' | 'change' | 'reading'>) {
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
          choices={sendable.map((one) => ({ value: one.id, label: <AssetChoice asset={one} among={sendable} /> }))}
        />
      ) : (
        <UnverifiedMark asset={reading.asset} />
      )}
      <TakenNameBanner taken={takenNameOf(reading.asset, book)} />
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

/** An asset's symbol; with its chain where there are several of that name. */
function AssetChoice({ asset, among }: { readonly asset: AssetWire; readonly among: readonly AssetWire[] }) {
  const book = useAssetBook();
  const isAmbiguous = among.some(({ id, symbol }) => id !== asset.id && symbol === asset.symbol);
  return (
    <>
      {isAmbiguous ? `${asset.symbol} · ${book.getChain(asset.chainId ?? 0).name}` : asset.symbol}{' '}
      <UnverifiedMark asset={asset} />
    </>
  );
}
