import { type ReturnSecretWire, returnSecretResponse } from '@feiqian/domain/api/return-addresses';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { commonMessages } from '../../i18n/common.ts';
import { useMessages } from '../../i18n/language-context.tsx';
import { Failure } from '../../lib/failure.tsx';
import { sendJson } from '../../lib/http.ts';
import { useIntentKeys } from '../../lib/use-intent-keys.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { SecretText } from '../../ui/secret-text.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { returnAddressMessages } from './messages.ts';
import { addressesPath, addressesQuery } from './queries.ts';

/** Takes an address and shows the secret that signs what payers bring back there, once. */
export function NewAddressSheet({ onClose }: { readonly onClose: () => void }) {
  const words = useMessages(returnAddressMessages);
  const { keyFor } = useIntentKeys();
  const client = useQueryClient();
  const { mutate, isPending, error, data } = useMutation({
    mutationFn: (body: { readonly url: string }) =>
      sendJson({ path: addressesPath, body, schema: returnSecretResponse, idempotencyKey: keyFor(body) }),
    onSuccess: () => void client.invalidateQueries(addressesQuery),
  });
  // Closed by accident, the secret would be gone: only the button closes it then.
  return (
    <Sheet title={data ? words.madeTitle : words.create} onClose={onClose} locked={isPending || data !== undefined}>
      {data ? (
        <MadeAddress made={data} onClose={onClose} />
      ) : (
        <AddressForm
          isPending={isPending}
          error={error}
          onCancel={onClose}
          onSubmit={(url) => {
            if (!isPending) mutate({ url });
          }}
        />
      )}
    </Sheet>
  );
}

type AddressFormProps = {
  readonly isPending: boolean;
  readonly error: unknown;
  readonly onCancel: () => void;
  readonly onSubmit: (url: string) => void;
};

function AddressForm({ isPending, error, onCancel, onSubmit }: AddressFormProps) {
  const words = useMessages(returnAddressMessages);
  const common = useMessages(commonMessages);
  const [url, setUrl] = useState('');
  const blocked = url.trim() === '' ? words.enterUrl : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (blocked === undefined) onSubmit(url.trim());
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <TextInput
        label={words.url}
        hint={words.urlHint}
        type="url"
        autoComplete="off"
        enterKeyHint="done"
        maxLength={2000}
        value={url}
        onChange={(event) => setUrl(event.target.value)}
      />
      {error ? <Failure error={error} effect={words.notMade} /> : null}
      <div className="row">
        <Button type="submit" variant="primary" blocked={blocked} busy={isPending ? words.making : undefined}>
          {words.create}
        </Button>
        <Button onClick={onCancel}>{common.cancel}</Button>
      </div>
    </form>
  );
}

function MadeAddress({ made, onClose }: { readonly made: ReturnSecretWire; readonly onClose: () => void }) {
  const words = useMessages(returnAddressMessages);
  return (
    <div className="stack">
      <Banner tone="amber" title={made.secret === null ? words.lostBody : words.madeBody} />
      {made.secret === null ? null : <SecretText label={words.secret} text={made.secret} />}
      <div className="row">
        {made.secret === null ? null : <CopyButton text={made.secret} label={words.copySecret} />}
        <Button variant="primary" onClick={onClose}>
          {words.saved}
        </Button>
      </div>
    </div>
  );
}
