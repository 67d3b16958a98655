import { type ChangeEvent, type FormEvent, useRef, useState } from 'react';
import { useMessages } from '../../i18n/language-context.tsx';
import type { KeyringAccount } from '../../keyring/protocol.ts';
import { readVaultHead } from '../../keyring/vault-format.ts';
import { Failure } from '../../lib/failure.tsx';
import { ExportKeystore } from '../../lib/keystore-export/export-keystore.tsx';
import { useTask } from '../../lib/use-task.ts';
import { useStartWallet } from '../../lib/wallet/session-context.tsx';
import { AddressText } from '../../ui/address-text.tsx';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { PasswordInput } from '../../ui/field.tsx';
import { Section } from '../../ui/page.tsx';
import { PhraseWords } from '../../ui/phrase-words.tsx';
import { SecretText } from '../../ui/secret-text.tsx';
import { AccessPage } from './access-page.tsx';
import { rescueMessages } from './rescue-messages.ts';

type VaultFile = ReturnType<typeof readVaultHead>;

/** Opens a saved vault without the service: its addresses, its phrase, and keystores of its accounts. */
export function RescueScreen() {
  const words = useMessages(rescueMessages);
  const [accounts, setAccounts] = useState<readonly KeyringAccount[]>();
  return (
    <AccessPage title={words.title} lead={words.lead}>
      {accounts ? <OpenFile accounts={accounts} /> : <ChooseFile onOpened={setAccounts} />}
    </AccessPage>
  );
}

function ChooseFile({ onOpened }: { readonly onOpened: (accounts: readonly KeyringAccount[]) => void }) {
  const words = useMessages(rescueMessages);
  const startWallet = useStartWallet();
  const input = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<VaultFile | 'wrong'>();
  const { run, isPending, error } = useTask();
  const choose = async (event: ChangeEvent<HTMLInputElement>) => {
    const [chosen] = event.target.files ?? [];
    if (chosen) setFile(readFile((await chosen.text()).trim()));
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (file === undefined || file === 'wrong') return;
    const password = String(new FormData(event.currentTarget).get('password') ?? '');
    run(async () => onOpened(await (await startWallet()).service.openVaultFile(file.vault, password)));
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <input
        ref={input}
        type="file"
        className="visually-hidden"
        tabIndex={-1}
        aria-label={words.choose}
        accept=".json,application/json"
        onChange={(event) => void choose(event)}
      />
      <Button icon="download" variant={file ? 'secondary' : 'primary'} onClick={() => input.current?.click()}>
        {words.choose}
      </Button>
      {file === 'wrong' ? (
        <Banner tone="amber" title={words.wrongFile}>
          {words.wrongFileAdvice}
        </Banner>
      ) : null}
      {file !== undefined && file !== 'wrong' ? (
        <>
          <Banner tone="plain" title={words.chosen(file.version)} />
          <PasswordInput label={words.password} name="password" autoComplete="current-password" autoFocus required />
          {error ? <Failure error={error} /> : null}
          <Button type="submit" variant="primary" wide large busy={isPending ? words.opening : undefined}>
            {words.open}
          </Button>
        </>
      ) : null}
    </form>
  );
}

function readFile(text: string): VaultFile | 'wrong' {
  try {
    return readVaultHead(text);
  } catch {
    // Whatever it is, the person is told what to choose instead.
    return 'wrong';
  }
}

function OpenFile({ accounts }: { readonly accounts: readonly KeyringAccount[] }) {
  const words = useMessages(rescueMessages);
  const startWallet = useStartWallet();
  return (
    <div className="stack stack--wide">
      <Banner tone="jade" title={words.opened} />
      <Section title={words.addresses}>
        <div className="stack">
          {accounts.map(({ address, name, kind }) => (
            <div className="stack stack--tight" key={address}>
              {name ? <strong>{name}</strong> : null}
              <AddressText address={address} />
              {kind === 'watched' ? (
                <p className="text-soft text-small">{words.watched}</p>
              ) : (
                <div className="row">
                  <ExportKeystore address={address} />
                </div>
              )}
            </div>
          ))}
        </div>
      </Section>
      <Phrase />
      <Button icon="lock" onClick={() => void startWallet().then(({ lock }) => lock())}>
        {words.close}
      </Button>
    </div>
  );
}

function Phrase() {
  const words = useMessages(rescueMessages);
  const startWallet = useStartWallet();
  const [shown, setShown] = useState<{ readonly words: readonly string[]; readonly passphrase?: string }>();
  const { run, isPending, error } = useTask();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get('password') ?? '');
    run(async () => setShown(await (await startWallet()).service.revealPhrase(password)));
  };
  return (
    <Section title={words.phraseTitle} note={words.phraseLead}>
      {shown ? (
        <div className="stack">
          <PhraseWords words={shown.words} />
          {shown.passphrase === undefined ? null : <SecretText label={words.passphrase} text={shown.passphrase} />}
        </div>
      ) : (
        <form className="stack" onSubmit={submit} noValidate>
          <PasswordInput label={words.passwordAgain} name="password" autoComplete="current-password" required />
          {error ? <Failure error={error} /> : null}
          <Button type="submit" busy={isPending ? words.revealing : undefined}>
            {words.reveal}
          </Button>
        </form>
      )}
    </Section>
  );
}
