import type { HistoryEntry } from '@feiqian/domain/api/history';
import { type FormEvent, useState } from 'react';
import { commonMessages } from '../../i18n/common.ts';
import { useMessages } from '../../i18n/language-context.tsx';
import { changeNote, type EntryNote, noteLengthMax, toTags } from '../../lib/address-book/contacts.ts';
import { useEntryBook } from '../../lib/address-book/entry-book.ts';
import { useBookKeeper, useContacts } from '../../lib/address-book/use-address-book.ts';
import { contactMessages } from '../../lib/address-book/words.ts';
import { Failure } from '../../lib/failure.tsx';
import { useTask } from '../../lib/use-task.ts';
import { Button } from '../../ui/button.tsx';
import { TextArea, TextInput } from '../../ui/field.tsx';
import { Section } from '../../ui/page.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { useToast } from '../../ui/toast.tsx';
import { historyScreenMessages } from './messages.ts';

const suggestedMax = 8;

/** What the person keeps about an entry for themselves: a note and tags. */
export function EntryNotes({ entry }: { readonly entry: HistoryEntry }) {
  const words = useMessages(historyScreenMessages);
  const { note } = useEntryBook(entry);
  const [isEditing, setEditing] = useState(false);
  return (
    <Section
      title={words.mine}
      action={
        <Button variant="quiet" icon="tag" onClick={() => setEditing(true)}>
          {note ? words.editMine : words.addMine}
        </Button>
      }
    >
      {note?.note ? <p className="history-note">{note.note}</p> : null}
      {note && note.tags.length > 0 ? (
        <ul className="history-tags" aria-label={words.tags}>
          {note.tags.map((tag) => (
            <li key={tag} className="history-tag">
              {tag}
            </li>
          ))}
        </ul>
      ) : null}
      {note ? null : <p className="text-soft text-small">{words.mineHint}</p>}
      {isEditing ? <NoteSheet entryId={entry.id} note={note} onClose={() => setEditing(false)} /> : null}
    </Section>
  );
}

type NoteSheetProps = {
  readonly entryId: string;
  readonly note: EntryNote | undefined;
  readonly onClose: () => void;
};

function NoteSheet({ entryId, note: known, onClose }: NoteSheetProps) {
  const words = useMessages(historyScreenMessages);
  const contact = useMessages(contactMessages);
  const common = useMessages(commonMessages);
  const keeper = useBookKeeper();
  const showToast = useToast();
  const task = useTask();
  // What was there when the person began: what another device changes meanwhile is not theirs to take back.
  const [before] = useState(known);
  const [note, setNote] = useState(known?.note ?? '');
  const [tags, setTags] = useState(known?.tags.join(' ') ?? '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    task.run(async () => {
      await keeper.change(changeNote(entryId, { note, tags: readTags(tags) }, before));
      showToast(contact.saved);
      onClose();
    });
  };
  return (
    <Sheet title={known ? words.editMine : words.addMine} onClose={onClose} locked={task.isPending}>
      <form className="stack" onSubmit={submit} noValidate>
        <TextArea
          label={words.note}
          hint={words.mineHint}
          rows={3}
          maxLength={noteLengthMax}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
        <TextInput
          label={words.tags}
          hint={words.tagsHint}
          autoComplete="off"
          enterKeyHint="done"
          maxLength={250}
          value={tags}
          onChange={(event) => setTags(event.target.value)}
        />
        <UsedTags typed={readTags(tags)} onAdd={(tag) => setTags([...readTags(tags), tag].join(' '))} />
        {task.error ? <Failure error={task.error} effect={contact.notSaved} /> : null}
        <div className="row">
          <Button type="submit" variant="primary" busy={task.isPending ? contact.saving : undefined}>
            {contact.save}
          </Button>
          <Button onClick={onClose}>{common.cancel}</Button>
        </div>
      </form>
    </Sheet>
  );
}

function readTags(text: string): string[] {
  return toTags(text.split(/[\s,，、]+/u));
}

type UsedTagsProps = { readonly typed: readonly string[]; readonly onAdd: (tag: string) => void };

function UsedTags({ typed, onAdd }: UsedTagsProps) {
  const words = useMessages(historyScreenMessages);
  const { tags } = useContacts();
  const left = tags.filter((tag) => !typed.includes(tag)).slice(0, suggestedMax);
  if (left.length === 0) return null;
  return (
    <div className="row">
      <span className="text-soft text-small">{words.usedTags}</span>
      {left.map((tag) => (
        <Button key={tag} variant="quiet" onClick={() => onAdd(tag)}>
          {tag}
        </Button>
      ))}
    </div>
  );
}
