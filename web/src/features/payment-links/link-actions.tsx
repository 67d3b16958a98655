import { type PaymentRequestWire, paymentRequestSchema } from '@feiqian/domain/api/payments';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMessages } from '../../i18n/language-context.tsx';
import { Failure } from '../../lib/failure.tsx';
import { sendJson } from '../../lib/http.ts';
import { Button } from '../../ui/button.tsx';
import { useToast } from '../../ui/toast.tsx';
import { linksMessages } from './messages.ts';
import { linkQuery } from './queries.ts';

/** Says to the service what becomes of a link, and shows what it became. */
function useLinkAction(id: string, action: 'cancel' | 'accept', done: string) {
  const client = useQueryClient();
  const showToast = useToast();
  return useMutation({
    mutationFn: () => sendJson({ path: `/v1/payment-requests/${id}/${action}`, schema: paymentRequestSchema }),
    onSuccess: (link: PaymentRequestWire) => {
      client.setQueryData(linkQuery(id).queryKey, link);
      showToast(done);
    },
    onSettled: () => void client.invalidateQueries({ queryKey: ['payment-requests'] }),
  });
}

/** Takes a link back. */
export function CancelButton({ id }: { readonly id: string }) {
  const words = useMessages(linksMessages);
  const { mutate, isPending, error } = useLinkAction(id, 'cancel', words.cancelled);
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

/** Takes what came for enough. */
export function AcceptButton({ id }: { readonly id: string }) {
  const words = useMessages(linksMessages);
  const { mutate, isPending, error } = useLinkAction(id, 'accept', words.accepted);
  return (
    <>
      {error ? <Failure error={error} effect={words.nothingChanged} /> : null}
      <Button wide icon="check" busy={isPending ? words.accepting : undefined} onClick={() => mutate()}>
        {words.accept}
      </Button>
      <p className="text-soft text-small link-cancel">{words.acceptHint}</p>
    </>
  );
}
