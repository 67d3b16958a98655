import { presentedResponse } from '@feiqian/domain/api/pay-codes';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { useMessages } from '../../i18n/language-context.tsx';
import { Failure } from '../../lib/failure.tsx';
import { sendJson } from '../../lib/http.ts';
import { CameraView } from '../../lib/scan/camera-view.tsx';
import { Button } from '../../ui/button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { counterMessages } from './messages.ts';

type PayCodeSheetProps = {
  /** Of the payment request that is waited for. */
  readonly requestId: string;
  /** The payer was asked, or has paid. */
  readonly onAsked: () => void;
  readonly onClose: () => void;
};

/** Takes a customer's pay code by the camera, by a scanner that types, or by hand. */
export function PayCodeSheet({ requestId, onAsked, onClose }: PayCodeSheetProps) {
  const words = useMessages(counterMessages);
  const client = useQueryClient();
  const present = useMutation({
    mutationFn: (code: string) =>
      sendJson({ path: `/v1/payment-requests/${requestId}/pay-code`, body: { code }, schema: presentedResponse }),
    onSuccess: onAsked,
    onSettled: () => void client.invalidateQueries({ queryKey: ['payment-requests', requestId] }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget).get('code') ?? '').trim();
    event.currentTarget.reset();
    if (code !== '' && !present.isPending) present.mutate(code.slice(0, 64));
  };
  return (
    <Sheet title={words.payCode.title} onClose={onClose}>
      <div className="stack">
        <p className="text-soft">{words.payCode.lead}</p>
        {present.error ? <Failure error={present.error} effect={words.payCode.failed} /> : null}
        <form className="stack" onSubmit={submit} noValidate>
          <TextInput
            label={words.payCode.digits}
            name="code"
            inputMode="numeric"
            autoComplete="off"
            enterKeyHint="go"
            maxLength={64}
          />
          <Button type="submit" variant="primary" wide busy={present.isPending ? words.payCode.asking : undefined}>
            {words.payCode.ask}
          </Button>
        </form>
        <CameraView onCode={(text) => present.mutate(text.slice(0, 64))} onStart={present.reset} />
      </div>
    </Sheet>
  );
}
