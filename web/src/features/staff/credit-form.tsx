import type { SuspenseItemWire } from '@feiqian/domain/api/staff';
import { useQuery } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { codeOf } from '../../lib/error-code.ts';
import { errorMessages, toErrorLine } from '../../lib/error-text.ts';
import { isName, personQuery } from '../../lib/people.ts';
import { useFields } from '../../lib/use-fields.ts';
import { useSettled } from '../../lib/use-settled.ts';
import { Button } from '../../ui/button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { staffMessages } from './messages.ts';
import type { CreditDraft } from './queries.ts';

type CreditFormProps = { readonly item: SuspenseItemWire; readonly onDraft: (draft: CreditDraft) => void };

/** Whose the money is, and how one knows. */
export function CreditForm({ item, onDraft }: CreditFormProps) {
  const words = useMessages(staffMessages);
  const errors = useMessages(errorMessages);
  const language = useLanguage();
  const [fields, change] = useFields({ to: '', note: '' });
  const name = fields.to.trim();
  const settled = useSettled(name);
  const person = useQuery(personQuery(settled));
  const isLooking = name !== settled || person.isLoading;
  const personError = person.error ? errors[codeOf(person.error)] : undefined;
  const blocked = !isName(name)
    ? words.enterRecipient
    : isLooking
      ? words.looking
      : personError
        ? personError.title
        : fields.note.trim() === ''
          ? words.enterNote
          : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (blocked !== undefined || !person.data || isLooking) return;
    const { handle } = person.data;
    onDraft(Object.freeze({ item, handle, note: fields.note.trim(), idempotencyKey: crypto.randomUUID() }));
  };
  const hinted = item.person?.handle;
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <TextInput
        label={words.to}
        placeholder={words.toPlaceholder}
        hint={person.data && !isLooking ? words.found(person.data.handle) : words.toHint}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={254}
        value={fields.to}
        onChange={(event) => change({ to: event.target.value })}
        error={personError && !isLooking ? toErrorLine(personError, language) : undefined}
      />
      {hinted === undefined || name !== '' ? null : (
        <Button icon="user" onClick={() => change({ to: `@${hinted}` })}>
          {words.takeHint(hinted)}
        </Button>
      )}
      <TextInput
        label={words.note}
        hint={words.noteHint}
        autoComplete="off"
        maxLength={140}
        value={fields.note}
        onChange={(event) => change({ note: event.target.value })}
      />
      <Button type="submit" variant="primary" wide large blocked={blocked}>
        {words.review}
      </Button>
    </form>
  );
}
