import { type FormEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { useMessages } from '../../i18n/language-context.tsx';
import type { Recognized } from '../../keyring/protocol.ts';
import { Failure } from '../../lib/failure.tsx';
import { isComplete, readSecretBox, SecretBox } from '../../lib/secret-box/secret-box.tsx';
import { secretBoxMessages } from '../../lib/secret-box/words.ts';
import { useSettingsAside } from '../../lib/settings-aside.tsx';
import { useTask } from '../../lib/use-task.ts';
import { useStartWallet } from '../../lib/wallet/session-context.tsx';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { useToast } from '../../ui/toast.tsx';
import { accountMessages } from './messages.ts';

/** Adds a private key, a keystore or a watched address to the wallet that is open. */
export function ImportAccountScreen() {
  const words = useMessages(accountMessages);
  const box = useMessages(secretBoxMessages);
  const startWallet = useStartWallet();
  const showToast = useToast();
  const [, navigate] = useLocation();
  const [recognized, setRecognized] = useState<Recognized>({ kind: 'empty' });
  const { run, isPending, error } = useTask();
  const isPhrase = recognized.kind === 'phrase';
  const canImport = isComplete(recognized) && !isPhrase;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!canImport) return;
    const { text, keystorePassword } = readSecretBox(event.currentTarget);
    const name = String(new FormData(event.currentTarget).get('name') ?? '');
    run(async () => {
      const { accounts } = await startWallet();
      await accounts.importText({ text, keystorePassword, name });
      showToast(words.imported);
      navigate('/settings/accounts');
    });
  };
  const settings = useSettingsAside('safety');
  return (
    <Page title={words.importTitle} back="/settings/accounts" detail={settings}>
      <form className="stack" onSubmit={submit} noValidate>
        <p>{words.importLead}</p>
        <SecretBox onRecognized={setRecognized} autoFocus />
        {isPhrase ? <Banner tone="amber" title={words.importPhrase} /> : null}
        {canImport ? (
          <TextInput label={words.name} hint={words.nameHint} name="name" maxLength={60} autoComplete="off" optional />
        ) : null}
        {error ? <Failure error={error} /> : null}
        <Button
          type="submit"
          variant="primary"
          wide
          large
          blocked={canImport ? undefined : recognized.kind === 'empty' ? box.empty : box.notYet}
          busy={isPending ? words.importing : undefined}
        >
          {recognized.kind === 'address' ? words.watchAction : words.importAction}
        </Button>
      </form>
    </Page>
  );
}
