import type { TotpEnrolment } from '@feiqian/domain/api/second-factors';
import { type FormEvent, useState } from 'react';
import { useMessages } from '../../i18n/language-context.tsx';
import { Failure } from '../../lib/failure.tsx';
import { CodeInput, codeDigits } from '../../lib/second-factor/code-input.tsx';
import { useTask } from '../../lib/use-task.ts';
import { useStartWallet, useWalletState } from '../../lib/wallet/session-context.tsx';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { PasswordInput } from '../../ui/field.tsx';
import { Section } from '../../ui/page.tsx';
import { QrCode } from '../../ui/qr-code.tsx';
import { SecretText } from '../../ui/secret-text.tsx';
import { twoStepMessages } from './messages.ts';
import { confirmTotp } from './queries.ts';

type AddTotpProps = { readonly onCodes: (codes: readonly string[]) => Promise<void> };

/** The password, then the app, then its first code. */
export function AddTotp({ onCodes }: AddTotpProps) {
  // In memory alone: whoever has the secret can make codes.
  const [enrolment, setEnrolment] = useState<TotpEnrolment>();
  return enrolment ? <ConfirmTotp enrolment={enrolment} onCodes={onCodes} /> : <BeginTotp onBegun={setEnrolment} />;
}

function BeginTotp({ onBegun }: { readonly onBegun: (enrolment: TotpEnrolment) => void }) {
  const words = useMessages(twoStepMessages);
  const { account } = useWalletState();
  const startWallet = useStartWallet();
  const { run, isPending, error } = useTask();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get('password') ?? '');
    run(async () => onBegun(await (await startWallet()).secondFactors.beginTotp(password)));
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <p>{words.leadOff}</p>
      <p className="text-soft">{words.apps}</p>
      <p className="text-soft">{words.phraseAside}</p>
      <input type="hidden" name="username" autoComplete="username" value={account?.email ?? ''} readOnly />
      <PasswordInput label={words.password} name="password" autoComplete="current-password" required />
      {error ? <Failure error={error} effect={words.unchanged} /> : null}
      <Button type="submit" variant="primary" wide large busy={isPending ? words.beginning : undefined}>
        {words.begin}
      </Button>
    </form>
  );
}

function ConfirmTotp({ enrolment, onCodes }: AddTotpProps & { readonly enrolment: TotpEnrolment }) {
  const words = useMessages(twoStepMessages);
  const [code, setCode] = useState('');
  const { run, isPending, error } = useTask();
  const blocked = code.length === codeDigits ? undefined : words.enterCode;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (blocked === undefined) run(async () => onCodes(await confirmTotp({ id: enrolment.id, code })));
  };
  return (
    <Section title={words.scanTitle}>
      <form className="stack" onSubmit={submit} noValidate>
        <p>{words.scanLead}</p>
        <QrCode text={enrolment.uri} label={words.qrLabel} />
        <p className="text-soft">{words.typeLead}</p>
        <SecretText label={words.secret} text={enrolment.secret.replace(/.{4}(?=.)/g, '$& ')} />
        <div className="row">
          <CopyButton text={enrolment.secret} label={words.copySecret} variant="quiet" />
        </div>
        <Banner tone="amber" title={words.secretWarning} />
        <CodeInput label={words.code} value={code} onChange={setCode} />
        {error ? <Failure error={error} effect={words.unchanged} /> : null}
        <Button
          type="submit"
          variant="primary"
          wide
          large
          blocked={blocked}
          busy={isPending ? words.confirming : undefined}
        >
          {words.confirm}
        </Button>
      </form>
    </Section>
  );
}
