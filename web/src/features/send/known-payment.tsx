import type { RelayQuote } from '@feiqian/domain/api/chain';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useMessages } from '../../i18n/language-context.tsx';
import { decodeReview, isBlocked } from '../../keyring/review.ts';
import { useAssetBook } from '../../lib/assets.ts';
import { paidBeforeQuery } from '../../lib/history/queries.ts';
import { usePreferences } from '../../lib/preferences-context.tsx';
import { draftRelayPayment, type RelayPaymentDraft } from '../../lib/relay.ts';
import { toReviewContext } from '../../lib/review/context.ts';
import { PaymentReceipt } from '../../lib/review/payment-receipt.tsx';
import { reviewMessages } from '../../lib/review/words.ts';
import { useTrustedAddresses } from '../../lib/trusted-addresses.ts';
import { useWallet } from '../../lib/wallet/wallet-context.tsx';
import { Banner } from '../../ui/banner.tsx';
import { useNow } from '../../ui/use-now.ts';
import type { SendReading } from './send-form.ts';

const redraftMs = 20_000;

/**
 * A payment to a contact or somebody who was paid before, drafted as soon as the form is whole, so that its slip stands in the form and
 * one press signs that very draft. Whatever deserves a second look gets one: then there is no such draft.
 */
export function useKnownPayment(reading: SendReading, quote: RelayQuote | undefined): RelayPaymentDraft | undefined {
  const book = useAssetBook();
  const { address: from } = useWallet();
  const trusted = useTrustedAddresses();
  const { recipient, amount, blockedBy } = reading;
  const to = recipient.kind === 'address' ? recipient.address : undefined;
  const { data: isPaidBefore } = useQuery({ ...paidBeforeQuery(to ?? ''), enabled: to !== undefined });
  const isContact = trusted.some(({ address, source }) => source === 'contact' && address === to);
  const isKnown = isPaidBefore || isContact;
  const { undoMinutes } = usePreferences().preferences;
  // As long as it lies in the form, the time to undo it begins anew.
  const now = useNow(undoMinutes === 0 ? undefined : redraftMs);
  return useMemo(() => {
    if (!isKnown || blockedBy !== undefined || to === undefined || amount === undefined || !quote) return undefined;
    const nowSeconds = BigInt(Math.floor(Math.max(now, Date.now()) / 1000));
    const draft = draftRelayPayment(book, { quote, from, to, amount, nowSeconds, undoMinutes });
    const review = decodeReview(draft.signing, toReviewContext(book, new Date(), location.host, trusted));
    // That it waits for a time is what the person chose, and its slip says so.
    const isPlain = review.warnings.every(({ code }) => code === 'delayed');
    return isBlocked(review) || !isPlain ? undefined : draft;
  }, [isKnown, blockedBy, to, amount, quote, book, from, trusted, undoMinutes, now]);
}

/** What is shown is read back from the bytes that one press signs. */
export function KnownPayment({ draft }: { readonly draft: RelayPaymentDraft }) {
  const book = useAssetBook();
  const review = decodeReview(draft.signing, toReviewContext(book, new Date(), location.host));
  return (
    <>
      {'to' in review ? <FirstToContact to={review.to} /> : null}
      <PaymentReceipt review={review} draft={draft.signing} isSealed={false} />
    </>
  );
}

/** A saved address that was never paid before deserves a second look all the same. */
function FirstToContact({ to }: { readonly to: string }) {
  const words = useMessages(reviewMessages);
  const { data: isPaidBefore } = useQuery(paidBeforeQuery(to));
  if (isPaidBefore !== false) return null;
  return (
    <Banner tone="amber" title={words.firstTitle}>
      {words.firstBody}
    </Banner>
  );
}
