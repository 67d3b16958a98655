import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { useMessages } from '../../i18n/language-context.tsx';
import type { Passkey } from '../../keyring/passkey-slot.ts';
import { Failure } from '../../lib/failure.tsx';
import { useTask } from '../../lib/use-task.ts';
import { useStartWallet } from '../../lib/wallet/session-context.tsx';
import type { RunningWallet } from '../../lib/wallet/start-wallet.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { PasswordInput, TextInput } from '../../ui/field.tsx';
import { List, ListRow } from '../../ui/list.tsx';
import { Page } from '../../ui/page.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useToast } from '../../ui/toast.tsx';
import { settingsMessages } from './messages.ts';

const passkeysQuery = (start: () => Promise<RunningWallet>) =>
  queryOptions({
    queryKey: ['passkeys'] as const,
    queryFn: async () => {
      const { passkeys } = await start();
      return { passkeys: await passkeys.list(), isPossible: await passkeys.isPossible() };
    },
  });

/** Passkeys that open the wallet beside the password. */
export function PasskeysScreen() {
  const words = useMessages(settingsMessages);
  const startWallet = useStartWallet();
  const { data } = useQuery(passkeysQuery(startWallet));
  return (
    <Page title={words.passkeysTitle} back="/settings">
      <div className="stack stack--wide">
        <p className="text-soft">{words.passkeysLead}</p>
        {data === undefined ? <Skeleton lines={2} /> : <PasskeyList passkeys={data.passkeys} />}
        {data === undefined ? null : data.isPossible ? (
          <AddPasskey />
        ) : (
          <Banner tone="plain" title={words.passkeysImpossible} />
        )}
      </div>
    </Page>
  );
}

function PasskeyList({ passkeys }: { readonly passkeys: readonly Passkey[] }) {
  const words = useMessages(settingsMessages);
  const startWallet = useStartWallet();
  const client = useQueryClient();
  const showToast = useToast();
  const { mutate, isPending, error } = useMutation({
    mutationFn: async (credentialId: string) => (await startWallet()).passkeys.remove(credentialId),
    onSuccess: () => {
      showToast(words.passkeyRemoved);
      return client.invalidateQueries({ queryKey: ['passkeys'] });
    },
  });
  if (passkeys.length === 0) return <p>{words.passkeysNone}</p>;
  return (
    <div className="stack">
      <List label={words.passkeysTitle}>
        {passkeys.map(({ credentialId, name }, index) => (
          <ListRow
            key={credentialId}
            icon="unlock"
            title={name === '' ? words.passkeyUnnamed(index + 1) : name}
            end={
              <Button
                variant="quiet"
                busy={isPending ? words.passkeyRemoving : undefined}
                onClick={() => mutate(credentialId)}
              >
                {words.passkeyRemove}
              </Button>
            }
          />
        ))}
      </List>
      {error ? <Failure error={error} /> : null}
    </div>
  );
}

function AddPasskey() {
  const words = useMessages(settingsMessages);
  const startWallet = useStartWallet();
  const client = useQueryClient();
  const showToast = useToast();
  const { run, isPending, error } = useTask();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const [password, name] = [String(data.get('password') ?? ''), String(data.get('name') ?? '')];
    run(async () => {
      await (await startWallet()).passkeys.add({ password, name });
      form.reset();
      showToast(words.passkeyAdded);
      await client.invalidateQueries({ queryKey: ['passkeys'] });
    });
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <TextInput
        label={words.passkeyName}
        hint={words.passkeyNameHint}
        name="name"
        maxLength={60}
        autoComplete="off"
        optional
      />
      <PasswordInput label={words.phrasePassword} name="password" autoComplete="current-password" required />
      {error ? <Failure error={error} /> : null}
      <Button type="submit" variant="primary" wide large busy={isPending ? words.passkeyAdding : undefined}>
        {words.passkeyAdd}
      </Button>
    </form>
  );
}
