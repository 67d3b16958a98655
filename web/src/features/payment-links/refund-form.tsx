import type { PaymentRequestWire, PaymentWire } from '@feiqian/domain/api/payments';
import { type Amount, decodeAmount, zeroAmount } from '@feiqian/domain/money';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { isAddressEqual } from 'viem';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney } from '../../i18n/money-text.ts';
import { AmountField } from '../../lib/amount-field.tsx';
import { useAssetBook } from '../../lib/assets.ts';
import { availableOf, balancesQuery } from '../../lib/balances.ts';
import { errorMessages } from '../../lib/error-text.ts';
import { formMessages } from '../../lib/form-words.ts';
import { readTypedMoney, type TypedMoney } from '../../lib/typed-money.ts';
import { useWallet } from '../../lib/wallet/wallet-context.tsx';
import { Button } from '../../ui/button.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { linksMessages } from './messages.ts';
import { draftRefund, type RefundDraft } from './refund-draft.ts';
import { excessIn, isPartExcess, leftOf } from './refundable.ts';

type Share = 'excess' | 'all' | 'part';

/** What stands in the form. */
export type RefundFields = { readonly share: Share; readonly text: string };

type RefundFormProps = {
  readonly request: PaymentRequestWire;
  readonly payment: PaymentWire;
  readonly way: 'cash' | 'gateway' | 'token';
  readonly fields: RefundFields;
  readonly change: (change: Partial<RefundFields>) => void;
  readonly onDraft: (draft: RefundDraft) => void;
};

/** How much of a payment to give back: all that is left, what is too much, or a part. */
export function RefundForm({ request, payment, way, fields, change, onDraft }: RefundFormProps) {
  const words = useMessages(linksMessages);
  const form = useMessages(formMessages);
  const errors = useMessages(errorMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const wallet = useWallet();
  const { data: balances } = useSuspenseQuery(balancesQuery);
  const unit = book.get(payment.money.asset);
  const [left, excess] = [leftOf(payment), excessIn(request, payment)];
  const fee = way === 'token' && request.token ? decodeAmount(request.token.fee) : zeroAmount;
  const typed = readTypedMoney(fields.text, unit.decimals, { max: left });
  const amount = chosenAmount(fields.share, { left, excess, typed });
  const own = way === 'token' ? wallet.address : undefined;
  const isElsewhere = own !== undefined && request.token !== null && !isAddressEqual(request.token.address, own);
  const blocked = () => {
    if (isElsewhere) return words.otherAddress;
    if (typed.state === 'wrong' && fields.share === 'part') return errors[typed.code].title;
    if (amount === undefined) return form.enterAmount;
    return availableOf(balances, unit.id, own) < amount + fee ? words.notEnough(unit.symbol) : undefined;
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (amount === undefined || blocked() !== undefined) return;
    const nowSeconds = BigInt(Math.floor(Date.now() / 1000));
    onDraft(draftRefund(book, { request, payment, amount, own: wallet.address, nowSeconds }));
  };
  const choice = (value: Share, label: string, sum?: Amount) => ({
    value,
    label,
    detail: sum === undefined ? undefined : formatMoney(sum, unit, language),
  });
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <Segmented
        legend={words.howMuch}
        value={fields.share}
        onChange={(share) => change({ share })}
        choices={[
          ...(isPartExcess(request, payment) ? [choice('excess', words.excess, excess)] : []),
          choice('all', words.all, left),
          choice('part', words.part),
        ]}
      />
      {fields.share === 'part' ? (
        <AmountField text={fields.text} onText={(text) => change({ text })} unit={unit} typed={typed} />
      ) : null}
      <p className="text-soft text-small">
        {words.ways[way]} {fee === 0n ? null : words.feeOnTop(formatMoney(fee, unit, language))}
      </p>
      <Button type="submit" variant="primary" wide large blocked={blocked()}>
        {words.reviewRefund}
      </Button>
    </form>
  );
}

type Sums = { readonly left: Amount; readonly excess: Amount; readonly typed: TypedMoney };

function chosenAmount(share: Share, { left, excess, typed }: Sums): Amount | undefined {
  if (share === 'excess') return excess;
  if (share === 'all') return left;
  return typed.state === 'ok' ? typed.amount : undefined;
}
