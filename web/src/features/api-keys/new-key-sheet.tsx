import { type ApiKeyScope, type CreatedApiKey, createdApiKeySchema } from '@feiqian/domain/api/api-keys';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { commonMessages } from '../../i18n/common.ts';
import { useMessages } from '../../i18n/language-context.tsx';
import { Failure } from '../../lib/failure.tsx';
import { sendJson } from '../../lib/http.ts';
import { useFields } from '../../lib/use-fields.ts';
import { useIntentKeys } from '../../lib/use-intent-keys.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { SecretText } from '../../ui/secret-text.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { apiKeyMessages } from './messages.ts';
import { apiKeysQuery } from './queries.ts';

type Access = 'full' | 'refund' | 'read';
const takes = ['payment_requests:read', 'payment_requests:write', 'webhooks:write'] as const;
const scopesOf: Readonly<Record<Access, readonly ApiKeyScope[]>> = {
  full: takes,
  refund: [...takes, 'refunds:write'],
  read: ['payment_requests:read'],
};

/** Names a key, says what it may do, and shows its secret, once. */
export function NewKeySheet({ onClose }: { readonly onClose: () => void }) {
  const words = useMessages(apiKeyMessages);
  const { keyFor } = useIntentKeys();
  const client = useQueryClient();
  const { mutate, isPending, error, data } = useMutation({
    mutationFn: (body: { readonly name: string; readonly scopes: readonly ApiKeyScope[] }) =>
      sendJson({ path: '/v1/api-keys', body, schema: createdApiKeySchema, idempotencyKey: keyFor(body) }),
    // The secret is kept nowhere but in this sheet.
    onSuccess: () => void client.invalidateQueries(apiKeysQuery),
  });
  // Closed by accident, the secret would be gone: only the button closes it then.
  return (
    <Sheet
      title={data ? (data.secret === null ? words.lostTitle : words.madeTitle) : words.create}
      onClose={onClose}
      locked={isPending || data !== undefined}
    >
      {data ? (
        <MadeKey made={data} onClose={onClose} />
      ) : (
        <KeyForm
          isPending={isPending}
          error={error}
          onCancel={onClose}
          onSubmit={(name, access) => {
            if (!isPending) mutate({ name, scopes: scopesOf[access] });
          }}
        />
      )}
    </Sheet>
  );
}

type KeyFormProps = {
  readonly isPending: boolean;
  readonly error: unknown;
  readonly onCancel: () => void;
  readonly onSubmit: (name: string, access: Access) => void;
};

function KeyForm({ isPending, error, onCancel, onSubmit }: KeyFormProps) {
  const words = useMessages(apiKeyMessages);
  const common = useMessages(commonMessages);
  const [{ name, access }, change] = useFields<{ name: string; access: Access }>({ name: '', access: 'full' });
  const blocked = name.trim() === '' ? words.enterName : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (blocked === undefined) onSubmit(name.trim(), access);
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <TextInput
        label={words.name}
        hint={words.nameHint}
        autoComplete="off"
        enterKeyHint="done"
        maxLength={60}
        value={name}
        onChange={(event) => change({ name: event.target.value })}
      />
      <Segmented
        legend={words.access}
        value={access}
        onChange={(value) => change({ access: value })}
        choices={[
          { value: 'full', label: words.accessFull },
          { value: 'refund', label: words.accessRefund },
          { value: 'read', label: words.accessRead },
        ]}
      />
      {access === 'refund' ? <p className="text-soft text-small">{words.refundWarning}</p> : null}
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

function MadeKey({ made, onClose }: { readonly made: CreatedApiKey; readonly onClose: () => void }) {
  const words = useMessages(apiKeyMessages);
  const common = useMessages(commonMessages);
  if (made.secret === null) {
    return (
      <div className="stack">
        <p>{words.lostBody}</p>
        <div className="row">
          <Button variant="primary" onClick={onClose}>
            {common.close}
          </Button>
        </div>
      </div>
    );
  }
  return (
    <div className="stack">
      <Banner tone="amber" title={words.madeBody} />
      <SecretText label={words.secret} text={made.secret} />
      <div className="row">
        <CopyButton text={made.secret} label={words.copySecret} />
        <Button variant="primary" onClick={onClose}>
          {words.saved}
        </Button>
      </div>
    </div>
  );
}
