import { type FormEvent, useState } from 'react';
import type { Address } from 'viem';
import { useMessages } from '../../i18n/language-context.tsx';
import { Button } from '../../ui/button.tsx';
import { PasswordInput } from '../../ui/field.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { Failure } from '../failure.tsx';
import { saveFile } from '../save-file.ts';
import { useTask } from '../use-task.ts';
import { useStartWallet } from '../wallet/session-context.tsx';
import { keystoreExportMessages } from './words.ts';

/** A button that exports one account as a keystore file, after the wallet's password. */
export function ExportKeystore({ address }: { readonly address: Address }) {
  const words = useMessages(keystoreExportMessages);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button icon="download" onClick={() => setOpen(true)}>
        {words.open}
      </Button>
      {isOpen ? <ExportSheet address={address} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function ExportSheet({ address, onClose }: { readonly address: Address; readonly onClose: () => void }) {
  const words = useMessages(keystoreExportMessages);
  const startWallet = useStartWallet();
  const { run, isPending, error } = useTask();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [password, keystorePassword] = [String(form.get('password') ?? ''), String(form.get('file-password') ?? '')];
    run(async () => {
      const { service } = await startWallet();
      const json = await service.exportKeystore({ address, password, keystorePassword });
      saveFile(`UTC--${address.slice(2).toLowerCase()}.json`, json);
      onClose();
    });
  };
  return (
    <Sheet title={words.title} onClose={onClose} locked={isPending}>
      <form className="stack" onSubmit={submit} noValidate>
        <p className="text-soft">{words.lead}</p>
        <PasswordInput label={words.password} name="password" autoComplete="current-password" required />
        <PasswordInput
          label={words.filePassword}
          hint={words.filePasswordHint}
          name="file-password"
          autoComplete="new-password"
          required
        />
        {error ? <Failure error={error} /> : null}
        <Button type="submit" variant="primary" wide large busy={isPending ? words.exporting : undefined}>
          {words.export}
        </Button>
      </form>
    </Sheet>
  );
}
