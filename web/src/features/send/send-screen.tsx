import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { useMessages } from '../../i18n/language-context.tsx';
import { isUnverified, useAssetBook } from '../../lib/assets.ts';
import { availableOf, balancesQuery } from '../../lib/balances.ts';
import { feeQuoteQuery } from '../../lib/fee-quote.ts';
import { useHoldingsAside } from '../../lib/holdings-aside.tsx';
import { relayQuoteQuery } from '../../lib/relay.ts';
import { useFields } from '../../lib/use-fields.ts';
import { useWallet } from '../../lib/wallet/wallet-context.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { useKnownPayment } from './known-payment.tsx';
import { sendMessages } from './messages.ts';
import { SendFieldsForm, takeRecipient } from './send-fields.tsx';
import { mustBeTransaction, readSendForm, type SendFields } from './send-form.ts';
import { SendReview } from './send-review.tsx';
import { type SendDraft, usePrepareSend, useSend } from './use-send.ts';

/** Tokens to somebody: who, how much, a look at exactly what will be signed, and off it goes. */
export function SendScreen() {
  const words = useMessages(sendMessages);
  const aside = useHoldingsAside();
  const [, navigate] = useLocation();
  const book = useAssetBook();
  const wallet = useWallet();
  const [query] = useSearchParams();
  const { data: balances } = useSuspenseQuery(balancesQuery);
  const sendable = book.assets.filter(
    ({ kind, id }) => kind !== 'cash' && availableOf(balances, id, wallet.address) > 0n,
  );
  const [fields, change] = useFields<SendFields>({
    asset:
      query.get('asset') ??
      sendable.find((asset) => asset.kind === 'token' && !isUnverified(asset))?.id ??
      sendable[0]?.id ??
      '',
    amount: query.get('amount') ?? '',
    inCash: false,
    rail: 'relay',
    speed: 'normal',
    ...takeRecipient(query.get('to') ?? '', book, wallet.address),
  });
  const flow = useSend(wallet);
  return (
    <Page title={words.title} back="/" detail={aside}>
      <Segmented
        legend={words.what}
        legendHidden
        value="tokens"
        onChange={() => navigate('/transfer', { replace: true })}
        choices={[
          { value: 'tokens', label: words.tokens, detail: words.tokensDetail },
          { value: 'cash', label: words.cash, detail: words.cashDetail },
        ]}
      />
      {sendable.some(({ id }) => id === fields.asset) ? (
        <SendForm fields={fields} change={change} onDraft={flow.review} onKnown={flow.send} />
      ) : (
        <EmptyState
          icon="token"
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
      <SendReview flow={flow} onClose={() => change({ to: '', amount: '' })} />
    </Page>
  );
}

type SendFormProps = {
  readonly fields: SendFields;
  readonly change: (part: Partial<SendFields>) => void;
  readonly onDraft: (draft: SendDraft) => void;
  /** A draft whose slip was shown in the form. */
  readonly onKnown: (draft: SendDraft) => void;
};

function SendForm({ fields, change, onDraft, onKnown }: SendFormProps) {
  const book = useAssetBook();
  const wallet = useWallet();
  const { data: balances } = useSuspenseQuery(balancesQuery);
  const asset = book.get(fields.asset);
  const isTransaction = fields.rail === 'transaction' || mustBeTransaction(asset);
  const quote = useQuery({ ...relayQuoteQuery(fields.asset), enabled: !isTransaction });
  const feeQuote = useQuery({ ...feeQuoteQuery(asset.chainId ?? 0), enabled: isTransaction });
  const fees = isTransaction ? feeQuote.data?.[fields.speed] : undefined;
  const reading = readSendForm(fields, {
    book,
    balances,
    own: wallet.address,
    quote: quote.data,
    feePerGas: fees,
  });
  const prepare = usePrepareSend({ book, wallet, onDraft });
  const known = useKnownPayment(reading, isTransaction ? undefined : quote.data);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (known) {
      onKnown(known);
      return;
    }
    if (reading.blockedBy !== undefined || reading.recipient.kind !== 'address' || reading.amount === undefined) return;
    prepare.start({
      asset: asset.id,
      to: reading.recipient.address,
      amount: reading.amount,
      quote: isTransaction ? undefined : quote.data,
      fees,
    });
  };
  return (
    <form className="stack stack--wide" onSubmit={submit} noValidate>
      <SendFieldsForm
        fields={fields}
        change={change}
        reading={reading}
        known={known}
        feeQuote={isTransaction ? feeQuote.data : undefined}
        isPreparing={prepare.isPending}
        error={prepare.error ?? quote.error ?? feeQuote.error}
      />
    </form>
  );
}
