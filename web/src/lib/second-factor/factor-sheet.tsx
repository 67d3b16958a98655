import { passkeyRequestOptions } from '@feiqian/domain/api/passkeys';
import type { FactorKind } from '@feiqian/domain/api/second-factors';
import { isAppError } from '@feiqian/domain/errors';
import { type FormEvent, type ReactNode, useState } from 'react';
import { formatMoment } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { Button } from '../../ui/button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { Failure } from '../failure.tsx';
import { askPasskey, canUsePasskeys } from '../passkey-prompt.ts';
import { type Task, useTask } from '../use-task.ts';
import { CodeInput, codeDigits } from './code-input.tsx';
import type { FactorRequest } from './prompt.ts';
import { secondFactorMessages } from './words.ts';

/** Asks for a second factor: a passkey, a code of the app, or a recovery code. What waits for it goes on by itself. */
export function FactorSheet({ request }: { readonly request: FactorRequest }) {
  const words = useMessages(secondFactorMessages);
  const possible = request.factors.filter((kind) => kind !== 'passkey' || canUsePasskeys());
  // A browser without passkeys is offered what the person has beside them, and nothing weaker than they chose.
  const [kind, setKind] = useState<FactorKind>(possible[0] ?? 'recovery_code');
  const task = useTask();
  const others = possible.filter((other) => other !== kind);
  return (
    <Sheet title={words.title} onClose={request.cancel} locked={task.isPending}>
      <div className="stack">
        {kind === 'passkey' ? (
          <PasskeyProof request={request} task={task} />
        ) : (
          <CodeProof key={kind} kind={kind} request={request} task={task} />
        )}
        {others.map((other) => (
          <Button key={other} variant="quiet" wide onClick={() => setKind(other)}>
            {words.use[other]}
          </Button>
        ))}
        <p className="text-soft text-small">{words.never}</p>
      </div>
    </Sheet>
  );
}

type ProofProps = { readonly request: FactorRequest; readonly task: Task };

function PasskeyProof({ request, task: { run, isPending, error } }: ProofProps) {
  const words = useMessages(secondFactorMessages);
  const show = () =>
    run(async () => {
      const options = passkeyRequestOptions.parse(await request.askPasskey());
      const { credential, output } = await askPasskey({ options });
      // Only who it is was asked.
      output?.fill(0);
      await request.show({ kind: 'passkey', credential });
    });
  return (
    <>
      <p>{words.passkeyLead[request.purpose]}</p>
      {error ? <Failure error={error} /> : null}
      <Button
        variant="primary"
        icon="unlock"
        wide
        large
        busy={isPending ? words.followBrowser : undefined}
        onClick={show}
      >
        {words.usePasskey}
      </Button>
    </>
  );
}

type CodeProofProps = ProofProps & { readonly kind: 'totp' | 'recovery_code' };

function CodeProof({ kind, request, task: { run, isPending, error } }: CodeProofProps) {
  const words = useMessages(secondFactorMessages);
  const [text, setText] = useState('');
  const isByApp = kind === 'totp';
  const show = (code: string) => run(() => request.show({ kind, code }));
  const change = (value: string) => {
    setText(value);
    // Nobody has to press anything after the last digit.
    if (isByApp && value.length === codeDigits && value !== text) show(value);
  };
  const blocked = findBlock(kind, text, words);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (blocked === undefined) show(text);
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <p>{isByApp ? words.lead[request.purpose] : words.recoveryLead}</p>
      {isByApp ? (
        <CodeInput label={words.code} hint={words.codeHint} value={text} onChange={change} />
      ) : (
        <TextInput
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
    </form>
  );
}

type Words = { readonly enterCode: string; readonly enterRecoveryCode: string };

/** What is missing before it can be sent. */
function findBlock(kind: CodeProofProps['kind'], text: string, words: Words): string | undefined {
  if (kind === 'totp') return text.length === codeDigits ? undefined : words.enterCode;
  return text.trim() === '' ? words.enterRecoveryCode : undefined;
}

function FactorFailure({ error }: { readonly error: unknown }): ReactNode {
  const words = useMessages(secondFactorMessages);
  const language = useLanguage();
  const until = isAppError(error) && error.code === 'SECOND_FACTOR_LOCKED' ? error.details.until : undefined;
  return (
    <Failure error={error} effect={until ? words.lockedUntil(formatMoment(until, new Date(), language)) : undefined} />
  );
}
