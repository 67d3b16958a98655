import { type PaymentRequestWire, paymentRequestSchema } from '@feiqian/domain/api/cash';
import { decodeAmount } from '@feiqian/domain/money';
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { formatMoment } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { useAssetBook } from '../../lib/assets.ts';
import { Failure } from '../../lib/failure.tsx';
import { sendJson } from '../../lib/http.ts';
import { AmountText } from '../../ui/amount-text.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { StateText } from '../../ui/list.tsx';
import { QrCode } from '../../ui/qr-code.tsx';
import { type Fact, Facts } from '../../ui/receipt.tsx';
import { useToast } from '../../ui/toast.tsx';
import { linksMessages } from './messages.ts';
import { linkQuery, toShareUrl, toStateMark } from './queries.ts';
import './links.css';

/** One payment link: its code while it can be paid, what it asks for, and what became of it. */
export function LinkDetail({ id }: { readonly id: string }) {
  const words = useMessages(linksMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const { data: link } = useSuspenseQuery(linkQuery(id));
  const url = toShareUrl(link.id, location.origin);
  const isOpen = link.state === 'open';
  const time = (label: string, instant: string | null): Fact[] =>
    instant === null
      ? []
      : [{ label, value: <time dateTime={instant}>{formatMoment(instant, Date.now(), language)}</time> }];
  return (
    <div className="stack stack--wide" aria-live="polite">
      <div className="link-head">
        <h2 className="link-head__title">{link.description}</h2>
        <AmountText amount={decodeAmount(link.money.amount)} unit={book.get(link.money.asset)} size="hero" />
        <StateText state={toStateMark(link.state)}>{words.states[link.state]}</StateText>
      </div>
      {isOpen ? (
        <div className="link-share">
          <QrCode text={url} label={words.qrLabel} />
          <p className="text-soft text-small">{words.scanHint}</p>
          <p className="link-share__url">{url}</p>
          <div className="row">
            <CopyButton text={url} label={words.copyLink} />
            <ShareButton link={link} url={url} />
          </div>
        </div>
      ) : null}
      <Facts
        facts={[
          ...time(words.created, link.createdAt),
          ...time(words.validUntil, isOpen ? link.expiresAt : null),
          ...time(words.paidOn, link.paidAt),
        ]}
      />
      {isOpen ? (
        <div className="stack stack--tight">
          <ButtonLink href={`/pay/${link.id}`} wide icon="external">
            {words.open}
          </ButtonLink>
          <CancelButton id={link.id} />
        </div>
      ) : null}
    </div>
  );
}

/** The platform's own share sheet, where there is one. */
function ShareButton({ link, url }: { readonly link: PaymentRequestWire; readonly url: string }) {
  const words = useMessages(linksMessages);
  if (typeof navigator.share !== 'function') return null;
  // Closing the share sheet is no failure.
  const share = () => void navigator.share({ title: link.description, url }).catch(() => undefined);
  return (
    <Button icon="external" onClick={share}>
      {words.share}
    </Button>
  );
}

function CancelButton({ id }: { readonly id: string }) {
  const words = useMessages(linksMessages);
  const client = useQueryClient();
  const showToast = useToast();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => sendJson({ path: `/v1/payment-requests/${id}/cancel`, schema: paymentRequestSchema }),
    onSuccess: (link) => {
      client.setQueryData(linkQuery(id).queryKey, link);
      showToast(words.cancelled);
    },
    onSettled: () => void client.invalidateQueries({ queryKey: ['payment-requests'] }),
  });
  return (
    <>
      {error ? <Failure error={error} effect={words.nothingChanged} /> : null}
      <Button variant="quiet" wide busy={isPending ? words.cancelling : undefined} onClick={() => mutate()}>
        {words.cancel}
      </Button>
      <p className="text-soft text-small link-cancel">{words.cancelHint}</p>
    </>
  );
}
