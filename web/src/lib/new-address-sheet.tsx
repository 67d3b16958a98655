import type { QueryKey } from '@tanstack/react-query';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { z } from 'zod';
import { commonMessages } from '../i18n/common.ts';
import { useMessages } from '../i18n/language-context.tsx';
import { Banner } from '../ui/banner.tsx';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { TextInput } from '../ui/field.tsx';
import { SecretText } from '../ui/secret-text.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { Failure } from './failure.tsx';
import { sendJson } from './http.ts';
import { useIntentKeys } from './use-intent-keys.ts';

/** What the sheet says; a catalog of messages of the feature has these among its words. */
type Words = Readonly<
  Record<
    | 'create'
    | 'url'
    | 'urlHint'
    | 'enterUrl'
    | 'making'
    | 'notMade'
    | 'madeTitle'
    | 'madeBody'
    | 'lostBody'
    | 'secret'
    | 'copySecret'
    | 'saved',
    string
  >
>;

type Made = { readonly secret: string | null };

type NewAddressSheetProps = {
  readonly words: Words;
  /** Where the service takes a new address, and what it answers. */
  readonly path: string;
  readonly schema: z.ZodType<Made>;
  /** The list that is read again. */
  readonly list: { readonly queryKey: QueryKey };
  readonly onClose: () => void;
};

/** Takes an address of a shop and shows the secret that signs what comes there, once. */
export function NewAddressSheet({ words, path, schema, list, onClose }: NewAddressSheetProps) {
  const { keyFor } = useIntentKeys();
  const client = useQueryClient();
  const { mutate, isPending, error, data } = useMutation({
    mutationFn: (body: { readonly url: string }) => sendJson({ path, body, schema, idempotencyKey: keyFor(body) }),
    onSuccess: () => void client.invalidateQueries({ queryKey: list.queryKey }),
  });
  // Closed by accident, the secret would be gone: only the button closes it then.
  return (
    <Sheet title={data ? words.madeTitle : words.create} onClose={onClose} locked={isPending || data !== undefined}>
      {data ? (
        <MadeAddress words={words} secret={data.secret} onClose={onClose} />
      ) : (
        <AddressForm
          words={words}
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
  readonly words: Words;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly onCancel: () => void;
  readonly onSubmit: (url: string) => void;
};

function AddressForm({ words, isPending, error, onCancel, onSubmit }: AddressFormProps) {
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

function MadeAddress({
  words,
  secret,
  onClose,
}: {
  readonly words: Words;
  readonly secret: string | null;
  readonly onClose: () => void;
}) {
  return (
    <div className="stack">
      <Banner tone="amber" title={secret === null ? words.lostBody : words.madeBody} />
      {secret === null ? null : <SecretText label={words.secret} text={secret} />}
      <div className="row">
        {secret === null ? null : <CopyButton text={secret} label={words.copySecret} />}
        <Button variant="primary" onClick={onClose}>
          {words.saved}
        </Button>
      </div>
    </div>
  );
}
