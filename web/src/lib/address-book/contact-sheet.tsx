import type { ErrorCode } from '@feiqian/domain/errors';
import { type FormEvent, useState } from 'react';
import { commonMessages } from '../../i18n/common.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { Button } from '../../ui/button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { useToast } from '../../ui/toast.tsx';
import { errorMessages, toErrorLine } from '../error-text.ts';
import { Failure } from '../failure.tsx';
import { useTask } from '../use-task.ts';
import { type ContactFields, newField, readContactForm, toFields, type WayField } from './contact-form.ts';
import {
  type Contact,
  changeContact,
  findByWay,
  labelLengthMax,
  nameLengthMax,
  toLine,
  type Way,
  type WayKind,
} from './contacts.ts';
import { useBookKeeper, useContacts } from './use-address-book.ts';
import { contactMessages } from './words.ts';

type ContactSheetProps = {
  /** The one that changes; without it one is added. */
  readonly contact?: Contact | undefined;
  /** What is known already of a new one. */
  readonly ways?: readonly Way[] | undefined;
  readonly onSaved?: ((id: string) => void) | undefined;
  readonly onClose: () => void;
};

/** Takes a name and the ways to reach and pay somebody. */
export function ContactSheet({ contact, ways = [], onSaved, onClose }: ContactSheetProps) {
  const words = useMessages(contactMessages);
  const keeper = useBookKeeper();
  const showToast = useToast();
  const task = useTask();
  const [fields, setFields] = useState(() => toFields(contact ?? { name: '', ways }));
  const reading = readContactForm(fields);
  const name = toLine(fields.name, nameLengthMax);
  const [isTried, setTried] = useState(false);
  const blocked =
    name === '' ? words.enterName : fields.ways.every(({ text }) => text.trim() === '') ? words.enterWay : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (blocked !== undefined || reading.errors.size > 0) return;
    const next = { id: contact?.id ?? crypto.randomUUID(), name, ways: reading.ways };
    task.run(async () => {
      await keeper.change(changeContact(next, contact));
      showToast(words.saved);
      onClose();
      onSaved?.(next.id);
    });
  };
  return (
    <Sheet title={contact ? words.editTitle : words.addTitle} onClose={onClose} locked={task.isPending}>
      <form className="stack" onSubmit={submit} noValidate>
        <TextInput
          label={words.name}
          hint={words.nameHint}
          autoComplete="off"
          maxLength={nameLengthMax}
          value={fields.name}
          onChange={(event) => setFields({ ...fields, name: event.target.value })}
        />
        <Ways fields={fields} onChange={setFields} errors={isTried ? reading.errors : new Map()} except={contact?.id} />
        {task.error ? <Failure error={task.error} effect={words.notSaved} /> : null}
        <Actions blocked={blocked} isPending={task.isPending} onClose={onClose} />
      </form>
    </Sheet>
  );
}

type ActionsProps = {
  readonly blocked: string | undefined;
  readonly isPending: boolean;
  readonly onClose: () => void;
};

function Actions({ blocked, isPending, onClose }: ActionsProps) {
  const words = useMessages(contactMessages);
  const common = useMessages(commonMessages);
  return (
    <div className="row">
      <Button type="submit" variant="primary" blocked={blocked} busy={isPending ? words.saving : undefined}>
        {words.save}
      </Button>
      <Button onClick={onClose}>{common.cancel}</Button>
    </div>
  );
}

type WaysProps = {
  readonly fields: ContactFields;
  readonly onChange: (fields: ContactFields) => void;
  readonly errors: ReturnType<typeof readContactForm>['errors'];
  /** The contact whose own ways are no news. */
  readonly except: string | undefined;
};

function Ways({ fields, onChange, errors, except }: WaysProps) {
  const words = useMessages(contactMessages);
  const change = (field: WayField) =>
    onChange({ ...fields, ways: fields.ways.map((other) => (other.key === field.key ? field : other)) });
  return (
    <>
      {fields.ways.map((field) => (
        <WayLine key={field.key} field={field} onChange={change} error={errors.get(field.key)} except={except} />
      ))}
      {fields.ways.at(-1)?.text.trim() ? (
        <div>
          <Button
            variant="quiet"
            icon="plus"
            onClick={() => onChange({ ...fields, ways: [...fields.ways, newField('address')] })}
          >
            {words.anotherAddress}
          </Button>
        </div>
      ) : null}
    </>
  );
}

type WayLineProps = {
  readonly field: WayField;
  readonly onChange: (field: WayField) => void;
  readonly error: ErrorCode | undefined;
  readonly except: string | undefined;
};

const inputModes = { handle: 'text', email: 'email', phone: 'tel', address: 'text' } as const satisfies Record<
  WayKind,
  string
>;

function WayLine({ field, onChange, error, except }: WayLineProps) {
  const words = useMessages(contactMessages);
  const sentences = useMessages(errorMessages);
  const language = useLanguage();
  const { contacts } = useContacts();
  const [way] = readContactForm({ name: '', ways: [field] }).ways;
  const others = contacts.filter(({ id }) => id !== except);
  const taken = way && findByWay(others, way.kind, way.value);
  return (
    <>
      <TextInput
        label={words[field.kind]}
        optional
        hint={taken ? words.takenBy(taken.contact.name) : undefined}
        error={error ? toErrorLine(sentences[error], language) : undefined}
        inputMode={inputModes[field.kind]}
        autoComplete="off"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        maxLength={254}
        value={field.text}
        onChange={(event) => onChange({ ...field, text: event.target.value })}
      />
      {field.kind === 'address' && field.text.trim() !== '' ? (
        <TextInput
          label={words.addressLabel}
          optional
          hint={words.addressLabelHint}
          autoComplete="off"
          maxLength={labelLengthMax}
          value={field.label}
          onChange={(event) => onChange({ ...field, label: event.target.value })}
        />
      ) : null}
    </>
  );
}
