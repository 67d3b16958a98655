import { type FormEvent, useState } from 'react';
import { useLanguage, useMessages } from '../i18n/language-context.tsx';
import { codeOf } from '../lib/error-code.ts';
import { useTask } from '../lib/use-task.ts';
import { Banner } from '../ui/banner.tsx';
import { Button } from '../ui/button.tsx';
import { TextInput } from '../ui/field.tsx';
import { Failure } from './failure.tsx';
import { paymentPageMessages } from './messages.ts';
import { askForReceipt } from './service.ts';

/** Offers a receipt by e-mail; gone where the service sends none. */
export function ReceiptForm({ requestId }: { readonly requestId: string }) {
  const words = useMessages(paymentPageMessages);
  const language = useLanguage();
  const [email, setEmail] = useState('');
  const [sentTo, setSentTo] = useState<string | undefined>();
  const { run, isPending, error } = useTask();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const address = email.trim();
    run(async () => {
      await askForReceipt(requestId, address, language);
      setSentTo(address);
    });
  };
  if (sentTo !== undefined) return <Banner tone="jade" title={words.receiptSent(sentTo)} />;
  if (error && codeOf(error) === 'NOT_FOUND') return null;
  return (
    <form className="stack" onSubmit={submit}>
      <TextInput
        label={words.receiptLabel}
        type="email"
        name="email"
        autoComplete="email"
        inputMode="email"
        enterKeyHint="send"
        required
        maxLength={254}
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      {error ? <Failure error={error} /> : null}
      <Button type="submit" busy={isPending ? words.receiptSending : undefined}>
        {words.receiptSend}
      </Button>
    </form>
  );
}
