import type { FactorProof } from '@feiqian/domain/api/second-factors';
import { isAppError } from '@feiqian/domain/errors';
import { type FormEvent, useState } from 'react';
import { formatMoment } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { Button } from '../../ui/button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { Failure } from '../failure.tsx';
import { useTask } from '../use-task.ts';
import { CodeInput, codeDigits } from './code-input.tsx';
import type { FactorRequest } from './prompt.ts';
import { secondFactorMessages } from './words.ts';

/** Asks for a second factor: a code of the app, or a recovery code. What waits for it goes on by itself. */
export function FactorSheet({ request }: { readonly request: FactorRequest }) {
  const words = useMessages(secondFactorMessages);
  const [kind, setKind] = useState<FactorProof['kind']>('totp');
  const [text, setText] = useState('');
  const { run, isPending, error } = useTask();
  const isByApp = kind === 'totp';
  const show = (code: string) => run(() => request.show({ kind, code }));
  const change = (value: string) => {
    setText(value);
    // Nobody has to press anything after the last digit.
    if (isByApp && value.length === codeDigits && value !== text) show(value);
  };
  const blocked = isByApp
    ? text.length === codeDigits
      ? undefined
      : words.enterCode
    : text.trim() === ''
      ? words.enterRecoveryCode
      : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (blocked === undefined) show(text);
  };
  const swap = () => {
    setKind(isByApp ? 'recovery_code' : 'totp');
    setText('');
  };
  return (
    <Sheet title={words.title} onClose={request.cancel} locked={isPending}>
      <form className="stack" onSubmit={submit} noValidate>
        <p>{isByApp ? words.lead[request.purpose] : words.recoveryLead}</p>
        {isByApp ? (
          <CodeInput key="code" label={words.code} hint={words.codeHint} value={text} onChange={change} />
        ) : (
          <TextInput
            key="recovery"
            label={words.recoveryCode}
            hint={words.recoveryHint}
            value={text}
            onChange={(event) => change(event.target.value)}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            enterKeyHint="done"
            maxLength={60}
            autoFocus
            required
          />
        )}
        {error ? <FactorFailure error={error} /> : null}
        <Button
          type="submit"
          variant="primary"
          wide
          large
          blocked={blocked}
          busy={isPending ? words.submitting : undefined}
        >
          {words.submit}
        </Button>
        {request.factors.includes('recovery_code') || !isByApp ? (
          <Button variant="quiet" wide onClick={swap}>
            {isByApp ? words.useRecovery : words.useApp}
          </Button>
        ) : null}
        <p className="text-soft text-small">{words.never}</p>
      </form>
    </Sheet>
  );
}

function FactorFailure({ error }: { readonly error: unknown }) {
  const words = useMessages(secondFactorMessages);
  const language = useLanguage();
  const until = isAppError(error) && error.code === 'SECOND_FACTOR_LOCKED' ? error.details.until : undefined;
  return (
    <Failure error={error} effect={until ? words.lockedUntil(formatMoment(until, new Date(), language)) : undefined} />
  );
}
